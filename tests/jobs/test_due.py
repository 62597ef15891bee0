"""The arithmetic of when, for every order of moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.jobs.crontab import fields
from artframe.jobs.due import next_due
from artframe.jobs.scheduler import timetable

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)  # a Friday
moments = st.integers(-40 * 365, 40 * 365 * 1440).map(lambda minutes: NOON + timedelta(minutes=minutes))
intervals = st.timedeltas(timedelta(seconds=1), timedelta(days=14))


@given(now=moments, last=moments, interval=intervals)
def test_an_interval_job_is_never_due_later_than_one_interval_from_now(
    now: datetime, last: datetime, interval: timedelta
) -> None:
    due = next_due(now=now, interval=interval, known_since=last, last_good=last)
    assert due is not None
    # Five minutes: a small correction of the clock is no reason to run again.
    assert due <= now + interval + timedelta(minutes=5)


@given(now=moments, known=moments, last=st.none() | moments)
def test_a_daily_job_is_due_within_a_day_whatever_the_past_says(
    now: datetime, known: datetime, last: datetime | None
) -> None:
    due = next_due(now=now, next_fire=timetable("30 3 * * *", UTC), known_since=known, last_good=last)
    assert due is not None
    assert due <= now + timedelta(days=1)


@given(now=moments, interval=intervals, hold=moments)
def test_nothing_runs_before_it_may(now: datetime, interval: timedelta, hold: datetime) -> None:
    due = next_due(now=now, interval=interval, known_since=now, last_good=None, not_before=hold)
    assert due == max(now, hold)


def test_a_job_without_times_is_never_due() -> None:
    assert next_due(now=NOON, known_since=NOON, last_good=None) is None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 12 * * *", datetime(2026, 5, 2, 12, tzinfo=UTC)),
        ("*/15 * * * *", datetime(2026, 5, 1, 12, 15, tzinfo=UTC)),
        ("0 3 * * 0", datetime(2026, 5, 3, 3, tzinfo=UTC)),
        ("0 3 * * 7", datetime(2026, 5, 3, 3, tzinfo=UTC)),
        ("0 3 * * 1-5", datetime(2026, 5, 4, 3, tzinfo=UTC)),
        ("0 3 * * 6-7", datetime(2026, 5, 2, 3, tzinfo=UTC)),
        ("0 3 * * fri-mon", datetime(2026, 5, 2, 3, tzinfo=UTC)),
        ("0 3 * * */2", datetime(2026, 5, 2, 3, tzinfo=UTC)),
        ("0 3 * * sat,MON", datetime(2026, 5, 2, 3, tzinfo=UTC)),
        ("0 3 1 1 *", datetime(2027, 1, 1, 3, tzinfo=UTC)),
        ("0 3 30 2 *", None),
    ],
)
def test_five_fields_mean_what_they_mean_everywhere(expression: str, expected: datetime | None) -> None:
    assert timetable(expression, UTC)(NOON) == expected


@pytest.mark.parametrize("expression", ["", "* * * *", "0 0 * * 8", "0 0 * * moon", "61 * * * *", "0 0 * * 1-"])
def test_a_timetable_that_makes_no_sense_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        timetable(expression, UTC)


def test_weekdays_are_named() -> None:
    assert fields("0 0 * * 5-1")["day_of_week"] == "sun,mon,fri,sat"
