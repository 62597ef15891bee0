"""What was shown when, and what does that leave to choose from?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from artframe.core.sentence import Sentence, phrases_json, read_phrases
from artframe.library.database import Connection, Database
from artframe.library.entry import microseconds, moment, new_shuffle_key
from artframe.library.library import LOCAL_COLUMNS, local_photo
from artframe.library.photo import LocalPhoto

HISTORY = 200
"""So many showings are remembered for ``previous``."""

_JOINED = f"SELECT {LOCAL_COLUMNS}, photos.round FROM photos JOIN sources ON sources.instance = photos.source"  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class Found:
    """A photo among those to choose from; ``moment`` and ``round`` say where it stands."""

    local: LocalPhoto
    moment: int
    round: int


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where a walk by date stands: at the photo (moment, id); ``top`` was the newest photo when it started."""

    moment: int
    id: str
    top: tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Past:
    """An entry of the history; ``local`` is None when the photo is no longer here."""

    seq: int
    local: LocalPhoto | None


@dataclass(frozen=True, kw_only=True)
class Showing:
    """A photo that was on the screen ``at`` (UTC). ``local`` is None when it is no longer here."""

    source: str
    id: str
    name: str
    at: datetime
    reason: Sentence
    local: LocalPhoto | None


class Walks(Protocol):
    """What moves a cursor when one of its photos was shown; None: nothing to move."""

    @property
    def name(self) -> str: ...

    def moved(self, local: LocalPhoto) -> Cursor | None: ...


