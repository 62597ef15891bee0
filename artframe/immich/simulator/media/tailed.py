"""How do thousands of different originals share one file on disk? Each has a few bytes of its own after it."""

from __future__ import annotations

import os
from typing import BinaryIO


class TailedFile:
    """Reads a file and then its tail, as one stream."""

    def __init__(self, file: BinaryIO, tail: bytes) -> None:
        self._file = file
        self._tail = tail
        self._length = self.length_of(file)
        self._position = 0

    @staticmethod
    def length_of(file: BinaryIO) -> int:
        """The length of the file alone."""
        return os.fstat(file.fileno()).st_size

    def seek(self, position: int) -> int:
        """Go on reading there."""
        self._position = position
        return position

    def read(self, size: int) -> bytes:
        """The next bytes, at most ``size``; empty at the end."""
        if self._position < self._length:
            self._file.seek(self._position)
            block = self._file.read(min(size, self._length - self._position))
        else:
            first = self._position - self._length
            block = self._tail[first : first + size]
        self._position += len(block)
        return block
