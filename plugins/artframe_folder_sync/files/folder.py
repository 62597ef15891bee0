"""What is in one opened folder? An opened folder stays the one it was, whatever is swapped on the way to it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from artframe_folder_sync.records import FileFact

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a pipe that was put in the place of a photo would hold us for ever.
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

Probe = Callable[[str, str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """The entries of a folder by kind, unsorted. ``links`` are symbolic, ``others`` devices, sockets and pipes.

    ``unclear``: the file system does not even tell what they are.
    """

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


class Folder:
    """An opened folder; close it, or use it as a context manager. Errors name the path relative to the pair's root."""

    def __init__(self, fd: int, path: str, probe: Probe) -> None:
        self.fd = fd
        self.path = path
        self._prefix = f"{path}/" if path else ""
        self._probe = probe

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.fd)

    def names(self) -> Names:
        """All entries, or an OSError: half a listing is none."""
        self._probe("list", self.path)
        found = Names()
        try:
            with os.scandir(self.fd) as entries:
                for entry in entries:
                    _kind(found, entry).append(entry.name)
        except OSError as error:
            error.filename = self.path
            raise
        self._probe("list done", self.path)
        return found

    def fact(self, name: str) -> FileFact:
        """FileNotFoundError: absent. A link is ELOOP, a folder IsADirectoryError, anything else no file EINVAL."""
        path = self._prefix + name
        self._probe("status", path)
        try:
            seen = os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except OSError as error:
            error.filename = path
            raise
        return fact_of(seen, path)

    def open(self, name: str) -> BinaryIO:
        """A regular file, for reading; errors as those of ``fact``."""
        return os.fdopen(self.descriptor(name), "rb")

    def descriptor(self, name: str) -> int:
        """The same without Python's buffer: a file descriptor that the caller closes."""
        path = self._prefix + name
        self._probe("open", path)
        try:
            fd = os.open(name, FILE_FLAGS, dir_fd=self.fd)
        except OSError as error:
            error.filename = path
            raise
        try:
            fact_of(os.fstat(fd), path)
            self._probe("open done", path)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def reading(self, name: str) -> None:
        """Told by those who read a descriptor, after each block."""
        self._probe("read", self._prefix + name)


def _kind(found: Names, entry: os.DirEntry[str]) -> list[str]:
    try:
        if entry.is_file(follow_symlinks=False):
            return found.files
        if entry.is_dir(follow_symlinks=False):
            return found.folders
        return found.links if entry.is_symlink() else found.others
    except OSError:
        return found.unclear


def fact_of(seen: os.stat_result, path: str) -> FileFact:
    """What was seen of a regular file; OSError if it is none."""
    mode = seen.st_mode
    if not stat.S_ISREG(mode):
        if stat.S_ISLNK(mode):
            raise OSError(errno.ELOOP, "a symbolic link, which is never followed", path)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        raise OSError(errno.EINVAL, "neither a file nor a folder", path)
    return FileFact(
        path=path,
        size=seen.st_size,
        mtime_ns=seen.st_mtime_ns,
        ctime_ns=seen.st_ctime_ns,
        inode=seen.st_ino,
        device=seen.st_dev,
    )


def open_below(fd: int, name: str, path: str) -> int:
    """Open the folder ``name`` in an opened one. A link is ELOOP; a file in its place means that it is not there."""
    try:
        return os.open(name, FOLDER_FLAGS, dir_fd=fd)
    except OSError as error:
        error.filename = path
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        # Kernels differ in which of the two a link gets.
        if stat.S_ISLNK(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode):
            raise OSError(errno.ELOOP, "a symbolic link, which is never followed", path) from error
        raise FileNotFoundError(errno.ENOENT, "a file is where this folder was", path) from error


def parts_of(path: str) -> list[str]:
    """The names along a relative path; ValueError for one that is not clean (``..``, doubled ``/``, NUL)."""
    parts = path.split("/") if path else []
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise ValueError(f"not a path inside the folder: {path!r}")
    return parts


def split(path: str) -> tuple[str, str]:
    """The folder and the name in it."""
    folder, _, name = path.rpartition("/")
    return folder, name
