"""A job that fails is tried again when that makes sense, and people are told who must act."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from artframe.errors import AuthFailed, Cancelled, NotReady
from artframe.jobs.run import Outcome
from tests.jobs.conftest import Works
from tests.jobs.work import HOUR


def test_not_ready_is_tried_again_earlier_with_growing_pauses(works: Works) -> None:
    def work() -> None:
        raise NotReady("the server is away")

    works.add(work, every=24 * HOUR)
    began = works.clock.now()
    pauses = []
    for count in range(1, 10):
        works.wait_for_runs(count)
        works.calm()
        due = works.call(works.jobs.status)[0].next_due
        assert due is not None
        pauses.append((due - works.clock.now()).total_seconds())
        works.pass_time(pauses[-1] + 0.05)  # it reads two clocks, and so may ring 10 ms late
    assert 4 <= pauses[0] <= 5
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 900
    assert all(run.failing_since == began for run in works.ended)
    assert works.call(works.jobs.status)[0].failing_since == began


def test_the_pause_that_the_other_side_asked_for_is_kept(works: Works) -> None:
    def work() -> None:
        raise NotReady("busy", retry_after=600)

    works.add(work, every=24 * HOUR)
    works.wait_for_runs(1)
    works.pass_time(599)
    assert len(works.ended) == 1
    works.pass_time(2)
    works.wait_for_runs(2)


def test_failing_since_survives_a_reboot_and_ends_with_success(works: Works) -> None:
    failing = True

    def work() -> None:
        if failing:
            raise NotReady("the server is away")

    works.add(work, every=24 * HOUR)
    began = works.clock.now()
    works.wait_for_runs(1)
    works.shut_down()
    works.clock.advance(3600)
    works.boot()
    works.add(work, every=24 * HOUR)
    works.wait_for_runs(2)
    assert works.ended[-1].failing_since == began
    failing = False
    assert works.do(works.jobs.run("one/work")).outcome is Outcome.GOOD
    assert works.call(works.jobs.status)[0].failing_since is None


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AuthFailed("refused"), Outcome.NEEDS_ATTENTION),
        (KeyError("k"), Outcome.FAILED),
        (SystemExit(1), Outcome.FAILED),
        (KeyboardInterrupt(), Outcome.FAILED),
        (Cancelled(), Outcome.CANCELLED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else value.value,
)
@pytest.mark.parametrize("is_async", [False, True], ids=["def", "async"])
def test_failures_are_sorted_by_who_must_act(
    works: Works, error: BaseException, outcome: Outcome, is_async: bool
) -> None:
    def work() -> None:
        raise error

    async def async_work() -> None:
        await asyncio.sleep(0)
        raise error

    told: list[Any] = []
    works.add(async_work if is_async else work, on_end=told.append)
    run = works.do(works.jobs.run("one/work"))
    assert run.outcome is outcome
    assert told == [run]
    works.pass_time(7200)
    assert len(works.ended) == 1


def test_a_bug_in_an_interval_job_is_tried_again_within_the_hour(works: Works) -> None:
    def work() -> None:
        raise KeyError("k")

    works.add(work, every=168 * HOUR)
    works.wait_for_runs(1)
    works.pass_time(3599)
    assert len(works.ended) == 1
    works.pass_time(2)
    works.wait_for_runs(2)