class Showings:
    """The queries of the playlist; each is one look into an index."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, source: str) -> int:
        row = self._database.row("SELECT total(photos) AS n FROM tallies WHERE source = ?", (source,))
        return int(row["n"]) if row is not None else 0

    def due(self, source: str, limit: int) -> list[Found]:
        """The first photos of the shuffle: of the lowest round, in its random order, then of the next round."""
        return self._found("source = ? AND showable ORDER BY round, shuffle_key LIMIT ?", (source, limit))

    def round_left(self, source: str, round_number: int) -> int:
        """How many photos are still to be shown in a round: those due in it, and those still due in one before."""
        tally = "SELECT sum(photos) AS photos FROM tallies WHERE source = ? AND round <= ?"
        row = self._database.row(tally, (source, round_number))
        return (row["photos"] or 0) if row is not None else 0

    def by_date(self, source: str, after: tuple[int, str] | None, limit: int, *, newest_first: bool) -> list[Found]:
        """Photos by date taken from a place on (or from the start)."""
        way, order = ("<", "DESC") if newest_first else (">", "ASC")
        where = f"AND (photos.moment, photos.id) {way} (?2, ?3)" if after is not None else "AND ?2 IS ?3"
        return self._found(
            f"source = ?1 AND intact AND NOT hidden {where} ORDER BY photos.moment {order}, photos.id {order} LIMIT ?4",
            (source, *(after or (None, None)), limit),
        )

    def cursor(self, source: str, selection: str) -> Cursor | None:
        row = self._database.row("SELECT * FROM cursors WHERE source = ? AND selection = ?", (source, selection))
        if row is None:
            return None
        return Cursor(moment=row["moment"], id=row["id"], top=(row["top_moment"], row["top_id"]))

    def last_shown(self, source: str) -> str | None:
        """The id of what this source showed last."""
        row = self._database.row("SELECT id FROM history WHERE source = ? ORDER BY seq DESC LIMIT 1", (source,))
        return row["id"] if row is not None else None

    def newest(self) -> int:
        """The number of the newest showing."""
        row = self._database.row("SELECT max(seq) AS newest FROM history")
        return (row["newest"] or 0) if row is not None else 0

    def before(self, seq: int) -> Past | None:
        """The showing before this one."""
        row = self._database.row("SELECT * FROM history WHERE seq < ? ORDER BY seq DESC LIMIT 1", (seq,))
        if row is None:
            return None
        found = self._found("source = ? AND id = ? AND showable", (row["source"], row["id"]))
        return Past(seq=row["seq"], local=found[0].local if found else None)

    def history(self, count: int) -> list[Showing]:
        """What was on the screen, newest first."""
        rows = self._database.rows(
            "SELECT history.source AS source, history.id AS id, name, shown, reason, phrases, listed, file_name, folder"
            " FROM history LEFT JOIN photos ON photos.source = history.source AND photos.id = history.id AND intact"
            " LEFT JOIN sources ON instance = photos.source ORDER BY seq DESC LIMIT ?",
            (count,),
        )
        return [
            Showing(
                source=row["source"],
                id=row["id"],
                name=row["name"],
                at=moment(row["shown"]),
                reason=Sentence(english=row["reason"], phrases=read_phrases(json.loads(row["phrases"]))),
                local=local_photo(row) if row["folder"] is not None else None,
            )
            for row in rows
        ]

    def seen(self, local: LocalPhoto, reason: Sentence, at: datetime, walks: Walks | None) -> None:
        """Write down that a photo was shown: its next round, the history, and where its source's walk stands."""
        cursor = walks.moved(local) if walks is not None else None
        now = microseconds(at)
        phrases = json.dumps(phrases_json(reason.phrases))

        def work(connection: Connection) -> None:
            # A clock that was years ahead must not make what is shown now look older than what was shown then.
            last = connection.execute("SELECT shown FROM history ORDER BY seq DESC LIMIT 1").fetchone()
            when = max(now, last["shown"] + 1) if last is not None else now
            # Its next round comes after the present one, which is the lowest of its source.
            connection.execute(
                "UPDATE photos SET last_shown = ?1, times_shown = times_shown + 1, shuffle_key = ?2, round = 1 +"
                " (SELECT coalesce(min(round), photos.round) FROM tallies WHERE tallies.source = ?3)"
                " WHERE source = ?3 AND id = ?4",
                (when, new_shuffle_key(), local.source, local.photo.id),
            )
            added = connection.execute(
                "INSERT INTO history (source, id, name, shown, reason, phrases) VALUES (?, ?, ?, ?, ?, ?)",
                (local.source, local.photo.id, local.photo.name, when, reason.english, phrases),
            ).lastrowid
            connection.execute("DELETE FROM history WHERE seq <= ?", ((added or 0) - HISTORY,))
            if cursor is not None and walks is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?, ?, ?)",
                    (local.source, walks.name, cursor.moment, cursor.id, *cursor.top),
                )

        self._database.change(work)

    def seen_again(self, local: LocalPhoto, at: datetime) -> None:
        """A photo from the past was shown once more: nothing else moves."""
        self._write(
            "UPDATE photos SET last_shown = ?, times_shown = times_shown + 1 WHERE source = ? AND id = ?",
            (microseconds(at), local.source, local.photo.id),
        )

    def unshowable(self, local: LocalPhoto, problem: str) -> None:
        """A photo cannot be decoded; if its file is gone, it is fetched again instead."""
        if local.path.exists():
            # Only if the file is still the version that failed: a new one may have come meanwhile.
            self._write(
                "UPDATE photos SET unshowable = ? WHERE source = ? AND id = ? AND local_version = ?",
                (problem, local.source, local.photo.id, local.photo.version),
            )
            return
        self._write(
            "UPDATE photos SET local_version = NULL, local_sha1 = NULL, bytes = NULL, mtime_ns = NULL"
            " WHERE source = ? AND id = ? AND file_name = ?",
            (local.source, local.photo.id, local.path.name),
        )

    def _write(self, sql: str, arguments: Sequence[Any]) -> None:
        self._database.change(lambda connection: connection.execute(sql, arguments))

    def _found(self, condition: str, arguments: Sequence[Any]) -> list[Found]:
        rows = self._database.rows(f"{_JOINED} WHERE {condition}", arguments)
        return [Found(local=local_photo(row), moment=row["moment"], round=row["round"]) for row in rows]
