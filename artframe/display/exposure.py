"""Is the picture that was handed over seen yet, since when, and when is the next one due?"""

from __future__ import annotations

from artframe.core.clock import Clock
from artframe.display.panels import Frame
from artframe.display.roles import Wall


class Exposure:
    """Times what is on the wall. The interval begins when a picture is completely seen, not when its fade begins."""

    def __init__(self, wall: Wall, clock: Clock, interval: float) -> None:
        self._wall = wall
        self._clock = clock
        self._token = 0
        self._seen_at: float | None = None
        self.interval = interval
        self.arriving = False
        """True from the moment a frame is handed to the wall until it is completely seen."""
        self.paused = False
        self.asleep = False
        """Nobody sees the picture: its time stands still."""

    def hand_over(self, frame: Frame, fade_seconds: float) -> None:
        """Present a frame; its time begins with ``arrived``."""
        self._token += 1
        self.arriving = True
        self._seen_at = None
        self._wall.present(frame, token=self._token, fade_seconds=fade_seconds)

    def arrived(self, token: int) -> None:
        """Note that a frame is completely seen; one that was overtaken by a newer one does not count."""
        if token == self._token:
            self.arriving = False
            self._seen_at = self._clock.monotonic()

    def restart(self) -> None:
        """Give the picture its whole interval again."""
        if self._seen_at is not None:
            self._seen_at = self._clock.monotonic()

    @property
    def left(self) -> float | None:
        """Seconds until the next picture is due, 0 when it is; None while paused, asleep or while nothing is seen."""
        if self.paused or self.asleep or self._seen_at is None:
            return None
        return max(0.0, self._seen_at + self.interval - self._clock.monotonic())

    @property
    def due(self) -> bool:
        """Whether it is time for the next picture."""
        return self.left == 0.0
