"""Is another artframe already running on this folder?"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from artframe.errors import CommandError


class InstanceLock:
    """One running frame per ARTFRAME_HOME, held by the kernel: free once the process is gone, however it ended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock and write our process number into it; raises CommandError naming the holder."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            # A card that went read-only: an old lock file can still be locked, and pictures can still be shown.
            handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise CommandError(
                f"another artframe (process {holder}) already runs on this folder, so this one does not start",
                "use 'artframe status' to talk to it, or set ARTFRAME_HOME to another folder for a second frame",
                exit_code=75,
            ) from None
        with contextlib.suppress(OSError):  # read-only, or not a byte free: nobody needs the number to start
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would race with the next process."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
