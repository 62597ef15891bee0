"""What happened on the frame lately? The events of the bus as numbered JSON, for whoever follows along."""

from __future__ import annotations

import asyncio
import collections
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.events import EventBus
from artframe.interfaces.feed_events import KINDS, Kind

_KEPT = 500
"""So many events are remembered for those who come back."""
_WAITING = 200
"""So many may wait for one follower; who falls further behind is let go."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One event as it is told: ``id`` is this start of the frame and a number that counts up, ``at`` aware UTC."""

    id: str
    type: str
    at: datetime
    data: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "type": self.type, "at": self.at.isoformat(), "data": self.data}


class Follower:
    """Somebody who follows along: ``next`` gives item after item, None at the end."""

    def __init__(self, types: Collection[str], limit: int) -> None:
        self.types = frozenset(types)
        self.dropped = False
        self._limit = limit
        self._items: collections.deque[Item] = collections.deque()
        self._news = asyncio.Event()
        self._ended = False

    async def next(self) -> Item | None:
        """The next item; None once the frame stops, or this follower was too slow (``dropped``)."""
        while not self._items and not self._ended:
            self._news.clear()
            await self._news.wait()
        return self._items.popleft() if self._items and not self.dropped else None

    def take(self, item: Item) -> None:
        """Put an item into the queue, if it is of a type that is wanted."""
        if self._ended or (self.types and item.type not in self.types and item.type != RELOAD):
            return
        if len(self._items) >= self._limit:
            self.dropped = True
            self.end()
            return
        self._items.append(item)
        self._news.set()

    def end(self) -> None:
        """Nothing more comes."""
        self._ended = True
        self._news.set()


RELOAD = "reload"
"""The type that tells a client: what you know is too old to be brought up to date, look at everything again."""


class Feed:
    """The latest events, numbered. Lives on the loop; listens on the bus until ``stop``."""

    def __init__(
        self, events: EventBus, caller: Caller, clock: Clock, *, kept: int = _KEPT, waiting: int = _WAITING
    ) -> None:
        self._events = events
        self._caller = caller
        self._clock = clock
        self._kept = kept
        self._waiting = waiting
        self._epoch = secrets.token_hex(4)
        self._number = 0
        self._forgotten = 0
        self._items: dict[int, Item] = {}
        self._series: dict[tuple[str, str], int] = {}
        self._followers: set[Follower] = set()
        self._releases = [events.listen(kind.event, self._listener(kind)) for kind in KINDS]

    @property
    def latest(self) -> str:
        """The id of the latest event: where to follow on from after having looked at everything."""
        return f"{self._epoch}-{self._number}"

    @property
    def followers(self) -> int:
        """How many follow along now."""
        return len(self._followers)

    def follow(self, since: str | None = None, types: Collection[str] = ()) -> Follower:
        """Follow along, of these types (none: all), from after ``since`` (None: from now). ``leave`` it at the end.

        What is too old, of an earlier start of the frame, or no id at all, gets a ``reload`` item first.
        """
        follower = Follower(types, self._waiting)
        if since is not None:
            for item in self._after(since):
                follower.take(item)
        self._followers.add(follower)
        return follower

    def leave(self, follower: Follower) -> None:
        """The follower is gone; harmless to repeat."""
        self._followers.discard(follower)

    def tell(self, type: str, data: dict[str, Any], series: str | None = None) -> None:
        """Add an event; on the loop."""
        self._number += 1
        item = Item(id=self.latest, type=type, at=self._clock.now(), data=data)
        if series is not None:
            self._items.pop(self._series.pop((type, series), 0), None)
            self._series[type, series] = self._number
        self._items[self._number] = item
        while len(self._items) > self._kept:
            self._forgotten = next(iter(self._items))
            del self._items[self._forgotten]
            self._series = {key: number for key, number in self._series.items() if number > self._forgotten}
        for follower in tuple(self._followers):
            follower.take(item)

    def release(self) -> None:
        """Let everybody go who follows along; they may come back."""
        for follower in tuple(self._followers):
            follower.end()

    def stop(self) -> None:
        """Take no more events, and let everybody go."""
        for release in self._releases:
            release()
        self.release()

    def _after(self, since: str) -> list[Item]:
        number = self._number_of(since)
        missed = [] if number is None else [item for known, item in self._items.items() if known > number]
        if number is None or len(missed) >= self._waiting:
            return [Item(id=self.latest, type=RELOAD, at=self._clock.now(), data={})]
        return missed

    def _number_of(self, since: str) -> int | None:
        epoch, _, digits = since.partition("-")
        if epoch != self._epoch or not (digits.isascii() and digits.isdecimal()) or len(digits) > 15:
            return None
        number = int(digits)
        return number if self._forgotten <= number <= self._number else None

    def _listener(self, kind: Kind) -> Any:
        def listen(event: Any) -> None:
            # On the publisher's thread: what is told is read off there and then, and told on the loop.
            series = kind.series(event) if kind.series is not None else None
            self._caller.from_thread(self.tell, kind.name, kind.data(event), series)

        return listen
