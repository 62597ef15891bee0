"""When is a job due next, also after the frame was off or its clock was wrong?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

NextFire = Callable[[datetime], datetime | None]
"""The first moment of a timetable strictly after the given one."""

_SMALL_CORRECTION = timedelta(minutes=5)
_SHORTEST = timedelta(seconds=1)


def next_due(
    *,
    now: datetime,
    interval: timedelta | None = None,
    next_fire: NextFire | None = None,
    known_since: datetime,
    last_good: datetime | None,
    not_before: datetime | None = None,
) -> datetime | None:
    """Return the moment (it may have passed: then the job is due), None for a job without times.

    ``known_since`` is when the job was first seen: a timetable's times before that were never missed. A last good run
    that lies in the future was written under a wrong clock and counts for nothing.
    """
    times: list[datetime] = []
    if interval is not None:
        if last_good is None or last_good > now + _SMALL_CORRECTION:
            times.append(now)
        else:
            times.append(last_good + max(interval, _SHORTEST))
    if next_fire is not None:
        fire = next_fire(min(last_good or known_since, now))
        if fire is not None:
            times.append(fire)
    if not times:
        return None
    due = min(times)
    return due if not_before is None else max(due, not_before)


def next_regular(
    *, after: datetime, interval: timedelta | None = None, next_fire: NextFire | None = None
) -> datetime | None:
    """The next moment by the timetable alone, for a run that a person stopped or that only a person can mend."""
    times = [after + max(interval, _SHORTEST)] if interval is not None else []
    if next_fire is not None and (fire := next_fire(after)) is not None:
        times.append(fire)
    return min(times, default=None)
