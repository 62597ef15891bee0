"""How do a job's last weeks look as small charts? One bar a day, drawn on the server; and the same as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

WIDTH, HEIGHT = 320.0, 96.0
"""Units of the drawing; it scales to the room it gets."""
_BOTTOM = 16.0
"""Units kept free below the bars for the dates."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """What a job did on one day: what it counted in all, ``seconds`` the longest run, ``runs`` how many."""

    date: date
    runs: int = 0
    failed: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing of bars: what it is called, what it says in words, and the labels at its ends."""

    name: str
    title: str
    description: str
    bars: Sequence[Bar]
    first: str
    last: str
    top: str
    width: float = WIDTH
    height: float = HEIGHT


def days_of(sums: Iterable[Mapping[str, Any]]) -> list[Day]:
    """The days of ``job statistics``, the oldest first, those too on which nothing ran."""
    return [
        Day(
            date=date.fromisoformat(one["day"]),
            runs=one["runs"],
            failed=one["failures"],
            counts=one["counts"],
            seconds=one["longest_seconds"],
        )
        for one in sums
    ]


def chart(
    days: Sequence[Day],
    *,
    name: str,
    title: str,
    value: Callable[[Day], float],
    words: Callable[[float], str],
    day_words: Callable[[date], str],
    sentence: Callable[[str, str], str],
) -> Chart:
    """Draw one value of each day. ``words`` says a value, ``sentence`` the most of them and the last."""
    most = max((value(day) for day in days), default=0.0)
    step = WIDTH / max(len(days), 1)
    room = HEIGHT - _BOTTOM
    bars = []
    for number, day in enumerate(days):
        amount = value(day)
        # A day on which something ran is seen, however little it did.
        height = max(room * amount / most if most else 0.0, 1.5 if day.runs else 0.0)
        kind = "failed" if day.failed == day.runs and day.runs else "" if amount else "other"
        bars.append(
            Bar(
                x=round(number * step + step * 0.12, 2),
                y=round(room - height, 2),
                width=round(step * 0.76, 2),
                height=round(height, 2),
                kind=kind,
                label=f"{day_words(day.date)}: {words(amount)}",
            )
        )
    latest = next((value(day) for day in reversed(days) if day.runs), 0.0)
    return Chart(
        name=name,
        title=title,
        description=sentence(words(most), words(latest)),
        bars=[bar for bar in bars if bar.height],
        first=day_words(days[0].date) if days else "",
        last=day_words(days[-1].date) if days else "",
        top=words(most) if most else "",
    )
