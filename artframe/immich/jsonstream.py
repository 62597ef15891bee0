"""How is a JSON answer of any size read in constant memory?"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import IO, Any

from artframe.immich.errors import MalformedAnswer

_CHUNK = 64 * 1024
_SPACE = " \t\r\n"


def members(source: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """The members of the one top-level object: (key, value), and (key, element) for each element of an array.

    Only one value is in memory at a time. Raises MalformedAnswer for anything but a complete JSON object.
    """
    reader = _Reader(source)
    reader.expect("{")
    if reader.take("}"):
        return
    while True:
        key = reader.value()
        reader.expect(":")
        if reader.take("["):
            if not reader.take("]"):
                yield key, reader.value()
                while reader.take(","):
                    yield key, reader.value()
                reader.expect("]")
        else:
            yield key, reader.value()
        if not reader.take(","):
            reader.expect("}")
            return


class _Reader:
    def __init__(self, source: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(source, encoding="utf-8")
        self._decoder = json.JSONDecoder()
        self._buffer = ""
        self._position = 0

    def value(self) -> Any:
        while True:
            self._skip_space()
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._position)
            except json.JSONDecodeError:
                end = -1
            # A number may go on in the next chunk: a value counts once something else follows it.
            if end >= 0 and self._buffer[end : end + 1] not in ("", ".", "e", "E", "-", "+", *"0123456789"):
                self._position = end
                return value
            self._fill()

    def take(self, mark: str) -> bool:
        self._skip_space()
        if self._buffer[self._position] != mark:
            return False
        self._position += 1
        return True

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            raise MalformedAnswer(f"the server's answer is not the JSON it should be ({mark!r} expected)")

    def _skip_space(self) -> None:
        while True:
            while self._position < len(self._buffer) and self._buffer[self._position] in _SPACE:
                self._position += 1
            if self._position < len(self._buffer):
                return
            self._fill()

    def _fill(self) -> None:
        try:
            more = self._text.read(_CHUNK)
        except UnicodeDecodeError as error:
            raise MalformedAnswer("the server's answer is not UTF-8") from error
        if not more:
            raise MalformedAnswer("the server's answer ends in the middle, or is not JSON")
        self._buffer = self._buffer[self._position :] + more
        self._position = 0
