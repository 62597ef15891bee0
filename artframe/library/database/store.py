"""Where is everything about photos written down, so that a crash, a power cut or a damaged file costs no photo?"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Generic, TypeVar

from artframe.errors import ConfigError, NotReady
from artframe.library.database.damage import explained, is_damage
from artframe.library.database.salvage import salvage, set_aside

T = TypeVar("T")
Connection = sqlite3.Connection
Row = sqlite3.Row

SCHEMA = 3
"""The newest ``schema_<n>.sql``; each file brings a database of the version before to its own."""

_GROUP = 64
"""So many waiting changes share one commit at most."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Change(Generic[T]):
    work: Callable[[Connection], T]
    durable: bool
    done: Future[T]


class Database:
    """One SQLite file (WAL): any thread reads, one thread writes.

    ``change`` returns when the change is committed. An ordinary commit survives the death of the process; after a power
    cut the newest ones may be gone, never half there. A ``durable`` one survives the power cut as well.

    A damaged file is set aside (never deleted), what can still be read of it is brought over, and ``rebuilt`` says so;
    whoever ``on_rebuilt`` registered is told, in a thread of its own. Raises NotReady when the disk is full or refuses,
    ConfigError when the file is of a newer artframe.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rebuilt = ""
        """What happened to a damaged file, for people; empty when all is well."""
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._idle: list[tuple[int, Connection]] = []
        self._epoch = 0
        self._closed = False
        self._queue: queue.SimpleQueue[_Change[Any] | None] = queue.SimpleQueue()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._writer = self._open()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise explained(error) from error
            self._rebuild(error)
        self._thread = threading.Thread(target=self._run, name="database", daemon=True)
        self._thread.start()

    def on_rebuilt(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back after a damaged file was replaced while the frame runs; returns what ends that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    @property
    def generation(self) -> int:
        """How often the file was replaced since the start."""
        return self._epoch

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[Row]:
        """Read all rows of a query; any thread."""
        for last in (False, True):
            epoch, connection = self._reader()
            try:
                answer: list[Row] = connection.execute(sql, arguments).fetchall()
            except sqlite3.DatabaseError as error:
                connection.close()
                if last or not is_damage(error):
                    raise explained(error) from error
                self._report_damage(epoch, error)
            else:
                self._put_back(epoch, connection)
                return answer
        raise AssertionError("unreachable")

    def row(self, sql: str, arguments: Sequence[Any] = ()) -> Row | None:
        """Read the first row, if there is one."""
        found = self.rows(sql, arguments)
        return found[0] if found else None

    def change(self, work: Callable[[Connection], T], *, durable: bool = False) -> T:
        """Run ``work`` in a transaction on the writer thread and wait for the commit; its exceptions roll it back."""
        return self.submit(work, durable=durable).result()

    def submit(self, work: Callable[[Connection], T], *, durable: bool = False) -> Future[T]:
        """Like ``change``, without waiting. Changes are committed in order, waiting ones together."""
        done: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise NotReady("the library's database is closed because the frame stops; nothing was written")
            self._queue.put(_Change(work=work, durable=durable, done=done))
        return done

    def close(self) -> None:
        """Commit what waits, then close."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        for _, connection in self._idle:
            connection.close()
        self._idle.clear()
        self._writer.close()

    # -- the writer thread -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            stop = False
            while len(group) < _GROUP and not stop:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                else:
                    group.append(more)
            self._commit(group)
            if stop:
                return

    def _commit(self, group: list[_Change[Any]]) -> None:
        try:
            outcomes = self._attempt(group)
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                try:
                    self._rebuild(error)
                    outcomes = self._attempt(group)
                except Exception as again:
                    outcomes = [(change, None, again) for change in group]
            else:
                outcomes = [(change, None, error) for change in group]
        for change, result, failure in outcomes:
            if failure is None:
                change.done.set_result(result)
            else:
                change.done.set_exception(explained(failure))

    def _attempt(self, group: list[_Change[Any]]) -> list[tuple[_Change[Any], Any, Exception | None]]:
        writer = self._writer
        durable = any(change.durable for change in group)
        writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        outcomes: list[tuple[_Change[Any], Any, Exception | None]] = []
        writer.execute("BEGIN IMMEDIATE")
        try:
            for change in group:
                writer.execute("SAVEPOINT one")
                try:
                    result = change.work(writer)
                except Exception as error:
                    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.IntegrityError):
                        raise
                    writer.execute("ROLLBACK TO one")
                    outcomes.append((change, None, error))
                else:
                    outcomes.append((change, result, None))
                writer.execute("RELEASE one")
            writer.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                writer.execute("ROLLBACK")
            raise
        return outcomes

    # -- opening and mending -----------------------------------------------------------------------------------------

    def _open(self) -> Connection:
        connection = self._connect()
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA:
                raise ConfigError(
                    f"{self.path} was written by a newer artframe (version {version}, this one knows {SCHEMA});"
                    " it is left as it is",
                    "update artframe, or move the file away to start with an empty library",
                )
            connection.execute("PRAGMA journal_mode = WAL")
            for number in range(version + 1, SCHEMA + 1):
                script = resources.files(__package__).joinpath(f"schema_{number}.sql").read_text()
                connection.executescript(f"BEGIN;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
            # A file whose header is sound may still have lost its tables.
            connection.execute("SELECT count(*) FROM sources").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=30)
        connection.row_factory = sqlite3.Row
        return connection

    def _rebuild(self, error: sqlite3.DatabaseError) -> None:
        """Set the damaged file aside, start a new one, bring over what can still be read."""
        writer = getattr(self, "_writer", None)
        if writer is not None:
            writer.close()
        with self._lock:
            self._epoch += 1
            for _, connection in self._idle:
                connection.close()
            self._idle.clear()
            aside = set_aside(self.path)
            self._writer = self._open()
        saved = self._salvage(aside)
        # Whatever lies in the folders is looked for until a listing was complete, over restarts too.
        self._writer.execute("UPDATE sources SET last_sync = NULL")
        self.rebuilt = (
            f"the library's database was damaged ({error}); it was set aside as {aside.name} and built anew"
            f" ({saved} entries could be brought over), the pictures go on"
        )
        log.warning("%s", self.rebuilt)
        for callback in list(self._listeners):
            threading.Thread(target=callback, name="library healing", daemon=True).start()

    def _salvage(self, damaged: Path) -> int:
        try:
            source = sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        except sqlite3.Error:
            return 0
        self._writer.execute("BEGIN")
        try:
            known = 1 <= source.execute("PRAGMA user_version").fetchone()[0] <= SCHEMA
            return salvage(source.execute, self._writer.execute) if known else 0
        except sqlite3.Error:
            return 0
        finally:
            self._writer.execute("COMMIT")
            source.close()

    def _report_damage(self, epoch: int, error: sqlite3.DatabaseError) -> None:
        """A reader met the damage: the writer thread mends it, unless somebody else's complaint already made it."""

        def mend(_: Connection) -> None:
            if self._epoch == epoch:
                raise error

        self.change(mend)

    # -- readers -----------------------------------------------------------------------------------------------------

    def _reader(self) -> tuple[int, Connection]:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            epoch = self._epoch
        connection = self._connect()
        connection.execute("PRAGMA query_only = ON")
        return epoch, connection

    def _put_back(self, epoch: int, connection: Connection) -> None:
        with self._lock:
            if epoch == self._epoch and not self._closed:
                self._idle.append((epoch, connection))
                return
        connection.close()


def in_pages(values: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces that fit into one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
