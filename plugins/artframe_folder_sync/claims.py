"""Does another instance of this plugin, on this frame, keep the same folder in step?"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from artframe_folder_sync.files.overlap import lies_in

FILE = "folders.lock"
_TRIES, _PAUSE = 20, 0.02


class Claim:
    """The folders of one running instance, in a file beside its data that the kernel keeps locked while it runs.

    So an instance that crashed, or was removed, claims nothing.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self._handle: int | None = None

    def take(self, folders: Sequence[str]) -> None:
        """Say which folders are ours (absolute, resolved); replaces what was said before. Raises OSError."""
        if self._handle is None:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._lock(self._handle)
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, json.dumps(list(folders)).encode("ascii"), 0)

    def rival(self, folder: str) -> str | None:
        """The name of another running instance that has this folder, one above or one inside it."""
        for instance, theirs in self._others():
            if any(lies_in(folder, one) or lies_in(one, folder) for one in theirs):
                return instance
        return None

    def release(self) -> None:
        """They are nobody's any more; harmless when nothing was taken."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _lock(self, handle: int) -> None:
        for _ in range(_TRIES):
            # Another instance that looks whether it is held holds it for a moment itself.
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(_PAUSE)
        self.release()
        raise BlockingIOError("an earlier life of this instance has not ended yet")

    def _others(self) -> Iterator[tuple[str, list[str]]]:
        own = self._path.parent
        for path in sorted(own.parent.glob(f"*/{FILE}")):
            if path.parent == own:
                continue
            with contextlib.suppress(OSError, ValueError):
                handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                try:
                    if _is_held(handle):
                        yield path.parent.name, [str(one) for one in json.loads(os.pread(handle, 1 << 20, 0))]
                finally:
                    os.close(handle)


def _is_held(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
