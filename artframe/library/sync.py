"""What happens in one sync, from the listing to the report?"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from artframe.core.clock import Clock
from artframe.core.sentence import Sentence, said
from artframe.core.task import Task
from artframe.errors import NotReady
from artframe.library.arrival import Arrivals, Arrived
from artframe.library.disk import Disk
from artframe.library.downloads import Downloads
from artframe.library.entry import Entry
from artframe.library.guard import Held, digest, loses_too_much
from artframe.library.healing import Healing
from artframe.library.ledger import Ledger
from artframe.library.listing import Listing
from artframe.library.naming import Naming
from artframe.library.photo import LibraryChanged
from artframe.library.removal import Removal
from artframe.library.report import Counts, SyncReport
from artframe.library.source import SourceRecord, SourceState
from artframe.library.space import Limits, Space
from artframe.plugin import PhotoSource, SyncSummary

_FIRST_PAGE = 20
"""Photos of the first page: small, so that the first picture is here soon."""
_PAGE = 500
_TELL_EVERY = 2.0
"""Seconds between two LibraryChanged while photos arrive; the first one is told at once."""
_SUMMARY_EVERY = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What a sync works with: all of it belongs to the mirror."""

    instance: str
    ledger: Ledger
    disk: Disk
    source: SourceRecord
    healing: Healing
    limits: Limits
    clock: Clock
    publish: Callable[[object], None]
    summary: Callable[[Counts, bool], SyncSummary]


