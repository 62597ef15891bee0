# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""What was taken away on either side, where is it now, and what waits for a person's word?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from artframe_folder_sync.records import Action
from artframe_folder_sync.state.database import Row, State, raw, text

KEPT_DAYS = 400
"""How long a tombstone is kept: a phone that was off for a year must not bring back what was deleted."""
_DAY = 86_400_000_000
_AT_ONCE = 900


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """A tombstone. ``side``: where the deletion came from: ``local``, ``remote`` or ``both``.

    ``stage``: ``going`` (intent; look at both ends), ``asked`` (the same, of Immich), ``gone``, or ``returned``.
    ``kept_remote``: the asset stays.
    """

    id: int
    path: str
    sha1: str
    asset: str | None
    size: int
    mtime: int
    side: str
    at: int
    trash_path: str | None
    stage: str
    kept_remote: bool
    reason: str


def gone_row(row: Row) -> Gone:
    """A row of the table ``gone``."""
    return Gone(
        id=row["id"],
        path=text(row["path"]),
        sha1=row["sha1"],
        asset=row["asset"],
        size=row["size"],
        mtime=row["mtime"],
        side=row["side"],
        at=row["at"],
        trash_path=None if row["trash_path"] is None else text(row["trash_path"]),
        stage=row["stage"],
        kept_remote=bool(row["kept_remote"]),
        reason=row["reason"],
    )


