"""What does ``artframe …`` on the command line start? Itself light: a running frame answers nearly everything."""

from __future__ import annotations

import argparse
import io
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from artframe import __version__
from artframe.interfaces.cli import NotRunning, abilities, connect, converse, here, show
from artframe.interfaces.own_words import OVERVIEW, OwnWords

_SELF_STARTING = ("run", "demo")
_USAGE = 64
"""Exit code for words that make no command, as ``artframe.interfaces.arguments`` has it."""


def main(words: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="artframe",
        description="A photo frame for your Immich albums. 'artframe help' lists what a running frame can do.",
        add_help=False,
        allow_abbrev=False,
        exit_on_error=False,
    )
    parser.add_argument("--home", type=Path, help="the frame's folder (default: $ARTFRAME_HOME or ~/.artframe)")
    parser.add_argument("--version", action="version", version=f"artframe {__version__}")
    try:
        options, rest = parser.parse_known_args(words)
    except argparse.ArgumentError as error:
        print(f"artframe: {error}", file=sys.stderr)
        return _USAGE
    if rest[:1] and rest[0] in _SELF_STARTING:
        # Imported here: starting a frame loads everything, asking one loads next to nothing.
        from artframe.starting import start

        return start(rest[0], rest[1:], options.home)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's odd name must not end the answer
    try:
        return _ask(options.home or default_home(), rest)
    except BrokenPipeError:
        # The reader has seen enough ('artframe help | head'); Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def default_home() -> Path:
    """$ARTFRAME_HOME, or ~/.artframe."""
    return Path(os.environ.get("ARTFRAME_HOME") or "~/.artframe").expanduser()


def _ask(home: Path, words: list[str]) -> int:
    if words[:1] == ["completion"]:
        # Imported here and below: most command lines need none of it.
        from artframe.interfaces.bash_completion import print_script

        return print_script(words[1:])
    if words[:1] == ["complete"]:
        from artframe.interfaces.bash_completion import print_candidates

        return print_candidates(words[1:], home, _connect)
    own = OwnWords.among(words)
    if own.rest[:2] == ["config", "edit"] and not own.wants_help:
        from artframe.local_edit import edit

        return edit(home, own.rest, as_json=own.as_json)
    try:
        channel = _connect(home)
    except PermissionError:
        print(f"artframe: the frame on {home} belongs to another user; run this as that user", file=sys.stderr)
        return 77
    if own.rest in ([], ["help"]) or own.rest == ["-h"] or own.rest == ["--help"]:
        print(OVERVIEW)
    request = {"words": own.rest, "cwd": here(), "can": abilities()}
    return show(converse(channel, request), as_json=own.as_json, output=own.output, of=own.rest)


def _connect(home: Path) -> socket.socket:
    try:
        return connect(home)
    except NotRunning:
        # Imported here: only a frame that does not run pays for loading what can be told without one.
        from artframe import offline

        return offline.connect(home)


if __name__ == "__main__":
    sys.exit(main())
