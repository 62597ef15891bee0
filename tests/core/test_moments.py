"""Moments as people read them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from artframe.core.moments import day, minute, second
from artframe.core.time_zone import TimeZone

MOMENT = "2026-05-01T22:30:05.123456+00:00"


@pytest.fixture(autouse=True)
def in_berlin() -> Iterator[None]:
    zone = TimeZone()
    zone.use("Europe/Berlin")
    yield
    zone.use("")


def test_a_moment_reads_in_the_zone_that_the_frame_goes_by() -> None:
    assert (day(MOMENT), minute(MOMENT), second(MOMENT)) == ("2026-05-02", "2026-05-02 00:30", "2026-05-02 00:30:05")


def test_half_a_second_is_no_reason_to_tell_the_next_one() -> None:
    assert second("2026-05-01T12:00:05.999+02:00") == "2026-05-01 12:00:05"
