"""How far has a file been read that is being sent?"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO


class Outgoing:
    """Reads a file once from front to back, and tells how many bytes of it were taken so far."""

    def __init__(self, source: BinaryIO, taken: Callable[[int], None]) -> None:
        self._source = source
        self._taken = taken
        self._done = 0

    def read(self, size: int = -1) -> bytes:
        """As of a file."""
        piece = self._source.read(size)
        self._done += len(piece)
        self._taken(self._done)
        return piece
