"""How far is a transition at a given moment? By the wall clock, so a slow frame shortens no fade and lengthens none."""

from __future__ import annotations

from dataclasses import dataclass


def smoothstep(share: float) -> float:
    """Ease in and out: 0 at 0, 1 at 1, level at both ends. Values outside are clamped."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


@dataclass(frozen=True, kw_only=True)
class Fade:
    """A crossfade that began at ``start`` (a monotonic time) and takes ``seconds``."""

    start: float
    seconds: float

    def fraction(self, now: float) -> float:
        """Return how much of the new picture is seen: 0 none, 1 all."""
        return smoothstep((now - self.start) / self.seconds) if self.seconds > 0 else 1.0

    def is_over(self, now: float) -> bool:
        """True from the moment at which the new picture stands alone."""
        return now - self.start >= self.seconds
