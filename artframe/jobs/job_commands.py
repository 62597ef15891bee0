"""The commands about jobs: list, run, cancel, history, statistics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from artframe.core.commands import Effect, command
from artframe.core.events import EventBus
from artframe.core.exchange import AtLeast, Suggests
from artframe.core.near_names import meant
from artframe.core.sentence import NOTHING, Sentence, with_phrases
from artframe.core.task import Task
from artframe.errors import NotThere
from artframe.jobs.job_texts import history_text, list_text, run_text, statistics_text
from artframe.jobs.jobs import Jobs, JobStatus
from artframe.jobs.labels import labels_of
from artframe.jobs.rollup import DAYS_KEPT, Day
from artframe.jobs.run import JobProgress, JobRun

_PACE = ("started", "seconds", "rate", "seconds_left", "bytes_rate", "bytes_seconds_left")

JobName = Annotated[str, "the job, as 'artframe job list' names it: <plugin>/<job>", Suggests("job")]

OwnerRuns = Callable[[str], Awaitable[None]]
"""Waits for a plugin that starts; raises CommandError where it does not run."""


class JobCommands:
    """Add them with ``CommandRegistry.add_all``. ``owner_runs`` is None where jobs belong to no plugins."""

    def __init__(self, jobs: Jobs, events: EventBus, owner_runs: OwnerRuns | None = None) -> None:
        self._jobs = jobs
        self._events = events
        self._owner_runs = owner_runs

    @command("job list", render=list_text)
    async def list(self) -> list[dict[str, Any]]:
        """Show every job: how far it is, when it runs next, how it went last."""
        return [_row(status) for status in self._jobs.status()]

    @command("job run", effect=Effect.CHANGES, render=run_text)
    async def run(
        self, job: JobName, wait: Annotated[bool, "wait for the end"] = True, task: Task | None = None
    ) -> Any:
        """Run a job now, whenever it would be due.

        While it runs already, it runs once more afterwards; while its plugin starts, it runs when that has started.
        Going away does not end it: 'artframe job cancel' does.
        The exit code tells how it went: 0 good, 75 tried again soon, 78 waits for you, 130 cancelled, 1 a bug.
        """
        if self._owner_runs is not None and not self._jobs.knows(job):
            await self._owner_runs(job.partition("/")[0])
        if not wait and self._jobs.knows(job):
            self._jobs.request(job)
            return {"job": job}

        def forward(event: JobProgress) -> None:
            if event.job == job and task is not None:
                task.follow(event.progress)

        deaf = self._events.listen(JobProgress, forward)
        try:
            ended = await self._jobs.run(job)
        finally:
            deaf()
        return {**ended.as_json(), "exit_code": ended.outcome.exit_code}

    @command("job cancel", effect=Effect.CHANGES, render=lambda result: result["text"])
    async def cancel(self, job: JobName) -> dict[str, Any]:
        """Ask a running job to end at the next safe place."""
        cancelled = self._jobs.cancel(job)
        text = f"{job} is asked to end" if cancelled else f"{job} does not run: nothing to cancel"
        return {"job": job, "cancelled": cancelled, "text": text}

    @command("job history", render=history_text)
    async def history(
        self,
        job: Annotated[str, "only this job"] = "",
        *,
        count: Annotated[int, "at most so many runs", AtLeast(1)] = 20,
    ) -> Any:
        """Show the last runs, the newest first."""
        if not job:
            return self._jobs.history.recent(count)
        self._expect_known(job)
        runs = self._jobs.history.runs(job)[::-1]
        return [run.as_json() for run in runs[:count]]

    @command("job statistics", render=statistics_text)
    async def statistics(
        self,
        job: Annotated[str, "only this job", Suggests("job")] = "",
        *,
        days: Annotated[int, f"so many days back, up to {DAYS_KEPT}", AtLeast(1)] = 30,
    ) -> Any:
        """Sum up what each job did: runs, failures, time, and what it counted, day by day, and its last runs.

        The sums of a day hold for every run; single runs are remembered for the last fifty.
        """
        history = self._jobs.history
        if job:
            self._expect_known(job)
        count = min(days, DAYS_KEPT)
        rows = []
        for name in [job] if job else history.jobs():
            sums = history.days(name, count)
            runs = [run for run in history.runs(name) if run.started.astimezone(history.zone).date() >= sums[0][0]]
            rows.append(
                {
                    "job": name,
                    "labels": labels_of(self._jobs.counts(name), (one.counts for _, one in sums)),
                    "days": [_day_sums(day, one) for day, one in sums],
                    "runs": [_run_sums(run) for run in runs],
                }
            )
        return rows

    def _expect_known(self, job: str) -> None:
        known = {*self._jobs.history.jobs(), *(one.name for one in self._jobs.status())}
        if job not in known:
            raise NotThere(f"there is no job '{job[:200]}'", meant(job, known, "'artframe job list' names them"))


def _run_sums(run: JobRun) -> dict[str, Any]:
    told = {"started": run.started.isoformat(), "seconds": round(run.seconds, 3), "outcome": run.outcome.value}
    return {**told, **_sums(run.counts)}


def _day_sums(day: date, sums: Day) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "runs": sums.runs,
        "failures": sums.failures,
        "seconds": round(sums.seconds, 1),
        "longest_seconds": round(sums.longest, 1),
        **_sums(sums.counts),
    }


def _sums(counts: Mapping[str, int]) -> dict[str, Any]:
    return {**{what: counts.get(what, 0) for what in ("photos", "removed", "bytes")}, "counts": dict(counts)}


def _row(status: JobStatus) -> dict[str, Any]:
    progress = status.progress
    pace = status.pace.as_json() if status.pace is not None else dict.fromkeys(_PACE)
    return {
        "job": status.name,
        "owner": status.owner,
        "running": status.running,
        "waiting": status.waiting,
        "progress": progress.as_json() if progress is not None else None,
        **pace,
        "next_due": _iso(status.next_due),
        "last_good": _iso(status.last_good),
        "failing_since": _iso(status.failing_since),
        "outcome": status.last.outcome.value if status.last is not None else None,
        **with_phrases(message=_trouble(status.last)),
    }


def _trouble(last: JobRun | None) -> Sentence:
    return last.said if last is not None and last.outcome.is_failure else NOTHING


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
