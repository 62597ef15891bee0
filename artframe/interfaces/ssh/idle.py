"""Has nothing happened on a connection for so long that it is a forgotten one?"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from artframe.core.clock import Clock


class Idle:
    """Watches one connection. ``limit`` tells how many seconds it may be idle; asked again each time."""

    def __init__(self, clock: Clock, limit: Callable[[], float]) -> None:
        self._clock = clock
        self._limit = limit
        self._last = clock.monotonic()
        self._work = 0

    def touch(self) -> None:
        """Something happened: a key was typed, a line was shown, a file was read."""
        self._last = self._clock.monotonic()

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """Inside, something is being done for the other side, however long it takes without a word."""
        self._work += 1
        try:
            yield
        finally:
            self._work -= 1
            self.touch()

    async def over(self) -> None:
        """Return once nothing has happened for too long."""
        while True:
            if self._work:
                self.touch()
            left = self._last + self._limit() - self._clock.monotonic()
            if left <= 0:
                return
            await self._clock.sleep(left)
