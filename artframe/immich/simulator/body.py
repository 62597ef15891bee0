"""What did the client send after the headers, as a stream that is never held in memory as a whole?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from artframe.immich.simulator.refusal import Refused

BLOCK = 1 << 18
JSON_LIMIT = 10 * 1024 * 1024


class Disconnected(ConnectionError):
    """The client went away in the middle of its own request."""


class RequestBody:
    """The body of one request, with a known length or in chunks."""

    def __init__(self, stream: BinaryIO, *, length: int | None, chunked: bool) -> None:
        self._stream = stream
        self._chunked = chunked
        self._left = 0 if length is None else length
        self._done = not chunked and self._left == 0

    def blocks(self) -> Iterator[bytes]:
        """The bytes as they arrive; Disconnected when they stop too early."""
        while not self._done:
            if self._chunked and self._left == 0 and not self._next_chunk():
                return
            block = self._stream.read(min(BLOCK, self._left))
            if not block:
                self._done = True
                raise Disconnected("the client closed the connection in its request body")
            self._left -= len(block)
            if self._left == 0:
                self._end_of_chunk()
            yield block

    def _next_chunk(self) -> bool:
        size = self._stream.readline(64).split(b";")[0].strip()
        if not size:
            self._done = True
            raise Disconnected("the client closed the connection between two chunks")
        self._left = int(size, 16)
        if self._left:
            return True
        while self._stream.readline(1024).strip():
            pass  # trailers
        self._done = True
        return False

    def _end_of_chunk(self) -> None:
        if self._chunked:
            self._stream.readline(8)
        else:
            self._done = True

    def read_all(self) -> bytes:
        """The whole body for JSON; Express answers more than 10 MB with a 500."""
        parts: list[bytes] = []
        total = 0
        for block in self.blocks():
            total += len(block)
            if total > JSON_LIMIT:
                raise Refused(500, "Internal server error")
            parts.append(block)
        return b"".join(parts)

    def drain(self) -> None:
        """Read what nobody wanted, so that the next request on this connection starts where it should."""
        for _ in self.blocks():
            pass
