"""When does a job run? A plugin marks its methods with this; the host's scheduler keeps the promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "__artframe_job__"


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a job is due: after ``every`` since its last good run, at the times of ``cron`` (five fields), on an event.

    ``every`` and ``jitter`` may be functions of the owner, for what is a setting. ``jitter`` spreads the start by up to
    that many seconds. A job that was due while the frame was off runs soon after the start, once.
    ``counts`` are the words for what it counts.
    """

    name: str
    every: timedelta | Callable[[Any], timedelta] | None = None
    cron: str | None = None
    on: type[Any] | None = None
    jitter: float | Callable[[Any], float] = 0.0
    counts: Mapping[str, str] = field(default_factory=dict)


def job(
    name: str | None = None,
    *,
    every: timedelta | Callable[[Any], timedelta] | None = None,
    cron: str | None = None,
    on: type[Any] | None = None,
    jitter: float | Callable[[Any], float] = 0.0,
    counts: Mapping[str, str] | None = None,
) -> Callable[[F], F]:
    """Mark a method as a job; with no time given it only runs when asked for (``artframe job run``).

    A parameter named ``task`` receives the progress handle; a parameter named ``event`` what the job was started by.
    ``counts``: what ``Task.count`` counts under which name, in words that follow a number (``{"letters": "letters
    read"}``).
    """

    def mark(function: F) -> F:
        named = name or function.__name__
        schedule = Schedule(name=named, every=every, cron=cron, on=on, jitter=jitter, counts=dict(counts or {}))
        setattr(function, _MARK, schedule)
        return function

    return mark


def scheduled(owner: object) -> Iterator[tuple[Schedule, Callable[..., Any]]]:
    """Every method of the object that ``@job`` marks, with its schedule."""
    names: dict[str, Schedule] = {}
    for kind in reversed(type(owner).__mro__):
        for attribute, value in vars(kind).items():
            if hasattr(value, _MARK):
                names[attribute] = getattr(value, _MARK)
    for attribute, schedule in names.items():
        yield schedule, getattr(owner, attribute)
