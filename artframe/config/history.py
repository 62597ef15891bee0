"""What did a configuration file say before?

Every version that was ever in force is kept under ``state/config-history/<file>/``, the last ten of each file. The name
of a copy tells all there is to know: ``000007.20260501T120000Z.good.hand-edit.json``. Copies hold the file to the
letter, secrets included, so they are readable by their owner only.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from artframe.config.problem import UnknownFile
from artframe.config.saving import private_folder, save
from artframe.core.clock import Clock

KEPT = 10
STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"(\d{6,})\.(\d{8}T\d{6}Z)\.(good|replaced|removed|archived)\.([a-z0-9-]*)\.json")


class Kind(enum.Enum):
    """Why a copy was kept, and whether it may give way to newer ones."""

    GOOD = ("good", True)
    """It was in force."""
    REPLACED = ("replaced", True)
    """It could not be used, and somebody had it replaced."""
    REMOVED = ("removed", True)
    """An empty mark: from here on there was no such file, so what came before is no longer "the last good"."""
    ARCHIVED = ("archived", False)
    """As it was before it was brought to a newer version of its form."""

    def __init__(self, word: str, gives_way: bool) -> None:
        self.word = word
        self.gives_way = gives_way


WORDS = {kind.word: kind for kind in Kind}


@dataclass(frozen=True, kw_only=True)
class Version:
    """One kept copy. ``id`` is what ``config rollback`` takes; ids of one file only ever grow."""

    id: str
    saved_at: datetime
    kind: Kind
    reason: str
    size: int
    path: Path


class History:
    """The kept copies of all files below one folder. Not locked: the store that owns it is."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def versions(self, file: str) -> list[Version]:
        """All kept copies of the file, newest first. Raises OSError if there are some that cannot be listed."""
        found: list[tuple[int, Version]] = []
        folder = self._of(file)
        if not folder.is_dir():
            return []
        for path in folder.iterdir():
            match = NAME.fullmatch(path.name)
            if match is None:
                continue
            number, stamp, word, reason = match.groups()
            version = Version(
                id=str(int(number)),
                saved_at=datetime.strptime(stamp, STAMP).replace(tzinfo=UTC),
                kind=WORDS[word],
                reason=reason.replace("-", " "),
                size=path.stat().st_size,
                path=path,
            )
            found.append((int(number), version))
        return [version for _, version in sorted(found, key=lambda pair: pair[0], reverse=True)]

    def in_force(self, file: str) -> Iterator[Version]:
        """The versions that were in force since the file was last created, newest first."""
        for version in self.versions(file):
            if version.kind is Kind.REMOVED:
                return
            if version.kind is Kind.GOOD:
                yield version

    def files(self, folder: str) -> list[str]:
        """The files inside ``folder`` (``plugins``) of which copies are kept, whether they still exist or not."""
        place = self._folder / folder
        return sorted(f"{folder}/{path.name}.json" for path in place.iterdir()) if place.is_dir() else []

    def mark_removed(self, file: str) -> None:
        """Take note that there is no such file any more. Raises OSError."""
        if next(self.in_force(file), None) is not None:
            self.keep(file, b"", Kind.REMOVED, "removed")

    def find(self, file: str, id: str) -> Version:
        """The copy of that id. Raises UnknownFile."""
        versions = self.versions(file)
        wanted = id.lstrip("0")
        for version in versions:
            if version.id == wanted:
                return version
        listed = ", ".join(version.id for version in versions)
        raise UnknownFile(
            f"{file} has no saved version {id[:20]!r}", f"there are: {listed}" if listed else "none was saved yet"
        )

    def keep(self, file: str, raw: bytes, kind: Kind, reason: str) -> None:
        """Keep a copy, unless the newest is the same; let the oldest of its kind go. Raises OSError."""
        newest = next(self.in_force(file), None)
        if kind is Kind.GOOD and newest is not None and newest.path.read_bytes() == raw:
            return
        versions = self.versions(file)
        folder = self._of(file)
        private_folder(folder)
        number = int(versions[0].id) + 1 if versions else 1
        slug = re.sub(r"[^a-z0-9]+", "-", reason.lower()).strip("-")[:60]
        name = f"{number:06d}.{self._clock.now().astimezone(UTC).strftime(STAMP)}.{kind.word}.{slug}.json"
        save(folder / name, raw, mode=0o600)
        if kind.gives_way:
            older = [version for version in versions if version.kind is kind][KEPT - 1 :]
            for version in older:
                version.path.unlink(missing_ok=True)

    def _of(self, file: str) -> Path:
        return self._folder / file.removesuffix(".json")
