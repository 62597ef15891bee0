"""What does ``artframe …`` on the command line start? Itself light: a running frame answers nearly everything."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from artframe import __version__
from artframe.errors import ArtframeError
from artframe.interfaces.cli import NotRunning, ask, print_answer, show
from artframe.interfaces.exits import as_json

_SELF_STARTING = ("run", "demo")


def main(words: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="artframe",
        description="A photo frame for your Immich albums. 'artframe help' lists what a running frame can do.",
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument("--home", type=Path, help="the frame's folder (default: $ARTFRAME_HOME or ~/.artframe)")
    parser.add_argument("--version", action="version", version=f"artframe {__version__}")
    options, rest = parser.parse_known_args(words)
    if rest[:1] and rest[0] in _SELF_STARTING:
        # Imported here: starting a frame loads everything, asking one loads next to nothing.
        from artframe.starting import start

        return start(rest[0], rest[1:], options.home)
    as_machine = "--json" in rest
    return _ask(options.home or default_home(), [word for word in rest if word != "--json"], as_machine=as_machine)


def default_home() -> Path:
    """$ARTFRAME_HOME, or ~/.artframe."""
    return Path(os.environ.get("ARTFRAME_HOME") or "~/.artframe").expanduser()


def _ask(home: Path, words: list[str], *, as_machine: bool) -> int:
    try:
        return show(ask(home, words), as_json=as_machine)
    except NotRunning:
        # Imported here: only a frame that does not run pays for loading what can be told without one.
        from artframe.offline import answer

        return print_answer(answer(home, words), as_json=as_machine)
    except ArtframeError as error:
        return print_answer({"error": as_json(error)}, as_json=as_machine)
    except BrokenPipeError:
        # The reader has seen enough ('artframe help | head'); Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PermissionError:
        print(f"artframe: the frame on {home} belongs to another user; run this as that user", file=sys.stderr)
        return 77


if __name__ == "__main__":
    sys.exit(main())
