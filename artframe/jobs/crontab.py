"""What do the five fields of a timetable mean? Weekdays as everywhere: 0 and 7 are Sunday."""

from __future__ import annotations

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def fields(expression: str) -> dict[str, str]:
    """Split ``minute hour day month weekday``; weekdays come back as names. Raises ValueError."""
    parts = expression.split()
    if len(parts) != 5:
        raise ValueError(f"a timetable has five fields (minute hour day month weekday), not {len(parts)}: {expression}")
    minute, hour, day, month, weekday = parts
    return {"minute": minute, "hour": hour, "day": day, "month": month, "day_of_week": _weekdays(weekday)}


def _weekdays(field: str) -> str:
    if field == "*":
        return field
    chosen: set[int] = set()
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = 0 if first == "*" else _day(first)
        end = 6 if first == "*" or (step and not dash) else _day(last) if dash else start
        if dash and end < start:
            end += 7
        chosen.update(day % 7 for day in range(start, end + 1, int(step or 1)))
    return ",".join(_DAYS[day] for day in sorted(chosen))


def _day(text: str) -> int:
    if text in _DAYS:
        return _DAYS.index(text)
    if text.isdecimal() and int(text) <= 7:
        return int(text)
    raise ValueError(f"'{text}' is no day of the week: 0-7 or sun, mon, tue, wed, thu, fri, sat")
