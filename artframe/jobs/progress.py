"""How often is the progress of a job told, so that a listing of 100,000 photos does not drown everybody?"""

from __future__ import annotations

import threading
from collections.abc import Callable

from artframe.core.clock import Clock
from artframe.core.task import Progress

PAUSE_SECONDS = 0.25


class Throttle:
    """Passes on the first progress, then one each quarter of a second, and at ``flush`` the last. Any thread."""

    def __init__(self, tell: Callable[[Progress], None], clock: Clock) -> None:
        self._tell = tell
        self._clock = clock
        self._lock = threading.Lock()
        self._told_at: float | None = None
        self._held: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        now = self._clock.monotonic()
        with self._lock:
            if self._told_at is not None and now - self._told_at < PAUSE_SECONDS:
                self._held = progress
                return
            self._told_at, self._held = now, None
        self._tell(progress)

    def flush(self) -> None:
        """Tell what was held back last."""
        with self._lock:
            held, self._held = self._held, None
        if held is not None:
            self._tell(held)
