"""When was a source synced last, what did it list then, and what does it hold back for a person to confirm?"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from artframe.library.database import Connection, Database
from artframe.library.entry import microseconds, moment
from artframe.library.guard import Held


@dataclass(frozen=True, kw_only=True)
class SourceState:
    """A row of the sources table; ``scope`` None means that no listing was ever complete."""

    scope: str | None = None
    last_sync: datetime | None = None
    sync_count: int = 0
    held: Held | None = None
    confirmed: str | None = None


class SourceRecord:
    """Reads and writes one source's row; created with the first use."""

    def __init__(self, database: Database, instance: str, folder: Path) -> None:
        self._database = database
        self._instance = instance
        known = database.row("SELECT folder FROM sources WHERE instance = ?", (instance,))
        self.new = known is None
        """Whether this source was not here before (or was forgotten)."""
        if known is None or known["folder"] != str(folder):
            database.change(
                lambda connection: connection.execute(
                    "INSERT INTO sources (instance, folder) VALUES (?, ?)"
                    " ON CONFLICT (instance) DO UPDATE SET folder = excluded.folder",
                    (instance, str(folder)),
                )
            )
        self._folder = folder

    def read(self) -> SourceState:
        row = self._database.row("SELECT * FROM sources WHERE instance = ?", (self._instance,))
        if row is None:
            return SourceState()
        held = json.loads(row["held"]) if row["held"] else None
        return SourceState(
            scope=row["scope"],
            last_sync=moment(row["last_sync"]) if row["last_sync"] is not None else None,
            sync_count=row["sync_count"],
            held=Held(**{**held, "sample": tuple(held["sample"])}) if held else None,
            confirmed=row["confirmed"],
        )

    def completed(self, state: SourceState, *, scope: str | None, at: datetime, held: Held | None) -> SourceState:
        """A sync ended well: remember it, and what it holds back. A confirmation is used up with what it confirmed."""
        new = replace(
            state,
            scope=scope,
            last_sync=at,
            sync_count=state.sync_count + 1,
            held=held,
            confirmed=state.confirmed if held is not None else None,
        )
        self._write(new)
        return new

    def confirm(self, held: Held) -> None:
        """The person agreed to this loss, and to no other."""
        self._write(replace(self.read(), confirmed=held.digest))

    def _write(self, state: SourceState) -> None:
        held = json.dumps(asdict(state.held)) if state.held is not None else None
        last = microseconds(state.last_sync) if state.last_sync is not None else None

        def work(connection: Connection) -> None:
            connection.execute(
                "INSERT INTO sources (instance, folder, scope, last_sync, sync_count, held, confirmed)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instance) DO UPDATE SET scope = excluded.scope,"
                " last_sync = excluded.last_sync, sync_count = excluded.sync_count, held = excluded.held,"
                " confirmed = excluded.confirmed",
                (self._instance, str(self._folder), state.scope, last, state.sync_count, held, state.confirmed),
            )

        self._database.change(work, durable=True)
