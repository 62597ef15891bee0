"""How does a moment that a result tells read for people? In the time zone that the frame goes by.

Results hold moments as ISO 8601 texts with their zone; a photo's own wall clock, which has none, is not for these.
"""

from __future__ import annotations

from datetime import datetime


def day(moment: str) -> str:
    """``2026-05-01``"""
    return f"{_local(moment):%Y-%m-%d}"


def minute(moment: str) -> str:
    """``2026-05-01 12:00``"""
    return f"{_local(moment):%Y-%m-%d %H:%M}"


def second(moment: str) -> str:
    """``2026-05-01 12:00:05``"""
    return f"{_local(moment):%Y-%m-%d %H:%M:%S}"


def _local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone()
