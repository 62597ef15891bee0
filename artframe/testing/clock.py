"""How do tests make time pass? With a clock that they move."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_ROUNDS = 20
"""How often a loop goes round before time goes on: whoever was woken may want to sleep again, until soon."""


@dataclass(frozen=True, order=True)
class _Alarm:
    moment: float
    order: int
    ring: Callable[[], None] = field(compare=False)
    loop: asyncio.AbstractEventLoop | None = field(compare=False)


class ManualClock:
    """A clock that stands still until ``advance``: whatever waits on it wakes exactly when its time has come."""

    def __init__(self, start: datetime = datetime(2026, 5, 1, 12, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self._lock = threading.Condition()
        self._order = itertools.count()
        self._alarms: list[_Alarm] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def set_wall(self, moment: datetime) -> None:
        """Somebody sets the clock: ``now`` jumps, the time that passes does not."""
        self._start = moment - timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def finish() -> None:
            if not done.done():
                done.set_result(None)

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(finish)

        if seconds <= 0:
            await asyncio.sleep(0)
            return
        alarm = self._set_alarm(seconds, wake, loop)
        try:
            await done
        finally:
            self._unset(alarm)

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        if seconds is None:
            return event.wait(30)
        over = threading.Event()
        alarm = self._set_alarm(seconds, over.set, None)
        try:
            while not event.is_set() and not over.is_set():
                event.wait(0.002)
        finally:
            self._unset(alarm)
        return event.is_set()

    def advance(self, seconds: float, *, before_each: Callable[[], object] = lambda: None) -> None:
        """Let time pass; alarms ring in order, each at its own moment, also those set by whoever is woken on a loop.

        ``before_each`` is called before each of them: threads that really work do not know how fast this clock goes,
        and whoever waits for them with a limit would think that they hang.
        """
        target = self._elapsed + seconds
        while True:
            before_each()
            with self._lock:
                if not self._alarms or self._alarms[0].moment > target:
                    self._elapsed = target
                    return
                alarm = heapq.heappop(self._alarms)
                self._elapsed = max(self._elapsed, alarm.moment)
            alarm.ring()
            if alarm.loop is not None:
                _let_run(alarm.loop)

    @property
    def sleepers(self) -> int:
        """How many wait now."""
        with self._lock:
            return len(self._alarms)

    def wait_for_sleepers(self, count: int = 1, timeout: float = 10.0) -> None:
        """Block (really) until at least ``count`` wait on this clock: the moment at which a test may advance it."""
        with self._lock:
            if not self._lock.wait_for(lambda: len(self._alarms) >= count, timeout):
                raise TimeoutError(f"{len(self._alarms)} wait on the clock, not {count}")

    def _set_alarm(self, seconds: float, ring: Callable[[], None], loop: asyncio.AbstractEventLoop | None) -> _Alarm:
        with self._lock:
            alarm = _Alarm(self._elapsed + seconds, next(self._order), ring, loop)
            heapq.heappush(self._alarms, alarm)
            self._lock.notify_all()
        return alarm

    def _unset(self, alarm: _Alarm) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            if alarm in self._alarms:
                self._alarms.remove(alarm)
                heapq.heapify(self._alarms)


def _let_run(loop: asyncio.AbstractEventLoop) -> None:
    """Wait until the loop went round some times; a loop that is busy elsewhere is not waited for."""
    with contextlib.suppress(RuntimeError):
        if asyncio.get_running_loop() is loop:
            return
    went_round = threading.Event()

    def go_round(rounds: int) -> None:
        if rounds:
            loop.call_soon(go_round, rounds - 1)
        else:
            went_round.set()

    with contextlib.suppress(RuntimeError):  # closed
        loop.call_soon_threadsafe(go_round, _ROUNDS)
        went_round.wait(10.0)
