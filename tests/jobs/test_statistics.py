"""What jobs did, day by day: true for longer than single runs are kept, and read from files of before, too."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from artframe.core.task import Task
from artframe.errors import CommandError, NotReady
from artframe.jobs.history import History
from artframe.jobs.job_commands import JobCommands
from artframe.jobs.job_texts import list_text, statistics_text
from artframe.jobs.run import JobProgress, JobRun, Outcome
from artframe.testing import ManualClock
from tests.jobs.conftest import Works
from tests.jobs.test_jobs import Gate, nothing


def fetching(task: Task) -> None:
    task.count("photos", 3)
    task.count("bytes", 4000)
    task.count("photos")


def asked(works: Works, *words: Any, **options: Any) -> list[dict[str, Any]]:
    commands = JobCommands(works.jobs, works.events)
    return works.do(commands.statistics(*words, **options))


def test_what_a_run_counts_is_kept_over_a_restart(works: Works) -> None:
    works.add(fetching)
    run = works.do(works.jobs.run("one/work"))
    assert run.counts == {"photos": 4, "bytes": 4000}
    works.shut_down()
    works.boot()
    (row,) = asked(works)
    assert row["job"] == "one/work"
    (kept,) = row["runs"]
    assert (kept["outcome"], kept["photos"], kept["removed"], kept["bytes"]) == ("good", 4, 0, 4000)
    assert row["days"][-1]["photos"] == 4 and row["days"][-1]["runs"] == 1


def test_a_job_says_what_it_counts(works: Works) -> None:
    def reading(task: Task) -> None:
        task.count("letters", 3)
        task.count("bytes_read", 2_000_000)

    words = {"letters": "letters read", "bytes_read": "read"}
    works.add(reading, counts=words)
    works.add(reading, name="other")
    for name in ("work", "other"):
        works.do(works.jobs.run(f"one/{name}"))
    told, untold = asked(works)[::-1]
    assert told["labels"] == words
    assert statistics_text([told]).splitlines()[-1] == "  in all  1 run, 0 s, 3 letters read, 2.0 MB read"
    assert untold["labels"].keys() >= {"photos", "letters"}, "by its name"


def test_what_was_fetched_before_a_failure_counts(works: Works) -> None:
    def breaks_off(task: Task) -> None:
        fetching(task)
        raise NotReady("the server is away")

    works.add(breaks_off)
    works.do(works.jobs.run("one/work"))
    today = asked(works)[0]["days"][-1]
    assert (today["runs"], today["failures"], today["photos"], today["bytes"]) == (1, 1, 4, 4000)


def test_the_days_are_true_though_only_fifty_runs_are_kept(works: Works) -> None:
    works.add(fetching)
    for _ in range(3):
        for _ in range(60):
            works.do(works.jobs.run("one/work"))
        works.pass_time(86400)
    (row,) = asked(works, "one/work", days=5)
    assert [day["runs"] for day in row["days"]] == [0, 60, 60, 60, 0]
    assert [day["photos"] for day in row["days"]] == [0, 240, 240, 240, 0]
    assert len(row["runs"]) == 50
    assert row["days"][-1]["day"] == works.clock.now().astimezone().date().isoformat()


def test_ninety_days_are_kept_in_a_small_file(works: Works) -> None:
    works.add(fetching)
    for _ in range(120):
        works.do(works.jobs.run("one/work"))
        works.pass_time(86400)
    works.shut_down()
    kept = json.loads(works.path.read_text())["jobs"]["one/work"]["days"]
    assert len(kept) == 90
    assert len(json.dumps(kept)) < 12_000
    works.boot()
    assert sum(day["runs"] for day in asked(works, days=90)[0]["days"]) == 89, "today is the ninetieth"


def test_a_clock_that_is_wrong_for_a_while_costs_no_day(works: Works) -> None:
    works.add(fetching)
    works.do(works.jobs.run("one/work"))
    right = works.clock.now()
    for year in (1970, 2099):
        works.clock.set_wall(datetime(year, 1, 2, tzinfo=UTC))
        works.do(works.jobs.run("one/work"))
    works.clock.set_wall(right)
    (row,) = asked(works, days=30)
    assert [day["runs"] for day in row["days"]] == [0] * 29 + [1]


def test_a_day_begins_at_midnight_where_the_frame_hangs(tmp_path: Path) -> None:
    clock = ManualClock(datetime(2026, 5, 1, 22, 30, tzinfo=UTC))
    history = History(tmp_path / "jobs.json", clock, timezone(timedelta(hours=2)))
    run = JobRun(job="one/work", owner="one", outcome=Outcome.GOOD, started=clock.now(), seconds=1.0)
    history.record(run, "")
    assert [(day.isoformat(), one.runs) for day, one in history.days("one/work", 2)] == [
        ("2026-05-01", 0),
        ("2026-05-02", 1),
    ]
    history.close()


def test_a_file_of_before_is_read_with_all_its_runs(works: Works) -> None:
    works.shut_down()
    started = works.clock.now() - timedelta(days=2)
    run = {"job": "one/work", "owner": "one", "outcome": "good", "started": started.isoformat(), "seconds": 2.5}
    old = {
        "known_since": started.isoformat(),
        "last_good": started.isoformat(),
        "fingerprint": "",
        "runs": [{**run, "message": "", "hint": "", "done": 7, "failing_since": None}] * 2,
    }
    works.path.write_text(json.dumps({"version": 1, "jobs": {"one/work": old}}))
    works.boot()
    (row,) = asked(works, days=4)
    assert [day["runs"] for day in row["days"]] == [0, 2, 0, 0] and row["days"][1]["seconds"] == 5.0
    assert row["days"][1]["longest_seconds"] == 2.5
    assert [run["photos"] for run in row["runs"]] == [0, 0]


@pytest.mark.parametrize("days", [7, {"2026-13-01": {}}, {"2026-05-01": {"runs": "many"}}, []])
def test_days_that_cannot_be_read_cost_no_other_job(works: Works, days: Any) -> None:
    works.add(nothing)
    works.add(nothing, name="other")
    for name in ("one/work", "one/other"):
        works.do(works.jobs.run(name))
    works.shut_down()
    content = json.loads(works.path.read_text())
    content["jobs"]["one/work"]["days"] = days
    works.path.write_text(json.dumps(content))
    works.boot()
    assert [row["job"] for row in asked(works)] == ["one/other"]


def test_a_job_that_is_unknown_is_refused(works: Works) -> None:
    with pytest.raises(CommandError, match="there is no job 'one/nothing'") as refused:
        asked(works, "one/nothing")
    assert refused.value.exit_code == 66


def test_an_unknown_job_has_no_history_and_one_that_has_not_run_yet_an_empty_one(works: Works) -> None:
    commands = JobCommands(works.jobs, works.events)
    with pytest.raises(CommandError, match="there is no job 'familly/sync'"):
        works.do(commands.history("familly/sync"))
    works.add(nothing)
    assert works.do(commands.history("one/work")) == []


def test_no_plugin_fills_the_file_with_names(works: Works) -> None:
    def chatters(task: Task) -> None:
        for number in range(1000):
            task.count(f"thing {number}")

    works.add(chatters)
    assert len(works.do(works.jobs.run("one/work")).counts) == 16


def test_a_running_job_tells_how_fast_it_is_and_how_long_it_takes(works: Works) -> None:
    gate = Gate()
    tasks: list[Task] = []
    told: list[JobProgress] = []

    def work(task: Task) -> None:
        tasks.append(task)
        gate(task)

    works.events.listen(JobProgress, told.append)
    works.add(work)
    works.jobs.request("one/work")
    gate.wait_entered()
    commands = JobCommands(works.jobs, works.events)
    started = works.clock.now()
    tasks[0].plan(100, "fetching")
    works.pass_time(10)
    tasks[0].step(20)
    (row,) = works.do(commands.list())
    assert (row["started"], row["seconds"], row["rate"], row["seconds_left"]) == (started.isoformat(), 10.0, 2.0, 40)
    pace = told[-1].pace.as_json()
    assert pace == {key: row[key] for key in pace}
    assert "20 of 100, 2.0/s, 40 s left fetching" in list_text([row])
    gate.open.release()
    works.wait_for_runs(1)
    (row,) = works.do(commands.list())
    assert (row["started"], row["seconds"], row["rate"], row["seconds_left"]) == (None, None, None, None)


def test_statistics_read_as_sentences(works: Works) -> None:
    works.add(fetching)
    for _ in range(2):
        works.do(works.jobs.run("one/work"))
    text = statistics_text(asked(works, days=3))
    assert text.splitlines()[0] == "one/work, the last 3 days"
    assert text.splitlines()[-1] == "  in all  2 runs, 0 s, 8 photos fetched, 0.0 MB fetched"
    assert statistics_text([]) == "nothing has run yet"


def test_what_is_done_already_needs_no_second_count(works: Works) -> None:
    task = Task()
    task.step(30)
    task.plan(100, "the rest", done=30)
    task.step()
    assert (task.progress.done, task.progress.total, task.progress.message) == (31, 100, "the rest")
