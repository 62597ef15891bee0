"""What does the mirror know about each photo of one source?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from artframe.library.database import Database
from artframe.library.entry import COLUMNS, Entry, entry
from artframe.library.library import HERE

_ONE = f"SELECT {COLUMNS} FROM photos WHERE source = ?"  # noqa: S608 - column names of ours


class Catalogue:
    """Reads the rows of one source; photos are named by their ``key``. Any thread."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self.source = source

    def get(self, key: int) -> Entry | None:
        row = self._database.row(f"{_ONE} AND key = ?", (self.source, key))
        return entry(row) if row is not None else None

    def listed(self, ids: Sequence[str]) -> dict[str, Entry]:
        """The rows of these photos, by id."""
        rows = self._database.rows(
            f"{_ONE} AND id IN (SELECT value FROM json_each(?))",  # noqa: S608
            (self.source, json.dumps(list(ids))),
        )
        return {row["id"]: entry(row) for row in rows}

    def entries(self, where: str = "1") -> Iterator[Entry]:
        """Rows in the order of their keys, in constant memory; ``where`` is a condition without arguments."""
        last = -1
        while True:
            rows = self._database.rows(f"{_ONE} AND key > ? AND ({where}) ORDER BY key LIMIT 500", (self.source, last))
            if not rows:
                return
            for row in rows:
                yield entry(row)
            last = rows[-1]["key"]

    def open_entries(self) -> Iterator[Entry]:
        """Rows whose file may be in any state after a crash: not here, of another version, or just being placed."""
        return self.entries(
            "local_version IS NULL OR local_version <> version OR pending_name IS NOT NULL OR pending_sha1 IS NOT NULL"
        )

    def listed_keys(self) -> Iterator[int]:
        """All keys, adopted files excepted: those were never listed."""
        last = -1
        while True:
            rows = self._database.rows(
                "SELECT key FROM photos WHERE source = ? AND key > ? AND NOT adopted ORDER BY key LIMIT 5000",
                (self.source, last),
            )
            if not rows:
                return
            for row in rows:
                yield row["key"]
            last = rows[-1]["key"]

    def highest_key(self) -> int:
        row = self._database.row("SELECT max(key) AS highest FROM photos")
        return (row["highest"] or 0) if row is not None else 0

    def count_here(self) -> int:
        """Photos that are here and can be decoded, hidden ones too."""
        row = self._database.row(f"SELECT {HERE} AS n", (self.source,))
        return int(row["n"]) if row is not None else 0

    def count_showable(self) -> int:
        """Photos that may be chosen."""
        row = self._database.row("SELECT total(photos) AS n FROM tallies WHERE source = ?", (self.source,))
        return int(row["n"]) if row is not None else 0

    def bytes_here(self) -> int:
        row = self._database.row("SELECT total(bytes) AS n FROM photos WHERE source = ?", (self.source,))
        return int(row["n"]) if row is not None else 0

    def oldest_seen(self, *, beside: Iterable[int]) -> Entry | None:
        """The photo to give up first: a hidden one, else the least recently shown, if shown since it was fetched."""
        free = "local_version IS NOT NULL AND NOT adopted AND key NOT IN (SELECT value FROM json_each(?2))"
        arguments = (self.source, json.dumps(list(beside)))
        row = self._database.row(
            f"SELECT {COLUMNS} FROM photos INDEXED BY photos_hidden WHERE source = ?1 AND hidden AND {free} LIMIT 1",  # noqa: S608
            arguments,
        ) or self._database.row(
            f"SELECT {COLUMNS} FROM photos WHERE source = ?1 AND last_shown IS NOT NULL AND {free}"  # noqa: S608
            " ORDER BY last_shown LIMIT 1",
            arguments,
        )
        return entry(row) if row is not None else None

    def least_wanted(self, *, beside: Iterable[int], among: Sequence[int] | None = None) -> Entry | None:
        """The photo to give up when some must, of ``among`` if given: hidden, the oldest seen, then what nobody saw."""
        chosen = "1" if among is None else "key IN (SELECT value FROM json_each(?3))"
        row = self._database.row(
            f"SELECT {COLUMNS} FROM photos WHERE source = ?1 AND local_version IS NOT NULL AND NOT adopted"  # noqa: S608
            f" AND key NOT IN (SELECT value FROM json_each(?2)) AND (?3 IS NULL OR {chosen})"
            " ORDER BY hidden DESC, last_shown IS NULL, last_shown, key LIMIT 1",
            (self.source, json.dumps(list(beside)), None if among is None else json.dumps(list(among))),
        )
        return entry(row) if row is not None else None

    def evicted_by_age(self) -> list[int]:
        """Keys of the evicted photos that wait to come back, the longest unseen first."""
        rows = self._database.rows(
            "SELECT key FROM photos WHERE source = ? AND local_version IS NULL AND evicted AND NOT hidden"
            " ORDER BY last_shown, key",
            (self.source,),
        )
        return [row["key"] for row in rows]

    def taken_names(self, names: Sequence[str]) -> set[str]:
        """Which of these folded names are ours already."""
        rows = self._database.rows(
            "SELECT folded FROM files WHERE source = ? AND folded IN (SELECT value FROM json_each(?))",
            (self.source, json.dumps(list(names))),
        )
        return {row["folded"] for row in rows}

    def owned_names(self) -> Iterator[tuple[str, int, str | None]]:
        """Every name that is ours: name, photo's key, SHA-1 of what was put there."""
        last = ""
        while True:
            rows = self._database.rows(
                "SELECT name, photo, sha1 FROM files WHERE source = ? AND name > ? ORDER BY name LIMIT 1000",
                (self.source, last),
            )
            if not rows:
                return
            for row in rows:
                yield row["name"], row["photo"], row["sha1"]
            last = rows[-1]["name"]

    def leftovers(self) -> list[tuple[str, str | None]]:
        """Names of ours that no photo uses any more: what a crash left between a change and the deletion."""
        rows = self._database.rows(
            "SELECT name, sha1 FROM files WHERE source = ?1 AND NOT EXISTS (SELECT 1 FROM photos"
            " WHERE photos.key = files.photo AND (file_name = files.name OR pending_name = files.name))",
            (self.source,),
        )
        return [(row["name"], row["sha1"]) for row in rows]

    def adopted_with(self, sha1: str) -> Entry | None:
        """A file of these bytes that was found after the database was lost."""
        row = self._database.row(f"{_ONE} AND adopted AND local_sha1 = ? LIMIT 1", (self.source, sha1))
        return entry(row) if row is not None else None

    def adopted_here(self) -> int:
        """How many files are taken for photos of which no listing has said what they are."""
        row = self._database.row(
            "SELECT count(*) AS n FROM photos WHERE source = ? AND adopted AND intact", (self.source,)
        )
        return row["n"] if row is not None else 0

    def adopted_twins(self) -> list[int]:
        """Keys of those that are certainly ours and lie here a second time, byte by byte, as listed photos."""
        rows = self._database.rows(
            "SELECT key FROM photos AS found WHERE source = ?1 AND adopted"
            " AND EXISTS (SELECT 1 FROM files WHERE files.photo = found.key)"
            " AND EXISTS (SELECT 1 FROM photos AS listed WHERE listed.source = ?1 AND NOT listed.adopted"
            " AND listed.local_version IS NOT NULL AND listed.local_sha1 = found.local_sha1)",
            (self.source,),
        )
        return [row["key"] for row in rows]

    def sha1_of_ours(self, name: str) -> str | None:
        """What we put under this name, if it is ours."""
        row = self._database.row("SELECT sha1 FROM files WHERE source = ? AND name = ?", (self.source, name))
        return row["sha1"] if row is not None else None

    def unclaimed(self) -> Iterator[Entry]:
        """Photos that are here although nothing says that their names are ours: a damaged database lost that."""
        return self.entries(
            "local_version IS NOT NULL AND NOT adopted AND NOT EXISTS"
            " (SELECT 1 FROM files WHERE files.source = photos.source AND files.name = photos.file_name)"
        )

    @property
    def generation(self) -> int:
        """Another number after the database was lost and built anew: keys mean other photos then."""
        return self._database.generation

    def adopted_own(self) -> list[int]:
        """Keys of those that are certainly ours."""
        rows = self._database.rows(
            "SELECT key FROM photos WHERE source = ?1 AND adopted"
            " AND EXISTS (SELECT 1 FROM files WHERE files.photo = photos.key)",
            (self.source,),
        )
        return [row["key"] for row in rows]

    def current_round(self) -> int:
        row = self._database.row("SELECT min(round) AS r FROM tallies WHERE source = ?", (self.source,))
        return (row["r"] or 0) if row is not None else 0
