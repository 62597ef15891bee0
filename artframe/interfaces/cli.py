"""The command line: asks the running frame, and prints what it answers.

This module is what every ``artframe status`` imports, so it stays with the standard library and the small core.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from artframe.errors import ArtframeError
from artframe.interfaces import exits
from artframe.interfaces.exits import NOT_RUNNING
from artframe.interfaces.printing import printed
from artframe.interfaces.socket_path import socket_address

Replies = Callable[[dict[str, Any]], Iterable[bytes]]
"""What to send for a ``wanted`` message."""


class NotRunning(Exception):
    """No frame runs on this home."""


class Content:
    """The bytes of a file that the frame sends, still to be read."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source = source
        self._left = size

    def read(self, size: int) -> bytes:
        """At most so many of them, b"" at the end. Raises ConnectionError if the frame ends too early."""
        piece = self._source.read(min(size, self._left))
        if not piece and self._left:
            raise ConnectionError("the frame ended in the middle of a file")
        self._left -= len(piece)
        return piece


def connect(home: Path) -> socket.socket:
    """A connection to the running frame. Raises NotRunning; PermissionError where it is another user's."""
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with socket_address(home) as address:
            channel.connect(address)
    except BaseException as error:
        channel.close()
        if isinstance(error, FileNotFoundError | ConnectionRefusedError | NotADirectoryError):
            raise NotRunning(str(home)) from error
        raise
    return channel


def ask(home: Path, words: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Send the words to the running frame and yield its answers as they come; raises NotRunning."""
    yield from converse(connect(home), {"words": list(words), "cwd": here()})


def converse(
    channel: socket.socket, request: dict[str, Any], replies: Replies | None = None
) -> Iterator[dict[str, Any]]:
    """Send a request and yield the answers as they come; see ``artframe.interfaces.conversation``.

    The last is the final answer, unless the frame ended before it could give one. What the frame wants to know is
    asked from the person here, or from ``replies``. An ``attachment`` comes with its ``Content`` as ``content``. Ending
    the iterator early cancels the command.
    """
    with channel, channel.makefile("rb") as lines:
        try:
            channel.sendall(json.dumps(request).encode() + b"\n")
            for line in lines:
                answer = json.loads(line)
                if "wanted" in answer:
                    _reply(channel, answer, replies)
                    continue
                if "attachment" in answer:
                    content = Content(lines, answer["attachment"]["size"])
                    yield {**answer, "content": content}
                    while content.read(1 << 16):
                        pass  # whoever asked did not want it
                else:
                    yield answer
        except (ConnectionError, json.JSONDecodeError):
            return  # the frame died in the middle of an answer: like one that ends without any


def here() -> str:
    """The folder where the person is, "" if it has been deleted under them."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""


def abilities() -> list[str]:
    """What the frame may ask here: a person at a terminal, or what comes in through standard input."""
    if sys.stdin is None or sys.stdin.closed:
        return []
    asked = ["confirm"] if sys.stdin.isatty() and sys.stderr.isatty() else []
    return [*asked, "hidden", "input"]


def show(answers: Iterator[dict[str, Any]], *, as_json: bool, output: str | None = None, of: Sequence[str] = ()) -> int:
    """Print answers until the last; returns the exit code. Results go to standard output, the rest to stderr.

    ``output``: where the person wants a file that is the answer; ``of``: the words that were asked.
    """
    progress = None
    stored = None
    streamed = False
    try:
        for answer in answers:
            if "progress" in answer:
                if sys.stderr.isatty() and not as_json:
                    progress = progress or _progress()
                    progress.update(answer["progress"])
                continue
            if progress is not None:
                progress.close()
                progress = None
            if "item" in answer:
                streamed = True
                print_answer(answer, as_json=as_json)
            elif "attachment" in answer:
                stored = _store(answer, output, as_json=as_json)
            else:
                if "result" in answer and stored is not None:
                    return _print_stored(answer["result"], stored, as_json=as_json)
                if output is not None and "error" not in answer:
                    print("artframe: the answer is no file, so --output was not used", file=sys.stderr)
                return print_answer(answer, as_json=as_json)
    except KeyboardInterrupt:
        # What only answers us is cancelled by our going; a job belongs to the frame and goes on.
        if tuple(of[:2]) == ("job", "run"):
            text = "no longer waiting; the job goes on until 'artframe job cancel' ends it"
            print(f"artframe: {text}", file=sys.stderr)
        elif not streamed:
            print("artframe: cancelled", file=sys.stderr)
        return 130
    except ArtframeError as error:
        return print_answer({"error": exits.as_json(error)}, as_json=as_json)
    except BrokenPipeError:
        raise  # who reads our output has seen enough
    except ConnectionError:
        pass  # told below
    finally:
        if progress is not None:
            progress.close()
    print("artframe: the frame ended while it worked on this", file=sys.stderr)
    return NOT_RUNNING


def print_answer(answer: dict[str, Any], *, as_json: bool) -> int:
    """Print an item or the final answer; returns the exit code."""
    lines = printed(answer, as_json=as_json)
    print(lines.out, end="", flush="item" in answer)
    print(lines.err, end="", file=sys.stderr)
    return lines.exit_code or 0


def _print_stored(result: dict[str, Any], stored: str, *, as_json: bool) -> int:
    if stored == "-":
        return 0
    text = f"{stored}: {result['size']:,} bytes"
    return print_answer({"result": {**result, "file": stored}, "text": text}, as_json=as_json)


# Imported where they are needed: only a command that asks, shows progress or answers with a file pays for it.


def _reply(channel: socket.socket, wanted: dict[str, Any], replies: Replies | None) -> None:
    if replies is None:
        from artframe.interfaces import prompts

        replies = prompts.replies
    # Refused meanwhile, and the connection ended: why stands in what is still to be read.
    with contextlib.suppress(ConnectionError):
        for piece in replies(wanted):
            channel.sendall(piece)


def _progress() -> Any:
    from artframe.interfaces.cli_progress import ProgressLine

    return ProgressLine()


def _store(answer: dict[str, Any], output: str | None, *, as_json: bool) -> str:
    from artframe.interfaces.received_file import store

    return store(answer["content"], answer["attachment"]["name"], output, aside=as_json or sys.stdout.isatty())
