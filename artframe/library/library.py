"""Which photos are on this frame?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from artframe.library.database import Database, Row
from artframe.library.entry import from_json, moment
from artframe.library.photo import LocalPhoto

LOCAL_COLUMNS = "photos.key, photos.source, photos.id, photos.listed, photos.moment, photos.file_name, sources.folder"
"""What a query on ``photos JOIN sources ON sources.instance = photos.source`` selects for ``local_photo``."""

HERE = (
    "(SELECT total(photos) FROM tallies WHERE ?1 IS NULL OR source = ?1)"
    " + (SELECT count(*) FROM photos WHERE hidden AND intact AND (?1 IS NULL OR source = ?1))"
)
"""How many photos of source ?1 (NULL: of all) are here and can be decoded: those to be shown, and the hidden ones."""

_JOINED = f"SELECT {LOCAL_COLUMNS} FROM photos JOIN sources ON sources.instance = photos.source"  # noqa: S608
_PAGE = 500


def local_photo(row: Row) -> LocalPhoto:
    """Read a row that was selected with ``LOCAL_COLUMNS``."""
    return LocalPhoto(source=row["source"], path=Path(row["folder"]) / row["file_name"], photo=from_json(row["listed"]))


class Library:
    """The photos that are here, complete and verified: the LibraryView of plugins, and numbers for people.

    Any thread. Photos that could not be decoded are left out. Hidden ones are here like all others: they are only not
    shown.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, source: str | None = None) -> int:
        """How many photos are here (of one source, or of all); costs nothing."""
        row = self._database.row(f"SELECT {HERE} AS n", (source,))
        return int(row["n"]) if row is not None else 0

    def count_showable(self) -> int:
        """How many of them nobody has hidden; costs nothing."""
        row = self._database.row("SELECT total(photos) AS n FROM tallies")
        return int(row["n"]) if row is not None else 0

    def photos(self, source: str | None = None) -> Iterator[LocalPhoto]:
        """Every photo that is here, ordered by date taken; read page by page, so changes meanwhile may show."""
        sources = [source] if source is not None else self.sources()
        if len(sources) == 1:
            yield from self._of_one(sources[0])
            return
        # Merged by date, each source from its own index.
        at: tuple[int, str, str] | None = None
        while True:
            rows = self._database.rows(
                f"{_JOINED} WHERE intact AND (?1 IS NULL OR (moment, source, id) > (?1, ?2, ?3))"
                " ORDER BY moment, source, id LIMIT ?4",
                (*(at or (None, None, None)), _PAGE),
            )
            if not rows:
                return
            for row in rows:
                yield local_photo(row)
            at = (rows[-1]["moment"], rows[-1]["source"], rows[-1]["id"])

    def find(self, source: str, photo_id: str) -> LocalPhoto | None:
        """One photo, if it is here."""
        row = self._database.row(f"{_JOINED} WHERE source = ? AND id = ? AND intact", (source, photo_id))
        return local_photo(row) if row is not None else None

    def sources(self) -> list[str]:
        """Every source that ever kept photos here."""
        return [row["instance"] for row in self._database.rows("SELECT instance FROM sources ORDER BY instance")]

    def synced(self) -> set[str]:
        """The sources that were listed in full at least once; costs nothing."""
        rows = self._database.rows("SELECT instance FROM sources WHERE last_sync IS NOT NULL")
        return {row["instance"] for row in rows}

    def forget(self, source: str) -> None:
        """A source is gone from the configuration: forget its photos. Its files stay, for the person to delete.

        Should it come back, its files are known by their checksums and need not be fetched again.
        """

        def work(connection: Any) -> None:
            for table, column in (
                ("photos", "source"), ("cursors", "source"), ("history", "source"), ("sources", "instance"),
            ):  # fmt: skip
                connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (source,))  # noqa: S608 - names of ours

        self._database.change(work)

    def stats(self) -> list[Mapping[str, Any]]:
        """Numbers for people, one entry per source: counts, bytes, times (ISO, UTC) and what waits or fails.

        Looks at every photo: not for the loop.
        """
        rows = self._database.rows(
            "SELECT instance, last_sync, sync_count, count(key) AS listed, total(intact) AS here,"
            " total(hidden) AS hidden,"
            " count(local_version) AS files, total(bytes) AS bytes, total(evicted) AS evicted,"
            " count(unshowable) AS unreadable, total(local_version IS NULL AND failures > 0) AS failing"
            " FROM sources LEFT JOIN photos ON source = instance GROUP BY instance ORDER BY instance"
        )
        return [
            {
                "source": row["instance"],
                "here": int(row["here"]),
                "hidden": int(row["hidden"]),
                "listed": row["listed"],
                "bytes": int(row["bytes"]),
                "waiting": row["listed"] - row["files"] - int(row["evicted"]),
                "evicted": int(row["evicted"]),
                "unreadable": row["unreadable"],
                "failing": int(row["failing"]),
                "syncs": row["sync_count"],
                "last_sync": moment(row["last_sync"]).isoformat() if row["last_sync"] is not None else None,
            }
            for row in rows
        ]

    def troubles(self, source: str, limit: int = 20) -> list[Mapping[str, str]]:
        """Photos that could not be fetched or shown: name and reason."""
        rows = self._database.rows(
            "SELECT listed, coalesce(unshowable, problem) AS reason FROM photos WHERE source = ?"
            " AND (unshowable IS NOT NULL OR (failures > 0 AND problem IS NOT NULL)) ORDER BY key LIMIT ?",
            (source, limit),
        )
        named = [(from_json(row["listed"]).name, row["reason"]) for row in rows]
        return [{"name": name, "reason": reason.removeprefix(f"{name} ")} for name, reason in named]

    def _of_one(self, source: str) -> Iterator[LocalPhoto]:
        at: tuple[int, str] | None = None
        while True:
            rows = self._database.rows(
                f"{_JOINED} WHERE source = ?1 AND intact AND (?2 IS NULL OR (moment, id) > (?2, ?3))"
                " ORDER BY moment, id LIMIT ?4",
                (source, *(at or (None, None)), _PAGE),
            )
            if not rows:
                return
            for row in rows:
                yield local_photo(row)
            at = (rows[-1]["moment"], rows[-1]["id"])
