"""What is remembered of a pair between two runs, and how is it kept safe?

One SQLite file per pair. It can be lost: the next run then matches both sides by content and deletes nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from artframe.plugin import NotReady
from artframe_folder_sync.state.disk import copied, opened

SCHEMA = 1
"""Grows whenever the tables change. An older file is then set aside, and the next run is a first run: it only adds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What is, or was when it was last seen, in the folder. base: the content when both sides were last equal.
CREATE TABLE file (
    path BLOB PRIMARY KEY,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL, ctime INTEGER NOT NULL,   -- times of the disk: nanoseconds
    inode INTEGER NOT NULL, device INTEGER NOT NULL,
    sha1 TEXT, hashed_at INTEGER,            -- of the content at this size and time; NULL: not read yet
    base TEXT, asset TEXT, linked_at INTEGER,
    changed_at INTEGER NOT NULL,             -- since when it has this size and time
    missing_since INTEGER,                   -- NULL: it is there
    refused TEXT, retry_at INTEGER,          -- why it is not sent; NULL retry_at: not before it changes
    tries INTEGER NOT NULL DEFAULT 0,
    still BLOB                               -- the video of a live photo: the photo it belongs to
) WITHOUT ROWID;
CREATE INDEX file_sha1 ON file (sha1);
CREATE INDEX file_base ON file (base);
CREATE INDEX file_asset ON file (asset);
CREATE INDEX file_missing ON file (missing_since) WHERE missing_since IS NOT NULL;
CREATE INDEX file_still ON file (still) WHERE still IS NOT NULL;
CREATE INDEX file_unread ON file (path) WHERE sha1 IS NULL;

-- The user's own assets, as last seen.
CREATE TABLE asset (
    id TEXT PRIMARY KEY, sha1 TEXT, state TEXT NOT NULL, favourite INTEGER NOT NULL,
    updated INTEGER, created INTEGER, taken INTEGER, name TEXT NOT NULL, video TEXT, is_video INTEGER NOT NULL,
    stamp TEXT                               -- how the listing told of it; NULL: the state is from elsewhere
) WITHOUT ROWID;
CREATE INDEX asset_sha1 ON asset (sha1);
CREATE INDEX asset_video ON asset (video) WHERE video IS NOT NULL;

-- Tombstones: what was taken away, by whom, and where it is now.
CREATE TABLE gone (
    id INTEGER PRIMARY KEY, path BLOB NOT NULL, sha1 TEXT NOT NULL, asset TEXT, size INTEGER NOT NULL,
    mtime INTEGER NOT NULL, side TEXT NOT NULL, at INTEGER NOT NULL, trash_path BLOB,
    stage TEXT NOT NULL, kept_remote INTEGER NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX gone_asset ON gone (asset);
CREATE INDEX gone_sha1 ON gone (sha1);
CREATE INDEX gone_going ON gone (id) WHERE stage = 'going';

-- Old versions in Immich whose successor is confirmed there.
CREATE TABLE superseded (
    asset TEXT PRIMARY KEY, sha1 TEXT NOT NULL, path BLOB NOT NULL, successor TEXT NOT NULL, at INTEGER NOT NULL,
    edited INTEGER NOT NULL
) WITHOUT ROWID;

-- The album (by name) that an asset was put into for its folder.
CREATE TABLE shelf (asset TEXT PRIMARY KEY, album TEXT NOT NULL) WITHOUT ROWID;

-- What waits for a person, what a person allowed, and how much was deleted lately.
CREATE TABLE held (
    side TEXT NOT NULL, key TEXT NOT NULL, path BLOB NOT NULL, size INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (side, key)
) WITHOUT ROWID;
CREATE TABLE approved (side TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (side, key)) WITHOUT ROWID;
CREATE TABLE spent (at INTEGER NOT NULL, side TEXT NOT NULL, count INTEGER NOT NULL);
"""

Row = sqlite3.Row
Connection = sqlite3.Connection


def raw(path: str) -> bytes:
    """A path as the database keeps it: names need not be text."""
    return path.encode("utf-8", "surrogateescape")


def text(path: bytes) -> str:
    """The opposite of ``raw``."""
    return path.decode("utf-8", "surrogateescape")


def micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware moment."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(micros: int) -> datetime:
    """The opposite of ``micros``: aware UTC."""
    return _EPOCH + timedelta(microseconds=micros)


class State:
    """The database of one pair, open; one thread at a time. Close it, or use it as a context manager.

    Every commit is on the disk when it returns: an intent that was committed is known after a power cut. A file that
    is damaged or of another schema is set aside (never deleted), and an empty one takes its place.
    """

    def __init__(self, file: Path, *, reading: bool = False) -> None:
        """``reading``: nothing will be changed; then a disk that is full or read-only is good enough."""
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self.db = opened(file, SCHEMA, _TABLES, reading=reading)

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and on the disk at the end. May be nested: the outermost one decides."""
        if self.db.in_transaction:
            yield self.db
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
            self.db.execute("COMMIT")
        except BaseException:
            # A commit that finds the disk full leaves the transaction open: nobody may go on in it.
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    def meta(self, key: str) -> str | None:
        """A fact about the pair."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str | None) -> None:
        """Remember a fact, or (None) forget it."""
        with self.writing() as db:
            if value is None:
                db.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def copy(self, file: Path | None) -> State:
        """The same state in a new file, for a run that must change nothing; in memory where that finds no room."""
        other = State.__new__(State)
        other.file, other.db = file or self.file, copied(self.db, file)
        return other


class Lock:
    """At most one run of a pair at a time, over all processes of this machine."""

    def __init__(self, file: Path) -> None:
        # Not the database itself: closing any handle of it would take SQLite's own locks away.
        self._file = file

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """NotReady if somebody else holds it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise NotReady(
                    "this folder is being synced by another run; this one does nothing",
                    "wait until the other run has ended",
                ) from error
            yield
        finally:
            os.close(handle)
