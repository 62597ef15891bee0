"""What time is it, and how does one wait? Everything that waits asks a clock, so that tests can move it."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime
from typing import Protocol

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows less: artframe is younger."""


class Clock(Protocol):
    """The passing of time, as the rest of artframe sees it."""

    def now(self) -> datetime:
        """Return the wall clock: aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for measuring pauses."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait on the event loop; cancelling the task ends the wait."""
        ...

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        """Block this thread until the event is set (True) or the time is over (False)."""
        ...


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        return event.wait(seconds)
