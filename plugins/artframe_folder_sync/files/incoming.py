"""How does a photo get into the folder? Under a temporary name, and under its own only when it is whole and on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable

from artframe_folder_sync.files.folder import Probe, fact_of
from artframe_folder_sync.records import FileFact


class Incoming:
    """A file on its way into the folder. As a context manager it is discarded at the end unless it was finished."""

    def __init__(
        self, fd: int, path: str, *, move: Callable[[str, str], None], remove: Callable[[str], None], probe: Probe
    ) -> None:
        """``fd`` is open for writing at ``path``; ``move`` renames without replacing, durably."""
        self.path = path
        self.size = 0
        self._fd = fd
        self._move = move
        self._remove = remove
        self._probe = probe
        self._digest = hashlib.sha1(usedforsecurity=False)

    @property
    def sha1(self) -> str:
        """Of what was written so far."""
        return self._digest.hexdigest()

    def write(self, block: bytes) -> None:
        """Append; OSError (ENOSPC, EIO) as it comes."""
        self._probe("write", self.path)
        view = memoryview(block)
        while view:
            view = view[os.write(self._fd, view) :]
        self._digest.update(block)
        self.size += len(block)

    def finish(self, path: str, mtime_ns: int) -> FileFact:
        """On disk for good, then under its name; returns what is there (a file system may round the time).

        FileExistsError: the name is taken, and another ``finish`` may follow.
        """
        self._probe("finish", path)
        # Network drives may refuse to set the time of a file that belongs to another user. The photo matters more.
        with contextlib.suppress(PermissionError):
            os.utime(self._fd, ns=(mtime_ns, mtime_ns))
        os.fsync(self._fd)
        self._move(self.path, path)
        fact = fact_of(os.fstat(self._fd), path)
        self._close()
        self._probe("finish done", path)
        return fact

    def discard(self) -> None:
        """Harmless when finished."""
        if self._fd >= 0:
            self._close()
            # What cannot be removed now is tidied away by a later run.
            with contextlib.suppress(OSError):
                self._remove(self.path)

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        os.close(fd)

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()
