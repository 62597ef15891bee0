"""How does a file get a new name without ever replacing another one?"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from typing import Any

_NO_REPLACE = 1
_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}
"""EPERM too: containers forbid system calls they do not know that way."""
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EACCES}


def _renameat2() -> Any:
    """The C library's function, or None where it has none (before glibc 2.28)."""
    with contextlib.suppress(AttributeError, OSError):
        function = ctypes.CDLL(None, use_errno=True).renameat2
        function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
        function.restype = ctypes.c_int
        return function
    return None


RENAMEAT2 = _renameat2()


def rename_new(source_fd: int, source: str, target_fd: int, target: str) -> None:
    """Rename between two opened folders; FileExistsError if the target is taken, by whatever.

    One atomic step where the kernel and the file system can do that, else a hard link and the removal of the old
    name. Where neither works (FAT in old kernels, some network drives) a look and a rename: there, a file that appears
    at the target between the two is replaced.
    """
    if not _renamed_at_once(source_fd, source, target_fd, target) and not _linked(source_fd, source, target_fd, target):
        try:
            os.stat(target, dir_fd=target_fd, follow_symlinks=False)
        except FileNotFoundError:
            os.rename(source, target, src_dir_fd=source_fd, dst_dir_fd=target_fd)
        else:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)


def _renamed_at_once(source_fd: int, source: str, target_fd: int, target: str) -> bool:
    """False: not possible here."""
    if RENAMEAT2 is None:
        return False
    if RENAMEAT2(source_fd, os.fsencode(source), target_fd, os.fsencode(target), _NO_REPLACE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), source, None, target)


def _linked(source_fd: int, source: str, target_fd: int, target: str) -> bool:
    """False: not possible here. Between the two steps the file has both names, so a power cut loses nothing."""
    try:
        os.link(source, target, src_dir_fd=source_fd, dst_dir_fd=target_fd, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    os.unlink(source, dir_fd=source_fd)
    return True


def flush_folder(fd: int) -> None:
    """Put a folder's entries on disk, where the file system has such a thing."""
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
