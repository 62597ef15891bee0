"""What is in the files? SHA-1 in several threads, with the memory of a few blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from artframe_folder_sync.disk import Disk
from artframe_folder_sync.records import FileFact, Hashed, Unstable


def hash_files(
    disk: Disk, facts: Iterable[FileFact], *, threads: int, stopped: Callable[[], bool]
) -> Iterator[Hashed | Unstable]:
    """One answer for each fact, in any order; ``facts`` is read lazily and in the caller's thread.

    Raises Cancelled once ``stopped()`` is true, so that an early end is never taken for a whole one.
    """
    raise NotImplementedError


def hash_file(disk: Disk, path: str) -> Hashed | Unstable:
    """One file, now, whatever was seen of it before."""
    raise NotImplementedError
