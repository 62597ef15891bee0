"""Who may connect at this moment, before anything is done for them? And who is told of in the log?"""

from __future__ import annotations

import collections
import logging
from collections.abc import Callable

from artframe.core.clock import Clock
from artframe.core.ip import household

log = logging.getLogger(__name__)

STRANGERS_OF_ONE = 3
"""So many connections of one address may be logging in at the same time."""
_QUIET_SECONDS = 60.0
_LINES = 10
"""So many lines about refusals are logged in ``_QUIET_SECONDS``; the rest is counted."""


class Visit:
    """One connection. ``close`` ends it; whoever serves it calls ``leave`` when it has ended."""

    def __init__(self, admission: Admission, address: str, close: Callable[[], object]) -> None:
        self.address = address
        self.known = False
        self.close = close
        self._admission = admission

    def welcome(self) -> None:
        """The other side has shown its key."""
        self.known = True

    def leave(self) -> None:
        """It has ended; harmless to repeat."""
        self._admission.visits.pop(self, None)


class Admission:
    """All connections of the server. Lives on the loop.

    Strangers (who have not shown a key yet) may take half of the places, so that they cannot keep everybody else out,
    and where that half is full, the one who has been a stranger for longest gives way to a newcomer from elsewhere.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self.visits: dict[Visit, None] = {}

    def enter(self, address: str, close: Callable[[], object]) -> Visit | str:
        """Take in a connection from this address, or say why not."""
        who = household(address)
        own = [visit for visit in self.visits if visit.address == who]
        strangers = [visit for visit in self.visits if not visit.known]
        half = max(self.places // 2, 1)
        if sum(not visit.known for visit in own) >= STRANGERS_OF_ONE:
            return "too many logins at once from this address"
        if len(own) >= half:
            return "too many connections from this address"
        if len(strangers) >= max(half, STRANGERS_OF_ONE) or len(self.visits) >= self.places:
            elsewhere = next((visit for visit in strangers if visit.address != who), None)
            if elsewhere is None:
                return "too many connections"
            elsewhere.leave()
            elsewhere.close()
        visit = Visit(self, who, close)
        self.visits[visit] = None
        return visit


class Refusals:
    """Logs who was refused and why, so that an attack neither goes unnoticed nor fills the log."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: collections.deque[tuple[float, str]] = collections.deque(maxlen=_LINES)
        self._untold = 0

    def note(self, address: str, reason: str) -> None:
        """One more: a line for it, unless there were too many, or one of the same kind, a moment ago."""
        now = self._clock.monotonic()
        while self._told and self._told[0][0] <= now - _QUIET_SECONDS:
            self._told.popleft()
        kind = f"{household(address)} {reason}"
        if len(self._told) == _LINES or any(kind == told for _, told in self._told):
            self._untold += 1
            return
        self._told.append((now, kind))
        more = f" ({self._untold} more were refused since the last line)" if self._untold else ""
        self._untold = 0
        log.warning("SSH: refused %s: %s%s", address, reason, more)
