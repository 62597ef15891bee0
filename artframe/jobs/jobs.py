"""Which jobs are there, which run now, and who may start or end them?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.events import EventBus, Release
from artframe.core.failure import Failure, classify
from artframe.core.near_names import meant
from artframe.core.schedule import Schedule
from artframe.core.task import Progress
from artframe.errors import CommandError, NotThere
from artframe.jobs.history import History
from artframe.jobs.job import Job, Request
from artframe.jobs.pace import Reading
from artframe.jobs.run import JobEnded, JobRun, JobStarted
from artframe.jobs.running import Running
from artframe.jobs.scheduler import Scheduler, timetable

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class JobStatus:
    """A job as people see it. ``next_due`` is None for a job that runs on request or on an event only."""

    name: str
    owner: str
    running: bool
    waiting: bool
    progress: Progress | None
    pace: Reading | None
    next_due: datetime | None
    last_good: datetime | None
    failing_since: datetime | None
    last: JobRun | None


class Jobs:
    """All jobs of the frame. Lives on the loop; only ``request`` may be called from other threads.

    Never two runs of one job at once, whatever asks for them: a request during a run is remembered, once.
    """

    def __init__(
        self, *, caller: Caller, clock: Clock, events: EventBus, history: History, zone: tzinfo | None = None
    ) -> None:
        self.history = history
        self._caller = caller
        self._clock = clock
        self._events = events
        self._zone = zone
        self._jobs: dict[str, Job] = {}
        # By name, not by job: a run that outlives its job still keeps the next one of that name from starting.
        self._runs: dict[str, Running] = {}
        self._closed = False
        self._scheduler = Scheduler(clock=clock, on_due=self._due, on_jump=self.rearm)

    def start(self) -> None:
        """Begin to run what is due."""
        self._scheduler.start()

    async def stop(self, seconds: float = 5.0) -> tuple[str, ...]:
        """Start nothing more and cancel what runs; names what did not end in time. Writes the history."""
        self._closed = True
        self._scheduler.stop()
        for name in tuple(self._runs):
            self._cancel_run(name)
        hung = await self.idle(seconds)
        await self._caller.call(self.history.close)
        return hung

    def add(
        self,
        owner: str,
        schedule: Schedule,
        function: Callable[..., Any],
        *,
        subject: object = None,
        on_end: Callable[[JobRun], None] | None = None,
        fingerprint: str = "",
        due_now: bool = False,
    ) -> Release:
        """Add ``<owner>/<schedule.name>``; returns what removes it (and cancels a run).

        ``def`` runs in a thread of its own, ``async def`` on the loop. ``subject`` is given to ``schedule.every`` and
        ``schedule.jitter`` if they are functions. ``on_end`` is told of each run, on the loop. A ``fingerprint`` says
        what the job is about: another one than that of the last good run makes it due. Raises ValueError for a
        timetable that makes no sense.
        """
        interval = schedule.every(subject) if callable(schedule.every) else schedule.every
        jitter = schedule.jitter(subject) if callable(schedule.jitter) else schedule.jitter
        job = Job(
            owner=owner,
            schedule=schedule,
            function=function,
            interval=interval,
            jitter=jitter,
            next_fire=timetable(schedule.cron, self._zone) if schedule.cron is not None else None,
            on_end=on_end,
            fingerprint=fingerprint,
            due_now=due_now,
        )
        if job.name in self._jobs:
            raise ValueError(f"two jobs are named '{job.name}'")
        self._jobs[job.name] = job
        if interval is not None and self.history.failing_since(job.name) is not None:
            job.due_now = True
        self.history.meet(job.name)
        deaf: Release | None = None
        if schedule.on is not None:
            deaf = self._events.listen(schedule.on, lambda event: self.request(job.name, event))
        self._arm(job)

        def release() -> None:
            if deaf is not None:
                deaf()
            if self._jobs.get(job.name) is job:
                del self._jobs[job.name]
                self._scheduler.remove(job.name)
                self._refuse(job)
                self._cancel_run(job.name)

        return release

    def counts(self, name: str) -> Mapping[str, str]:
        """The words of the job itself for what it counts; none where it has none, or is gone."""
        job = self._jobs.get(name)
        return job.schedule.counts if job is not None else {}

    def request(self, name: str, event: object = None) -> None:
        """Have the job run soon; any thread. Harmless for a job that is gone."""
        self._caller.from_thread(self._due, name, event)

    async def run(self, name: str) -> JobRun:
        """Run the job (after the run that goes on, if any) and return how it went. Raises CommandError if unknown."""
        job = self._known(name)
        answer: asyncio.Future[JobRun] = self._caller.loop.create_future()
        job.ask(None).waiting.append(answer)
        self._begin(job)
        return await answer

    def knows(self, name: str) -> bool:
        """Whether there is such a job at the moment."""
        return name in self._jobs

    def cancel(self, name: str) -> bool:
        """Ask a run to end at its next safe place, forget a remembered one; False if there was neither."""
        job = self._known(name)
        waited = job.request is not None
        self._refuse(job)
        return self._cancel_run(name) or waited

    def running(self, owner: str | None = None) -> tuple[str, ...]:
        """The names of the jobs that run now."""
        return tuple(name for name, run in self._runs.items() if owner in (None, run.owner))

    def works(self, owner: str | None = None) -> dict[str, asyncio.Task[None]]:
        """What runs now, by name: each is done when its run is over."""
        return {
            name: run.work for name, run in self._runs.items() if owner in (None, run.owner) and run.work is not None
        }

    async def idle(self, seconds: float, owner: str | None = None) -> tuple[str, ...]:
        """Wait until nothing (of the owner) runs; names what still does when the time is over."""
        timer = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            while (works := self.works(owner)) and not timer.done():
                await asyncio.wait({*works.values(), timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        return self.running(owner)

    def status(self) -> tuple[JobStatus, ...]:
        """All jobs by name."""
        return tuple(self._status(job) for _, job in sorted(self._jobs.items()))

    def _status(self, job: Job) -> JobStatus:
        run = self._runs.get(job.name)
        past = self.history.runs(job.name)
        return JobStatus(
            name=job.name,
            owner=job.owner,
            running=run is not None,
            waiting=job.request is not None,
            progress=run.task.progress if run is not None else None,
            pace=run.pace.reading() if run is not None else None,
            next_due=self._scheduler.moment(job.name),
            last_good=self.history.last_good(job.name),
            failing_since=self.history.failing_since(job.name),
            last=past[-1] if past else None,
        )

    def _known(self, name: str) -> Job:
        try:
            return self._jobs[name]
        except KeyError:
            named = f"'artframe job list' names them: {', '.join(sorted(self._jobs)) or 'none at the moment'}"
            raise NotThere(f"there is no job '{name[:200]}'", meant(name, self._jobs, named)) from None

    def _arm(self, job: Job) -> None:
        moment = job.due(self.history, self._clock.now())
        if moment is None or self._closed:
            self._scheduler.remove(job.name)
        else:
            self._scheduler.set(job.name, moment)

    def _due(self, name: str, event: object = None) -> None:
        job = self._jobs.get(name)
        if job is not None:
            job.ask(event)
            self._begin(job)

    def rearm(self, why: str = "the clock was set") -> None:
        """Every moment worked out so far is void."""
        log.info("%s: working out anew what is due", why)
        for job in self._jobs.values():
            if job.name not in self._runs:
                job.forget_moments()
                self._arm(job)

    def _begin(self, job: Job) -> None:
        if self._closed:
            self._refuse(job)
        if job.request is None or job.name in self._runs:
            return
        self._scheduler.remove(job.name)
        request = job.take_request()
        run = self._runs[job.name] = Running(
            job=job.name,
            owner=job.owner,
            clock=self._clock,
            events=self._events,
            is_async=asyncio.iscoroutinefunction(job.function),
        )
        run.work = self._caller.loop.create_task(self._perform(job, run, request), name=job.name)

    async def _perform(self, job: Job, run: Running, request: Request) -> None:
        self._events.publish(JobStarted(job=job.name, owner=job.owner))
        failure: Failure | None = None
        try:
            await self._caller.call_in_own_thread(job.function, **job.arguments(run.task, request.event))
        except BaseException as error:  # a job must not take the loop down, not even with SystemExit
            failure = classify(error)
            if run.task.cancelled:
                # What fails because it was told to end has not failed.
                failure = classify(asyncio.CancelledError())
        ended = run.ended(failure)
        del self._runs[job.name]
        ended = self.history.record(ended, job.fingerprint)
        job.learn(ended, self._clock.now())
        self._tell(job, ended, request)

    def _tell(self, job: Job, run: JobRun, request: Request) -> None:
        if job.on_end is not None:
            try:
                job.on_end(run)
            except Exception:
                log.exception("what follows the job %s failed; the job itself is not concerned", job.name)
        self._events.publish(JobEnded(run=run))
        for answer in request.waiting:
            if not answer.done():
                answer.set_result(run)
        current = self._jobs.get(job.name)
        if current is not None:
            self._arm(current)
            self._begin(current)

    def _cancel_run(self, name: str) -> bool:
        run = self._runs.get(name)
        if run is None:
            return False
        run.task.cancel()
        if run.is_async and run.work is not None:
            run.work.cancel()
        return True

    def _refuse(self, job: Job) -> None:
        request, job.request = job.request, None
        for answer in request.waiting if request is not None else ():
            if not answer.done():
                answer.set_exception(CommandError(f"the job '{job.name}' was removed or cancelled before it could run"))
