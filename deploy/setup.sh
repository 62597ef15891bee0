# shellcheck shell=sh
# Sourced by deploy/demo and deploy/test: makes .venv and the system packages what they need to be, and nothing if they are.
# A second run only compares a stamp.

say() { printf 'artframe: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# as_root COMMAND... : runs it as root if that needs no password; fails otherwise.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

# need_programs "program=package"... : installs the Debian packages of the programs that are missing, or names them.
need_programs() {
    missing=''
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null 2>&1 || missing="$missing ${pair#*=}"
    done
    [ -n "$missing" ] || return 0
    install_packages "$missing" || say "not installed and needed for all of it:$missing (sudo apt-get install$missing)"
}

install_packages() {
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root true || return 1
    say "installing$1"
    # shellcheck disable=SC2086 # one word per package
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >/dev/null 2>&1 && return 0
    as_root apt-get update -qq >/dev/null 2>&1
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >/dev/null
}

python_of_the_system() {
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# What an installation depends on: this folder, pyproject.toml and the Python of the venv (none yet: nothing).
fingerprint() {
    printf '%s %s %s' "$(pwd -P)" "$(cksum <pyproject.toml)" "$(.venv/bin/python -V 2>/dev/null || true)"
}

# need_venv EXTRA : .venv with artframe[EXTRA], installed anew only when the fingerprint changed.
need_venv() {
    stamp=".venv/.installed-$1"
    if [ -x .venv/bin/artframe ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ]; then
        return 0
    fi
    # A venv whose Python is gone (an upgraded system) or that was moved cannot be mended, only made anew.
    if [ "$(.venv/bin/python -c 'import sys; print(sys.prefix)' 2>/dev/null)" != "$(pwd -P)/.venv" ]; then
        python=$(python_of_the_system) || die "needs Python 3.11 or newer and finds none; Debian 12 and Raspberry Pi OS Bookworm have it"
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            install_packages ' python3-venv' || die "needs the package python3-venv: sudo apt-get install python3-venv"
        fi
        rm -rf .venv
        "$python" -m venv .venv || die "cannot make .venv here"
    fi
    say "installing into .venv (a minute or two, once)"
    .venv/bin/python -m pip install -q --disable-pip-version-check -e ".[$1]" || die "the installation failed; see above. Is the network up?"
    fingerprint >"$stamp"
}
