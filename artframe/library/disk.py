"""How does a file come into the photos folder whole, and how does it leave, without touching what is not ours?"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from artframe.core.files import sync_folder
from artframe.core.sentence import Sentence, said
from artframe.errors import NotReady

log = logging.getLogger(__name__)


UNNAMEABLE = (errno.EINVAL, errno.EILSEQ, errno.ENAMETOOLONG)
"""What file systems say to a name that they cannot keep (FAT without UTF-8, encrypted folders)."""
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, *UNNAMEABLE)


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a stat says about a file: enough to notice that somebody changed it."""

    bytes: int
    mtime_ns: int


class Disk:
    """The photos folder of one source, and beside it ``parts/`` for what is not complete yet.

    A file is never written under its final name. Every step that changes the disk is a method of its own, so that a
    test can end the process before and after each.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = folder.parent / "parts"
        self._asking = threading.Lock()
        self._settling = threading.Lock()
        self._asked = 0
        self._settled = 0

    def prepare(self) -> None:
        """Create the folders; raises NotReady if the disk refuses."""
        with explained(said("photos.folder_unusable", "the photos folder cannot be used")):
            self.folder.mkdir(parents=True, exist_ok=True)
            self.parts.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Where a file of this name lies. The name is one of ours, so it cannot lead out of the folder."""
        if not name or "/" in name or "\0" in name or name in (".", ".."):
            raise ValueError(f"not a file name of ours: {name!r}")
        return self.folder / name

    def signature(self, name: str) -> Signature | None:
        """The file as stat sees it, or None if no regular file is there (a link is not ours).

        Raises OSError when the disk does not say: a file that cannot be looked at is not gone.
        """
        try:
            found = os.lstat(self.path(name))
        except OSError as error:
            if error.errno in _NOT_THERE:
                return None
            raise
        if found.st_mode & 0o170000 != 0o100000:
            return None
        return Signature(bytes=found.st_size, mtime_ns=found.st_mtime_ns)

    def occupied(self, name: str) -> bool:
        """Whether anything at all lies under this name."""
        return os.path.lexists(self.path(name))

    def sha1(self, path: Path) -> str:
        """Hash a file (hex); raises OSError."""
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()

    def readable_sha1(self, name: str) -> str | None:
        """Hash a file of the photos folder, or None where the disk cannot read it: one bad sector stops nobody."""
        try:
            return self.sha1(self.path(name))
        except OSError as error:
            log.warning("%s cannot be read (%s); it is left as it is", name, error.strerror or error)
            return None

    def free(self) -> int:
        """Bytes that are free on the folder's disk."""
        return shutil.disk_usage(self.folder).free

    def open_part(self, part: str) -> BinaryIO:
        """Open an unfinished file for reading and writing; created if need be."""
        handle = os.open(self.parts / part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        return os.fdopen(handle, "r+b", buffering=0)

    def append(self, file: BinaryIO, data: bytes) -> None:
        """Write all of the bytes; raises OSError."""
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]

    def finish(self, file: BinaryIO) -> None:
        """Make the bytes durable: after this the file may get its final name."""
        os.fdatasync(file.fileno())

    def discard(self, part: str) -> None:
        """Delete an unfinished file; harmless if there is none."""
        with contextlib.suppress(FileNotFoundError):
            (self.parts / part).unlink()

    def place(self, part: str, name: str, *, replace: bool) -> bool:
        """Give a finished file its final name; False if something that is not ours to replace lies there."""
        source, target = self.parts / part, self.path(name)
        if replace:
            source.replace(target)
            return True
        try:
            os.link(source, target)
        except FileExistsError:
            return False
        except OSError as error:
            # FAT and some network file systems know no hard links; there only a look before the rename is left.
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES):
                raise
            if os.path.lexists(target):
                return False
            source.rename(target)
        else:
            source.unlink()
        return True

    def remove(self, name: str) -> None:
        """Delete a file of ours; harmless if it is gone."""
        with contextlib.suppress(FileNotFoundError):
            self.path(name).unlink()

    def settle(self) -> None:
        """Make what happened to names in the photos folder durable; threads that ask meanwhile share the next one."""
        with self._asking:
            self._asked += 1
            mine = self._asked
        with self._settling:
            if self._settled < mine:
                upto = self._asked
                sync_folder(self.folder)
                self._settled = upto

    def part_names(self) -> Iterator[str]:
        """Everything that lies in ``parts/``."""
        with os.scandir(self.parts) as entries:
            for entry in entries:
                yield entry.name

    def file_names(self) -> Iterator[str]:
        """Every regular file in the photos folder, in no order."""
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    yield entry.name


class DiskTrouble(NotReady):
    """The disk is full, read-only or gone: no photo can be written, so the whole sync waits."""


@contextlib.contextmanager
def explained(what: Sentence) -> Iterator[None]:
    """Turn the errors of a disk into DiskTrouble: it is full, read-only or gone, and artframe waits for it."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskTrouble(
                said(
                    "sync.disk_full",
                    "the disk is full, so no more photos are fetched; what is here stays and is shown",
                ),
                said(
                    "sync.free_space",
                    "free some space, or set quota_mb or max_photos; artframe goes on by itself",
                ),
            ) from error
        raise DiskTrouble(
            said(
                "sync.disk_trouble",
                "{what}: {reason}; artframe keeps what is here and tries again",
                what=what,
                reason=error.strerror or str(error),
            ),
            said("sync.look_at_disk", "look at the disk: is it mounted, writable and sound?"),
        ) from error
