"""What did a job do on each day of the last months? Sums for charts, for longer than single runs are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from typing import Any

from artframe.jobs.run import JobRun

DAYS_KEPT = 90


@dataclass(kw_only=True)
class Day:
    """One day's sums, and the seconds of its longest run.

    ``counts`` are what the runs counted (``Task.count``): ``photos``, ``removed``, ``bytes``.
    """

    runs: int = 0
    failures: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As the history keeps it."""
        return {
            "runs": self.runs,
            "failures": self.failures,
            "seconds": round(self.seconds, 1),
            "longest": round(self.longest, 1),
            **({"counts": self.counts} if self.counts else {}),
        }


class Rollup:
    """The days of one job on which it ran. A day begins at midnight in ``zone`` (None: the machine's)."""

    def __init__(self, days: Mapping[date, Day] | None = None) -> None:
        self._days = dict(days or {})

    def add(self, run: JobRun, zone: tzinfo | None) -> None:
        """Count a run to the day on which it began."""
        day = self._days.setdefault(run.started.astimezone(zone).date(), Day())
        day.runs += 1
        day.failures += run.outcome.is_failure
        day.seconds += run.seconds
        day.longest = max(day.longest, run.seconds)
        for what, amount in run.counts.items():
            day.counts[what] = day.counts.get(what, 0) + amount
        # By their number, not by today: a clock that is wrong for an hour must not cost the days that are known.
        for old in sorted(self._days)[:-DAYS_KEPT]:
            del self._days[old]

    def adopt(self, other: Rollup) -> None:
        """Take over the days that are unknown here."""
        self._days = {**other._days, **self._days}
        for old in sorted(self._days)[:-DAYS_KEPT]:
            del self._days[old]

    def until(self, last: date, days: int) -> list[tuple[date, Day]]:
        """So many days in a row, the oldest first; those without a run too."""
        wanted = [last - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
        return [(day, self._days.get(day, Day())) for day in wanted]

    def as_json(self) -> dict[str, Any]:
        """As the history keeps it."""
        return {day.isoformat(): one.as_json() for day, one in sorted(self._days.items())}


def read_rollup(plain: Any, runs: Iterable[JobRun], zone: tzinfo | None) -> Rollup:
    """What the history keeps; of a file that kept no days yet, what its ``runs`` still tell. Raises ValueError."""
    if plain is None:
        rollup = Rollup()
        for run in runs:
            rollup.add(run, zone)
        return rollup
    return Rollup({date.fromisoformat(day): _day(one) for day, one in plain.items()})


def _day(plain: Mapping[str, Any]) -> Day:
    return Day(
        runs=int(plain["runs"]),
        failures=int(plain["failures"]),
        seconds=float(plain["seconds"]),
        longest=float(plain["longest"]),
        counts=read_counts(plain.get("counts")),
    )


def read_counts(plain: Any) -> dict[str, int]:
    """What a run or a day counted; nothing in files of before."""
    return {str(what): int(amount) for what, amount in (plain or {}).items()}
