"""How is one real folder reached from afar without anybody getting out of it? Step by step, and never along a link."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from artframe.interfaces.ssh.files.entry import Entry
from artframe.interfaces.ssh.files.paths import Parts, can_be_named, told

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class Enclosure:
    """Ordinary files and folders below ``root``; links and devices in it are as if they were not there.

    Each step opens the next folder relative to the one before, so that nobody can swap a folder for a link meanwhile.
    ``root`` itself may be a link: it was laid out by the frame's owner. ``hidden``: names in it that are not shown.
    """

    def __init__(self, root: Path, *, hidden: Callable[[str], bool] = lambda name: False) -> None:
        self.root = root
        self._hidden = hidden

    def entry(self, parts: Parts) -> Entry:
        """What is there. Raises OSError."""
        if not parts:
            return Entry.of(self.root.stat())
        with self.above(parts) as (folder, name):
            return _shown(os.stat(name, dir_fd=folder, follow_symlinks=False))

    def names(self, parts: Parts) -> list[str]:
        """What is in a folder, sorted. Raises OSError."""
        found = []
        with self.folder(parts) as folder, os.scandir(folder) as listing:
            for one in listing:
                ordinary = one.is_file(follow_symlinks=False) or one.is_dir(follow_symlinks=False)
                if ordinary and can_be_named(one.name) and (parts or not self._hidden(one.name)):
                    found.append(one.name)
        return sorted(found)

    def open(self, parts: Parts, flags: int, mode: int = 0o644) -> int:
        """Open an ordinary file as ``os.open`` does; returns the descriptor. Raises OSError."""
        with self.above(parts) as (folder, name):
            handle = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode, dir_fd=folder)
        try:
            _shown(os.fstat(handle))
            if stat.S_ISDIR(os.fstat(handle).st_mode):
                raise told(errno.EISDIR)
        except OSError:
            os.close(handle)
            raise
        return handle

    @contextlib.contextmanager
    def folder(self, parts: Parts) -> Iterator[int]:
        """The descriptor of a folder. Raises OSError."""
        handle = os.open(self.root, _FOLDER)
        try:
            for number, name in enumerate(parts):
                if not number and self._hidden(name):
                    raise told(errno.ENOENT)
                try:
                    inner = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
                except OSError as error:
                    raise told(errno.ENOENT if error.errno == errno.ELOOP else error.errno or errno.EIO) from None
                os.close(handle)
                handle = inner
            yield handle
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def above(self, parts: Parts) -> Iterator[tuple[int, str]]:
        """The descriptor of the folder that holds the place, and the place's name in it. Raises OSError."""
        if not parts or (len(parts) == 1 and self._hidden(parts[0])):
            raise told(errno.EACCES if not parts else errno.ENOENT)
        with self.folder(parts[:-1]) as folder:
            yield folder, parts[-1]


def _shown(found: os.stat_result) -> Entry:
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise told(errno.ENOENT)
    return Entry.of(found)
