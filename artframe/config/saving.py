"""How is a configuration file put on the disk, whole or not at all, with the rights it should have?"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from artframe.core.files import sync_folder, write_atomic


def save(path: Path, content: bytes, *, mode: int, keep_mode: bool = True) -> None:
    """Write the file in one step. Raises OSError; then the old file is as it was.

    An existing file keeps its rights (unless ``keep_mode`` is False) and its owner, a new one takes ``mode`` and the
    owner of its folder: whoever repairs a frame with sudo must not lock the frame out of its own settings. A link is
    followed: the file it leads to is the one that changes.
    """
    target = path.resolve()
    try:
        known = target.stat()
        mode = stat.S_IMODE(known.st_mode) if keep_mode else mode
    except FileNotFoundError:
        known = target.parent.stat()
    write_atomic(target, content, mode=mode)
    _give_to(target, known)


def private_folder(path: Path) -> None:
    """Create the folder, and those above it that are missing, for its owner alone. Raises OSError."""
    if path.is_dir():
        return
    private_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        _give_to(path, path.parent.stat())


def delete(path: Path) -> None:
    """Delete the file for good. Raises OSError."""
    path.unlink()
    sync_folder(path.parent)


def _give_to(path: Path, owner: os.stat_result) -> None:
    if os.geteuid() == 0 and owner.st_uid != 0:
        os.chown(path, owner.st_uid, owner.st_gid)
