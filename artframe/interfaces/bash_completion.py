"""How does bash complete artframe's commands? By a small function that asks ``artframe complete`` how to go on."""

from __future__ import annotations

import os
import re
import shlex
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from artframe.interfaces.cli import converse

_SCRIPT = r"""# source <(artframe completion bash), or keep this as ~/.local/share/bash-completion/completions/artframe
_artframe() {
    local IFS=$'\n' line program=${COMP_WORDS[0]/#\~/$HOME}
    COMPREPLY=()
    while read -r line; do
        if [[ $line == "?"* ]]; then
            compopt -o filenames
            COMPREPLY+=($(compgen -f -- "${line#\?}"))
        else
            COMPREPLY+=("$line")
        fi
    done < <(COMP_WORDBREAKS="$COMP_WORDBREAKS" "$program" complete "${COMP_LINE:0:$COMP_POINT}" 2>/dev/null)
}
complete -F _artframe artframe
"""
_FILE = "?"
"""Before the beginning of a file's name: bash itself looks which there are."""

_STARTING = {
    "run": ("--headless", "--window", "--help"),
    "demo": ("--headless", "--window", "--once", "--generation", "--help"),
    "completion": ("bash",),
}
_OPTIONS = ("--home", "--json", "--output", "--version")
_TAKE_FILES = ("--home", "--output")
_SPECIAL = re.compile(r"[^\w@%+=:,./*~-]")


def print_script(words: Sequence[str]) -> int:
    """Print the function for the shell that is named; returns the exit code."""
    if list(words) != ["bash"]:
        print(
            "artframe: 'artframe completion bash' is what there is: source <(artframe completion bash)", file=sys.stderr
        )
        return 64
    print(_SCRIPT, end="")
    return 0


def print_candidates(words: Sequence[str], home: Path, connect: Callable[[Path], socket.socket]) -> int:
    """Print how the line may go on, one candidate a line. Silent whatever happens: nobody wants errors in a prompt."""
    before, current = _split(words[0] if words else "")
    try:
        for line in _lines(before, current, home, connect):
            print(line)
    except Exception:
        return 1
    return 0


def _lines(before: list[str], current: str, home: Path, connect: Callable[[Path], socket.socket]) -> list[str]:
    rest: list[str] = []
    pending = iter(before)
    for word in pending:
        if word in _TAKE_FILES:
            value = next(pending, None)
            if value is None:
                return [_FILE + current]
            home = Path(value).expanduser() if word == "--home" else home
        elif word not in _OPTIONS:
            rest.append(word)
    if rest[:1] and rest[0] in _STARTING:
        return _shown(current, [word for word in _STARTING[rest[0]] if word.startswith(current)])
    *_, answer = converse(connect(home), {"complete": rest, "current": current})
    found = list(answer["candidates"])
    if not rest:
        found += [word for word in _STARTING if word.startswith(current)]
    if current.startswith("-"):
        found += [word for word in _OPTIONS if word.startswith(current)]
    lines = _shown(current, sorted(found))
    if answer["file"] and not current.startswith("--"):
        lines.append(_FILE + current)
    return lines


def _split(line: str) -> tuple[list[str], str]:
    """The whole words of the line, without the program's name, and the one that is being typed."""
    for ending in ("", "'", '"'):
        try:
            *words, last = shlex.split(f"{line}\0{ending}")
        except ValueError:
            continue  # inside a quotation
        return words[1:], last.rstrip("\0")
    return [], ""


def _shown(current: str, found: Sequence[str]) -> list[str]:
    """As bash wants them: it replaces only what follows the last of the letters at which it breaks words."""
    breaks = os.environ.get("COMP_WORDBREAKS", "=:")
    done = max((current.rfind(letter) + 1 for letter in "=:@" if letter in breaks), default=0)
    return [_SPECIAL.sub(r"\\\g<0>", word[done:]) for word in found]
