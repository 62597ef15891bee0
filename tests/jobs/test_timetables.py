"""Jobs run when they are due, also after a reboot and by clocks that jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from artframe.core.time_zone import LOCAL, TimeZone
from artframe.jobs.run import Outcome
from tests.frame.running import eventually
from tests.jobs.conftest import Works
from tests.jobs.work import HOUR, nothing


def test_an_interval_job_runs_at_the_first_start_and_then_after_each_interval(works: Works) -> None:
    works.add(nothing, every=HOUR)
    works.wait_for_runs(1)
    works.pass_time(3599)
    assert len(works.ended) == 1
    works.pass_time(2)
    works.wait_for_runs(2)
    assert {run.outcome for run in works.ended} == {Outcome.GOOD}


def test_a_job_runs_at_the_times_of_its_timetable(works: Works) -> None:
    works.clock.set_wall(datetime(2026, 5, 1, 12, tzinfo=UTC))
    works.add(nothing, cron="30 3 * * *")
    works.pass_time(15 * 3600 + 29 * 60)
    assert not works.ended
    works.pass_time(60.05)  # it reads two clocks, and so may ring some milliseconds early or late
    works.wait_for_runs(1)
    next_due = datetime(2026, 5, 3, 3, 30, tzinfo=UTC)
    eventually(lambda: works.call(works.jobs.status)[0].next_due == next_due, "it is due at its next time")


def test_a_timetable_follows_the_time_zone(works: Works) -> None:
    works.clock.set_wall(datetime(2026, 5, 1, 12, tzinfo=UTC))
    works.shut_down()
    works.zone = LOCAL
    works.boot()
    zone = TimeZone()
    try:
        zone.use("UTC")
        works.add(nothing, cron="30 3 * * *")
        works.calm()
        assert works.call(works.jobs.status)[0].next_due == datetime(2026, 5, 2, 3, 30, tzinfo=UTC)
        zone.use("Asia/Kolkata")
        works.call(works.jobs.rearm, "another zone")
        works.calm()
        assert works.call(works.jobs.status)[0].next_due == datetime(2026, 5, 1, 22, 0, tzinfo=UTC)
        works.pass_time(10 * 3600 + 1)
        works.wait_for_runs(1)
    finally:
        zone.use("")


def test_a_timetable_that_was_missed_while_the_frame_was_off_runs_once_soon_after(works: Works) -> None:
    works.add(nothing, cron="30 3 * * *")
    works.shut_down()
    works.clock.advance(5 * 86400)
    works.boot()
    works.add(nothing, cron="30 3 * * *")
    works.wait_for_runs(1)
    works.pass_time(3600)
    assert len(works.ended) == 1


def test_an_interval_counts_from_the_last_good_run_over_a_reboot(works: Works) -> None:
    works.add(nothing, every=24 * HOUR)
    works.wait_for_runs(1)
    works.shut_down()
    works.clock.advance(20 * 3600)
    works.boot()
    works.add(nothing, every=24 * HOUR)
    works.pass_time(3 * 3600)
    assert len(works.ended) == 1
    works.pass_time(3600 + 1)
    works.wait_for_runs(2)


def test_a_kill_between_two_runs_loses_nothing_that_matters(works: Works) -> None:
    works.add(nothing, every=24 * HOUR)
    works.wait_for_runs(1)
    works.jobs.history.close()
    works.kill()
    works.boot()
    works.add(nothing, every=24 * HOUR)
    works.pass_time(3600)
    assert len(works.ended) == 1


@pytest.mark.parametrize("years", [-10, 10], ids=["back", "forth"])
def test_a_clock_set_by_years_does_not_stop_a_job(works: Works, years: int) -> None:
    works.add(nothing, every=24 * HOUR)
    works.wait_for_runs(1)
    works.calm()
    works.clock.set_wall(works.clock.now().replace(year=2026 + years))
    works.pass_time(61)
    works.wait_for_runs(2)
    works.pass_time(3600)
    assert len(works.ended) == 2
    works.pass_time(24 * 3600)
    works.wait_for_runs(3)


def test_a_last_run_in_the_future_counts_for_nothing_at_the_next_start(works: Works) -> None:
    works.clock.set_wall(datetime(2036, 1, 1, tzinfo=UTC))
    works.add(nothing, every=24 * HOUR)
    works.wait_for_runs(1)
    works.shut_down()
    works.clock.set_wall(datetime(2026, 1, 1, tzinfo=UTC))
    works.boot()
    works.add(nothing, every=24 * HOUR)
    works.wait_for_runs(2)


def test_another_fingerprint_than_that_of_the_last_good_run_makes_it_due(works: Works) -> None:
    release = works.add(nothing, every=24 * HOUR, fingerprint="album a")
    works.wait_for_runs(1)
    works.call(release)
    release = works.add(nothing, every=24 * HOUR, fingerprint="album a")
    works.pass_time(60)
    assert len(works.ended) == 1
    works.call(release)
    works.add(nothing, every=24 * HOUR, fingerprint="album b")
    works.wait_for_runs(2)


@pytest.mark.parametrize("jitter", [300, lambda owner: owner.minutes * 60], ids=["given", "a setting"])
def test_jitter_spreads_the_start(works: Works, jitter: Any) -> None:
    works.add(nothing, every=HOUR, jitter=jitter, subject=SimpleNamespace(minutes=5))
    works.calm()
    due = works.call(works.jobs.status)[0].next_due
    assert due is not None
    assert timedelta(0) <= due - works.clock.now() <= timedelta(seconds=300)
