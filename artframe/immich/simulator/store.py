"""Where does the embedded Immich keep its rows, and who may write when?"""

from __future__ import annotations

import sqlite3
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Row = sqlite3.Row
Database = sqlite3.Connection


def fold(text: str | None) -> str | None:
    """A text without case and accents, as Immich compares file names."""
    if text is None:
        return None
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class Store:
    """One SQLite file: any number of readers, one writer at a time. Closed, it opens again when it is used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[Database] = []
        self._all: list[Database] = []
        self._pool = threading.Lock()
        self._writing = threading.Lock()
        self.version = 0  # counts the writes
        self._writer: Database | None = None
        with self.writing():
            pass  # so that a folder that cannot be used is found out at once

    def _connect(self) -> Database:
        database = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=60)
        database.row_factory = sqlite3.Row
        database.create_function("fold", 1, fold, deterministic=True)
        database.executescript(
            # a killed process loses nothing in WAL mode; only a power cut could, and this is no server for that
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
            "PRAGMA cache_size = -16384;"
        )
        self._all.append(database)
        return database

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """One consistent view of all rows."""
        with self._pool:
            database = self._idle.pop() if self._idle else self._connect()
        try:
            database.execute("BEGIN")
            yield database
        finally:
            if database.in_transaction:
                database.execute("COMMIT")
            with self._pool:
                self._idle.append(database)

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One transaction: all of it or, when an exception leaves it, nothing."""
        with self._writing:
            writer = self._open_writer()
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield writer
            except BaseException:
                writer.execute("ROLLBACK")
                raise
            writer.execute("COMMIT")
            self.version += 1

    def _open_writer(self) -> Database:
        if self._writer is None:
            with self._pool:
                self._writer = self._connect()
            self._writer.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
        return self._writer

    def close(self) -> None:
        """Close every connection; nobody may be reading or writing any more."""
        with self._writing, self._pool:
            for database in self._all:
                database.close()
            self._all.clear()
            self._idle.clear()
            self._writer = None


def scalar(database: Database, sql: str, *values: object) -> int:
    """The single number a query gives."""
    return int(database.execute(sql, values).fetchone()[0] or 0)
