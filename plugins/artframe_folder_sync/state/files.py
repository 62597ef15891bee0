# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""Which files does the state know, and what does it know of each?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from artframe_folder_sync.records import FileFact
from artframe_folder_sync.state.database import Row, State, raw, text

_SIGNED = (1 << 63) - 1
_AT_ONCE = 900
LONGEST_PAUSE = 3600
"""Seconds: no file that failed is put off for longer."""

Look = tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRow:
    """One file as the state has it; see the table ``file``. Moments are microseconds, times of the disk nanoseconds."""

    path: str
    size: int
    mtime: int
    ctime: int
    inode: int
    device: int
    sha1: str | None
    hashed_at: int | None
    base: str | None
    asset: str | None
    linked_at: int | None
    changed_at: int
    missing_since: int | None
    refused: str | None
    retry_at: int | None
    tries: int
    still: str | None

    @property
    def look(self) -> Look:
        """See ``look_of``."""
        return self.size, self.mtime, self.ctime, self.inode, self.device

    @property
    def fact(self) -> FileFact:
        """As the scan saw it."""
        return FileFact(
            path=self.path,
            size=self.size,
            mtime_ns=self.mtime,
            ctime_ns=self.ctime,
            inode=self.inode,
            device=self.device,
        )


def look_of(fact: FileFact) -> Look:
    """All about a file that would betray another content: size, mtime, ctime, inode, device."""
    return fact.size, fact.mtime_ns, fact.ctime_ns, fact.inode & _SIGNED, fact.device & _SIGNED


def file_row(row: Row) -> FileRow:
    """A row of the table ``file``."""
    return FileRow(
        path=text(row["path"]),
        size=row["size"],
        mtime=row["mtime"],
        ctime=row["ctime"],
        inode=row["inode"],
        device=row["device"],
        sha1=row["sha1"],
        hashed_at=row["hashed_at"],
        base=row["base"],
        asset=row["asset"],
        linked_at=row["linked_at"],
        changed_at=row["changed_at"],
        missing_since=row["missing_since"],
        refused=row["refused"],
        retry_at=row["retry_at"],
        tries=row["tries"],
        still=None if row["still"] is None else text(row["still"]),
    )


