"""What does a person (or a script, through standard input) answer when the frame wants to know more?"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator
from typing import Any, Protocol, cast

AGAIN = "the same once more: "
DIFFERENT = "these were two different ones; once more from the beginning"
_PIECE = 1 << 16


class Pieces(Protocol):
    """A file that gives what it has at the moment, b"" at its end."""

    def read1(self, size: int = ..., /) -> bytes: ...


def replies(wanted: dict[str, Any]) -> Iterator[bytes]:
    """The bytes to send for one ``wanted`` message; asks on standard error, reads standard input.

    Raises KeyboardInterrupt when the person gives up.
    """
    if wanted["wanted"] == "confirm":
        yield _line({"confirmed": _confirmed(wanted["text"])})
    elif wanted["wanted"] == "hidden":
        yield _line({"value": _hidden(wanted["text"] or wanted["name"], new=bool(wanted.get("new")))})
    else:
        yield from pieces(cast(Pieces, sys.stdin.buffer), int(wanted["limit"]))


def pieces(content: Pieces, limit: int) -> Iterator[bytes]:
    """A file as the frame takes it in: counted pieces. What is too much is not sent to its end: it is refused."""
    sent = 0
    while sent <= limit and (piece := content.read1(_PIECE)):
        sent += len(piece)
        yield _line({"bytes": len(piece)}) + piece
    yield _line({"bytes": 0})


def _confirmed(text: str) -> bool:
    print(f"{text}\nGo on? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.buffer.readline().strip().lower() in (b"y", b"yes")


def _hidden(what: str, *, new: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.buffer.readline().decode(errors="surrogateescape").rstrip("\r\n")
    try:
        while True:
            typed = getpass.getpass(f"{what}: ", sys.stderr)
            # What nobody saw being typed may hold a slip, and would lock its owner out.
            if not new or not typed or getpass.getpass(AGAIN, sys.stderr) == typed:
                return typed
            print(DIFFERENT, file=sys.stderr)
    except EOFError:
        return ""


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"
