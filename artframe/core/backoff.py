"""How long until the next try? Pauses double with every failure, with jitter, up to a limit."""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """Growing pauses in seconds: ``first`` x 2^n, at most ``longest``, each shortened by up to the share ``jitter``.

    Jitter only shortens, so ``longest`` is a promise, and a house full of frames does not knock at the same second.
    """

    def __init__(
        self,
        *,
        first: float = 5.0,
        longest: float = 900.0,
        jitter: float = 0.2,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first = first
        self._longest = longest
        self._jitter = jitter
        self._chance = chance
        self.failures = 0

    def next_pause(self, asked: float | None = None) -> float:
        """Count a failure; return the pause before the next try, never shorter than what the other side ``asked``."""
        # 2**64 seconds is beyond any limit; the bound keeps the number an ordinary float after weeks of failures.
        pause = min(self._first * 2.0 ** min(self.failures, 64), self._longest)
        self.failures += 1
        pause *= 1.0 - self._jitter * self._chance()
        return max(pause, asked) if asked is not None else pause

    def reset(self) -> None:
        """Forget the failures: the next pause is the first again."""
        self.failures = 0
