"""How fast a run gets on is told from its last while, and how long it takes only when that can be known."""

from __future__ import annotations

import pytest

from artframe.core.task import Progress, Task
from artframe.jobs.pace import Pace
from artframe.testing import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def pace(clock: ManualClock) -> Pace:
    return Pace(clock)


def test_nothing_is_told_before_there_is_something_to_tell(pace: Pace, clock: ManualClock) -> None:
    reading = pace.reading()
    assert (reading.started, reading.seconds, reading.rate, reading.seconds_left) == (clock.now(), 0, None, None)


def test_the_rate_and_the_rest_of_a_steady_run(pace: Pace, clock: ManualClock) -> None:
    for second in range(1, 101):
        clock.advance(1)
        pace.note(Progress(done=4 * second, total=1000))
    reading = pace.reading()
    assert (reading.seconds, reading.rate, reading.seconds_left) == (100, 4.0, 150.0)


def test_the_rate_is_that_of_the_last_while(pace: Pace, clock: ManualClock) -> None:
    for _ in range(100):
        clock.advance(1)
        pace.note(Progress(done=1, total=1000))
    for second in range(1, 61):
        clock.advance(1)
        pace.note(Progress(done=1 + 10 * second, total=1000))
    assert pace.reading().rate == pytest.approx(10)


def test_a_run_that_stands_still_has_no_end_in_sight(pace: Pace, clock: ManualClock) -> None:
    clock.advance(10)
    pace.note(Progress(done=100, total=200))
    clock.advance(60)
    reading = pace.reading()
    assert (reading.rate, reading.seconds_left) == (0.0, None)


def test_without_a_total_nobody_knows_the_end(pace: Pace, clock: ManualClock) -> None:
    clock.advance(10)
    pace.note(Progress(done=100))
    assert (pace.reading().rate, pace.reading().seconds_left) == (10.0, None)


def test_when_all_is_done_nothing_is_left(pace: Pace, clock: ManualClock) -> None:
    pace.note(Progress(done=5, total=5))
    assert pace.reading().seconds_left == 0.0


def test_the_bytes_of_one_huge_file_have_a_rate_and_a_rest_though_nothing_is_done_yet(clock: ManualClock) -> None:
    pace = Pace(clock)
    task = Task(pace.note)
    task.plan(1)
    with task.transfer("video.mp4", 1_000_000, done=400_000) as arrived:
        for second in range(1, 11):
            clock.advance(1)
            arrived(400_000 + second * 10_000)
        reading = pace.reading()
        assert (reading.bytes_rate, reading.bytes_seconds_left, reading.seconds_left) == (10_000, 50.0, None)
    assert task.progress.bytes == 100_000, "not what was here from earlier"
    assert pace.reading().bytes_seconds_left is None


def test_files_that_move_at_once_are_told_together(clock: ManualClock) -> None:
    task = Task()
    with task.transfer("a.jpg", 100) as first, task.transfer("b.mp4", 300) as second:
        first(50)
        second(150)
        moving = task.progress.moving
        assert moving is not None
        assert (moving.files, moving.name, moving.done, moving.total, moving.share) == (2, "b.mp4", 200, 400, 1.0)
        second(0)
        second(30)
        assert task.progress.bytes == 230, "begun anew, what was fetched was fetched"
    with task.transfer("pipe", None) as third:
        third(7)
        assert task.progress.as_json()["moving"] == {"files": 1, "name": "pipe", "done": 7, "total": None, "share": 0.0}
    assert task.progress.moving is None


def test_counting_anew_begins_a_new_while(pace: Pace, clock: ManualClock) -> None:
    clock.advance(10)
    pace.note(Progress(done=1000))
    pace.note(Progress(done=0, total=50))
    assert pace.reading().rate is None
    clock.advance(10)
    pace.note(Progress(done=20, total=50))
    assert (pace.reading().rate, pace.reading().seconds_left) == (2.0, 15.0)


def test_many_steps_are_few_marks(pace: Pace, clock: ManualClock) -> None:
    for step in range(100_000):
        clock.advance(0.001)
        pace.note(Progress(done=step))
    assert len(pace._marks) < 70
    assert pace.reading().rate == pytest.approx(1000, rel=0.01)
