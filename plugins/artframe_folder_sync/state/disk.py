"""How is the file of a state opened, what if its disk is full, and whose fault is it when that fails?"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from artframe.plugin import NotReady, said

UNREADABLE = sqlite3.DatabaseError
"""What reading a state that somebody else keeps may raise."""

_opening = threading.Lock()
"""Two threads that make a new file at the same time get in each other's way."""
_OF_THE_DISK = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN}
)
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
_ROOM = said("folder_sync.make_room_there", "make room on it; artframe then goes on by itself")


def opened(file: Path, schema: int, tables: str, *, reading: bool) -> sqlite3.Connection:
    """The database, made with these tables where there is none; one that is damaged or of another schema is set aside.

    ``reading``: nothing will be changed. Then a disk that is full or read-only is good enough. Raises OperationalError
    and OSError when the disk is not.
    """
    try:
        with _opening:
            try:
                return _opened(file, schema, tables)
            except sqlite3.OperationalError:
                raise  # busy, or the disk: the file itself may be all right
            except sqlite3.DatabaseError:
                _set_aside(file)
                return _opened(file, schema, tables)
    except (sqlite3.OperationalError, OSError):
        if not reading or not file.exists():
            raise
        db = _opened_alone(file)
        if _schema(db) != schema:
            db.close()
            raise
        return db


def copied(db: sqlite3.Connection, file: Path | None) -> sqlite3.Connection:
    """The same in another file; in memory, if there is none or its disk has no room."""
    if file is not None:
        with contextlib.suppress(sqlite3.OperationalError):
            return _copied(db, str(file))
    return _copied(db, ":memory:")


def opened_to_read(file: Path) -> sqlite3.Connection:
    """The state of another pair, which it may be writing at the moment. Raises UNREADABLE. Close it."""
    db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        _schema(db)
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode not in _NO_ROOM:
            raise
        return _opened_alone(file)
    except BaseException:
        db.close()
        raise
    return db


def is_of_the_disk(error: sqlite3.DatabaseError) -> bool:
    """Whether the world is to blame (full, failing, busy), and the file may be all right."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK


@contextlib.contextmanager
def on_this_disk() -> Iterator[None]:
    """NotReady when a disk of this machine, the folder's or the state's, does not do what it should."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NotReady(
                said(
                    "folder_sync.disk_full",
                    "the disk is full (the folder's, or the one with artframe's data), so the folder sync cannot write;"
                    " nothing is lost, it waits",
                ),
                _ROOM,
            ) from error
        raise NotReady(
            said(
                "folder_sync.disk_failed",
                "the folder or the disk of this machine failed ({reason}); the run ends here, and the next one goes on",
                reason=error.strerror or str(error),
            ),
            said(
                "folder_sync.look_at_both",
                "is the folder mounted, is there room, and may artframe read and write it?",
            ),
        ) from error
    except sqlite3.OperationalError as error:
        if not is_of_the_disk(error):
            raise
        if error.sqlite_errorcode in _NO_ROOM:
            raise NotReady(
                said(
                    "folder_sync.state_full",
                    "the disk with artframe's data is full, so the folder sync cannot remember what it does; nothing is"
                    " lost, it waits",
                ),
                _ROOM,
            ) from error
        raise NotReady(
            said(
                "folder_sync.state_failed",
                "what the folder sync knows cannot be written down ({reason}); the run ends here, and the next one goes"
                " on",
                reason=str(error),
            ),
            said("folder_sync.is_there_room", "is there room on the disk of this machine?"),
        ) from error


def _opened(file: Path, schema: int, tables: str) -> sqlite3.Connection:
    db = _connected(str(file))
    try:
        file.chmod(0o600)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA cache_size = -8000")
        version = _schema(db)
        if version not in (0, schema):
            raise sqlite3.DatabaseError(f"schema {version}")
        if version == 0:
            db.executescript(f"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {schema}; COMMIT;")
    except BaseException:
        db.close()
        raise
    return db


def _opened_alone(file: Path) -> sqlite3.Connection:
    """For reading without a byte of room. While it is open nobody else can use the file: they wait.

    Several can share a file of this kind only by an index in a file beside it, which needs room; one alone keeps that
    in memory. On a read-only disk nobody can change the file, and what nobody wrote to lately has no index.
    """
    place = file.absolute().as_uri()
    log = file.with_name(file.name + "-wal")
    still = not os.access(file, os.W_OK) and not (log.exists() and log.stat().st_size)
    db = _connected(f"{place}?mode=ro&immutable=1" if still else f"{place}?mode=rw")
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA query_only = 1")
        _schema(db)  # now the locks are taken
    except BaseException:
        db.close()
        raise
    return db


def _copied(db: sqlite3.Connection, place: str) -> sqlite3.Connection:
    target = _connected(place)
    try:
        db.backup(target)
        target.execute("PRAGMA synchronous = OFF")
        target.execute("PRAGMA cache_size = -8000")
    except BaseException:
        target.close()
        raise
    return target


def _schema(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def _connected(place: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        place, uri=place.startswith("file:"), timeout=30, isolation_level=None, check_same_thread=False
    )
    db.row_factory = sqlite3.Row
    return db


def _set_aside(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + suffix).replace(file.with_name(file.name + ".unusable" + suffix))