class Files:
    """The table ``file``. Everything that changes it must run inside ``State.writing`` to be of one piece."""

    def __init__(self, state: State) -> None:
        self._state = state

    def at(self, path: str) -> FileRow | None:
        """One file."""
        row = self._state.db.execute("SELECT * FROM file WHERE path = ?", (raw(path),)).fetchone()
        return None if row is None else file_row(row)

    def at_all(self, paths: Sequence[str]) -> dict[str, FileRow]:
        """Several files, by path; those that the state does not know are left out."""
        found: dict[str, FileRow] = {}
        for start in range(0, len(paths), _AT_ONCE):
            part = [raw(path) for path in paths[start : start + _AT_ONCE]]
            marks = ",".join("?" * len(part))
            for row in self._state.db.execute(f"SELECT * FROM file WHERE path IN ({marks})", part):
                one = file_row(row)
                found[one.path] = one
        return found

    def looks(self, paths: Sequence[str]) -> dict[str, tuple[Look, bool]]:
        """How several files looked when they were last seen, and whether they were missing; see ``look_of``."""
        found: dict[str, tuple[Look, bool]] = {}
        for start in range(0, len(paths), _AT_ONCE):
            part = [raw(path) for path in paths[start : start + _AT_ONCE]]
            marks = ",".join("?" * len(part))
            sql = f"SELECT path, size, mtime, ctime, inode, device, missing_since FROM file WHERE path IN ({marks})"
            for path, *look, missing_since in self._state.db.execute(sql, part):
                found[text(path)] = tuple(look), missing_since is not None
        return found

    def where(self, condition: str, values: Sequence[object] = ()) -> Iterator[FileRow]:
        """The files that fulfil a condition (SQL), by path. Nothing may be written before it has ended."""
        for row in self._state.db.execute(f"SELECT * FROM file WHERE {condition} ORDER BY path", values):
            yield file_row(row)

    def paths(self, condition: str = "1", values: Sequence[object] = ()) -> Iterator[str]:
        """Only the paths of ``where``, which is much cheaper."""
        for row in self._state.db.execute(f"SELECT path FROM file WHERE {condition}", values):
            yield text(row[0])

    def where_now(self, condition: str, values: Sequence[object] = (), *, limit: int = -1) -> list[FileRow]:
        """The same as a list, at most ``limit``."""
        sql = f"SELECT * FROM file WHERE {condition} ORDER BY path LIMIT {limit:d}"
        return [file_row(row) for row in self._state.db.execute(sql, values).fetchall()]

    def count(self, condition: str, values: Sequence[object] = ()) -> int:
        """How many files fulfil a condition (SQL)."""
        return int(self._state.db.execute(f"SELECT count(*) FROM file WHERE {condition}", values).fetchone()[0])

    @property
    def tracked(self) -> int:
        """How many files are linked to an asset."""
        return self.count("base IS NOT NULL")

    def settling(self, now: int, seconds: float) -> tuple[int, int | None]:
        """How many files have not stayed the same for so long, and when the first of them will have."""
        sql = """SELECT count(*), min(since) FROM (
            SELECT iif(mtime / 1000 <= ?1, min(changed_at, max(mtime / 1000, 0)), changed_at) AS since FROM file
            WHERE sha1 IS NULL AND missing_since IS NULL AND size > 0) WHERE since > ?1 - ?2"""
        pause = int(seconds * 1_000_000)
        count, since = self._state.db.execute(sql, (now, pause)).fetchone()
        return count, None if since is None else since + pause

    def saw(self, facts: Iterable[FileFact], now: int) -> None:
        """Files that are new, or changed since they were last seen: their content is unknown until it is read."""
        with self._state.writing() as db:
            db.executemany(
                """INSERT INTO file (path, size, mtime, ctime, inode, device, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (path) DO UPDATE SET sha1 = NULL, hashed_at = NULL, missing_since = NULL,
                    changed_at = iif(size = excluded.size AND mtime = excluded.mtime, changed_at, excluded.changed_at),
                    refused = iif(size = excluded.size AND mtime = excluded.mtime AND missing_since IS NULL,
                        refused, NULL),
                    retry_at = iif(size = excluded.size AND mtime = excluded.mtime, retry_at, NULL),
                    tries = iif(size = excluded.size AND mtime = excluded.mtime, tries, 0),
                    size = excluded.size, mtime = excluded.mtime, ctime = excluded.ctime, inode = excluded.inode,
                    device = excluded.device""",
                ((raw(fact.path), *look_of(fact), now) for fact in facts),
            )

    def wait_anew(self, now: int) -> None:
        """Moments in the future are from a clock that was set back: who waits for them would wait for years."""
        with self._state.writing() as db:
            db.execute("UPDATE file SET changed_at = ?1 WHERE sha1 IS NULL AND changed_at > ?1", (now,))
            db.execute("UPDATE file SET retry_at = ?1 WHERE retry_at > ?1 + ?2", (now, LONGEST_PAUSE * 1_000_000))

    def is_back(self, paths: Iterable[str]) -> None:
        """Files that were missing and are there again, as they were."""
        self._many(
            """UPDATE file SET missing_since = NULL, refused = iif(base = sha1, NULL, refused),
            retry_at = iif(base = sha1, NULL, retry_at) WHERE path = ?""",
            paths,
        )

    def missing(self, paths: Iterable[str], now: int) -> None:
        """Files that a healthy scan did not find; those that were never synced are forgotten at once."""
        with self._state.writing() as db:
            keys = [raw(path) for path in paths]
            db.executemany("DELETE FROM file WHERE path = ? AND base IS NULL", ((key,) for key in keys))
            # A moment in the future is from a clock that was set back: it is waited for anew.
            sql = "UPDATE file SET missing_since = ?1 WHERE path = ?2 AND (missing_since IS NULL OR missing_since > ?1)"
            db.executemany(sql, ((now, key) for key in keys))

    def read(self, contents: Iterable[tuple[str, str]], now: int) -> None:
        """The content of files is known: path and SHA-1."""
        with self._state.writing() as db:
            # What is as both sides had it is nothing to be refused.
            sql = """UPDATE file SET sha1 = ?1, hashed_at = ?2, refused = iif(base = ?1, NULL, refused),
                retry_at = iif(base = ?1, NULL, retry_at) WHERE path = ?3"""
            db.executemany(sql, ((sha1, now, raw(path)) for path, sha1 in contents))

    def unread(self, path: str) -> None:
        """What was read of a file is no longer so."""
        with self._state.writing() as db:
            db.execute("UPDATE file SET sha1 = NULL, hashed_at = NULL WHERE path = ?", (raw(path),))

    def link(self, links: Iterable[tuple[str, str, str]], now: int) -> None:
        """Both sides have this content: path, SHA-1 and asset."""
        with self._state.writing() as db:
            db.executemany(
                """UPDATE file SET base = ?, asset = ?, linked_at = ?, refused = NULL, retry_at = NULL, tries = 0
                WHERE path = ?""",
                ((sha1, asset.lower(), now, raw(path)) for path, sha1, asset in links),
            )

    def unlink(self, path: str) -> None:
        """The file has nothing to do with its asset any more: it counts as new."""
        with self._state.writing() as db:
            db.execute("UPDATE file SET base = NULL, asset = NULL, linked_at = NULL WHERE path = ?", (raw(path),))

    def forget(self, path: str) -> None:
        """Nothing is known of the path any more."""
        with self._state.writing() as db:
            db.execute("DELETE FROM file WHERE path = ?", (raw(path),))

    def refuse(self, path: str, reason: str, *, retry_at: int | None) -> None:
        """Leave the file alone until it changes, or (``retry_at``) until then."""
        with self._state.writing() as db:
            sql = "UPDATE file SET refused = ?, retry_at = ?, tries = tries + 1 WHERE path = ?"
            db.execute(sql, (reason, retry_at, raw(path)))

    def belongs(self, video: str, still: str | None) -> None:
        """The video is the moving part of this photo (None: of none)."""
        with self._state.writing() as db:
            db.execute("UPDATE file SET still = ? WHERE path = ?", (None if still is None else raw(still), raw(video)))

    def _many(self, sql: str, paths: Iterable[str]) -> None:
        with self._state.writing() as db:
            db.executemany(sql, ((raw(path),) for path in paths))