class Sync:
    """One sync, from the listing to the report."""

    def __init__(self, parts: Workshop, plugin: PhotoSource, task: Task) -> None:
        self._parts = parts
        self._plugin = plugin
        self._task = task
        self._ledger, self._disk, self._clock = parts.ledger, parts.disk, parts.clock
        self._counts = Counts()
        self._started = self._clock.monotonic()
        self._next_summary = self._started + _SUMMARY_EVERY
        self._telling = threading.Lock()
        self._told_at: float | None = None
        self._untold = False
        self._removal = Removal(self._ledger, self._disk)

    def run(self) -> SyncReport:
        self._disk.prepare()
        self._parts.healing.run()
        state = self._parts.source.read()
        scope = self._plugin.scope
        deliberate = state.scope is not None and state.scope != scope
        verify = self._plugin.forget_requested() and state.sync_count > 0
        self._parts.healing.hash_adopted()
        # Not those that will make room in this very sync.
        self._evicted = self._ledger.evicted_by_age()
        known = sum(1 for _ in self._ledger.listed_keys()) + len(self._ledger.adopted_own())
        self._generation = self._ledger.generation

        naming = Naming(self._ledger, self._disk)
        space = Space(self._ledger, self._disk, self._parts.limits, self._removal.evict)
        listing = Listing(self._ledger, self._disk, naming, self._counts, space.freed, verify=verify)
        downloads = Downloads(self._ledger, self._parts.limits.downloads, self._task, self._counts, self._arrived)
        downloads.start(
            Arrivals(
                self._plugin,
                self._ledger,
                self._disk,
                naming,
                space,
                self._clock,
                downloads.check,
                self._task,
                self._parts.limits.downloads,
            )
        )
        try:
            space.enforce()
            self._list(listing, downloads)
            missing = list(listing.missing())
            held = None if deliberate else self._guard(missing, known, state)
            going = [] if held is not None else missing
            if held is not None:
                going = self._withdrawn(missing)
                put_away = set(going)
                missing = [key for key in missing if key not in put_away]
                held = self._guard(missing, known, state)
                going += missing if held is None else []
            # The last pictures stay on the screen until the first of those that take their place are here.
            late = deliberate or (bool(going) and listing.total > 0 and self._nothing_beside(going))
            if not late:
                self._remove(going, space)
            downloads.drain(self._tick)
            space.may_go = going if late else None
            waiting, no_room = self._second_round(downloads, space)
            if late and not self._nothing_beside(going):
                self._remove(going, space)
                space.may_go = None
                downloads.add(no_room)
                downloads.drain(self._tick)
                more, no_room = downloads.postponed()
                waiting += more
                late = False
        finally:
            downloads.close()
            self._tell(last=True)
        if late and missing:
            self._counts.problems.append("nothing of what is listed now is here yet; the old photos stay until then")
        held = self._drop_adopted(
            space, missing if held is not None else [], known, None if deliberate else state, held
        )
        self._finish(state, state.scope if late else scope, held)
        return self._report(space, waiting, no_room, held)

    def _list(self, listing: Listing, downloads: Downloads) -> None:
        photos = iter(self._plugin.photos())
        size = _FIRST_PAGE
        queued = 0
        while page := list(itertools.islice(photos, size)):
            size = _PAGE
            self._same_database()
            fetch = listing.take(page)
            queued += len(fetch)
            downloads.add(fetch)
            self._task.say(_listed(listing))
            self._tick()
        # Only now the total is known; what was fetched while listing counts.
        done = min(downloads.finished, queued)
        to_fetch = said("sync.to_fetch", "{count:,} to fetch", count=queued)
        self._task.plan(queued, _listed(listing) + to_fetch, done=done)
        self._task.check()

    def _second_round(self, downloads: Downloads, space: Space) -> tuple[list[int], list[int]]:
        """What was not ready or found no room tries once more; then the evicted ones, the longest unseen first."""
        waiting, no_room = downloads.postponed()
        if not waiting and not no_room and not self._evicted:
            return [], []
        space.new_chance()
        downloads.add(waiting + no_room)
        downloads.drain(self._tick)
        downloads.add(self._evicted)
        downloads.drain(self._tick)
        return downloads.postponed()

    def _guard(self, missing: list[int], known: int, state: SourceState) -> Held | None:
        if not loses_too_much(len(missing), known):
            return None
        names: list[str] = []
        ids: list[str] = []
        for key in missing:
            entry = self._ledger.get(key)
            if entry is not None:
                ids.append(entry.id)
                if len(names) < 5:
                    names.append(entry.photo.name)
        held = Held(count=len(missing), known=known, sample=tuple(names), digest=digest(ids))
        return held if held.digest != state.confirmed else None

    def _withdrawn(self, missing: list[int]) -> list[int]:
        """Of so many missing photos that they would be held: those that the source knows to be put away on purpose."""
        entries = [entry for key in missing if (entry := self._ledger.get(key)) is not None]
        try:
            ids = set(self._plugin.withdrawn([entry.photo for entry in entries]))
        except Exception:
            log.warning("%s cannot say what became of its photos", self._parts.instance, exc_info=True)
            return []
        return [entry.key for entry in entries if entry.id in ids]

    def _same_database(self) -> None:
        if self._ledger.generation != self._generation:
            raise NotReady(
                "the library's database was damaged during this sync and built anew; nothing is removed on the ground"
                " of what it knew before, the next sync compares again"
            )

    def _remove(self, keys: list[int], space: Space) -> None:
        self._same_database()
        if keys:
            removed = self._removal.remove(keys, space.freed)
            self._counts.removed += removed
            self._task.count("removed", removed)
            self._changed()

    def _drop_adopted(
        self, space: Space, missing: list[int], known: int, state: SourceState | None, held: Held | None
    ) -> Held | None:
        """What no listing claimed, once something else is here: ours is removed, the rest is only shown no longer.

        That is a loss like any other (``state`` None: a deliberate one), held together with what is held already.
        """
        self._remove(self._ledger.adopted_twins(), space)
        adopted, ours = self._ledger.adopted_here(), self._ledger.adopted_own()
        if self._ledger.count_here() == adopted and (ours or loses_too_much(adopted, adopted)):
            return held
        self._ledger.drop_foreign()
        if not ours:
            return held
        held = self._guard(missing + ours, known, state) if state is not None else None
        if held is None:
            self._remove(missing + ours, space)
        return held

    def _nothing_beside(self, keys: list[int]) -> bool:
        entries = [entry for key in keys if (entry := self._ledger.get(key)) is not None]
        return self._ledger.count_showable() <= sum(entry.here and not entry.hidden for entry in entries)

    # -- telling -----------------------------------------------------------------------------------------------------

    def _arrived(self, entry: Entry, arrived: Arrived) -> None:
        self._counts.arrive(arrived.bytes, replaced=arrived.replaced)
        self._task.count("photos")
        self._task.count("bytes", arrived.bytes)
        self._changed()

    def _changed(self) -> None:
        with self._telling:
            self._untold = True
        self._tell()

    def _tell(self, *, last: bool = False) -> None:
        with self._telling:
            now = self._clock.monotonic()
            if not self._untold or not (last or self._told_at is None or now - self._told_at >= _TELL_EVERY):
                return
            self._untold = False
            self._told_at = now
        self._parts.publish(LibraryChanged(source=self._parts.instance))

    def _tick(self) -> None:
        self._tell()
        if self._clock.monotonic() >= self._next_summary:
            self._next_summary = self._clock.monotonic() + _SUMMARY_EVERY
            self._summarise(finished=False)

    def _summarise(self, *, finished: bool) -> None:
        try:
            self._plugin.synced(self._parts.summary(self._counts, finished))
        except Exception:
            log.exception("%s failed in synced(); its photos are all right", self._parts.instance)

    def _finish(self, state: SourceState, scope: str | None, held: Held | None) -> None:
        # The state that was read at the start would undo a confirmation given meanwhile.
        fresh = self._parts.source.read()
        self._parts.source.completed(
            replace(state, confirmed=fresh.confirmed), scope=scope, at=self._clock.now(), held=held
        )
        self._summarise(finished=True)

    def _report(self, space: Space, waiting: list[int], no_room: list[int], held: Held | None) -> SyncReport:
        counts = self._counts
        report = SyncReport(
            added=counts.added, replaced=counts.replaced, removed=counts.removed, kept=counts.kept,
            failed=counts.failed, skipped=counts.skipped, no_room=len(no_room), waiting=len(waiting),
            evicted=space.evicted, foreign=counts.foreign, bytes=counts.bytes,
            seconds=self._clock.monotonic() - self._started, held=held, problems=tuple(counts.problems),
        )  # fmt: skip
        log.info("%s: %s", self._parts.instance, report.summary)
        return report


def _listed(listing: Listing) -> Sentence:
    return said("sync.listed", "{count:,} photos listed", count=listing.total)
