"""A scheduler on a real loop in a thread of its own, by a clock that stands still until the test moves it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, TypeVar

import pytest

from artframe.core.calling import Caller
from artframe.core.events import EventBus
from artframe.core.schedule import Schedule
from artframe.jobs.history import History
from artframe.jobs.jobs import Jobs
from artframe.jobs.run import JobEnded, JobRun
from artframe.testing import ManualClock

T = TypeVar("T")


class Works:
    """The jobs under test and the thread they live in."""

    def __init__(self, path: Path, clock: ManualClock) -> None:
        self.path = path
        self.clock = clock
        self.zone: tzinfo = UTC
        self.ended: list[JobRun] = []
        self.changed = threading.Condition()
        self.boot()

    def boot(self) -> None:
        """Begin as a new process does: only the file is left."""
        self.events = EventBus()
        self.events.listen(JobEnded, self._take_note)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="jobs loop")
        self.thread.start()
        self.do(self._build())

    async def _build(self) -> None:
        self.caller = Caller(self.loop)
        self.jobs = Jobs(
            caller=self.caller,
            clock=self.clock,
            events=self.events,
            history=History(self.path, self.clock),
            zone=self.zone,
        )
        self.jobs.start()

    def add(self, function: Callable[..., Any], *, owner: str = "one", name: str = "work", **options: Any) -> Any:
        times = {key: options.pop(key) for key in ("every", "cron", "on", "jitter", "counts") if key in options}

        async def add() -> Any:
            return self.jobs.add(owner, Schedule(name=name, **times), function, **options)

        return self.do(add())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def call(self, function: Callable[..., T], *args: Any) -> T:
        async def call() -> T:
            return function(*args)

        return self.do(call())

    def calm(self) -> None:
        """Whatever is due now has begun, and whatever wants to wait on the clock does."""

        async def settle() -> None:
            for _ in range(20):
                await asyncio.sleep(0)

        self.do(settle())

    def pass_time(self, seconds: float) -> None:
        self.calm()
        self.clock.advance(seconds)
        self.calm()

    def wait_for_runs(self, count: int) -> None:
        with self.changed:
            enough = self.changed.wait_for(lambda: len(self.ended) >= count, 60)
        assert enough, f"waited in vain for {count} runs, there were {len(self.ended)}"

    def _take_note(self, event: JobEnded) -> None:
        with self.changed:
            self.ended.append(event.run)
            self.changed.notify_all()

    def shut_down(self) -> tuple[str, ...]:
        if self.loop.is_closed():
            return ()
        hung = self.do(self.jobs.stop())
        self.kill()
        return hung

    def kill(self) -> None:
        """End without a word."""
        self.calm()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()
        self.caller.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def works(tmp_path: Path, clock: ManualClock) -> Iterator[Works]:
    made = Works(tmp_path / "jobs.json", clock)
    try:
        yield made
    finally:
        made.shut_down()
