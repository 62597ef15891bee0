"""A photo source without a server: an album that a test fills, changes and breaks."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from artframe.core.task import Task
from artframe.library.database import Database
from artframe.library.library import Library
from artframe.library.mirror import Mirror
from artframe.library.report import SyncReport
from artframe.library.space import Limits
from artframe.plugin import Destination, Photo, PhotoSource, SourceSettings, SyncSummary
from artframe.testing import ManualClock

START = datetime(2024, 1, 1, 12, tzinfo=UTC)


@dataclass
class Picture:
    """A photo on the other side. ``honest`` False: the source announces neither checksum nor size."""

    name: str
    content: bytes
    taken_at: datetime = START
    version: str = ""
    honest: bool = True
    renamed: str | None = None

    def listed(self, photo_id: str) -> Photo:
        sha1 = hashlib.sha1(self.content).hexdigest()
        return Photo(
            id=photo_id,
            name=self.name,
            version=self.version or sha1,
            sha1=sha1 if self.honest else None,
            size=len(self.content) if self.honest else None,
            taken_at=self.taken_at,
            group="Summer",
        )


@dataclass
class Shelf(PhotoSource):
    """``listing_fails`` and ``fetch_fails`` raise what a test puts there; ``before_fetch`` runs in the download."""

    pictures: dict[str, Picture] = field(default_factory=dict)
    chosen: str = "album"
    forget: bool = False
    listing_fails: Exception | None = None
    listing_fails_after: int = 10**9
    fetch_fails: dict[str, Exception] = field(default_factory=dict)
    sends_instead: dict[str, list[bytes]] = field(default_factory=dict)
    before_fetch: Callable[[str], None] = lambda _: None
    chunk: int = 4
    fetched: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    summaries: list[SyncSummary] = field(default_factory=list)

    Settings = SourceSettings

    def __post_init__(self) -> None:
        self.settings = SourceSettings()
        self._lock = threading.Lock()

    def put(self, photo_id: str, name: str | None = None, content: bytes | None = None, day: int = 0) -> Picture:
        picture = Picture(
            name=name if name is not None else f"{photo_id}.jpg",
            content=content if content is not None else f"the bytes of {photo_id}".encode(),
            taken_at=START + timedelta(days=day),
        )
        self.pictures[photo_id] = picture
        return picture

    def put_many(self, count: int, *, first: int = 0) -> None:
        for number in range(first, first + count):
            self.put(f"p{number:05}", day=number)

    @property
    def scope(self) -> str:
        return self.chosen

    def photos(self) -> Iterable[Photo]:
        for number, (photo_id, picture) in enumerate(list(self.pictures.items())):
            if self.listing_fails is not None and number >= self.listing_fails_after:
                raise self.listing_fails
            yield picture.listed(photo_id)
        if self.listing_fails is not None:
            raise self.listing_fails

    def fetch(self, photo: Photo, destination: Destination) -> None:
        self.before_fetch(photo.id)
        picture = self.pictures[photo.id]
        with self._lock:
            self.fetched.append(photo.id)
            self.offsets.append(destination.offset)
            wrong = self.sends_instead.get(photo.id)
            content = wrong.pop(0) if wrong else picture.content
        if picture.renamed is not None:
            destination.rename(picture.renamed)
        error = self.fetch_fails.get(photo.id)
        rest = content[destination.offset :]
        for start in range(0, len(rest), self.chunk):
            if error is not None and start >= len(rest) // 2:
                raise error
            destination.write(rest[start : start + self.chunk])
        if error is not None:
            raise error

    def forget_requested(self) -> bool:
        return self.forget

    def synced(self, summary: SyncSummary) -> None:
        self.summaries.append(summary)


class Home:
    """A frame's folder with one database; mirrors are made and made anew as after a restart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = ManualClock()
        self.events: list[object] = []
        self.limits = Limits(downloads=2)
        self.database = Database(path / "state" / "library.db")
        self.library = Library(self.database)

    def mirror(self, instance: str = "family") -> Mirror:
        return Mirror(
            instance=instance,
            folder=self.folder(instance),
            database=self.database,
            clock=self.clock,
            publish=self.events.append,
            limits=self.limits,
        )

    def sync(self, shelf: PhotoSource, instance: str = "family", task: Task | None = None) -> SyncReport:
        return self.mirror(instance).sync(shelf, task if task is not None else Task())

    def folder(self, instance: str = "family") -> Path:
        return self.path / "plugins" / "shelf" / instance / "photos"

    def files(self, instance: str = "family") -> dict[str, bytes]:
        """What lies in the photos folder."""
        return {path.name: path.read_bytes() for path in sorted(self.folder(instance).iterdir())}

    def parts(self, instance: str = "family") -> list[str]:
        return sorted(path.name for path in (self.folder(instance).parent / "parts").iterdir())

    def shown(self, photo_id: str, instance: str = "family") -> None:
        """As if the photo had been on the screen now."""
        when = int(self.clock.now().timestamp() * 1e6)
        self.database.change(
            lambda connection: connection.execute(
                "UPDATE photos SET last_shown = ? WHERE source = ? AND id = ?", (when, instance, photo_id)
            )
        )
        self.clock.advance(1)

    def restart(self) -> None:
        self.database.close()
        self.database = Database(self.path / "state" / "library.db")
        self.library = Library(self.database)

    def close(self) -> None:
        self.database.close()
