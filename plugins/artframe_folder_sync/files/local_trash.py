"""Where do files go that were deleted in Immich? Into a dated trash inside the folder, and back from it."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from artframe.plugin import Clock
from artframe_folder_sync.files.disk import TRASH, Disk
from artframe_folder_sync.records import FileFact

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(\.\d+)?")
_SEEN = f"{TRASH}/.days"
_DAYS_SEEN = 7
"""A clock that jumps a year ahead must not empty the trash: only so many days that were lived through do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trashed:
    """One file in the trash: where it lies, where it was, since which day (UTC)."""

    trash_path: str
    path: str
    day: date
    size: int
    mtime_ns: int


class LocalTrash:
    """``.artframe-trash/YYYY-MM-DD/<path>``. All methods: OSError as it comes."""

    def __init__(self, disk: Disk, clock: Clock) -> None:
        self._disk = disk
        self._clock = clock
        self._trusted: date | None = None

    def place_for(self, path: str) -> str:
        """Where the file is to go today: a path in the trash that is free now.

        It keeps its path and name; the second one of a day goes to ``YYYY-MM-DD.2``.
        """
        self._distrust(self._today())
        today = self._today().isoformat()
        for number in itertools.count(1):
            place = f"{TRASH}/{today}{f'.{number}' if number > 1 else ''}/{path}"
            if self._free(place):
                return place
        raise AssertionError

    def put(self, path: str, trash_path: str, *, expected: FileFact | None = None, durable: bool = True) -> None:
        """Move it there, never over anything (FileExistsError: ask ``place_for`` again); see ``Disk.move``."""
        _inside(trash_path)
        self._disk.move(path, trash_path, expected=expected, durable=durable)

    def take_back(self, trash_path: str, path: str) -> None:
        """Move it out again, never over anything; empty folders of the trash go."""
        _inside(trash_path)
        self._disk.move(trash_path, path)
        self._prune(trash_path)

    def expire(self, days: int, may_go: Callable[[str], bool]) -> list[str]:
        """Delete for good what lies there for more than ``days`` and ``may_go(trash_path)``; returns those paths.

        Only once this was asked on several different days since: one look at a wrong clock deletes nothing.
        """
        today = self._today()
        seen = self._days_seen(today)
        gone: list[str] = []
        for day, root in self._days():
            lived = sum(one > day for one in seen)
            if day >= today - timedelta(days=days) or lived < min(days, _DAYS_SEEN):
                continue
            for path in self._files(root):
                if may_go(path):
                    self._disk.remove(path)
                    gone.append(path)
            self._clear(root)
        return gone

    def listing(self) -> Iterator[Trashed]:
        """Oldest day first."""
        for day, root in self._days():
            for trash_path in self._files(root):
                with contextlib.suppress(FileNotFoundError):
                    fact = self._disk.status(trash_path)
                    yield Trashed(
                        trash_path=trash_path,
                        path=trash_path.removeprefix(f"{root}/"),
                        day=day,
                        size=fact.size,
                        mtime_ns=fact.mtime_ns,
                    )

    def _today(self) -> date:
        return self._clock.now().date()

    def _free(self, place: str) -> bool:
        parts = place.split("/")
        for depth in range(2, len(parts)):
            match self._disk.kind("/".join(parts[:depth])):
                case None:
                    return True
                case "folder":
                    continue
                case _:
                    return False
        return self._disk.kind(place) is None

    def _days(self) -> list[tuple[date, str]]:
        """The dated folders, oldest first; whatever else lies in the trash is none of ours."""
        try:
            with self._disk.folder(TRASH) as folder:
                names = folder.names().folders
        except FileNotFoundError:
            return []
        found = []
        for name in names:
            if match := _DAY.fullmatch(name):
                with contextlib.suppress(ValueError):
                    found.append((date.fromisoformat(match[1]), f"{TRASH}/{name}"))
        return sorted(found)

    def _days_seen(self, today: date) -> list[date]:
        """The last days on which ``expire`` was asked, today among them: empty files with the day as their name."""
        self._distrust(today)
        names = self._names_seen()
        if today.isoformat() not in names and self._days():
            with self._disk.receive() as note, contextlib.suppress(FileExistsError):
                note.finish(f"{_SEEN}/{today.isoformat()}", int(self._clock.now().timestamp() * 1e9))
            names = sorted([*names, today.isoformat()])
        for name in names[: -2 * _DAYS_SEEN]:
            self._disk.remove(f"{_SEEN}/{name}")
        days = []
        for name in names:
            with contextlib.suppress(ValueError):
                days.append(date.fromisoformat(name))
        return days

    def _names_seen(self) -> list[str]:
        try:
            with self._disk.folder(_SEEN) as folder:
                return sorted(name for name in folder.names().files if _DAY.fullmatch(name))
        except FileNotFoundError:
            return []

    def _distrust(self, today: date) -> None:
        """Days that lie ahead were not lived through after what goes into the trash today: a clock is or was wrong."""
        if self._trusted == today:
            return
        for name in self._names_seen():
            if name > today.isoformat():
                self._disk.remove(f"{_SEEN}/{name}")
        self._trusted = today

    def _folders(self, root: str) -> list[str]:
        """This folder and all below it, each before those in it."""
        found = [root]
        for path in found:
            with self._disk.folder(path) as folder:
                found += [f"{path}/{name}" for name in sorted(folder.names().folders)]
        return found

    def _files(self, root: str) -> Iterator[str]:
        for path in self._folders(root):
            with self._disk.folder(path) as folder:
                names = sorted(folder.names().files)
            for name in names:
                yield f"{path}/{name}"

    def _clear(self, root: str) -> None:
        """Remove the folders that are empty."""
        for path in reversed(self._folders(root)):
            with contextlib.suppress(OSError):
                self._disk.remove(path)

    def _prune(self, trash_path: str) -> None:
        """Remove the folders that a file left empty, up to the trash itself."""
        folder = trash_path.rpartition("/")[0]
        with contextlib.suppress(OSError):
            while folder != TRASH:
                self._disk.remove(folder)
                folder = folder.rpartition("/")[0]


def _inside(trash_path: str) -> None:
    if not trash_path.startswith(f"{TRASH}/"):
        raise ValueError(f"not in the trash: {trash_path!r}")
