"""Why does the memory of a picture that is no longer needed go back to the system?"""

from __future__ import annotations

import contextlib
import ctypes

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # from malloc.h
_LARGE = 1 << 20
_ARENAS = 2


def tame_allocator() -> None:
    """Tell glibc to return large blocks when they are freed, and to keep few heaps; call it before threads begin.

    Left alone, glibc raises the limit for large blocks to 32 MB when the first decoded photo is freed; all later
    pictures then share one heap that fragments: 16-30 MB more for the process, measured. And each thread gets a heap of
    its own, which costs another 9 MB. Other C libraries do not need or know these settings.
    """
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_M_ARENA_MAX, _ARENAS)
