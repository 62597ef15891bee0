import pytest

from artframe.core.task import Progress, Task
from artframe.errors import Cancelled


def test_progress_is_reported_as_it_grows() -> None:
    seen: list[Progress] = []
    task = Task(seen.append)
    task.plan(2, "copying")
    task.step()
    task.say("nearly")
    assert seen == [
        Progress(done=0, total=2, message="copying"),
        Progress(done=1, total=2, message="copying"),
        Progress(done=1, total=2, message="nearly"),
    ]


def test_another_tasks_progress_is_followed_in_one_step() -> None:
    reported: list[Progress] = []
    task = Task(reported.append)
    task.cancel()
    task.follow(Progress(done=3, total=7, message="counting"))
    assert reported == [task.progress] == [Progress(done=3, total=7, message="counting")]


def test_a_cancelled_task_stops_at_its_next_step() -> None:
    task = Task()
    task.step()
    task.cancel()
    with pytest.raises(Cancelled):
        task.step()
    with pytest.raises(Cancelled):
        task.check()
