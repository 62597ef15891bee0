"""Who wakes up when a job is due? APScheduler, by the frame's clock; nothing else here knows that library."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

from artframe.core.clock import Clock
from artframe.jobs.crontab import fields
from artframe.jobs.due import NextFire

_LONGEST_SLEEP = 60.0
"""Seconds: so soon is it noticed that somebody set the clock (a Pi has none of its own: it is wrong until the network
answers)."""
_JUMP = 300.0
_DRIFT = timedelta(milliseconds=10)
"""The system clock is read twice, a moment apart: that is no news."""


def timetable(expression: str, zone: tzinfo | None = None) -> NextFire:
    """Read five fields; times are the frame's local ones unless a zone is given. Raises ValueError."""
    trigger = CronTrigger(**fields(expression), timezone=zone)

    def next_fire(after: datetime) -> datetime | None:
        found = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
        return found.astimezone(UTC) if isinstance(found, datetime) else None

    return next_fire


class _ClockedScheduler(AsyncIOScheduler):  # type: ignore[misc]  # the library has no types
    """The library's scheduler with our clock in the place of its timer."""

    def __init__(self, clock: Clock, before_looking: Callable[[], None], **options: object) -> None:
        super().__init__(**options)
        self._clock = clock
        self._before_looking = before_looking
        self._sleep: asyncio.Task[None] | None = None

    def _process_jobs(self) -> float | None:
        self._before_looking()
        wait: float | None = super()._process_jobs()
        return wait

    def _start_timer(self, wait_seconds: float | None) -> None:
        self._stop_timer()
        if wait_seconds is not None:
            self._sleep = asyncio.ensure_future(self._sleep_then_wake(min(wait_seconds, _LONGEST_SLEEP)))

    def _stop_timer(self) -> None:
        if self._sleep is not None and self._sleep is not asyncio.current_task():
            self._sleep.cancel()
        self._sleep = None

    async def _sleep_then_wake(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._sleep = None
        if self.running:
            self.wakeup()


class Scheduler:
    """One moment for each name. Lives on the loop; ``on_due`` is called there, ``on_jump`` when the clock was set."""

    def __init__(self, *, clock: Clock, on_due: Callable[[str], None], on_jump: Callable[[], None]) -> None:
        self._clock = clock
        self._on_due = on_due
        self._on_jump = on_jump
        self._moments: dict[str, datetime] = {}
        self._skew: float | None = None
        self._library = _ClockedScheduler(
            clock,
            self._follow_clock,
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin to wake up; call it on the loop."""
        self._skew = self._clock.now().timestamp() - self._clock.monotonic()
        self._library.start()

    def stop(self) -> None:
        """Wake up no more."""
        self._moments.clear()
        if self._library.running:
            self._library.shutdown(wait=False)

    def set(self, name: str, moment: datetime) -> None:
        """Wake up at this moment for this name, and at no other."""
        self._moments[name] = moment
        self._library.add_job(
            self._ring,
            DateTrigger(self._for_library(moment), timezone=UTC),
            args=[name, moment],
            id=name,
            replace_existing=True,
        )

    def remove(self, name: str) -> None:
        """Do not wake up for this name."""
        if self._moments.pop(name, None) is not None:
            with contextlib.suppress(JobLookupError):  # it rings this very moment
                self._library.remove_job(name)

    def moment(self, name: str) -> datetime | None:
        """When this name rings."""
        return self._moments.get(name)

    async def _ring(self, name: str, moment: datetime) -> None:
        # Between the alarm and here the moment may have been changed or taken away.
        if self._moments.get(name) == moment:
            del self._moments[name]
            self._on_due(name)

    def _for_library(self, moment: datetime) -> datetime:
        """The library reads the system's clock: tell it the moment as that clock will show it."""
        ahead = moment - self._clock.now()
        return datetime.now(UTC) + ahead if ahead > timedelta(0) else datetime.now(UTC)

    def _follow_clock(self) -> None:
        skew = self._clock.now().timestamp() - self._clock.monotonic()
        if self._skew is not None and abs(skew - self._skew) > _JUMP:
            self._skew = skew
            self._on_jump()
        for name, moment in list(self._moments.items()):
            job = self._library.get_job(name)
            target = self._for_library(moment)
            tolerance = _DRIFT if moment > self._clock.now() else timedelta(0)
            if job is not None and job.next_run_time > target + tolerance:
                job.modify(next_run_time=target)
