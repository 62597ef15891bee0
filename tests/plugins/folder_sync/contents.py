"""Files for the tests of folder sync: small, valid where it matters, each like no other."""

from __future__ import annotations

import hashlib
from functools import cache

from tests.immich.simulator import pictures


class Content(bytes):
    """Bytes that say in a failing test what they are."""

    label: str

    def __new__(cls, data: bytes, label: str) -> Content:
        self = super().__new__(cls, data)
        self.label = label
        return self

    def __repr__(self) -> str:
        return f"<{self.label}>"

    @property
    def sha1(self) -> str:
        return sha1_of(self)


def sha1_of(data: bytes) -> str:
    """SHA-1 in lower-case hex."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


@cache
def photo(number: int = 1) -> Content:
    """A JPEG; the same number is the same photo."""
    # Neighbouring seeds may give the same few pixels; what follows the end of a JPEG is read by nobody.
    return Content(pictures.jpeg(number, (16, 12)) + b"%d" % number, f"photo {number}")


@cache
def movie(number: int = 1) -> Content:
    """An MP4 of some hundred bytes."""
    return Content(pictures.mp4(400 + number), f"movie {number}")


def text(words: str) -> Content:
    """Bytes that are no photo."""
    return Content(words.encode(), words)
