"""The time zone of the whole process: set, changed, and given back as it was."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from artframe.core.time_zone import LOCAL, TimeZone

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in New York."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def test_a_zone_holds_for_every_local_time_and_the_machines_own_comes_back() -> None:
    zone = TimeZone()
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert zone.use("Europe/Berlin")
    assert noon.astimezone().isoformat() == "2026-07-01T14:00:00+02:00"
    assert zone.use("Asia/Kolkata")
    assert noon.astimezone().isoformat() == "2026-07-01T17:30:00+05:30"
    assert zone.use("")
    assert os.environ["TZ"] == "America/New_York"
    assert noon.astimezone().isoformat() == "2026-07-01T08:00:00-04:00"


def test_a_machine_that_names_no_zone_gets_none_back() -> None:
    del os.environ["TZ"]
    time.tzset()
    own = datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone()
    zone = TimeZone()
    zone.use("Asia/Kolkata")
    zone.use("")
    assert "TZ" not in os.environ
    assert datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone().utcoffset() == own.utcoffset()
    os.environ["TZ"] = "UTC"


def test_the_same_zone_again_is_no_change() -> None:
    zone = TimeZone()
    assert not zone.use("")
    assert zone.use("Europe/Berlin")
    assert not zone.use("Europe/Berlin")


def test_local_time_agrees_with_the_zone_also_where_the_clocks_change() -> None:
    TimeZone().use("Europe/Berlin")
    moment = datetime(2026, 3, 28, tzinfo=UTC)
    while moment < datetime(2026, 10, 26, tzinfo=UTC):
        ours, theirs = moment.astimezone(LOCAL), moment.astimezone(BERLIN)
        assert (ours.replace(tzinfo=None), ours.fold) == (theirs.replace(tzinfo=None), theirs.fold)
        assert ours.utcoffset() == theirs.utcoffset()
        assert ours.tzname() == theirs.tzname()
        assert ours.astimezone(UTC) == moment
        moment += timedelta(minutes=30 if moment.day in (25, 28, 29) else 700)
