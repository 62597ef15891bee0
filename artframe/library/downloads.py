"""How are many photos fetched at a time, so that one failing photo stops nobody and a failing server stops all?"""

from __future__ import annotations

import collections
import logging
import threading
from collections.abc import Callable, Iterable

from artframe.core.task import Task
from artframe.errors import ArtframeError, AuthFailed, Cancelled, ConfigError, NotReady
from artframe.library.arrival import Arrivals, Arrived, Damaged
from artframe.library.disk import DiskTrouble
from artframe.library.entry import Entry
from artframe.library.ledger import Ledger
from artframe.library.report import Counts
from artframe.library.space import NoRoom, TooLarge

_TRIES = 3
"""So often damaged bytes are fetched anew before the photo counts as failed (once if it failed in earlier syncs)."""

_FINISHING = 2
"""Threads beside those that fetch: they make photos durable meanwhile."""

_FATAL = (AuthFailed, ConfigError, Cancelled, DiskTrouble)

log = logging.getLogger(__name__)


class Downloads:
    """A queue of photos (by key) and the threads that bring them.

    ``drain`` ends when the queue is empty. The first error that concerns all photos (key refused, disk full, several
    photos in a row not reachable) empties the queue and is raised by ``drain``; nothing that is here is lost by it.
    """

    def __init__(
        self, ledger: Ledger, threads: int, task: Task, counts: Counts, arrived: Callable[[Entry, Arrived], None]
    ) -> None:
        self._ledger = ledger
        self._task = task
        self._counts = counts
        self._arrived = arrived
        self._state = threading.Condition()
        self._queue: collections.deque[int] = collections.deque()
        self._busy = 0
        self._closing = False
        self._in_a_row = 0
        self._failure: Exception | None = None
        self._later: list[int] = []
        self._no_room: list[int] = []
        self._limit = threads + _FINISHING
        self._give_up_after = 2 * self._limit
        self._threads: list[threading.Thread] = []
        self._arrivals: Arrivals | None = None
        self.finished = 0
        """Photos that were tried so far, whatever came of it."""

    def start(self, arrivals: Arrivals) -> None:
        """Photos may come from now on."""
        self._arrivals = arrivals

    def check(self) -> None:
        """Raise Cancelled when fetching should end: the task was cancelled, or the sync failed elsewhere."""
        self._task.check()
        if self._failure is not None or self._closing:
            raise Cancelled

    def add(self, keys: Iterable[int]) -> None:
        """Queue photos; raises what stopped the downloads, if something did."""
        with self._state:
            self._raise_failure()
            self._queue.extend(keys)
            while len(self._threads) < min(self._limit, len(self._queue) + self._busy):
                thread = threading.Thread(target=self._work, name="download", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._state.notify_all()

    def drain(self, tick: Callable[[], None]) -> None:
        """Wait until everything queued is done; ``tick`` is called in between, on the caller's thread."""
        while True:
            with self._state:
                self._state.wait_for(lambda: self._idle or self._failure is not None, timeout=1.0)
                self._raise_failure()
                if self._idle:
                    return
            self._task.check()
            tick()

    def postponed(self) -> tuple[list[int], list[int]]:
        """The photos that were not ready, and those that found no room, since the last call."""
        with self._state:
            later, self._later = self._later, []
            no_room, self._no_room = self._no_room, []
            self._in_a_row = 0
        return later, no_room

    def close(self) -> None:
        """Stop fetching and wait for the threads; what they had fetched of a photo stays for the next sync."""
        with self._state:
            self._closing = True
            self._queue.clear()
            self._state.notify_all()
        for thread in self._threads:
            thread.join()

    @property
    def _idle(self) -> bool:
        return not self._queue and not self._busy

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    # -- the threads -------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._queue or self._closing)
                if self._closing:
                    return
                # Are these few not ready, or is the server away? The other end of the queue tells, and comes meanwhile.
                key = self._queue.pop() if self._in_a_row >= self._limit else self._queue.popleft()
                self._busy += 1
            try:
                self._one(key)
            except Exception as error:
                self._stop(error)
            finally:
                with self._state:
                    self._busy -= 1
                    self._state.notify_all()

    def _one(self, key: int) -> None:
        entry = self._ledger.get(key)
        if entry is None or entry.adopted:
            return
        try:
            self._bring(entry)
        except TooLarge as error:
            self._counts.skipped += 1
            self._ledger.failed(key, error.message)
        except NoRoom:
            with self._state:
                self._no_room.append(key)
        except _FATAL:
            raise
        except NotReady as error:
            with self._state:
                self._later.append(key)
                self._in_a_row += 1
                if self._in_a_row >= self._give_up_after:
                    raise
            self._ledger.failed(key, error.message)
        except ArtframeError as error:
            self._fail(entry, error.message)
        except BaseException as error:  # a plugin may even raise SystemExit, which would end this thread unheard
            if not self._counts.failed:
                log.exception("fetching %s failed; the other photos go on", entry.photo.name)
            self._fail(entry, f"{type(error).__name__}: {error}")
        with self._state:
            self.finished += 1
        self._task.step()

    def _bring(self, entry: Entry) -> None:
        assert self._arrivals is not None
        tries = _TRIES if not entry.failures else 1
        for attempt in range(1, tries + 1):
            self.check()
            try:
                arrived = self._arrivals.bring(entry)
            except Damaged:
                if attempt == tries:
                    raise
            else:
                with self._state:
                    self._in_a_row = 0
                self._arrived(entry, arrived)
                return

    def _fail(self, entry: Entry, problem: str) -> None:
        self._counts.fail(f"{entry.photo.name}: {problem}")
        self._ledger.failed(entry.key, problem)

    def _stop(self, error: Exception) -> None:
        with self._state:
            # The Cancelled of the other threads only follows from the first error.
            if self._failure is None and not (self._closing and isinstance(error, Cancelled)):
                self._failure = error
            self._queue.clear()
            self._state.notify_all()
