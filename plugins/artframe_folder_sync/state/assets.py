# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""Which of the user's assets does the state know, and in which state was each when it was last seen?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from artframe.immich import Asset, AssetState, AssetType, Visibility
from artframe_folder_sync.state.database import Row, State, micros

_AT_ONCE = 900


class Seen(StrEnum):
    """What is known of an asset: in which state it was seen."""

    LIVE = "live"
    ARCHIVED = "archived"
    HIDDEN = "hidden"
    LOCKED = "locked"
    """No key can read it, but its content is certainly there."""
    TRASHED = "trashed"
    PURGED = "purged"
    """Positively seen to be gone, twice."""
    ELSEWHERE = "elsewhere"
    """Not to be found; its content is there under another id."""
    UNKNOWN = "unknown"
    """Nothing can be said, and nothing is done."""

    @property
    def is_there(self) -> bool:
        """Whether the photo is in Immich and not in its trash."""
        return self in (Seen.LIVE, Seen.ARCHIVED, Seen.HIDDEN, Seen.LOCKED)


_FROM_STATE = {
    AssetState.LIVE: Seen.LIVE,
    AssetState.ARCHIVED: Seen.ARCHIVED,
    AssetState.HIDDEN: Seen.HIDDEN,
    AssetState.LOCKED: Seen.LOCKED,
    AssetState.TRASHED: Seen.TRASHED,
    AssetState.PURGED: Seen.PURGED,
    AssetState.ELSEWHERE: Seen.ELSEWHERE,
}
_FROM_VISIBILITY = {
    Visibility.TIMELINE: Seen.LIVE,
    Visibility.ARCHIVE: Seen.ARCHIVED,
    Visibility.HIDDEN: Seen.HIDDEN,
    Visibility.LOCKED: Seen.LOCKED,
}


