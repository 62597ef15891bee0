"""Where do files go that were deleted in Immich? Into a dated trash inside the folder, and back from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from artframe.plugin import Clock
from artframe_folder_sync.disk import Disk
from artframe_folder_sync.records import FileFact


@dataclass(frozen=True, kw_only=True, slots=True)
class Trashed:
    """One file in the trash: where it lies, where it was (by its name), since which day (UTC)."""

    trash_path: str
    path: str
    day: date
    size: int
    mtime_ns: int


class LocalTrash:
    """``.artframe-trash/YYYY-MM-DD/<path>``. All methods: OSError as it comes."""

    def __init__(self, disk: Disk, clock: Clock) -> None:
        raise NotImplementedError

    def place_for(self, path: str) -> str:
        """Where the file is to go today: a path in the trash that is free now."""
        raise NotImplementedError

    def put(self, path: str, trash_path: str, *, expected: FileFact | None = None, durable: bool = True) -> None:
        """Move it there, never over anything (FileExistsError: ask ``place_for`` again); see ``Disk.move``."""
        raise NotImplementedError

    def take_back(self, trash_path: str, path: str) -> None:
        """Move it out again, never over anything; empty folders of the trash go."""
        raise NotImplementedError

    def expire(self, days: int, may_go: Callable[[str], bool]) -> list[str]:
        """Delete for good what lies there for more than ``days`` and ``may_go(trash_path)``; returns those paths."""
        raise NotImplementedError

    def listing(self) -> Iterator[Trashed]:
        """Oldest day first."""
        raise NotImplementedError
