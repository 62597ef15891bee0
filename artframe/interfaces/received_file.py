"""Where does a file go that a command answered with, and what may it never replace?"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import IO, Protocol

from artframe.errors import CommandError

CANNOT_CREATE = 73
"""Exit code for a file that cannot be written (EX_CANTCREAT)."""
STANDARD_OUTPUT = "-"

_PIECE = 1 << 16


class Readable(Protocol):
    """Bytes that come in pieces; b"" at the end."""

    def read(self, size: int) -> bytes: ...


def store(content: Readable, name: str, output: str | None, *, aside: bool) -> str:
    """Write it to ``output`` (``-``: standard output), or else to standard output, or (``aside``) beside the person.

    ``name`` is what the frame calls it: in the current folder a file of that name is made, and none replaced. What
    the person named is replaced in one step. Returns where it went; raises CommandError, and whatever ``content`` does.
    """
    if output == STANDARD_OUTPUT or (output is None and not aside):
        _copy(content, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return STANDARD_OUTPUT
    path = Path(_harmless(name) if output is None else output)
    try:
        if output is None:
            _create(content, path)
        else:
            _replace(content, path)
    except FileExistsError:
        raise CommandError(
            f"{path} is there already and was not replaced", "--output FILE names another", exit_code=CANNOT_CREATE
        ) from None
    except ConnectionError:
        raise
    except OSError as error:
        raise CommandError(
            f"{path} cannot be written: {error.strerror or error}",
            "--output FILE names another place",
            exit_code=CANNOT_CREATE,
        ) from None
    return str(path)


def _create(content: Readable, path: Path) -> None:
    # Only its owner may read it: a backup holds keys, and a photo is private, too.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        try:
            _copy(content, file)
        except BaseException:
            path.unlink()
            raise


def _replace(content: Readable, path: Path) -> None:
    if path.exists() and not path.is_file():
        with path.open("wb") as file:  # a device or a pipe; a folder raises
            _copy(content, file)
        return
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:80]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            if target.exists():
                os.fchmod(file.fileno(), target.stat().st_mode & 0o777)
            _copy(content, file)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink()
        raise


def _copy(content: Readable, file: IO[bytes]) -> None:
    while piece := content.read(_PIECE):
        file.write(piece)


def _harmless(name: str) -> str:
    """A name in this very folder, whatever it was called where it comes from."""
    bare = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    return bare.lstrip(".")[-120:] or "answer"