def seen_as(state: AssetState) -> Seen:
    """What the answer of ``Immich.asset_states`` means here; all that is in doubt is UNKNOWN."""
    return _FROM_STATE.get(state, Seen.UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetRow:
    """One asset as last seen; see the table ``asset``. Moments are microseconds of the server's clock."""

    id: str
    sha1: str | None
    state: Seen
    favourite: bool
    updated: int | None
    created: int | None
    taken: int | None
    name: str
    video: str | None
    is_video: bool


def asset_row(row: Row) -> AssetRow:
    """A row of the table ``asset``."""
    return AssetRow(
        id=row["id"],
        sha1=row["sha1"],
        state=Seen(row["state"]),
        favourite=bool(row["favourite"]),
        updated=row["updated"],
        created=row["created"],
        taken=row["taken"],
        name=row["name"],
        video=row["video"],
        is_video=bool(row["is_video"]),
    )


def from_listing(asset: Asset) -> AssetRow:
    """What a listing tells of an asset."""
    return AssetRow(
        id=asset.id.lower(),
        sha1=asset.sha1,
        state=Seen.TRASHED if asset.is_trashed else _FROM_VISIBILITY[asset.visibility],
        favourite=asset.is_favourite,
        updated=micros(asset.updated_at) if asset.updated_at else None,
        created=micros(asset.created_at) if asset.created_at else None,
        taken=micros(asset.taken_at),
        name=asset.file_name,
        video=asset.live_photo_video_id.lower() if asset.live_photo_video_id else None,
        is_video=asset.type is AssetType.VIDEO,
    )


class Assets:
    """The table ``asset``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def at(self, asset_id: str) -> AssetRow | None:
        """One asset."""
        row = self._state.db.execute("SELECT * FROM asset WHERE id = ?", (asset_id,)).fetchone()
        return None if row is None else asset_row(row)

    def at_all(self, ids: Sequence[str]) -> dict[str, AssetRow]:
        """Several assets, by id."""
        found: dict[str, AssetRow] = {}
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            for row in self._state.db.execute(f"SELECT * FROM asset WHERE id IN ({marks})", part):
                found[row["id"]] = asset_row(row)
        return found

    def with_content(self, sha1: str) -> AssetRow | None:
        """The asset that has this content and is there, or else in the trash."""
        sql = "SELECT * FROM asset WHERE sha1 = ? AND state NOT IN ('purged', 'unknown', 'elsewhere')"
        rows = [asset_row(row) for row in self._state.db.execute(sql, (sha1,)).fetchall()]
        return min(rows, key=lambda one: not one.state.is_there, default=None)

    def pages(self, condition: str, values: Sequence[object] = ()) -> Iterator[list[AssetRow]]:
        """The assets that fulfil a condition (SQL), by id, some at once; what changes meanwhile counts from then on."""
        last = ""
        sql = f"SELECT * FROM asset WHERE {condition} AND id > ? ORDER BY id LIMIT {_AT_ONCE}"
        while rows := [asset_row(row) for row in self._state.db.execute(sql, (*values, last)).fetchall()]:
            yield rows
            last = rows[-1].id

    def among(self, ids: Sequence[str], condition: str, values: Sequence[object] = ()) -> Iterator[AssetRow]:
        """Those of several assets that fulfil a condition (SQL). Nothing may be written before it has ended."""
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            sql = f"SELECT * FROM asset WHERE {condition} AND id IN ({','.join('?' * len(part))})"
            yield from map(asset_row, self._state.db.execute(sql, (*values, *part)))

    def ids(self) -> Iterator[str]:
        """Every id. Nothing may be written before it has ended."""
        for row in self._state.db.execute("SELECT id FROM asset"):
            yield row[0]

    def stamps(self, ids: Sequence[str]) -> dict[str, str]:
        """By which stamp of the listing several assets are known; see ``Immich.listed_pages``."""
        found: dict[str, str] = {}
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            sql = f"SELECT id, stamp FROM asset WHERE id IN ({marks}) AND stamp IS NOT NULL"
            found.update(map(tuple, self._state.db.execute(sql, part)))
        return found

    def put(self, rows: Iterable[tuple[AssetRow, str]]) -> None:
        """Remember assets and their stamps as they were listed just now. The moment of arrival, once known, stays."""
        with self._state.writing() as db:
            db.executemany(
                """INSERT INTO asset VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
                sha1 = excluded.sha1, state = excluded.state, favourite = excluded.favourite,
                updated = excluded.updated, created = coalesce(excluded.created, created), taken = excluded.taken,
                name = excluded.name, video = excluded.video, is_video = excluded.is_video,
                stamp = excluded.stamp""",
                (
                    (
                        one.id,
                        one.sha1,
                        one.state.value,
                        one.favourite,
                        one.updated,
                        one.created,
                        one.taken,
                        one.name,
                        one.video,
                        one.is_video,
                        stamp,
                    )
                    for one, stamp in rows
                ),
            )

    def mark(self, asset_id: str, sha1: str, state: Seen) -> None:
        """The asset is in this state now; one that no list showed yet is remembered with its content."""
        with self._state.writing() as db:
            db.execute(
                """INSERT INTO asset (id, sha1, state, favourite, name, is_video) VALUES (?, ?, ?, 0, '', 0)
                ON CONFLICT (id) DO UPDATE SET state = excluded.state, stamp = NULL""",
                (asset_id.lower(), sha1, state.value),
            )

    def pair(self, still: str, video: str) -> None:
        """The two are one live photo: Immich hides the video."""
        with self._state.writing() as db:
            db.execute("UPDATE asset SET video = ?, stamp = NULL WHERE id = ?", (video, still))
            db.execute(
                """UPDATE asset SET state = 'hidden', is_video = 1, stamp = NULL
                WHERE id = ? AND state IN ('live', 'archived')""",
                (video,),
            )

    def forget(self, ids: Iterable[str]) -> None:
        """Nothing is known of these assets any more."""
        with self._state.writing() as db:
            db.executemany("DELETE FROM asset WHERE id = ?", ((one,) for one in ids))
