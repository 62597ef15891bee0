"""One job: what it does, when it is due by its own past, and what was asked of it."""

from __future__ import annotations

import asyncio
import inspect
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from artframe.core.backoff import Backoff
from artframe.core.schedule import Schedule
from artframe.core.task import Task
from artframe.jobs.due import NextFire, next_due, next_regular
from artframe.jobs.history import History
from artframe.jobs.run import JobRun, Outcome

_SHORTEST = timedelta(seconds=1)
_AFTER_A_BUG = timedelta(hours=1)
"""A job that failed by a bug is tried again after its interval, but at least each hour: bugs depend on the world."""


@dataclass(kw_only=True)
class Request:
    """Somebody wants a run: at most one is remembered, with the newest event and everybody who waits for it."""

    event: object = None
    waiting: list[asyncio.Future[JobRun]] = field(default_factory=list)


class Job:
    """Belongs to ``Jobs``, which alone changes it, on the loop."""

    def __init__(
        self,
        *,
        owner: str,
        schedule: Schedule,
        function: Callable[..., Any],
        interval: timedelta | None,
        jitter: float,
        next_fire: NextFire | None,
        on_end: Callable[[JobRun], None] | None,
        fingerprint: str,
        due_now: bool,
    ) -> None:
        self.name = f"{owner}/{schedule.name}"
        self.owner = owner
        self.schedule = schedule
        self.function = function
        self.on_end = on_end
        self.fingerprint = fingerprint
        self.request: Request | None = None
        self._interval = interval
        self._jitter = jitter
        self._next_fire = next_fire
        self.due_now = due_now
        self._backoff = Backoff()
        self._retry_at: datetime | None = None
        self._not_before: datetime | None = None
        self._parameters = frozenset(inspect.signature(function).parameters)

    def arguments(self, task: Task, event: object) -> dict[str, Any]:
        """What the function asked for by the names of its parameters."""
        offered = {"task": task, "event": event}
        return {name: value for name, value in offered.items() if name in self._parameters}

    def ask(self, event: object) -> Request:
        """Remember that a run is wanted."""
        if self.request is None:
            self.request = Request()
        self.request.event = event if event is not None else self.request.event
        return self.request

    def take_request(self) -> Request:
        """The run that begins now is the one that was wanted."""
        taken, self.request = self.request or Request(), None
        self.due_now = False
        return taken

    def due(self, history: History, now: datetime) -> datetime | None:
        """When it is due, jitter included; None if only somebody's wish starts it."""
        if self._retry_at is not None:
            return self._retry_at
        is_other = bool(self.fingerprint) and history.fingerprint(self.name) != self.fingerprint
        if self._not_before is None and (self.due_now or is_other):
            return now
        due = next_due(
            now=now,
            interval=self._interval,
            next_fire=self._next_fire,
            known_since=history.known_since(self.name),
            last_good=history.last_good(self.name),
            not_before=self._not_before,
        )
        if due is None or not self._jitter:
            return due
        return max(due, now) + timedelta(seconds=random.uniform(0, self._jitter))  # noqa: S311 - no secret

    def learn(self, run: JobRun, now: datetime) -> None:
        """Decide from how a run went when the next may be."""
        self._retry_at = self._not_before = None
        if run.outcome is Outcome.GOOD:
            self._backoff.reset()
        elif run.outcome is Outcome.NOT_READY:
            asked = run.failure.retry_after if run.failure is not None else None
            self._retry_at = now + timedelta(seconds=self._backoff.next_pause(asked))
        elif run.outcome is Outcome.FAILED and self._interval is not None:
            self._retry_at = now + min(max(self._interval, _SHORTEST), _AFTER_A_BUG)
        else:
            self._not_before = next_regular(after=now, interval=self._interval, next_fire=self._next_fire)

    def forget_moments(self) -> None:
        """The clock was set: every moment computed from it is void."""
        self._retry_at = self._not_before = None
