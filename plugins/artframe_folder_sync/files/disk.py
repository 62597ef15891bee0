"""How is the folder touched? Every file operation of folder sync goes through here, and none follows a link."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import threading
from pathlib import Path
from typing import BinaryIO, Literal

from artframe_folder_sync.files.folder import FOLDER_FLAGS, Folder, Probe, open_below, parts_of, split
from artframe_folder_sync.files.identity import Identity, identity_of
from artframe_folder_sync.files.incoming import Incoming
from artframe_folder_sync.files.renaming import flush_folder, rename_new
from artframe_folder_sync.records import FileFact

TRASH = ".artframe-trash"
INCOMING = ".artframe-tmp"
_TEMPORARY = re.compile(r"[0-9a-f]{16}\.part")


class FileChanged(OSError):
    """The file is not the one that was expected; nothing was done to it."""


def _unwatched(operation: str, path: str) -> None:
    """The probe of a disk that nobody watches."""


class Disk:
    """The folder of a pair. Paths are relative with ``/``; links on the way are OSError(ELOOP), another disk EXDEV.

    It insists on the root it saw first (or at the last ``pin``): when the folder is exchanged under it, by a mount that
    vanished, everything is OSError(ESTALE) and nothing is "not there". All methods may be called from any thread.
    ``probe`` is called with ``(operation, path)`` before and ``(operation + " done", path)`` after what changes or
    lists: tests fail or stop there.
    """

    def __init__(self, root: Path, *, probe: Probe | None = None) -> None:
        self.root = root
        self._probe = probe or _unwatched
        self._pinned: Identity | None = None
        self._lock = threading.Lock()
        self._unsynced: set[str] = set()

    def pin(self) -> str:
        """Insist on the root as it is now, at the start of a run; returns its identity. OSError if it is not there."""
        fd = os.open(self.root, FOLDER_FLAGS & ~os.O_NOFOLLOW)
        try:
            self._pinned = identity_of(fd)
        finally:
            os.close(fd)
        return self._pinned.text

    def identity(self) -> str:
        """Which file system and folder this is now, the same after a restart; compare for equality only."""
        fd = os.open(self.root, FOLDER_FLAGS & ~os.O_NOFOLLOW)
        try:
            return identity_of(fd).text
        finally:
            os.close(fd)

    def folder(self, path: str) -> Folder:
        """Open a folder, for a context manager; FileNotFoundError only when really absent."""
        return Folder(self._walk(parts_of(path), make=False), path, self._probe)

    def status(self, path: str) -> FileFact:
        """FileNotFoundError only when really absent; IsADirectoryError for a folder, other OSErrors: unknown."""
        where, name = _place(path)
        with self.folder(where) as folder:
            return folder.fact(name)

    def kind(self, path: str) -> Literal["file", "folder", "other"] | None:
        """What is there; None: nothing. A link is "other"."""
        where, name = _place(path)
        try:
            with self.folder(where) as folder:
                mode = os.stat(name, dir_fd=folder.fd, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return None
        if stat.S_ISREG(mode):
            return "file"
        return "folder" if stat.S_ISDIR(mode) else "other"

    def touched(self, folder: str) -> int | None:
        """When something last came into or left a folder, or the nearest one above it that is there (nanoseconds).

        None where the file system keeps no such times, or they cannot be read.
        """
        parts = parts_of(folder)
        for depth in range(len(parts), -1, -1):
            try:
                with self.folder("/".join(parts[:depth])) as found:
                    lasting = self._pinned is not None and self._pinned.inode is not None
                    return os.fstat(found.fd).st_mtime_ns if lasting else None
            except FileNotFoundError:
                continue
            except OSError:
                return None
        return None

    def open(self, path: str) -> BinaryIO:
        """Regular files only; errors as those of ``status``."""
        where, name = _place(path)
        with self.folder(where) as folder:
            return folder.open(name)

    def free_bytes(self) -> int:
        """What this process may still write."""
        with self.folder("") as root:
            room = os.fstatvfs(root.fd)
        return room.f_bavail * room.f_frsize

    def move(self, source: str, target: str, *, expected: FileFact | None = None, durable: bool = True) -> None:
        """Rename a regular file without replacing anything (FileExistsError). Makes the target's folders.

        ``expected``: FileChanged, and the file stays where it was, when inode, size or mtime differ from it.
        ``durable``: both folders are on disk at the end; else a later ``sync`` does that for many moves.
        """
        source_folder, source_name = _place(source)
        target_folder, target_name = _place(target)
        self._probe("move", source)
        with self.folder(source_folder) as old:
            _insist(old.fact(source_name), expected)
            with Folder(self._walk(parts_of(target_folder), make=True), target_folder, self._probe) as new:
                try:
                    rename_new(old.fd, source_name, new.fd, target_name)
                except OSError as error:
                    error.filename, error.filename2 = source, target
                    raise
                self._probe("move done", source)
                try:
                    _insist(new.fact(target_name), expected)
                except FileChanged:
                    # Exchanged between the look and the rename: back it goes, unless there is a newer one already.
                    rename_new(new.fd, target_name, old.fd, source_name)
                    raise
                with self._lock:
                    self._unsynced |= {source_folder, target_folder}
                if durable:
                    flush_folder(new.fd)
                    flush_folder(old.fd)
                    with self._lock:
                        self._unsynced -= {source_folder, target_folder}

    def sync(self) -> None:
        """Put on disk what moves with ``durable=False`` did."""
        with self._lock:
            folders = sorted(self._unsynced)
        for path in folders:
            # A folder that is gone has nothing to be kept.
            with contextlib.suppress(FileNotFoundError), self.folder(path) as folder:
                flush_folder(folder.fd)
            with self._lock:
                self._unsynced.discard(path)

    def remove(self, path: str) -> None:
        """A file or an empty folder below ``.artframe-trash`` or ``.artframe-tmp``; anything else is a ValueError."""
        parts = parts_of(path)
        if len(parts) < 2 or parts[0] not in (TRASH, INCOMING):
            raise ValueError(f"only what lies in the trash may be deleted, not {path!r}")
        where, name = split(path)
        self._probe("remove", path)
        with self.folder(where) as folder:
            try:
                if stat.S_ISDIR(os.stat(name, dir_fd=folder.fd, follow_symlinks=False).st_mode):
                    os.rmdir(name, dir_fd=folder.fd)
                else:
                    os.unlink(name, dir_fd=folder.fd)
            except OSError as error:
                error.filename = path
                raise
        self._probe("remove done", path)

    def receive(self) -> Incoming:
        """A new file in ``.artframe-tmp``, to be written and finished or discarded."""
        name = f"{secrets.token_hex(8)}.part"
        path = f"{INCOMING}/{name}"
        self._probe("receive", path)
        with Folder(self._walk([INCOMING], make=True), INCOMING, self._probe) as folder:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            fd = os.open(name, flags, 0o666, dir_fd=folder.fd)
        return Incoming(fd, path, move=self.move, remove=self.remove, probe=self._probe)

    def tidy(self) -> None:
        """Remove what an interrupted run left in ``.artframe-tmp``: only the names that ``receive`` gives."""
        try:
            with self.folder(INCOMING) as folder:
                left = [name for name in folder.names().files if _TEMPORARY.fullmatch(name)]
        except FileNotFoundError:
            return
        for name in left:
            self.remove(f"{INCOMING}/{name}")
        with self.folder("") as root, contextlib.suppress(OSError):
            os.rmdir(INCOMING, dir_fd=root.fd)

    def _root(self) -> int:
        try:
            fd = os.open(self.root, FOLDER_FLAGS & ~os.O_NOFOLLOW)
        except (FileNotFoundError, NotADirectoryError) as error:
            # The folder of the pair itself: never a proof that anything in it was deleted.
            raise OSError(errno.ESTALE, "the folder itself is not there", "") from error
        try:
            seen = os.fstat(fd)
            pinned = self._pinned
            if pinned is None:
                self._pinned = pinned = identity_of(fd)
            if seen.st_dev != pinned.device or pinned.inode not in (None, seen.st_ino):
                raise OSError(errno.ESTALE, "another folder is in its place than before", "")
        except BaseException:
            os.close(fd)
            raise
        return fd

    def _walk(self, parts: list[str], *, make: bool) -> int:
        """The descriptor of a folder, opened step by step from the root; ``make``: created where there is none."""
        fd = self._root()
        try:
            device = os.fstat(fd).st_dev
            for depth, part in enumerate(parts, 1):
                path = "/".join(parts[:depth])
                if make:
                    self._make(fd, part, path)
                below = open_below(fd, part, path)
                os.close(fd)
                fd = below
            if parts and os.fstat(fd).st_dev != device:
                raise OSError(errno.EXDEV, "another disk is mounted there", "/".join(parts))
        except BaseException:
            os.close(fd)
            raise
        return fd

    def _make(self, fd: int, name: str, path: str) -> None:
        try:
            os.mkdir(name, dir_fd=fd)
        except FileExistsError:
            return
        except OSError as error:
            error.filename = path
            raise
        self._probe("make", path)
        flush_folder(fd)


def _place(path: str) -> tuple[str, str]:
    parts_of(path)
    if not path:
        raise ValueError("the folder itself is no file in it")
    return split(path)


def _insist(found: FileFact, expected: FileFact | None) -> None:
    if expected and (found.inode, found.size, found.mtime_ns) != (expected.inode, expected.size, expected.mtime_ns):
        raise FileChanged(errno.EBUSY, "it changed since it was looked at", found.path)
