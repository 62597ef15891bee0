"""Who runs a plugin's own ``def`` code besides its hooks: spawned work, and its listeners, in order?"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

from artframe.core.failure import CallFailed

log = logging.getLogger(__name__)

_LONGEST_QUEUE = 1000


def start_thread(name: str, work: Callable[[], object]) -> Future[None]:
    """Run the work in a daemon thread; the future is done when the thread is about to end, whatever happened in it."""
    ended: Future[None] = Future()
    ended.set_running_or_notify_cancel()

    def run() -> None:
        try:
            work()
        except CallFailed:
            pass  # judged, counted and logged where it happened
        except BaseException:
            log.exception("the thread '%s' ended with an error", name)
        finally:
            ended.set_result(None)

    threading.Thread(target=run, name=name, daemon=True).start()
    return ended


class Inbox:
    """One thread for all ``def`` listeners of one plugin: events come in order, and one that hangs holds up no other.

    The thread begins with the first event and ends with ``close``.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._closed = False
        self._is_full = False
        self.ended: Future[None] | None = None

    def put(self, work: Callable[[], object]) -> None:
        """Have it called soon; any thread, never waits. Beyond a thousand waiting ones the new one is dropped."""
        with self._lock:
            if self._closed:
                return
            if self._queue.qsize() >= _LONGEST_QUEUE:
                if not self._is_full:
                    log.warning("%s does not keep up with the events it listens to; it misses some", self._name)
                self._is_full = True
                return
            self._is_full = False
            self._queue.put(work)
            if self.ended is None:
                self.ended = start_thread(f"{self._name}: listeners", self._deliver)

    def close(self) -> None:
        """Deliver nothing more."""
        with self._lock:
            self._closed = True
            self._queue.put(None)

    def _deliver(self) -> None:
        while (work := self._queue.get()) is not None and not self._closed:
            try:
                work()
            except CallFailed:
                continue
