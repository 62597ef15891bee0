"""How does a frame keep a source's photos here, whole and in step, whatever happens in between?"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from artframe.core.clock import Clock
from artframe.core.task import Task
from artframe.errors import CommandError
from artframe.library.database import Database
from artframe.library.disk import Disk
from artframe.library.entry import moment
from artframe.library.guard import Held
from artframe.library.healing import Healing
from artframe.library.ledger import Ledger
from artframe.library.photo import LibraryChanged
from artframe.library.report import Counts, SyncReport
from artframe.library.source import SourceRecord
from artframe.library.space import Limits
from artframe.library.sync import Sync, Workshop
from artframe.plugin import MirrorRecord, PhotoSource, SyncSummary

log = logging.getLogger(__name__)


class Mirror:
    """Keeps the photos of one source in one folder. Blocking; give ``sync`` a thread of its own.

    ``folder`` is ``plugins/<kind>/<instance>/photos``; unfinished photos lie in ``parts`` beside it. ``limits`` may be
    replaced at any time and holds from the next sync on. Create it at the start of the frame: it heals what the last
    crash left (raises NotReady when disk or database refuse).
    """

    def __init__(
        self,
        *,
        instance: str,
        folder: Path,
        database: Database,
        clock: Clock,
        publish: Callable[[object], None],
        limits: Limits | None = None,
    ) -> None:
        self.instance = instance
        self.limits = limits if limits is not None else Limits()
        self._clock = clock
        self._publish = publish
        self._busy = threading.Lock()
        self._disk = Disk(folder)
        self._database = database
        self._ledger = Ledger(database, instance)
        self._source = SourceRecord(database, instance, folder)
        self._healing = Healing(self._ledger, self._disk)
        self._disk.prepare()
        if self._source.new or database.rebuilt:
            self._healing.readopt()
        self._healing.run()
        if self._source.read().last_sync is None:
            # The database is new, or was lost: until a listing says what they are, files in the folder are shown.
            self._healing.adopt()
        self._release = database.on_rebuilt(self._after_rebuild)

    @property
    def folder(self) -> Path:
        """Where the photos lie."""
        return self._disk.folder

    def close(self) -> None:
        """Look after the folder no longer; the files stay."""
        self._release()

    @property
    def held(self) -> Held | None:
        """The loss that waits for a confirmation, if there is one."""
        state = self._source.read()
        return state.held if state.held is None or state.held.digest != state.confirmed else None

    def due(self, plugin: PhotoSource) -> bool:
        """Whether to sync now: never done, another choice of photos, too long ago, or nothing left of what was here."""
        state = self._source.read()
        if state.last_sync is None or state.scope != plugin.scope:
            return True
        # A clock that was wrong at the last sync must not stop syncing for years.
        age = self._clock.now() - state.last_sync
        if age >= plugin.sync_interval or age.total_seconds() < 0:
            return True
        return self._ledger.count_here() == 0 and next(self._ledger.listed_keys(), None) is not None

    def confirm(self) -> int:
        """Agree to the held loss: the next sync that finds exactly the same one removes it. Returns how many photos."""
        held = self._source.read().held
        if held is None:
            raise CommandError(f"nothing of '{self.instance}' waits for a confirmation; nothing was done", exit_code=1)
        self._source.confirm(held)
        return held.count

    def sync(self, plugin: PhotoSource, task: Task) -> SyncReport:
        """Bring the folder in step with the source's listing.

        Photos are fetched while the listing still runs. Nothing is removed before the listing ended without an
        exception, and what the source or the disk raises (NotReady, AuthFailed, ConfigError, Cancelled) keeps all that
        is here. Raises CommandError if a sync of this source is running already.
        """
        if not self._busy.acquire(blocking=False):
            raise CommandError(f"a sync of '{self.instance}' is running already; it goes on", exit_code=75)
        try:
            return Sync(self._workshop(), plugin, task).run()
        finally:
            self._busy.release()

    def summary(self, counts: Counts | None = None, *, finished: bool = True) -> SyncSummary:
        """What a source is told; its records are read while it iterates over them."""
        state = self._source.read()
        return SyncSummary(
            finished=finished,
            last_sync=state.last_sync,
            sync_count=state.sync_count,
            added=counts.added + counts.replaced if counts is not None else 0,
            removed=counts.removed if counts is not None else 0,
            kept=counts.kept if counts is not None else self._ledger.count_here(),
            records=_Records(self._ledger),
        )

    def _workshop(self) -> Workshop:
        return Workshop(
            instance=self.instance, ledger=self._ledger, disk=self._disk, source=self._source, healing=self._healing,
            limits=self.limits, clock=self._clock, publish=self._publish,
            summary=lambda counts, finished: self.summary(counts, finished=finished),
        )  # fmt: skip

    def _after_rebuild(self) -> None:
        """The database was lost while the frame runs."""
        try:
            self._source = SourceRecord(self._database, self.instance, self._disk.folder)
            self._healing.readopt()
            if self._healing.adopt() or self._ledger.count_here():
                self._publish(LibraryChanged(source=self.instance))
        except Exception:
            log.exception("the photos of %s could not be found again; the next sync brings them", self.instance)


class _Records:
    """The photos that are here, read anew and in constant memory each time somebody iterates."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __iter__(self) -> Iterator[MirrorRecord]:
        for entry in self._ledger.entries("local_version IS NOT NULL AND NOT adopted"):
            yield MirrorRecord(
                photo=entry.photo,
                file_name=entry.file_name or "",
                sha1=entry.local_sha1 or "",
                fetched_at=moment(entry.fetched_at or 0),
            )
