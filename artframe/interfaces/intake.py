"""How does a file that a caller gives to a command come in, and how does it go again?"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from artframe.core.calling import Caller
from artframe.core.exchange import Upload
from artframe.errors import CommandError, NotReady

NO_INPUT = 66
"""Exit code for a file that cannot be read (EX_NOINPUT)."""
STANDARD_INPUT = "-"

_PREFIX = ".incoming-"


class Intake:
    """The files of one command; ``close`` removes those that were written for it."""

    limit = 1 << 28
    """Bytes that a command takes from standard input: far more than a configuration or its backup has."""

    def __init__(self, folder: Path, caller: Caller) -> None:
        self._folder = folder
        self._caller = caller
        self._ours: list[Path] = []

    async def spool(self, content: AsyncIterator[bytes], name: str = "standard input") -> Upload:
        """Keep what arrives in a private file. Raises CommandError when it is too much, NotReady without room."""
        try:
            file = await self._caller.call(self._begin)
            with contextlib.closing(file):
                size = 0
                async for piece in content:
                    size += len(piece)
                    if size > self.limit:
                        raise CommandError(
                            f"{name} is larger than {self.limit / 1e6:,.0f} MB; nothing was done",
                            "give the name of a file instead",
                            exit_code=NO_INPUT,
                        )
                    await self._caller.call(file.write, piece)
        except OSError as error:
            raise NotReady(
                f"{name} cannot be kept for the command: {error.strerror or error}; nothing was done",
                "make room on the disk",
            ) from None
        return Upload(path=self._ours[-1], name=name)

    def close(self) -> None:
        """Remove what was written; harmless to repeat."""
        while self._ours:
            with contextlib.suppress(OSError):
                self._ours.pop().unlink()

    def _begin(self) -> BinaryIO:
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=_PREFIX)
        self._ours.append(Path(name))
        return os.fdopen(handle, "wb")


def given_file(text: str, folder: str) -> Upload:
    """The file that a caller names, seen from the folder where they are. It stays theirs. Raises CommandError."""
    path = Path(folder) / text
    if not path.is_absolute():
        raise CommandError(f"'{text}' says not in which folder", "give the whole path", exit_code=NO_INPUT)
    wrong, hint = "", ""
    if path.parts[:2] in (("/", "dev"), ("/", "proc")):
        # These name something else in every process.
        wrong, hint = "belongs to the caller alone", "- stands for standard input"
    else:
        try:
            # Opened without blocking: nobody may ever write into a named pipe.
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            wrong = getattr(error, "strerror", None) or "no name of a file"
        else:
            mode = os.fstat(handle).st_mode
            os.close(handle)
            if stat.S_ISDIR(mode):
                wrong = "it is a folder"
            elif not stat.S_ISREG(mode):
                wrong, hint = "it is not an ordinary file", "- stands for standard input"
    if wrong:
        raise CommandError(f"the file '{text}' cannot be read: {wrong}; nothing was done", hint, exit_code=NO_INPUT)
    return Upload(path=path, name=path.name)


def clear_out(folder: Path) -> None:
    """Remove what a crash left behind."""
    for path in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            path.unlink()
