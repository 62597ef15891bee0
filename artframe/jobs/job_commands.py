"""The commands about jobs: list, run, cancel, history."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from artframe.core.commands import Effect, command
from artframe.core.events import EventBus
from artframe.core.exchange import Suggests
from artframe.core.task import Task
from artframe.jobs.jobs import Jobs, JobStatus
from artframe.jobs.run import JobProgress, Outcome

JobName = Annotated[str, "the job, as 'artframe job list' names it: <plugin>/<job>", Suggests("job")]


def _when(moment: str | None) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M:%S}" if moment else "-"


def _list(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "no plugin has a job at the moment"
    width = max(len(row["job"]) for row in rows)
    lines = []
    for row in rows:
        now = _progress(row["progress"]) if row["running"] else f"next {_when(row['next_due'])}"
        past = f"last good {_when(row['last_good'])}"
        trouble = f"  failing since {_when(row['failing_since'])}: {row['message']}" if row["failing_since"] else ""
        lines.append(f"{row['job']:{width}}  {now}  {past}{trouble}")
    return "\n".join(lines)


def _progress(progress: dict[str, Any]) -> str:
    of = f" of {progress['total']}" if progress["total"] is not None else ""
    return f"running, {progress['done']}{of} {progress['message']}".rstrip()


def _run(result: dict[str, Any]) -> str:
    if "outcome" not in result:
        return f"{result['job']} is asked to run; 'artframe job list' shows how far it is"
    text = f"{result['job']}: {_text(result)} after {result['seconds']:.1f} s"
    return "\n".join(filter(None, [text, result["message"], result["hint"]]))


def _history(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "nothing has run yet"
    return "\n".join(
        f"{_when(row['started'])}  {row['job']}  {_text(row)}  {row['seconds']:.1f} s  {row['message']}".rstrip()
        for row in rows
    )


def _text(row: dict[str, Any]) -> str:
    return Outcome[row["outcome"].upper()].text


class JobCommands:
    """Add them with ``CommandRegistry.add_all``."""

    def __init__(self, jobs: Jobs, events: EventBus) -> None:
        self._jobs = jobs
        self._events = events

    @command("job list", render=_list)
    async def list(self) -> list[dict[str, Any]]:
        """Show every job: how far it is, when it runs next, how it went last."""
        return [_row(status) for status in self._jobs.status()]

    @command("job run", effect=Effect.CHANGES, render=_run)
    async def run(
        self, job: JobName, wait: Annotated[bool, "wait for the end"] = True, task: Task | None = None
    ) -> Any:
        """Run a job now, whenever it would be due.

        While it runs already, it runs once more afterwards. Going away does not end it: 'artframe job cancel' does.
        The exit code tells how it went: 0 good, 75 tried again soon, 78 waits for you, 130 cancelled, 1 a bug.
        """
        known = {status.name for status in self._jobs.status()}
        if not wait and job in known:
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

    @command("job history", render=_history)
    async def history(
        self,
        job: Annotated[str, "only this job"] = "",
        *,
        count: Annotated[int, "at most so many runs"] = 20,
    ) -> Any:
        """Show the last runs, the newest first."""
        if not job:
            return self._jobs.history.recent(count)
        runs = self._jobs.history.runs(job)[::-1]
        return [run.as_json() for run in runs[: max(count, 0)]]


def _row(status: JobStatus) -> dict[str, Any]:
    progress = status.progress
    return {
        "job": status.name,
        "owner": status.owner,
        "running": status.running,
        "waiting": status.waiting,
        "progress": None
        if progress is None
        else {"done": progress.done, "total": progress.total, "message": progress.message},
        "next_due": _iso(status.next_due),
        "last_good": _iso(status.last_good),
        "failing_since": _iso(status.failing_since),
        "outcome": status.last.outcome.value if status.last is not None else None,
        "message": status.last.message if status.last is not None and status.last.outcome.is_failure else "",
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
