"""What is wrong, since when; one line per cause, and a memory that survives a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from artframe.core.events import EventBus
from artframe.host.problems import Problem, Problems, ProblemsChanged, Severity
from artframe.testing import ManualClock


@pytest.fixture
def events() -> EventBus:
    return EventBus()


@pytest.fixture
def problems(tmp_path: Path, manual_clock: ManualClock, events: EventBus) -> Problems:
    return Problems(tmp_path / "problems.json", clock=manual_clock, events=events)


def reopened(tmp_path: Path, clock: ManualClock) -> Problems:
    return Problems(tmp_path / "problems.json", clock=clock, events=EventBus())


def test_weeks_offline_are_one_line_with_the_first_moment(
    problems: Problems, manual_clock: ManualClock, events: EventBus, tmp_path: Path
) -> None:
    told: list[object] = []
    events.listen(ProblemsChanged, told.append)
    began = manual_clock.now()
    for _ in range(2000):
        problems.problem("family", "sync", "cannot reach the server")
        manual_clock.advance(900)
    [problem] = problems
    assert problem.since == began
    assert "cannot reach the server (since 2026-05-01" in problem.line
    assert len(told) == 1


def test_the_file_is_written_when_a_problem_begins_and_ends_only(problems: Problems, tmp_path: Path) -> None:
    problems.problem("family", "sync", "away for 1 minute")
    problems.close()
    path = tmp_path / "problems.json"
    stamp = path.stat().st_mtime_ns
    for minutes in range(2, 50):
        problems.problem("family", "sync", f"away for {minutes} minutes")
    problems.close()
    assert path.stat().st_mtime_ns == stamp
    problems.clear("family", "sync")
    problems.close()
    assert path.stat().st_mtime_ns != stamp


def test_the_beginning_survives_a_restart(problems: Problems, manual_clock: ManualClock, tmp_path: Path) -> None:
    began = manual_clock.now()
    problems.problem("family", "sync", "away")
    problems.close()
    manual_clock.advance(86400 * 14)
    again = reopened(tmp_path, manual_clock)
    assert not list(again)
    again.problem("family", "sync", "away")
    assert [problem.since for problem in again] == [began]


def test_what_nobody_reported_for_an_hour_after_a_restart_begins_anew(
    problems: Problems, manual_clock: ManualClock, tmp_path: Path
) -> None:
    problems.problem("family", "sync", "away")
    problems.close()
    again = reopened(tmp_path, manual_clock)
    manual_clock.advance(3700)
    again.problem("family", "sync", "away")
    assert [problem.since for problem in again] == [manual_clock.now()]


def test_a_cleared_problem_begins_anew(problems: Problems, manual_clock: ManualClock) -> None:
    problems.problem("family", "sync", "away")
    problems.clear("family", "sync")
    problems.clear("family", "never there")
    manual_clock.advance(60)
    problems.problem("family", "sync", "away")
    assert [problem.since for problem in problems] == [manual_clock.now()]


def test_a_beginning_in_the_future_is_not_believed(
    problems: Problems, manual_clock: ManualClock, tmp_path: Path
) -> None:
    manual_clock.set_wall(datetime(2040, 1, 1, tzinfo=UTC))
    problems.problem("family", "sync", "away")
    problems.close()
    manual_clock.set_wall(datetime(2026, 1, 1, tzinfo=UTC))
    again = reopened(tmp_path, manual_clock)
    again.problem("family", "sync", "away")
    assert [problem.since for problem in again] == [manual_clock.now()]


def test_the_worst_comes_first_then_the_oldest(problems: Problems, manual_clock: ManualClock) -> None:
    problems.problem("a", "1", "note", severity=Severity.NOTICE)
    manual_clock.advance(1)
    problems.problem("b", "2", "warning")
    manual_clock.advance(1)
    problems.problem("c", "3", "error", severity=Severity.ERROR)
    problems.problem("d", "4", "older", since=manual_clock.now() - timedelta(days=1))
    assert [problem.owner for problem in problems] == ["c", "d", "b", "a"]


def test_hidden_problems_keep_their_time_and_forgotten_ones_do_not(
    problems: Problems, manual_clock: ManualClock
) -> None:
    began = manual_clock.now()
    for owner in ("one", "two"):
        problems.problem(owner, "state", "away")
    problems.hide("one")
    problems.forget("two")
    assert not list(problems)
    manual_clock.advance(60)
    for owner in ("one", "two"):
        problems.problem(owner, "state", "away")
    assert {problem.owner: problem.since for problem in problems} == {"one": began, "two": manual_clock.now()}


def test_a_listener_sees_the_list_as_it_is(problems: Problems, events: EventBus) -> None:
    seen: list[tuple[Problem, ...]] = []
    events.listen(ProblemsChanged, lambda event: seen.append(event.problems))
    problems.problem("one", "a", "first")
    problems.problem("one", "a", "second")
    problems.problem("one", "a", "second")
    problems.clear("one", "a")
    assert [[problem.message for problem in one] for one in seen] == [["first"], ["second"], []]


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"since": 3}', '{"since": {"a": {"b": "yesterday"}}}'])
def test_a_damaged_file_costs_the_memory_only(tmp_path: Path, manual_clock: ManualClock, content: str) -> None:
    (tmp_path / "problems.json").write_text(content)
    problems = reopened(tmp_path, manual_clock)
    problems.problem("one", "a", "first")
    assert len(list(problems)) == 1


def test_a_disk_that_takes_nothing_costs_the_memory_only(tmp_path: Path, manual_clock: ManualClock) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    problems = Problems(tmp_path / "state" / "problems.json", clock=manual_clock, events=EventBus())
    problems.problem("one", "a", "first")
    problems.close()
    assert [problem.as_json()["message"] for problem in problems] == ["first"]
