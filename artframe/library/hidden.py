"""Which photos did a person say never to show again on this frame?"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from artframe.core.clock import Clock
from artframe.core.files import write_atomic
from artframe.core.state_file import StateFile
from artframe.errors import ArtframeError, NotReady, NotThere
from artframe.library.database import Connection, Database
from artframe.library.entry import from_json, microseconds, moment
from artframe.library.photo import LibraryChanged

Key = tuple[str, str]

"""Exit code (EX_NOINPUT)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class HiddenPhoto:
    """A photo that is not shown: ``source`` and ``id`` name it, ``name`` is for people, ``at`` (UTC) is since when."""

    source: str
    id: str
    name: str
    file_name: str | None
    at: datetime

    @property
    def key(self) -> Key:
        return (self.source, self.id)

    def as_json(self) -> dict[str, Any]:
        """As ``state/hidden.json`` keeps it."""
        return {
            "source": self.source,
            "id": self.id,
            "name": self.name,
            "file_name": self.file_name,
            "hidden_at": self.at.isoformat(),
        }


class HiddenPhotos:
    """The list of hidden photos. Any thread; blocking, but for ``in`` and ``unmarked``.

    The truth is a small JSON file beside the database: a resync, another version of the photo, a restart and even a
    lost database keep it hidden. The database's own table follows the file (and stands in for it if only the file is
    lost). Hiding holds from the first moment, even where the disk cannot be written: ``unmarked`` are the photos of
    which the database does not know yet.
    """

    def __init__(
        self, path: Path, database: Database, clock: Clock, publish: Callable[[object], None] = lambda _: None
    ) -> None:
        self._path = path
        self._database = database
        self._clock = clock
        self._publish = publish
        self._lock = threading.Lock()
        self._unmarked: frozenset[Key] = frozenset()
        self._photos: dict[Key, HiddenPhoto] = {}
        self._owing = False
        try:
            content = StateFile(path).load()
            kept = isinstance(content.get("hidden"), list)
            known = _read(content["hidden"]) if kept else self._from_database()
            self._photos = {one.key: one for one in known}
            self._unmarked = frozenset(self._photos)
            self._follow()
            if known and not kept:
                self._write(known)
        except (ArtframeError, OSError) as error:
            self._owing = bool(self._photos)  # of what could not even be read nothing is written
            log.warning("which photos are hidden cannot be kept now (%s); the slideshow knows", _reason(error))
        database.on_rebuilt(self._after_rebuild)

    def __contains__(self, key: object) -> bool:
        """Whether the photo of this ``LocalPhoto.key`` is hidden; costs nothing."""
        return key in self._photos

    def unmarked(self, source: str) -> set[str]:
        """The ids of this source's hidden photos that the database still offers; costs nothing."""
        return {photo_id for one, photo_id in self._unmarked if one == source}

    def photos(self) -> tuple[HiddenPhoto, ...]:
        """All of them, the newest first."""
        return tuple(sorted(self._photos.values(), key=lambda one: (one.at, one.key), reverse=True))

    def hide(self, source: str, photo_id: str) -> HiddenPhoto:
        """Show this photo never again; one that is hidden already stays so.

        Raises CommandError if no such photo is listed here, NotReady if it is hidden now but the disk cannot keep that.
        """
        with self._lock:
            known = self._photos.get((source, photo_id))
            if known is None:
                known = self._photo(source, photo_id)
                self._photos = {**self._photos, known.key: known}
                self._unmarked |= {known.key}
            failure = self._settle()
        self._publish(LibraryChanged(source=source))
        if failure is not None:
            raise NotReady(
                f"'{known.name}' is hidden now, but the disk could not keep that ({_reason(failure)}): it may come back"
                " after a start before it can",
                "make room on the disk (or mount it writable); artframe then keeps it by itself",
            ) from failure
        return known

    def unhide(self, source: str, photo_id: str) -> HiddenPhoto:
        """Let this photo be shown again. Raises CommandError if it is not hidden, NotReady if the disk refuses."""
        with self._lock:
            known = self._photos.get((source, photo_id))
            if known is None:
                raise NotThere(
                    f"no hidden photo of '{source}' has the id '{photo_id}'; nothing was done",
                    "'artframe photo hidden' lists them",
                )
            left = {key: one for key, one in self._photos.items() if key != known.key}
            try:
                self._write(left.values())
            except OSError as error:
                raise NotReady(
                    f"'{known.name}' stays hidden: the disk could not be written ({_reason(error)})",
                    "make room on the disk (or mount it writable) and try again",
                ) from error
            self._photos, self._unmarked = left, self._unmarked - {known.key}
            self._follow()
        self._publish(LibraryChanged(source=source))
        return known

    def adopt(self, content: bytes) -> None:
        """Hide the photos of another ``hidden.json`` (a backup's) instead, from now on.

        Raises OSError, NotReady, or ValueError and the like for what is no such file.
        """
        photos = {one.key: one for one in _read(json.loads(content)["hidden"])}
        with self._lock:
            self._photos, self._unmarked = photos, frozenset(photos)
            self._write(photos.values())
            self._follow()
        self._publish(LibraryChanged(source=""))

    def keep_up(self) -> None:
        """Write down what the disk did not take before; free when there is nothing."""
        with self._lock:
            if self._owing and self._settle() is None:
                log.info("which photos are hidden is kept again")

    @staticmethod
    def _failure(step: Callable[[], None]) -> Exception | None:
        try:
            step()
        except (OSError, NotReady) as error:
            return error
        return None

    # -- with the lock held ------------------------------------------------------------------------------------------

    def _settle(self) -> Exception | None:
        steps = (self._follow, lambda: self._write(self._photos.values()))
        failure = next(filter(None, [self._failure(step) for step in steps]), None)
        self._owing = failure is not None
        return failure

    def _photo(self, source: str, photo_id: str) -> HiddenPhoto:
        row = self._database.row("SELECT listed, file_name FROM photos WHERE source = ? AND id = ?", (source, photo_id))
        if row is None:
            raise NotThere(
                f"no photo of '{source}' has the id '{photo_id}'; nothing was done",
                "'artframe photo history --json' tells the ids",
            )
        return HiddenPhoto(
            source=source,
            id=photo_id,
            name=from_json(row["listed"]).name,
            file_name=row["file_name"],
            at=self._clock.now(),
        )

    def _write(self, photos: Iterable[HiddenPhoto]) -> None:
        content = {"version": 1, "hidden": [one.as_json() for one in photos]}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(self._path, json.dumps(content, ensure_ascii=False, indent=1) + "\n", mode=0o600)

    def _follow(self) -> None:
        """Bring the database's table in step; only what differs is written."""
        marked = {(row["source"], row["id"]) for row in self._database.rows("SELECT source, id FROM hidden")}
        missing = [one for one in self._photos.values() if one.key not in marked]
        surplus = list(marked - self._photos.keys())

        def work(connection: Connection) -> None:
            connection.executemany("DELETE FROM hidden WHERE source = ? AND id = ?", surplus)
            connection.executemany(
                "INSERT OR IGNORE INTO hidden VALUES (?, ?, ?, ?, ?)",
                [(one.source, one.id, one.name, one.file_name, microseconds(one.at)) for one in missing],
            )

        if missing or surplus:
            self._unmarked = frozenset(one.key for one in missing)
            self._database.change(work, durable=True)
        self._unmarked = frozenset()

    def _from_database(self) -> list[HiddenPhoto]:
        return [
            HiddenPhoto(
                source=row["source"],
                id=row["id"],
                name=row["name"],
                file_name=row["file_name"],
                at=moment(row["hidden_at"]),
            )
            for row in self._database.rows("SELECT * FROM hidden")
        ]

    def _after_rebuild(self) -> None:
        """The database was lost while the frame runs: its new table is empty."""
        try:
            with self._lock:
                self._follow()
        except ArtframeError as error:
            self._owing = True
            log.warning("the new library cannot be told which photos are hidden (%s); the slideshow knows", error)


def _read(plain: Iterable[Any]) -> list[HiddenPhoto]:
    """What can be read; the rest is as if it had never been hidden."""
    found = []
    for one in plain:
        try:
            at = datetime.fromisoformat(one["hidden_at"])
            file_name = str(one["file_name"]) if one["file_name"] is not None else None
            found.append(
                HiddenPhoto(
                    source=str(one["source"]), id=str(one["id"]), name=str(one["name"]), file_name=file_name,
                    at=at if at.tzinfo is not None else at.replace(tzinfo=UTC),
                )
            )  # fmt: skip
        except (KeyError, TypeError, ValueError):
            log.warning("an entry of the list of hidden photos cannot be read and is left out")
    return found


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, NotReady) else getattr(error, "strerror", "") or str(error)
