"""The folders that can only be looked at: the log files, and the photos of each source."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from artframe.interfaces.ssh.files.enclosure import Enclosure
from artframe.interfaces.ssh.files.entry import APPEND, CREATE, TRUNCATE, WRITE, Entry, Handle
from artframe.interfaces.ssh.files.paths import Parts, told

FOLDER = stat.S_IFDIR | 0o555


class OpenFile(Handle):
    """A file on the disk, open for reading."""

    def __init__(self, handle: int) -> None:
        self.handle = handle

    def entry(self) -> Entry:
        return Entry.of(os.fstat(self.handle))

    def read(self, offset: int, size: int) -> bytes:
        return os.pread(self.handle, size, offset)

    def finish(self) -> None:
        os.close(self.handle)


class ReadOnly:
    """What can be changed in no way; see ``Branch``."""

    def date(self, parts: Parts, accessed: float, modified: float) -> None:
        raise _refused()

    def resize(self, parts: Parts, size: int) -> None:
        raise _refused()

    def remove(self, parts: Parts) -> None:
        raise _refused()

    def make_folder(self, parts: Parts) -> None:
        raise _refused()

    def remove_folder(self, parts: Parts) -> None:
        raise _refused()

    def rename(self, old: Parts, new: Parts, *, replace: bool) -> None:
        raise _refused()


class ReadOnlyFolders(ReadOnly):
    """Real folders by name, as ``folders`` tells them each time; ``{"": folder}``: that folder itself."""

    def __init__(self, folders: Callable[[], Mapping[str, Path]], home: Path) -> None:
        self._folders = folders
        self._home = home

    def entry(self, parts: Parts) -> Entry:
        """See ``Branch``."""
        if not parts:
            return Entry(mode=FOLDER)
        enclosure, rest = self._inside(parts)
        try:
            return enclosure.entry(rest).read_only()
        except FileNotFoundError:
            if rest:
                raise
            return Entry(mode=FOLDER)  # a source without any photo yet

    def names(self, parts: Parts) -> list[str]:
        """See ``Branch``."""
        folders = self._folders()
        if not parts and "" not in folders:
            return sorted(folders)
        enclosure, rest = self._inside(parts)
        try:
            return enclosure.names(rest)
        except FileNotFoundError:
            if rest:
                raise
            return []

    def open(self, parts: Parts, flags: int) -> Handle:
        """See ``Branch``."""
        if flags & (WRITE | APPEND | CREATE | TRUNCATE):
            raise _refused()
        enclosure, rest = self._inside(parts)
        return OpenFile(enclosure.open(rest, os.O_RDONLY))

    def disk(self) -> os.statvfs_result:
        """See ``Branch``."""
        return os.statvfs(self._home)

    def _inside(self, parts: Parts) -> tuple[Enclosure, Parts]:
        folders = self._folders()
        if "" in folders:
            return Enclosure(folders[""]), parts
        if not parts or parts[0] not in folders:
            raise told(errno.ENOENT)
        return Enclosure(folders[parts[0]]), parts[1:]


def _refused() -> OSError:
    return told(errno.EACCES, "this can only be read")