class Tombstones:
    """The table ``gone``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(
        self,
        *,
        path: str,
        sha1: str,
        asset: str | None,
        size: int,
        mtime: int,
        side: str,
        at: int,
        reason: str,
        trash_path: str | None = None,
        stage: str = "gone",
        kept_remote: bool = False,
    ) -> int:
        """A new tombstone's id."""
        with self._state.writing() as db:
            cursor = db.execute(
                """INSERT INTO gone (path, sha1, asset, size, mtime, side, at, trash_path, stage, kept_remote, reason)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    raw(path),
                    sha1,
                    asset,
                    size,
                    mtime,
                    side,
                    at,
                    None if trash_path is None else raw(trash_path),
                    stage,
                    kept_remote,
                    reason,
                ),
            )
            return int(cursor.lastrowid or 0)

    def where(self, condition: str, values: Sequence[object] = ()) -> list[Gone]:
        """The tombstones that fulfil a condition (SQL), the newest first."""
        sql = f"SELECT * FROM gone WHERE {condition} ORDER BY at DESC, id DESC"
        return [gone_row(row) for row in self._state.db.execute(sql, values).fetchall()]

    def taken_away(self, sha1s: Sequence[str]) -> dict[str, list[Gone]]:
        """What was deleted in Immich and taken away here, by content, the newest first."""
        found: dict[str, list[Gone]] = {}
        for start in range(0, len(sha1s), _AT_ONCE):
            part = sha1s[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            for one in self.where(f"side = 'remote' AND stage = 'gone' AND sha1 IN ({marks})", part):
                found.setdefault(one.sha1, []).append(one)
        return found

    def stage(self, ids: Iterable[int], stage: str) -> None:
        """Another stage for these."""
        with self._state.writing() as db:
            db.executemany("UPDATE gone SET stage = ? WHERE id = ?", ((stage, one) for one in ids))

    def drop(self, ids: Iterable[int]) -> None:
        """Intents that nothing came of."""
        with self._state.writing() as db:
            db.executemany("DELETE FROM gone WHERE id = ? AND stage = 'going'", ((one,) for one in ids))

    def withdraw(self, ids: Iterable[int]) -> None:
        """Deletions that Immich was asked for, and of which is known what became of them."""
        with self._state.writing() as db:
            db.executemany("DELETE FROM gone WHERE id = ? AND stage = 'asked'", ((one,) for one in ids))

    def returned(self, contents: Iterable[tuple[str, str]]) -> None:
        """Photos (SHA-1 and asset) are on both sides again."""
        with self._state.writing() as db:
            sql = "UPDATE gone SET stage = 'returned' WHERE stage = 'gone' AND (sha1 = ? OR asset = ?)"
            db.executemany(sql, contents)

    def expire(self, now: int) -> None:
        """Forget what is older than KEPT_DAYS, unless its asset was kept on purpose."""
        with self._state.writing() as db:
            db.execute("DELETE FROM gone WHERE at < ? AND NOT kept_remote", (now - KEPT_DAYS * _DAY,))


class Digest:
    """The sign of what waits, by the keys of its steps in their order: as text, when all were added."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()
        self._between = b""

    def add(self, key: str) -> None:
        """One more step."""
        self._sum.update(self._between + key.encode("utf-8", "surrogateescape"))
        self._between = b"\n"

    def __str__(self) -> str:
        return self._sum.hexdigest()[:16]


class Waiting:
    """The tables ``held``, ``approved`` and ``spent``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def hold(self, side: str, actions: Iterable[Action], reason: str, *, replace: bool = True) -> None:
        """These, and (``replace``) no others of this side, wait for a person."""
        with self._state.writing() as db:
            if replace:
                db.execute("DELETE FROM held WHERE side = ?", (side,))
            db.executemany(
                "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)",
                ((side, one.key, raw(one.path), one.size, reason) for one in actions),
            )

    def reword(self, side: str, reason: str) -> None:
        """The same wait, and there is something else to say of them."""
        first = "SELECT key FROM held WHERE side = ?1 ORDER BY path LIMIT 1"
        sql = f"UPDATE held SET reason = ?2 WHERE side = ?1 AND key = ({first}) AND reason <> ?2"
        with self._state.writing() as db:
            db.execute(sql, (side, reason))

    def totals(self, side: str) -> tuple[int, int]:
        """How many wait, and how many bytes they have."""
        sql = "SELECT count(*), coalesce(sum(size), 0) FROM held WHERE side = ?"
        count, size = self._state.db.execute(sql, (side,)).fetchone()
        return count, size

    def first(self, side: str, count: int) -> list[Row]:
        """A few of those that wait, by path; what is said of all of them is said of the first one."""
        sql = "SELECT * FROM held WHERE side = ? ORDER BY path LIMIT ?"
        return self._state.db.execute(sql, (side, count)).fetchall()

    def keys(self, side: str) -> Iterator[str]:
        """The keys of all that wait, sorted. Nothing may be written before it has ended."""
        for row in self._state.db.execute("SELECT key FROM held WHERE side = ? ORDER BY key", (side,)):
            yield row[0]

    def held(self, side: str) -> list[Row]:
        """What waits: ``key``, ``path``, ``size``, ``reason``."""
        return self._state.db.execute("SELECT * FROM held WHERE side = ? ORDER BY path", (side,)).fetchall()

    def approve(self, side: str) -> int:
        """A person allows exactly what waits now; how many that are."""
        with self._state.writing() as db:
            db.execute("INSERT OR IGNORE INTO approved SELECT side, key FROM held WHERE side = ?", (side,))
            return db.execute("DELETE FROM held WHERE side = ?", (side,)).rowcount

    def approved(self, side: str) -> set[str]:
        """The keys that a person allowed and that are not done yet."""
        rows = self._state.db.execute("SELECT key FROM approved WHERE side = ?", (side,)).fetchall()
        return {row[0] for row in rows}

    def any_approved(self, side: str) -> bool:
        """Whether a person allowed anything that is not done yet."""
        return self._state.db.execute("SELECT 1 FROM approved WHERE side = ? LIMIT 1", (side,)).fetchone() is not None

    def approved_of(self, side: str, keys: Sequence[str]) -> set[str]:
        """Those of at most 900 keys that a person allowed."""
        sql = f"SELECT key FROM approved WHERE side = ? AND key IN ({','.join('?' * len(keys))})"
        return {row[0] for row in self._state.db.execute(sql, (side, *keys))}

    def all_done(self, side: str) -> None:
        """All that was allowed is used up."""
        with self._state.writing() as db:
            db.execute("DELETE FROM approved WHERE side = ?", (side,))

    def done(self, side: str, keys: Iterable[str]) -> None:
        """What was allowed is used up by doing it."""
        with self._state.writing() as db:
            db.executemany("DELETE FROM approved WHERE side = ? AND key = ?", ((side, key) for key in keys))

    def used(self, side: str, keys: Iterable[str], now: int) -> None:
        """These deletions were done: what a person allowed is used up, the others count. Call it inside ``writing``."""
        with self._state.writing() as db:
            free = 0
            for key in keys:
                free += 1 - db.execute("DELETE FROM approved WHERE side = ? AND key = ?", (side, key)).rowcount
            db.execute("DELETE FROM spent WHERE at < ?", (now - 2 * _DAY,))
            if free:
                db.execute("INSERT INTO spent VALUES (?, ?, ?)", (now, side, free))

    def spent(self, side: str, now: int) -> int:
        """How many of them in the last 24 hours; one that seems to come from the future counts too."""
        sql = "SELECT coalesce(sum(count), 0) FROM spent WHERE side = ? AND at > ?"
        return int(self._state.db.execute(sql, (side, now - _DAY)).fetchone()[0])
