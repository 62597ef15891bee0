"""What is told of a file or folder, and what can be done with an open one?"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, replace
from typing import Protocol

from artframe.interfaces.ssh.files.paths import Parts, told

READ, WRITE, APPEND, CREATE, TRUNCATE, EXCLUSIVE = 1, 2, 4, 8, 16, 32
"""How a file is to be opened: the flags of SFTP version 3."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """``mode`` is type and rights as ``st_mode`` has them, times are seconds since 1970."""

    mode: int
    size: int = 0
    modified: float = 0.0
    accessed: float = 0.0

    @classmethod
    def of(cls, found: os.stat_result) -> Entry:
        return cls(mode=found.st_mode, size=found.st_size, modified=found.st_mtime, accessed=found.st_atime)

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.mode)

    def read_only(self) -> Entry:
        """The same, for those who may not write."""
        return replace(self, mode=stat.S_IFMT(self.mode) | (0o555 if self.is_folder else 0o444))


class Handle:
    """An open file. Whoever may not do something with it is told by the operating system's own errors."""

    def entry(self) -> Entry:
        """What it is like now."""
        raise NotImplementedError

    def read(self, offset: int, size: int) -> bytes:
        """At most ``size`` bytes from there on; b"" at the end."""
        raise told(errno.EACCES, "it was not opened for reading")

    def write(self, offset: int, data: bytes) -> int:
        """Put bytes there; returns how many."""
        raise told(errno.EACCES, "it can only be read")

    def resize(self, size: int) -> None:
        """Cut it off, or fill it up with zeros."""
        raise told(errno.EACCES, "it can only be read")

    def date(self, accessed: float, modified: float) -> None:
        """Set its times."""
        raise told(errno.EACCES, "it can only be read")

    def sync(self) -> None:
        """See that what was written is on the disk."""

    def finish(self) -> None:
        """The other side has closed it: it is complete."""

    def abandon(self) -> None:
        """The other side has gone before it closed it."""
        self.finish()

    def seek(self, offset: int, whence: int) -> int:
        """Where data (``SEEK_DATA``) and the next hole (``SEEK_HOLE``) begin: there are no holes."""
        size = self.entry().size
        if offset >= size:
            raise told(errno.ENXIO)
        return offset if whence == os.SEEK_DATA else size


class Branch(Protocol):
    """One folder of the root and what is below it; ``parts`` lead on from there, () is itself. Everything blocks."""

    def entry(self, parts: Parts) -> Entry: ...

    def names(self, parts: Parts) -> list[str]: ...

    def open(self, parts: Parts, flags: int) -> Handle: ...

    def date(self, parts: Parts, accessed: float, modified: float) -> None: ...

    def resize(self, parts: Parts, size: int) -> None: ...

    def remove(self, parts: Parts) -> None: ...

    def make_folder(self, parts: Parts) -> None: ...

    def remove_folder(self, parts: Parts) -> None: ...

    def rename(self, old: Parts, new: Parts, *, replace: bool) -> None: ...

    def disk(self) -> os.statvfs_result: ...
