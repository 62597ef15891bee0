"""How fast does a run get on, and how long will it still take?"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from artframe.core.clock import Clock
from artframe.core.task import Progress

WINDOW_SECONDS = 30.0
"""The last while, of which the rate is told: long enough to be calm, short enough to follow a change."""
_EACH_SECONDS = 0.5
_SHORTEST_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A run at one moment: since when (UTC), for how long, in units per second, and how long still.

    ``rate`` is None until there is something to tell, ``seconds_left`` while the end or the rate is unknown. The same
    of the bytes that move: ``bytes_rate``, and ``bytes_seconds_left`` for the files that are on their way.
    """

    started: datetime
    seconds: float
    rate: float | None
    seconds_left: float | None
    bytes_rate: float | None = None
    bytes_seconds_left: float | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "started": self.started.isoformat(),
            "seconds": round(self.seconds, 1),
            "rate": round(self.rate, 3) if self.rate is not None else None,
            "seconds_left": round(self.seconds_left) if self.seconds_left is not None else None,
            "bytes_rate": round(self.bytes_rate) if self.bytes_rate is not None else None,
            "bytes_seconds_left": round(self.bytes_seconds_left) if self.bytes_seconds_left is not None else None,
        }


class Pace:
    """Measures one run from its progress. Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._started, self._begun = clock.now(), clock.monotonic()
        self._progress = Progress()
        self._marks: deque[tuple[float, int, int]] = deque([(self._begun, 0, 0)])

    def note(self, progress: Progress) -> None:
        """The run is so far now."""
        with self._lock:
            now = self._clock.monotonic()
            if progress.done < self._progress.done:
                self._marks = deque([(now, progress.done, progress.bytes)])  # it counts anew
            elif now - self._marks[-1][0] >= _EACH_SECONDS:
                self._marks.append((now, progress.done, progress.bytes))
                self._forget(now)
            self._progress = progress

    def reading(self) -> Reading:
        """How it stands now."""
        with self._lock:
            now, progress = self._clock.monotonic(), self._progress
            self._forget(now)
            since, done, moved = self._marks[0]
        is_known = now - since >= _SHORTEST_SECONDS
        rate = (progress.done - done) / (now - since) if is_known else None
        bytes_rate = (progress.bytes - moved) / (now - since) if is_known else None
        left = None
        if progress.total is not None and progress.done >= progress.total:
            left = 0.0
        elif progress.total is not None and rate:
            left = (progress.total - progress.done) / rate
        moving, bytes_left = progress.moving, None
        if moving is not None and moving.total is not None and bytes_rate:
            bytes_left = max(moving.total - moving.done, 0) / bytes_rate
        return Reading(
            started=self._started,
            seconds=now - self._begun,
            rate=rate,
            seconds_left=left,
            bytes_rate=bytes_rate,
            bytes_seconds_left=bytes_left,
        )

    def _forget(self, now: float) -> None:
        # The youngest of those that are too old stays: the window begins with it.
        while len(self._marks) > 1 and now - self._marks[1][0] >= WINDOW_SECONDS:
            self._marks.popleft()
