"""The command line: asks the running frame, and prints what it answers.

This module is what every ``artframe status`` imports, so it stays with the standard library and the small core.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from artframe.interfaces.exits import NOT_RUNNING
from artframe.interfaces.printing import printed
from artframe.interfaces.socket_path import socket_address


class NotRunning(Exception):
    """No frame runs on this home."""


def ask(home: Path, words: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Send the words to the running frame and yield its answers as they come; raises NotRunning.

    The last is the final answer, unless the frame ended before it could give one.
    """
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with channel:
        try:
            with socket_address(home) as address:
                channel.connect(address)
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
            raise NotRunning(str(home)) from error
        try:
            channel.sendall(json.dumps({"words": list(words)}).encode() + b"\n")
            with channel.makefile("rb") as lines:
                for line in lines:
                    yield json.loads(line)
        except (ConnectionError, json.JSONDecodeError):
            return  # the frame died in the middle of an answer: like one that ends without any


def show(answers: Iterator[dict[str, Any]], *, as_json: bool) -> int:
    """Print answers until the last; returns the exit code. Results go to standard output, the rest to stderr."""
    progress = None
    try:
        for answer in answers:
            if "progress" in answer:
                if sys.stderr.isatty() and not as_json:
                    progress = progress or _progress()
                    progress.update(answer["progress"])
                continue
            if progress is not None:
                progress.close()
            return print_answer(answer, as_json=as_json)
    except KeyboardInterrupt:
        if progress is not None:
            progress.close()
        # What only answers us is cancelled by our going; a job belongs to the frame and goes on.
        print("artframe: no longer waiting; a job goes on until 'artframe job cancel' ends it", file=sys.stderr)
        return 130
    print("artframe: the frame ended while it worked on this", file=sys.stderr)
    return NOT_RUNNING


def print_answer(answer: dict[str, Any], *, as_json: bool) -> int:
    """Print one final answer; returns the exit code."""
    lines = printed(answer, as_json=as_json)
    print(lines.out, end="")
    print(lines.err, end="", file=sys.stderr)
    return lines.exit_code or 0


def _progress() -> Any:
    # rich takes a tenth of a second to import: only commands that show progress on a terminal pay for it.
    from artframe.interfaces.cli_progress import ProgressLine

    return ProgressLine()
