"""What a run counts has the right name, and a huge file is seen to move in either direction."""

from __future__ import annotations

from artframe.core.task import Progress, Task
from tests.plugins.folder_sync.contents import Content, movie, photo
from tests.plugins.folder_sync.downloads import download_all
from tests.plugins.folder_sync.world import World


def huge(number: int) -> Content:
    return Content(photo(number) + bytes(1_000_000), f"huge photo {number}")


def run(world: World) -> tuple[Task, list[Progress]]:
    told: list[Progress] = []
    task = Task(told.append)
    world.pair.run(task, full=True, dirty=(), dry=False)
    assert world.server.jobs.wait_until_idle()
    return task, told


def test_what_goes_up_comes_down_and_is_taken_away_is_counted_by_its_name(world: World) -> None:
    world.immich_upload("one.jpg", photo(1))
    download_all(world)
    world.put("two.jpg", photo(2))
    world.put("three.mp4", movie(3))
    world.immich_upload("four.jpg", photo(4))
    world.settle()
    task, _ = run(world)
    up = len(photo(2)) + len(movie(3))
    assert task.counts == {"photos_up": 2, "photos_down": 1, "bytes_up": up, "bytes_down": len(photo(4))}
    world.immich_trash(photo(2))
    world.remove("three.mp4")
    world.settle()
    first, _ = run(world)
    world.settle()
    second, _ = run(world)
    assert {**first.counts, **second.counts} == {"trashed_here": 1, "trashed_there": 1}


def test_a_huge_file_is_seen_to_move(world: World) -> None:
    world.immich_upload("small.jpg", photo(1))
    download_all(world)
    world.put("up.jpg", huge(2))
    world.immich_upload("down.jpg", huge(3))
    world.settle()
    task, told = run(world)
    for name, content in (("up.jpg", huge(2)), ("down.jpg", huge(3))):
        moving = [one.moving for one in told if one.moving is not None and one.moving.name == name]
        assert {one.total for one in moving} == {len(content)}
        assert len({one.done for one in moving}) > 2, "not in one leap"
        assert moving[-1].done == len(content)
    assert task.progress.moving is None
    assert task.progress.bytes == len(huge(2)) + len(huge(3))
