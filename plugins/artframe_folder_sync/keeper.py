"""One person's folder and account: opened, watched, and run one at a time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from artframe.immich import Immich, MediaTypes
from artframe.immich_plugin import translated
from artframe.plugin import Clock, CommandError, Task
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.ignoring import IGNORE_FILE, Rules
from artframe_folder_sync.files.unrest import Changes, Unrest
from artframe_folder_sync.files.watching import FolderWatch
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.pair import Pair
from artframe_folder_sync.people import Person
from artframe_folder_sync.records import PairConfig, RunReport
from artframe_folder_sync.run.remote import News

_SLACK = timedelta(seconds=2)
_PAUSE = timedelta(seconds=2)
_RETRY = timedelta(seconds=60)
_LOOK_SECONDS = 0.5
_FRESH_SECONDS = 10.0
"""So long what Immich told of changes is believed without asking again."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """How the last run went. ``at`` is when it ended (aware UTC)."""

    at: datetime
    report: RunReport


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What Immich told of changes: asked when by its clock, and by our own (monotonic seconds), before which run."""

    news: News
    asked: datetime
    at: float
    turn: int


class Keeper:
    """Owns the client, the pair and the watch of one key; ``close`` ends them all.

    ``wake`` is called when there is something to do.
    """

    patience = 10.0
    """Seconds (real ones) that a person's command waits for the end of a run."""

    def __init__(
        self,
        *,
        person: Person,
        config: PairConfig,
        client: Immich,
        media_types: MediaTypes,
        data_dir: Path,
        journal: Journal,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self.person = person
        self.config = config
        self.client = client
        self.media_types = media_types
        self.disk = Disk(config.folder)
        self.pair = Pair(config, client, self.disk, clock, journal, data_dir)
        self.unrest = Unrest(config.settle_seconds)
        self.last: Done | None = None
        self.has_news = False
        """A run has to look: Immich changed, or it is time for another look."""
        self.off = ""
        """Why it is not run any more; empty: it is."""
        # Another look at these folders, and one at everything, which only a full run settles.
        self._again: tuple[datetime, frozenset[str]] | None = None
        self._full_at: datetime | None = None
        self._owed: Changes | None = None
        self._clock = clock
        self._wake = wake
        self._busy = threading.Lock()
        self._turn = 0
        """How many runs and commands began: each of them may know better than what was told before."""
        self._mark: datetime | None = None
        self._news: _Told | None = None
        self._rules = Rules(config.ignore, media_types)
        self.watch: FolderWatch | None = None
        self._closed = False

    @property
    def name(self) -> str:
        """Who it is, for texts."""
        return self.person.name

    def owns(self, user_id: str) -> bool:
        """Whether this is that user's folder."""
        return user_id == self.person.user_id

    def begin_watch(self, make: Callable[..., FolderWatch] = FolderWatch) -> None:
        """Hear of changes in the folder from now on; see ``FolderWatch.trouble``."""
        self.watch = make(self.config.folder, self._changed, self._lost, ignored=self._ignored)
        self.watch.start()
        if self._closed:
            self.watch.stop()

    def glance(self, *, closely: bool) -> bool:
        """Whether the folder went or came back since the last look: then a run has to see what that means."""
        if self.watch is None or not self.watch.glance(closely=closely):
            return False
        self.has_news = True
        return True

    def close(self) -> None:
        """End the watch, give the connections back. A run is to be cancelled before."""
        self._closed = True
        if self.watch is not None:
            self.watch.stop()
        self.client.close()
        self.pair.close()

    def run(self, task: Task, *, full: bool, folders: Collection[str] = ()) -> RunReport:
        """Bring both sides in step; waits for a run that goes on. Raises what the run raises."""
        while not self._busy.acquire(timeout=_LOOK_SECONDS):
            task.check()
        try:
            begun, since = self._server_time(), self._clock.monotonic()
            news = None
            if (told := self._fresh_news()) is not None and not full:
                news, begun = told.news, told.asked  # what changed since it was asked is news to the next look
            self._turn += 1
            with translated():
                report = self.pair.run(task, full=full, dirty=folders, news=news)
            if news is None:
                begun = self._at_most(begun, since)
            if full:
                self.unrest.forget(since)
        finally:
            self._busy.release()
        self._mark = begun
        self.last = Done(at=self._clock.now(), report=report)
        self._remember(report, full=full, folders=folders)
        return report

    def plan(self, task: Task) -> RunReport:
        """What a full run would do now; changes nothing anywhere."""
        with self.alone(), translated():
            return self.pair.run(task, full=True, dry=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """No run begins meanwhile. Waits for a short one; CommandError while one goes on that may take hours."""
        if not self._busy.acquire(timeout=self.patience):
            raise CommandError(
                f"{self.name}'s folder is being synced at the moment; nothing was done",
                "'artframe job list' shows how far it is, 'artframe job cancel' ends it at a safe place",
                exit_code=75,
            )
        self._turn += 1
        try:
            yield
        finally:
            self._busy.release()

    @property
    def look_again(self) -> datetime | None:
        """When a run asked for another look; None: none did."""
        return min((moment for moment in (self._full_at, self._again and self._again[0]) if moment), default=None)

    def due(self) -> Changes:
        """What came to rest in the folder, and what a run asked to be looked at again; it counts as taken."""
        changes = self.unrest.take(self._clock.monotonic())
        now, folders, everything = self._clock.now(), changes.folders, changes.everything
        if (owed := self._owed) is not None:
            folders, everything = folders | owed.folders, everything or owed.everything
            self._owed, self.has_news = None, True
        if self._again is not None and now >= self._again[0]:
            folders |= self._again[1]
            self._again, self.has_news = None, True
        return Changes(folders=folders, everything=everything or (self._full_at is not None and now >= self._full_at))

    def owe(self, changes: Changes) -> None:
        """A run failed at this: the next one tries all of it again, whatever it is for."""
        self._owed = changes

    @property
    def owes(self) -> bool:
        """Whether a run failed and none has made up for it."""
        return self._owed is not None

    def give_back(self, changes: Changes) -> None:
        """What was due was not looked at, since somebody ended the run: it is due again."""
        self.unrest.give_back(Changes(folders=changes.folders), self._clock.monotonic())
        if changes.everything:
            self._full_at = self._clock.now() + _RETRY

    def news(self) -> bool:
        """Whether anything changed in Immich since the last run began. Raises ArtframeError.

        What it tells is given to the quick run that follows, so that it need not be asked twice.
        """
        if self._mark is None:
            return False
        asked, at, turn = self._server_time(), self._clock.monotonic(), self._turn
        with translated():
            news = self.pair.news(self._mark - _SLACK)
        self._news = _Told(news=news, asked=self._at_most(asked, at), at=at, turn=turn)
        return news.concerns(self.person.user_id)

    def _fresh_news(self) -> _Told | None:
        """What was told a moment ago; once, and to no run that is not the next one after the question."""
        told, self._news = self._news, None
        if told is None or told.turn != self._turn:
            return None
        return told if self._clock.monotonic() - told.at <= _FRESH_SECONDS else None

    def _remember(self, report: RunReport, *, full: bool, folders: Collection[str]) -> None:
        """When to look again. Whatever the run says, never one right after the other."""
        at = None if report.look_again is None else max(report.look_again, self._clock.now() + _PAUSE)
        in_full = report.again_in_full
        if full:
            self._full_at = self._owed = None
            # Which folders it is about nobody knows; where changes are told, they name them by themselves.
            in_full = in_full or self.watch is None or bool(self.watch.trouble)
        if at is not None and in_full:
            self._full_at = at if self._full_at is None else min(at, self._full_at)
        self._again = (at, frozenset(folders)) if at is not None and not in_full else None

    def _server_time(self) -> datetime:
        return self._clock.now() + (self.client.clock_offset or timedelta(0))

    def _at_most(self, moment: datetime, at: float) -> datetime:
        """When it was so late by our own clock (monotonic seconds), in the server's time as it is known by now.

        In doubt the earlier one: after this machine got its time, the first answer tells how far the two are apart.
        """
        return min(moment, self._server_time() - timedelta(seconds=self._clock.monotonic() - at))

    def _changed(self, folder: str) -> None:
        self.unrest.note(folder, self._clock.monotonic())
        self._wake()

    def _lost(self) -> None:
        self.unrest.lose(self._clock.monotonic())
        self._wake()

    def _ignored(self, path: str, is_folder: bool) -> bool:
        if path == IGNORE_FILE:
            self._lost()  # other rules: everything may be meant
            return True
        parts = path.split("/")
        above = ["/".join(parts[:depth]) for depth in range(1, len(parts) + is_folder)]
        if any(self._rules.folder(folder) is not None for folder in above if folder):
            return True
        return not is_folder and self._rules.file(path) is not None
