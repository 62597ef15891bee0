"""What happened on the frame lately? The events of the bus as numbered JSON, for whoever follows along."""

from __future__ import annotations

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.events import EventBus


class Feed:
    """The latest events, numbered; lives on the loop."""

    def __init__(self, events: EventBus, caller: Caller, clock: Clock) -> None:
        self._events = events
        self._caller = caller
        self._clock = clock
