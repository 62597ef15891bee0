"""When did each job last run well, and how did its last runs go? Kept over restarts in ``state/jobs.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

from artframe.core.clock import Clock
from artframe.core.sentence import read_phrases
from artframe.core.state_file import StateFile
from artframe.jobs.rollup import Day, Rollup, read_counts, read_rollup
from artframe.jobs.run import JobRun, Outcome

RUNS_KEPT = 50
_WRITE_PAUSE = 600.0
"""Seconds: a job that runs each minute and is fine does not wear out the card."""


@dataclass(kw_only=True)
class _Record:
    known_since: datetime
    last_good: datetime | None = None
    fingerprint: str = ""
    runs: list[JobRun] = field(default_factory=list)
    days: Rollup = field(default_factory=Rollup)


class History:
    """The past of all jobs; lives on the loop. Written at the end of a run, never while one goes on."""

    def __init__(self, path: Path, clock: Clock, zone: tzinfo | None = None) -> None:
        self._clock = clock
        self.zone = zone
        """Where a day begins at midnight; None: the machine's zone."""
        self._file = StateFile(path)
        self._records = _read(self._file.load(), zone)
        self._written_at: float | None = None
        self._unwritten = False

    def meet(self, job: str) -> None:
        """Remember since when the job exists."""
        if job not in self._records:
            self._records[job] = _Record(known_since=self._clock.now())
            self._save()

    def known_since(self, job: str) -> datetime:
        """When the job was first seen."""
        record = self._records.get(job)
        return record.known_since if record is not None else self._clock.now()

    def last_good(self, job: str) -> datetime | None:
        """When the last good run ended."""
        record = self._records.get(job)
        return record.last_good if record is not None else None

    def fingerprint(self, job: str) -> str:
        """What the last good run was about."""
        record = self._records.get(job)
        return record.fingerprint if record is not None else ""

    def runs(self, job: str) -> tuple[JobRun, ...]:
        """The last runs, oldest first."""
        record = self._records.get(job)
        return tuple(record.runs) if record is not None else ()

    def days(self, job: str, count: int) -> list[tuple[date, Day]]:
        """The sums of the last so many days, the oldest first, today at the end."""
        record = self._records.get(job)
        today = self._clock.now().astimezone(self.zone).date()
        return (record.days if record is not None else Rollup()).until(today, count)

    def jobs(self) -> tuple[str, ...]:
        """Every job that ever ran or was seen here."""
        return tuple(sorted(self._records))

    def recent(self, count: int = 50) -> list[dict[str, Any]]:
        """The last runs of all jobs as JSON, the newest first."""
        runs = [run for record in self._records.values() for run in record.runs]
        runs.sort(key=lambda run: run.started, reverse=True)
        return [run.as_json() for run in runs[: max(count, 0)]]

    def failing_since(self, job: str) -> datetime | None:
        """The beginning of the first of the failures in a row at the end, None if the last run was good."""
        first: datetime | None = None
        for run in reversed(self.runs(job)):
            if run.outcome is Outcome.GOOD:
                break
            if run.outcome.is_failure:
                first = run.failing_since or run.started
        return first

    def record(self, run: JobRun, fingerprint: str) -> JobRun:
        """Write a run down; returns it with ``failing_since`` filled in."""
        self.meet(run.job)
        record = self._records[run.job]
        before = record.runs[-1].outcome if record.runs else None
        if run.outcome is Outcome.GOOD:
            record.last_good, record.fingerprint = self._clock.now(), fingerprint
        elif run.outcome.is_failure:
            run = replace(run, failing_since=self.failing_since(run.job) or run.started)
        # Without the exception: its traceback would keep alive whatever the job had in its hands.
        record.runs = [*record.runs, replace(run, failure=None)][-RUNS_KEPT:]
        record.days.add(run, self.zone)
        if before is run.outcome and run.seconds < 1 and self._written_lately():
            self._unwritten = True
        else:
            self._save()
        return run

    def adopt(self, saved: Mapping[str, Any]) -> None:
        """Show the runs of another history (a backup's) as well."""
        self._records = _read(merged_history(_content(self._records), saved, self._clock.now()))
        self._save()

    def forget(self, owner: str) -> None:
        """The owner is gone for good."""
        gone = [job for job in self._records if job.partition("/")[0] == owner]
        for job in gone:
            del self._records[job]
        if gone:
            self._save()

    def close(self) -> None:
        """Wait until all is written."""
        if self._unwritten:
            self._save()
        self._file.flush()

    def _written_lately(self) -> bool:
        return self._written_at is not None and self._clock.monotonic() - self._written_at < _WRITE_PAUSE

    def _save(self) -> None:
        self._written_at, self._unwritten = self._clock.monotonic(), False
        self._file.save(_content(self._records))


def merged_history(here: Mapping[str, Any], saved: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The contents of two ``jobs.json`` as one: the runs of both, for people to see.

    When a job is due is decided by what happened ``here`` alone: a sync that went well on another machine brought no
    photo to this one.
    """
    records = _read(here)
    for job, record in _read(saved).items():
        known = records.setdefault(job, _Record(known_since=now))
        runs = {run.started: run for run in (*record.runs, *known.runs)}
        known.runs = [runs[started] for started in sorted(runs)][-RUNS_KEPT:]
        known.days.adopt(record.days)
    return _content(records)


def _content(records: Mapping[str, _Record]) -> dict[str, Any]:
    return {"version": 1, "jobs": {job: _to_json(record) for job, record in records.items()}}


def _to_json(record: _Record) -> dict[str, Any]:
    return {
        "known_since": record.known_since.isoformat(),
        "last_good": record.last_good.isoformat() if record.last_good else None,
        "fingerprint": record.fingerprint,
        "runs": [
            {
                **run.as_json(),
                "owner": run.owner,
                "failing_since": run.failing_since.isoformat() if run.failing_since else None,
            }
            for run in record.runs
        ],
        "days": record.days.as_json(),
    }


def _read(content: Mapping[str, Any], zone: tzinfo | None = None) -> dict[str, _Record]:
    """What can be read; a record that cannot is as if the job had never run."""
    records: dict[str, _Record] = {}
    jobs = content.get("jobs")
    for job, plain in jobs.items() if isinstance(jobs, dict) else ():
        try:
            runs = [_run(one) for one in plain["runs"]]
            records[job] = _Record(
                known_since=_aware(plain["known_since"]),
                last_good=_aware(plain["last_good"]) if plain["last_good"] else None,
                fingerprint=str(plain["fingerprint"]),
                runs=runs,
                days=read_rollup(plain.get("days"), runs, zone),
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
    return records


def _run(plain: dict[str, Any]) -> JobRun:
    return JobRun(
        job=plain["job"],
        owner=plain["owner"],
        outcome=Outcome[plain["outcome"].upper()],
        started=_aware(plain["started"]),
        seconds=float(plain["seconds"]),
        message=plain["message"],
        hint=plain["hint"],
        done=int(plain["done"]),
        counts=read_counts(plain.get("counts")),
        phrases=read_phrases((plain.get("phrases") or {}).get("message")),
        hint_phrases=read_phrases((plain.get("phrases") or {}).get("hint")),
        failing_since=_aware(plain["failing_since"]) if plain["failing_since"] else None,
    )


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment
