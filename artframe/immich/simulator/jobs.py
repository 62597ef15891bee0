"""What still has to be done in the background, and may it run now?"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

log = logging.getLogger(__name__)

QUEUES = (
    "thumbnailGeneration",
    "metadataExtraction",
    "videoConversion",
    "faceDetection",
    "facialRecognition",
    "smartSearch",
    "duplicateDetection",
    "backgroundTask",
    "storageTemplateMigration",
    "migration",
    "search",
    "sidecar",
    "library",
    "notifications",
    "backupDatabase",
    "ocr",
    "workflow",
    "editor",
)
Work = Callable[[], object]


class Jobs:
    """One worker thread over Immich's named queues, each of which can be paused."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Work]] = {name: deque() for name in QUEUES}
        self._paused: set[str] = set()
        self._active: str | None = None
        self._stopping = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work on what is queued."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="immich-jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the job in hand and drop the rest; what was dropped is found again at the next start."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=30)
            self._thread = None

    def add(self, queue: str, work: Work) -> None:
        """Queue a piece of work."""
        with self._changed:
            self._waiting[queue].append(work)
            self._changed.notify_all()

    def pause(self, queue: str) -> None:
        """Let work of this queue wait, as an administrator can do on the jobs page."""
        with self._changed:
            self._waiting[queue]
            self._paused.add(queue)

    def resume(self, queue: str) -> None:
        """Go on with a paused queue."""
        with self._changed:
            self._paused.discard(queue)
            self._changed.notify_all()

    def is_paused(self, queue: str) -> bool:
        with self._changed:
            return queue in self._paused

    def clear(self, queue: str) -> None:
        """Forget what waits in a queue."""
        with self._changed:
            self._waiting[queue].clear()
            self._changed.notify_all()

    def counts(self, queue: str) -> dict[str, int]:
        """Immich's numbers for one queue."""
        with self._changed:
            waiting = len(self._waiting[queue])
            paused = queue in self._paused
            counts = dict.fromkeys(("active", "completed", "failed", "delayed", "waiting", "paused"), 0)
            counts["active"] = int(self._active == queue)
            counts["paused" if paused else "waiting"] = waiting
            return counts

    def wait_until_idle(self, timeout: float = 30.0) -> bool:
        """Wait until everything that is not paused is done; False when it took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._active is None and self._next() is None, timeout)

    def _next(self) -> str | None:
        return next((name for name, works in self._waiting.items() if works and name not in self._paused), None)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._next() is not None)
                if self._stopping:
                    return
                queue = self._next()
                if queue is None:
                    continue
                work = self._waiting[queue].popleft()
                self._active = queue
            try:
                work()
            except Exception:  # one broken job must not end the worker
                log.exception("a background job of queue %s failed", queue)
            finally:
                with self._changed:
                    self._active = None
                    self._changed.notify_all()
