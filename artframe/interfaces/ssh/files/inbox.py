"""Where do files arrive that are brought to the frame? In ``inbox``; under their name only when they are complete."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from artframe.core.files import sync_folder
from artframe.interfaces.ssh.files.enclosure import Enclosure
from artframe.interfaces.ssh.files.entry import APPEND, CREATE, EXCLUSIVE, READ, TRUNCATE, WRITE, Entry, Handle
from artframe.interfaces.ssh.files.paths import Parts, told
from artframe.interfaces.ssh.files.read_only import OpenFile

INCOMING = ".incoming"
"""The folder in the inbox where what is not complete yet lies: on the same disk, one step from its place."""

_CHECK_EVERY = 4 << 20
_GAP = 64 << 20
"""Bytes that may be missing before a piece that arrives: pieces overtake each other, but not by so much."""
_COPY = 1 << 20


class Inbox:
    """The folder of one home, made when it is first wanted; see ``Branch``. ``floor``: so many bytes stay free."""

    def __init__(self, home: Path, floor: Callable[[], int]) -> None:
        self._root = home / "inbox"
        self._floor = floor
        self._inside = Enclosure(self._root, hidden=lambda name: name == INCOMING)
        self._growing: dict[Parts, _Arrival] = {}
        self._beginning = threading.Lock()

    def clear_out(self) -> None:
        """Remove what never became complete; while nothing arrives."""
        with self._beginning:
            if not self._growing:
                shutil.rmtree(self._root / INCOMING, ignore_errors=True)

    def entry(self, parts: Parts) -> Entry:
        """See ``Branch``. What arrives is seen by its name by those who ask for it, as it grows."""
        self._make()
        try:
            return self._inside.entry(parts)
        except FileNotFoundError:
            arrival = self._growing.get(parts)
            if arrival is None:
                raise
            return arrival.entry()

    def names(self, parts: Parts) -> list[str]:
        """See ``Branch``."""
        self._make()
        return self._inside.names(parts)

    def open(self, parts: Parts, flags: int) -> Handle:
        """See ``Branch``."""
        self._make()
        if not flags & (WRITE | APPEND):
            return OpenFile(self._inside.open(parts, os.O_RDONLY))
        there = True
        try:
            if self._inside.entry(parts).is_folder:
                raise told(errno.EISDIR)
        except FileNotFoundError:
            there = False
        if there and flags & CREATE and flags & EXCLUSIVE:
            raise told(errno.EEXIST)
        if not there and not flags & CREATE:
            raise told(errno.ENOENT)
        with self._inside.above(parts):
            pass  # its folder is there
        self.room()
        with self._beginning:
            arrival = _Arrival(self, parts, readable=bool(flags & READ), append=bool(flags & APPEND))
            self._growing[parts] = arrival
        try:
            if there and not flags & TRUNCATE:
                arrival.begin_with(self._inside.open(parts, os.O_RDONLY))
        except OSError:
            arrival.abandon()
            raise
        return arrival

    def date(self, parts: Parts, accessed: float, modified: float) -> None:
        """See ``Branch``."""
        with self._inside.above(parts) as (folder, name):
            self._inside.entry(parts)
            os.utime(name, (accessed, modified), dir_fd=folder, follow_symlinks=False)

    def resize(self, parts: Parts, size: int) -> None:
        """See ``Branch``."""
        handle = self.open(parts, WRITE)
        try:
            handle.resize(size)
        except OSError:
            handle.abandon()
            raise
        handle.finish()

    def remove(self, parts: Parts) -> None:
        """See ``Branch``."""
        with self._inside.above(parts) as (folder, name):
            if self._inside.entry(parts).is_folder:
                raise told(errno.EISDIR)
            os.unlink(name, dir_fd=folder)

    def make_folder(self, parts: Parts) -> None:
        """See ``Branch``."""
        self._make()
        with self._inside.above(parts) as (folder, name):
            os.mkdir(name, 0o755, dir_fd=folder)

    def remove_folder(self, parts: Parts) -> None:
        """See ``Branch``."""
        with self._inside.above(parts) as (folder, name):
            os.rmdir(name, dir_fd=folder)

    def rename(self, old: Parts, new: Parts, *, replace: bool) -> None:
        """See ``Branch``."""
        self._inside.entry(old)
        with self._inside.above(old) as (source, name), self._inside.above(new) as (target, new_name):
            if not replace and _is_there(target, new_name):
                raise told(errno.EEXIST)
            os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
            os.fsync(target)

    def disk(self) -> os.statvfs_result:
        """See ``Branch``."""
        self._make()
        return os.statvfs(self._root)

    # ---- for what arrives

    def incoming(self) -> tuple[Path, int]:
        """A new private file for what arrives, and its descriptor."""
        folder = self._root / INCOMING
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / secrets.token_hex(8)
        return path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def settle(self, path: Path, parts: Parts) -> None:
        """What arrived is complete and durable: give it its name."""
        with self._inside.above(parts) as (folder, name):
            os.rename(path, name, dst_dir_fd=folder)
            os.fsync(folder)

    def forget(self, parts: Parts, arrival: _Arrival) -> None:
        """It has arrived, or never will."""
        if self._growing.get(parts) is arrival:
            del self._growing[parts]

    def room(self) -> None:
        """Raise OSError where the disk has no room for more."""
        disk, floor = os.statvfs(self._root), self._floor()
        if disk.f_bavail * disk.f_frsize < floor:
            raise told(errno.ENOSPC, f"the frame keeps {floor >> 20} MB of its disk free; nothing more is taken in")

    def _make(self) -> None:
        if not self._root.is_dir():
            # Several files may be the first one.
            self._root.mkdir(mode=0o755, exist_ok=True)
            sync_folder(self._root.parent)


class _Arrival(Handle):
    """A file on its way in."""

    def __init__(self, inbox: Inbox, parts: Parts, *, readable: bool, append: bool) -> None:
        self._inbox = inbox
        self._parts = parts
        self._readable = readable
        self._append = append
        self._path, self._handle = inbox.incoming()
        self._unchecked = 0
        self._times: tuple[float, float] | None = None

    def begin_with(self, source: int) -> None:
        """Start from what the file held before."""
        try:
            while data := os.read(source, _COPY):
                self.write(os.fstat(self._handle).st_size, data)
        finally:
            os.close(source)

    def entry(self) -> Entry:
        return Entry.of(os.fstat(self._handle))

    def read(self, offset: int, size: int) -> bytes:
        return os.pread(self._handle, size, offset) if self._readable else super().read(offset, size)

    def write(self, offset: int, data: bytes) -> int:
        size = os.fstat(self._handle).st_size
        if self._append:
            offset = size
        if offset > size + _GAP:
            raise told(errno.EFBIG, "this is far beyond the end of the file")
        self._unchecked += len(data)
        if self._unchecked >= _CHECK_EVERY:
            self._unchecked = 0
            self._inbox.room()
        done = 0
        while done < len(data):
            done += os.pwrite(self._handle, data[done:], offset + done)
        return done

    def resize(self, size: int) -> None:
        if size > os.fstat(self._handle).st_size + _GAP:
            raise told(errno.EFBIG, "this is far beyond the end of the file")
        os.ftruncate(self._handle, size)

    def date(self, accessed: float, modified: float) -> None:
        self._times = (accessed, modified)

    def sync(self) -> None:
        os.fsync(self._handle)

    def finish(self) -> None:
        try:
            if self._times is not None:
                os.utime(self._handle, self._times)
            os.fsync(self._handle)
            self._inbox.settle(self._path, self._parts)
        except OSError:
            self.abandon()
            raise
        self._inbox.forget(self._parts, self)
        os.close(self._handle)

    def abandon(self) -> None:
        self._inbox.forget(self._parts, self)
        os.close(self._handle)
        with contextlib.suppress(OSError):
            self._path.unlink()


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
