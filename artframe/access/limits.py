"""How are wrong tries slowed down, without a list that grows for ever?"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from artframe.core.clock import Clock
from artframe.errors import NotReady

_MOST = 1000
"""So many addresses are remembered at most; whoever has more of them is slowed down by the limits over all."""


class TooManyAttempts(NotReady):
    """It was not even looked at. ``retry_after``: whole seconds, at least one."""

    retry_after: float

    def __init__(self, message: str, retry_after: float, hint: str = "") -> None:
        seconds = max(1, math.ceil(retry_after))
        super().__init__(message, hint or f"try again in {spoken(seconds)}", retry_after=seconds)


@dataclass
class _Wrong:
    count: int = 0
    last: float = 0.0
    until: float = 0.0


class Lockout:
    """Counts wrong tries by key and shuts a key out after them: ``pause(count)`` is how long, in seconds.

    What happened longer ago than ``forget`` seconds counts no more. Not thread-safe: its owner has a lock.
    """

    def __init__(self, clock: Clock, pause: Callable[[int], float], *, forget: float) -> None:
        self._clock = clock
        self._pause = pause
        self._forget = forget
        self._wrong: OrderedDict[str, _Wrong] = OrderedDict()

    def __len__(self) -> int:
        return len(self._wrong)

    def left(self, key: str) -> float:
        """Seconds for which this key is shut out; 0: it is not."""
        known = self._known(key)
        return max(0.0, known.until - self._clock.monotonic()) if known is not None else 0.0

    def wrong(self, key: str) -> None:
        """One more wrong try."""
        known = self._known(key) or _Wrong()
        now = self._clock.monotonic()
        known.count += 1
        known.last = now
        known.until = now + self._pause(known.count)
        self._wrong[key] = known
        self._wrong.move_to_end(key)
        while len(self._wrong) > _MOST:
            self._wrong.popitem(last=False)

    def take_back(self, key: str) -> None:
        """The latest try was none."""
        known = self._wrong.get(key)
        if known is not None:
            known.count -= 1
            known.until = 0.0

    def forgive(self, key: str) -> None:
        """Start anew with this key."""
        self._wrong.pop(key, None)

    def forgive_all(self) -> None:
        self._wrong.clear()

    def _known(self, key: str) -> _Wrong | None:
        known = self._wrong.get(key)
        if known is not None and self._clock.monotonic() >= max(known.until, known.last + self._forget):
            del self._wrong[key]
            return None
        return known


class Bucket:
    """So many tries at once, and one more every ``seconds``. Not thread-safe: its owner has a lock."""

    def __init__(self, clock: Clock, *, size: int, seconds: float) -> None:
        self._clock = clock
        self._size = size
        self._seconds = seconds
        self._full_at = clock.monotonic()

    @property
    def left(self) -> float:
        """Seconds until the next try may be made; 0: now."""
        return max(0.0, self._full_at - self._clock.monotonic() - (self._size - 1) * self._seconds)

    def take(self) -> None:
        self._full_at = max(self._full_at, self._clock.monotonic()) + self._seconds

    def give_back(self) -> None:
        self._full_at -= self._seconds


def spoken(seconds: int) -> str:
    """``40 seconds``, ``15 minutes``."""
    if seconds < 100:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{math.ceil(seconds / 60)} minutes"
