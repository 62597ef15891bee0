"""A run of a job while it goes on: how far is it, and what came of it in the end?"""

from __future__ import annotations

import asyncio

from artframe.core.clock import Clock
from artframe.core.events import EventBus
from artframe.core.failure import Failure
from artframe.core.sentence import NOTHING
from artframe.core.task import Progress, Task
from artframe.jobs.pace import Pace
from artframe.jobs.progress import Throttle
from artframe.jobs.run import JobProgress, JobRun, outcome_of


class Running:
    """Tells everybody of its progress. Made on the loop when the run begins; the task belongs to whoever does the work.

    ``is_async``: the work runs on the loop, where cancelling ``work`` reaches it.
    """

    def __init__(self, *, job: str, owner: str, clock: Clock, events: EventBus, is_async: bool) -> None:
        self.job = job
        self.owner = owner
        self.is_async = is_async
        self.work: asyncio.Task[None] | None = None
        self.task = Task(self._report)
        self._clock = clock
        self._events = events
        self._started, self._begun = clock.now(), clock.monotonic()
        self.pace = Pace(clock)
        self._throttle = Throttle(self._tell, clock)

    def ended(self, failure: Failure | None) -> JobRun:
        """It is over: the last progress is told, and here is what to write down."""
        self._throttle.flush()
        progress = self.task.progress
        told, advice = (failure.said, failure.advice) if failure is not None else (progress.sentence, NOTHING)
        return JobRun(
            job=self.job,
            owner=self.owner,
            outcome=outcome_of(failure),
            started=self._started,
            seconds=self._clock.monotonic() - self._begun,
            message=told.english,
            hint=advice.english,
            phrases=told.phrases,
            hint_phrases=advice.phrases,
            done=progress.done,
            counts=self.task.counts,
            failure=failure,
        )

    def _report(self, progress: Progress) -> None:
        self.pace.note(progress)
        self._throttle(progress)

    def _tell(self, progress: Progress) -> None:
        event = JobProgress(job=self.job, owner=self.owner, progress=progress, pace=self.pace.reading())
        self._events.publish(event)
