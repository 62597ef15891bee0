"""Jobs run once at a time, can be followed and ended, and are known for it after a reboot."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from artframe.core.sentence import said
from artframe.core.task import Task
from artframe.errors import CommandError
from artframe.jobs.job_commands import JobCommands
from artframe.jobs.run import JobProgress, Outcome
from artframe.testing import ManualClock
from tests.jobs.conftest import Works
from tests.jobs.work import HOUR, Gate, nothing


@dataclass(frozen=True, kw_only=True)
class Rang:
    number: int


def test_what_the_frame_itself_says_of_a_run_is_known_by_its_key_after_a_restart(works: Works) -> None:
    def work(task: Task) -> None:
        task.say(said("sync.kept", "{count} kept", count=3))

    def words_of_a_plugin(task: Task) -> None:
        task.say(said("sync.kept", "{count} kept", count=3))
        task.say("and a word more")

    works.add(work, every=24 * HOUR)
    works.wait_for_runs(1)
    works.add(words_of_a_plugin, name="other", every=24 * HOUR)
    works.wait_for_runs(2)
    works.shut_down()
    works.boot()
    (kept,), (other,) = works.jobs.history.runs("one/work"), works.jobs.history.runs("one/other")
    assert kept.as_json()["message"] == "3 kept"
    assert kept.as_json()["phrases"] == {"message": [{"key": "sync.kept", "values": {"count": 3}}]}
    assert (other.as_json()["message"], other.as_json()["phrases"]) == ("and a word more", {})


def test_requests_during_a_run_are_remembered_once(works: Works) -> None:
    gate = Gate()
    works.add(gate)
    works.jobs.request("one/work")
    gate.wait_entered()
    for _ in range(10):
        works.jobs.request("one/work")
    works.calm()
    gate.open.release()
    gate.wait_entered()
    gate.open.release()
    works.wait_for_runs(2)
    works.calm()
    assert gate.count == 2
    assert gate.most == 1


def test_a_run_that_outlives_its_job_keeps_the_next_of_that_name_waiting(works: Works) -> None:
    gate = Gate()
    release = works.add(gate)
    works.jobs.request("one/work")
    gate.wait_entered()
    works.call(release)
    works.add(gate)
    works.jobs.request("one/work")
    works.calm()
    assert gate.count == 1
    gate.open.release(2)
    gate.wait_entered()
    works.wait_for_runs(2)
    assert gate.most == 1
    assert [run.outcome for run in works.ended] == [Outcome.CANCELLED, Outcome.GOOD]


def test_an_event_starts_a_job_and_the_job_sees_the_newest(works: Works) -> None:
    seen: list[int] = []
    gate = Gate()

    def work(task: Task, event: Rang) -> None:
        seen.append(event.number)
        gate(task)

    works.add(work, on=Rang)
    works.events.publish(Rang(number=1))
    gate.wait_entered()
    for number in (2, 3, 4):
        works.events.publish(Rang(number=number))
    works.calm()
    gate.open.release(2)
    works.wait_for_runs(2)
    assert seen == [1, 4]


def test_a_removed_job_hears_no_events(works: Works) -> None:
    release = works.add(nothing, on=Rang)
    works.call(release)
    works.call(release)
    works.events.publish(Rang(number=1))
    works.calm()
    assert not works.ended


def test_cancel_ends_a_run_at_its_next_step_and_is_no_failure(works: Works) -> None:
    stepped = threading.Event()

    def work(task: Task) -> None:
        task.plan(None, "for ever")
        while True:
            task.step()
            stepped.set()

    works.add(work, every=HOUR)
    assert stepped.wait(60)
    assert works.call(works.jobs.cancel, "one/work")
    works.wait_for_runs(1)
    assert works.ended[0].outcome is Outcome.CANCELLED
    works.calm()
    due = works.call(works.jobs.status)[0].next_due
    assert due == works.clock.now() + HOUR


def test_cancel_ends_an_async_run(works: Works) -> None:
    began = threading.Event()

    async def work() -> None:
        began.set()
        await asyncio.Event().wait()

    works.add(work)
    works.jobs.request("one/work")
    assert began.wait(60)
    assert works.call(works.jobs.cancel, "one/work")
    works.wait_for_runs(1)
    assert works.ended[0].outcome is Outcome.CANCELLED


def test_stop_names_what_hangs_and_goes_on(works: Works) -> None:
    gate = Gate()
    works.add(gate)
    works.jobs.request("one/work")
    gate.wait_entered()
    stopping = asyncio.run_coroutine_threadsafe(works.jobs.stop(), works.loop)
    for _ in range(3):
        works.pass_time(5)
    assert stopping.result(60) == ("one/work",)
    gate.open.release()
    works.wait_for_runs(1)


def test_progress_is_told_a_few_times_a_second_and_the_last_always(works: Works) -> None:
    told: list[JobProgress] = []
    works.events.listen(JobProgress, told.append)

    def work(task: Task) -> None:
        task.plan(100_000, "counting")
        for _ in range(100_000):
            task.step()

    works.add(work)
    run = works.do(works.jobs.run("one/work"))
    assert run.done == 100_000
    # The clock stands still: only the first and the last may be told.
    assert [event.progress.done for event in told] == [0, 100_000]


def test_what_follows_a_job_may_fail(works: Works) -> None:
    def follow(run: object) -> None:
        raise KeyError("k")

    works.add(nothing, on_end=follow)
    assert works.do(works.jobs.run("one/work")).outcome is Outcome.GOOD
    assert works.do(works.jobs.run("one/work")).outcome is Outcome.GOOD


def test_a_waiting_caller_is_told_when_the_job_is_removed(works: Works) -> None:
    gate = Gate()
    release = works.add(gate)
    works.jobs.request("one/work")
    gate.wait_entered()
    waiting = asyncio.run_coroutine_threadsafe(works.jobs.run("one/work"), works.loop)
    works.calm()
    works.call(release)
    with pytest.raises(CommandError, match="removed or cancelled"):
        waiting.result(60)
    gate.open.release()
    works.wait_for_runs(1)


def test_a_job_that_runs_often_and_well_is_seldom_written_down(works: Works) -> None:
    works.add(nothing, every=timedelta(minutes=1))
    works.wait_for_runs(1)
    stamps = set()
    for count in range(2, 32):
        works.pass_time(60.05)  # not a second during which a run would seem to last long
        works.wait_for_runs(count)
        works.jobs.history._file.flush()
        stamps.add(works.path.stat().st_mtime_ns)
    assert len(stamps) <= 5
    works.shut_down()
    runs = json.loads(works.path.read_text())["jobs"]["one/work"]["runs"]
    assert len(runs) == 31


def test_only_the_last_fifty_runs_are_kept(works: Works) -> None:
    works.add(nothing)
    for _ in range(60):
        works.do(works.jobs.run("one/work"))
    assert len(works.call(works.jobs.history.runs, "one/work")) == 50


@pytest.mark.parametrize("content", ["", "{", "[]", '{"jobs": 3}', '{"jobs": {"one/work": {"runs": 1}}}', "\0\0"])
def test_a_damaged_history_costs_the_history_only(works: Works, content: str) -> None:
    works.shut_down()
    works.path.write_text(content)
    works.boot()
    works.add(nothing, every=HOUR)
    works.wait_for_runs(1)


def test_the_commands_tell_and_do(works: Works, clock: ManualClock) -> None:
    works.add(nothing, every=HOUR)
    works.wait_for_runs(1)
    works.calm()
    commands = JobCommands(works.jobs, works.events)
    [row] = works.do(commands.list())
    assert row["job"] == "one/work"
    assert row["outcome"] == "good"
    assert datetime.fromisoformat(row["next_due"]) == clock.now() + HOUR
    progress: list[Any] = []
    result = works.do(commands.run("one/work", task=Task(progress.append)))
    assert result["outcome"] == "good"
    assert works.do(commands.run("one/work", wait=False)) == {"job": "one/work"}
    works.wait_for_runs(3)
    assert [one["job"] for one in works.do(commands.history())] == ["one/work"] * 3
    assert len(works.do(commands.history("one/work", count=2))) == 2
    assert works.do(commands.cancel("one/work"))["cancelled"] is False
    with pytest.raises(CommandError, match="no job 'two/work'"):
        works.do(commands.run("two/work"))
    json.dumps([row, result])
