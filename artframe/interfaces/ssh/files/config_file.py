"""An open file of the configuration over SFTP: in memory until it is complete."""

from __future__ import annotations

import errno
import stat
from typing import Protocol

from artframe.config.document import MAX_BYTES
from artframe.interfaces.ssh.files.entry import Entry, Handle
from artframe.interfaces.ssh.files.paths import Parts, told

FILE = stat.S_IFREG | 0o600


class Writable(Protocol):
    """Where a file goes when it is complete."""

    def put(self, parts: Parts, content: bytes, modified: float | None = None) -> None: ...

    def date(self, parts: Parts, accessed: float, modified: float) -> None: ...


class ConfigReading(Handle):
    """A file as it was when it was opened."""

    def __init__(self, content: bytes, entry: Entry) -> None:
        self._content = content
        self._entry = entry

    def entry(self) -> Entry:
        return self._entry

    def read(self, offset: int, size: int) -> bytes:
        return self._content[offset : offset + size]

    def finish(self) -> None:
        """Nothing is open."""


class ConfigWriting(Handle):
    """A file that is being written, in memory until it is complete."""

    def __init__(
        self, folder: Writable, parts: Parts, start: bytes, *, changed: bool, readable: bool, append: bool
    ) -> None:
        self._folder = folder
        self._parts = parts
        self._content = bytearray(start)
        self._changed = changed
        self._readable = readable
        self._append = append
        self._modified: float | None = None

    def entry(self) -> Entry:
        return Entry(mode=FILE, size=len(self._content), modified=self._modified or 0, accessed=self._modified or 0)

    def read(self, offset: int, size: int) -> bytes:
        return bytes(self._content[offset : offset + size]) if self._readable else super().read(offset, size)

    def write(self, offset: int, data: bytes) -> int:
        if self._append:
            offset = len(self._content)
        self._fits(offset + len(data))
        self._content.extend(bytes(max(0, offset - len(self._content))))
        self._content[offset : offset + len(data)] = data
        self._changed = True
        return len(data)

    def resize(self, size: int) -> None:
        self._fits(size)
        if size != len(self._content):
            self._changed = True
        del self._content[size:]
        self._content.extend(bytes(size - len(self._content)))

    def date(self, accessed: float, modified: float) -> None:
        self._modified = modified

    def finish(self) -> None:
        if self._changed:
            self._folder.put(self._parts, bytes(self._content), self._modified)
        elif self._modified is not None:
            self._folder.date(self._parts, self._modified, self._modified)

    def abandon(self) -> None:
        """Half a file is none."""

    def _fits(self, size: int) -> None:
        if size > MAX_BYTES:
            raise told(errno.EFBIG, f"a configuration file has at most {MAX_BYTES >> 10} kB")
