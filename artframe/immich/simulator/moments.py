"""How does Immich write and read points in time? Inside they are microseconds since 1970 in UTC."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STRICT_PATTERN = (
    r"/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])"
    r"-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))"
    r"T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z))$/"
)
_STRICT = re.compile(STRICT_PATTERN.strip("/"), re.ASCII)


def now() -> int:
    """This moment in microseconds."""
    return time.time_ns() // 1000


def from_datetime(value: datetime) -> int:
    """Microseconds of a datetime; a naive one counts as UTC."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return (value - EPOCH) // timedelta(microseconds=1)


def to_datetime(moment: int) -> datetime:
    """The aware UTC datetime of a moment."""
    return EPOCH + timedelta(microseconds=moment)


@lru_cache(maxsize=1024)
def stamp(moment: int) -> str:
    """``2026-11-20T11:09:25.989Z``: top-level dates, cut (not rounded) to milliseconds."""
    # By hand and remembered: a page of a listing has five thousand of them, and most are equal to a neighbour's.
    days, rest = divmod(moment // 1000, 86_400_000)
    seconds, milliseconds = divmod(rest, 1000)
    return f"{_day(days)}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}Z"


@lru_cache(maxsize=4096)
def _day(days: int) -> str:
    return (EPOCH + timedelta(days=days)).date().isoformat()


def bare(moment: int) -> str:
    """``2023-05-07T07:30:00.25``: timeline columns, UTC without saying so."""
    text = to_datetime(moment).replace(tzinfo=None).isoformat()
    return text.rstrip("0") if "." in text else text


def nested(moment: int) -> str:
    """``2026-11-20T11:09:24.976944+00:00``: dates that the database itself put into a nested object."""
    return bare(moment) + "+00:00"


def day_stamp(moment: int) -> str:
    """Midnight of the day, as albums give their start and end."""
    return to_datetime(moment).strftime("%Y-%m-%dT00:00:00.000Z")


def month(moment: int) -> str:
    """``2021-03-01``: the timeline bucket of a moment."""
    return to_datetime(moment).strftime("%Y-%m-01")


def parse_strict(text: str) -> int | None:
    """What 3.0 accepts: a UTC time that ends in an upper-case Z. None when it is anything else."""
    return parse_loose(text) if _STRICT.match(text) else None


def parse_loose(text: str) -> int | None:
    """What 2.7 accepts: any ISO 8601 date, with an offset, naive (then UTC) or without a time; None otherwise."""
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    zoned = re.sub(r"(\.\d{6})\d+", r"\1", text.upper())  # Python keeps six digits at most
    try:
        return from_datetime(datetime.fromisoformat(zoned))
    except ValueError:
        return None
