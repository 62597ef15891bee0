"""A folder that is not there, goes, or comes back is told at once, once, and for as long as it is so."""

from __future__ import annotations

from artframe.jobs.run import Outcome
from artframe_folder_sync.following import GLANCE
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import Hosted
from tests.plugins.folder_sync.mounting import memory_over

LATER = 3600
"""Seconds: Immich is asked so rarely that no question to it can be what a test sees."""


def told(hosted: Hosted) -> list[str]:
    return [problem.message for problem in hosted.host.problems.of("one")]


def test_a_folder_that_is_not_there_is_one_problem(hosted: Hosted) -> None:
    anna = hosted.somebody()
    anna.folder.rmdir()
    hosted.run(anna)
    hosted.host.command("job run", job="one/changes")
    (line,) = told(hosted)
    assert f"the folder {anna.folder} cannot be read" in line


def test_a_folder_that_is_moved_away_is_told_within_seconds_and_so_is_its_return(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.put(anna, "a.jpg", photo(1))
    hosted.run(anna, remote_poll_seconds=LATER)
    away = anna.folder.with_name("away")
    anna.folder.rename(away)
    hosted.host.pass_time_until(lambda: bool(told(hosted)), "it to be told", step=GLANCE)
    (line,) = told(hosted)
    assert f"the folder {anna.folder} cannot be read" in line
    away.rename(anna.folder)
    hosted.host.pass_time_until(lambda: not told(hosted), "the problem to go", step=GLANCE)
    hosted.put(anna, "b.jpg", photo(2))
    hosted.host.pass_time_until(lambda: hosted.names(anna) == ["a.jpg", "b.jpg"], "it to be kept in step again")


def test_a_disk_that_is_unmounted_is_told_within_seconds(hosted: Hosted) -> None:
    anna = hosted.somebody()
    with memory_over(anna.folder) as disk:
        hosted.put(anna, "a.jpg", photo(1))
        hosted.run(anna, remote_poll_seconds=LATER)
        disk.leave()
        hosted.host.pass_time_until(lambda: bool(told(hosted)), "it to be told", step=GLANCE)
        (line,) = told(hosted)
        assert "perhaps its disk is not mounted" in line


def test_a_problem_goes_when_what_failed_has_worked_and_not_before(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.run(anna, settle_seconds=30, remote_poll_seconds=LATER)
    fault = hosted.server.faults.status(503, path="/api/users/me", method="GET")
    hosted.put(anna, "New/a.jpg", photo(1))
    keeper = hosted.keeper()
    hosted.host.witness.wait_until(lambda: "New" in keeper.unrest.waiting, "the change to be noticed")
    hosted.host.pass_time_until(lambda: bool(told(hosted)), "the run to fail")
    hosted.server.faults.remove(fault)
    # The job tries again in some seconds, when nothing has come to rest anew: that is no short look at nothing.
    hosted.host.pass_time_until(lambda: not told(hosted), "the problem to go", step=GLANCE)
    assert hosted.names(anna) == ["a.jpg"]


def test_another_persons_good_run_clears_no_problem(hosted: Hosted) -> None:
    anna, ben = hosted.somebody("Anna"), hosted.somebody("Ben")
    hosted.run(anna, ben, settle_seconds=100, remote_poll_seconds=LATER)
    (anna.folder / ".artframe-sync").unlink()
    for number, somebody in enumerate((anna, ben)):
        hosted.put(somebody, "New/a.jpg", photo(number))
        keeper = hosted.keeper(number)
        hosted.host.witness.wait_until(lambda keeper=keeper: "New" in keeper.unrest.waiting, "it to be noticed")  # type: ignore[misc]
        hosted.clock.advance(50)
    hosted.host.pass_time_until(lambda: hosted.names(ben) == ["a.jpg"], "Ben's photo to go up")
    hosted.host.on_loop(hosted.host.jobs.idle(60))
    assert {run.outcome for run in hosted.runs("changes")} == {Outcome.NOT_READY}
    assert told(hosted)


def test_a_full_run_that_failed_is_made_up_for_as_soon_as_a_short_one_works_again(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.run(anna, watch=False, remote_poll_seconds=LATER)
    fault = hosted.server.faults.status(503, path="/api/users/me", method="GET")
    hosted.full()
    hosted.host.command("job run", job="one/changes")
    assert len(told(hosted)) == 1
    hosted.server.faults.remove(fault)
    hosted.host.command("job run", job="one/changes")
    # Time stands still: it is no pause that ends.
    hosted.host.witness.wait_until(lambda: not told(hosted), "the problem to go")
    assert hosted.runs("folder")[-1].outcome is Outcome.GOOD


def test_a_file_that_went_up_after_all_or_was_deleted_is_no_problem_any_more(hosted: Hosted) -> None:
    anna = hosted.somebody()
    fault = hosted.server.faults.status(400, path="/api/assets", method="POST")
    for number in range(2):
        hosted.put(anna, f"{number}.jpg", photo(number))
    hosted.run(anna, remote_poll_seconds=LATER)
    (line,) = told(hosted)
    assert line.startswith("2 files are left alone")
    hosted.server.faults.remove(fault)
    hosted.put(anna, "0.jpg", photo(7))
    (anna.folder / "1.jpg").unlink()
    hosted.host.pass_time_until(lambda: not told(hosted), "the problem to go")
    assert hosted.names(anna) == ["0.jpg"]
    assert len(hosted.runs("folder")) == 1


def test_another_folder_at_the_place_is_one_problem_with_a_way_out(hosted: Hosted) -> None:
    anna, ben = hosted.somebody("Anna"), hosted.somebody("Ben")
    hosted.run(anna, ben, watch=False)
    anna.folder.rename(anna.folder.with_name("old"))
    anna.folder.mkdir()
    (anna.folder / ".artframe-sync").write_bytes((anna.folder.with_name("old") / ".artframe-sync").read_bytes())
    hosted.full()
    (problem,) = hosted.host.problems.of("one")
    assert problem.message.startswith(f"Anna: another disk or folder is at {anna.folder} than before")
    hosted.host.command(problem.answer, **problem.arguments)
    hosted.host.witness.wait_until(lambda: not told(hosted), "the problem to go")
