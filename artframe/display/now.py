"""What does the slideshow do at this moment?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from artframe.display.roles import Slide


@dataclass(frozen=True, kw_only=True)
class Now:
    """``slide`` is None while the card is shown (or nothing yet)."""

    slide: Slide | None
    since: datetime | None
    paused: bool
    asleep: bool
    next_in: float | None
    """Seconds until the next photo; None while paused or asleep, or while there is nothing to wait for."""
