"""Which place does a path from afar name? One inside our own small tree, whatever it says."""

from __future__ import annotations

import errno
import os

Parts = tuple[str, ...]

_LONGEST_NAME = 255
_LONGEST_PATH = 4096


def parts_of(path: bytes) -> Parts:
    """The names on the way from the root; ``..`` never leads above it. Raises OSError for what is no path."""
    if len(path) > _LONGEST_PATH:
        raise told(errno.ENAMETOOLONG)
    try:
        text = path.decode()
    except UnicodeDecodeError:
        raise told(errno.EILSEQ, "the name is not UTF-8") from None
    parts: list[str] = []
    for name in text.split("/"):
        if name == "..":
            del parts[-1:]
        elif name not in ("", "."):
            parts.append(_checked(name))
    return tuple(parts)


def can_be_named(name: str) -> bool:
    """Whether anybody could ask for a file of this name; what it is called on the disk may be anything."""
    try:
        return bool(name) and _checked(name) == name
    except (OSError, UnicodeEncodeError):
        return False


def path_of(parts: Parts) -> bytes:
    """The whole path of a place."""
    return ("/" + "/".join(parts)).encode()


def told(number: int, text: str = "") -> OSError:
    """An error that says what is wrong in words."""
    return OSError(number, text or os.strerror(number))


def _checked(name: str) -> str:
    if len(name.encode()) > _LONGEST_NAME:
        raise told(errno.ENAMETOOLONG)
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        raise told(errno.EINVAL, "the name holds a letter that cannot be seen")
    return name
