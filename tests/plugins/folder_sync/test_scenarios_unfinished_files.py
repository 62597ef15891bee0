"""What happens to files that are still being written (scenarios 9 to 13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.plugins.folder_sync.contents import Content, photo, text
from tests.plugins.folder_sync.world import World

BIG = Content(photo(1).ljust(3 << 20, b"1"), "big photo")
OTHER = Content(photo(2).ljust(3 << 20, b"2"), "other big photo")


def uploads(world: World) -> int:
    return world.requests().count(("POST", "/assets"))


def test_s09_a_file_that_grows_is_uploaded_once_when_it_is_whole(world: World) -> None:
    world.put("IMG.jpg", text("the first half"))
    world.run()
    assert uploads(world) == 0
    world.clock.advance(5)
    world.edit("IMG.jpg", photo())
    world.run()
    assert uploads(world) == 0
    world.clock.advance(world.config.settle_seconds - 1)
    world.run()
    assert uploads(world) == 0

    world.settle()
    world.run()

    assert world.immich() == [("IMG.jpg", photo())]
    assert uploads(world) == 1
    world.assert_quiet()


@pytest.mark.parametrize("temporary", [".syncthing.IMG.jpg.tmp", "IMG.jpg.part", "IMG.jpg.1a2b3c4d.partial"])
def test_s10_a_file_under_a_temporary_name_is_uploaded_once_under_its_own(world: World, temporary: str) -> None:
    world.put(temporary, photo(), age=1000)
    world.sync()
    assert world.immich() == []

    world.rename(temporary, "IMG.jpg")
    world.sync()

    assert world.immich() == [("IMG.jpg", photo())]
    world.assert_quiet()


def test_s11_a_file_that_changes_while_it_is_hashed_is_taken_by_a_later_run(world: World) -> None:
    world.put("IMG.jpg", photo(1), age=1000)
    edits: list[str] = []

    def edit(path: str) -> None:
        if not edits and path == "IMG.jpg":
            edits.append(path)
            world.edit("IMG.jpg", photo(2))

    world.meddle().after("open", edit)
    world.run(lossless=False)
    assert edits == ["IMG.jpg"]
    assert uploads(world) == 0

    world.sync()

    assert world.immich() == [("IMG.jpg", photo(2))]
    assert world.immich_trashed() == []
    world.assert_quiet()


def test_s12_a_file_that_changes_while_it_is_uploaded_leaves_no_torn_photo(world: World) -> None:
    world.put("IMG.jpg", BIG, age=1000)
    opened: list[str] = []

    def edit(path: str) -> None:
        opened.append(path)
        if path == "IMG.jpg" and opened.count(path) == 2:  # the first time it was hashed
            world.edit("IMG.jpg", OTHER)

    world.meddle().in_the_middle_of_reading(edit)
    world.run(lossless=False)
    assert opened.count("IMG.jpg") >= 2
    assert world.immich() == []  # what was made of both halves is in the trash

    world.sync()

    assert world.immich() == [("IMG.jpg", OTHER)]
    assert [name for name, _ in world.immich_trashed()] == ["IMG.jpg"]
    world.assert_quiet()


def test_s12_a_file_that_is_cut_short_while_it_is_uploaded_leaves_no_torn_photo(world: World) -> None:
    world.put("IMG.jpg", BIG, age=1000)
    opened: list[str] = []

    def cut(path: str) -> None:
        opened.append(path)
        if path == "IMG.jpg" and opened.count(path) == 2:
            world.edit("IMG.jpg", photo(3))

    world.meddle().in_the_middle_of_reading(cut)
    world.attempt(lossless=False)
    assert world.immich() == []

    world.sync()

    assert world.immich() == [("IMG.jpg", photo(3))]
    world.assert_quiet()


def test_s13_a_video_that_went_on_replaces_its_beginning_once_it_is_safe(world: World) -> None:
    world.put("IMG.jpg", photo(1), age=1000)
    world.sync()
    longer = Content(photo(1) + b"and more", "longer photo")
    world.edit("IMG.jpg", longer)
    world.server.faults.status(500, path="/api/assets", method="POST")

    for _ in range(3):
        world.settle()
        world.attempt()
    assert world.immich() == [("IMG.jpg", photo(1))]
    assert ("DELETE", "/assets") not in world.writes()

    world.server.faults.clear()
    world.clock.advance(24 * 3600)
    world.run()
    writes = world.writes()
    world.sync()

    assert world.immich() == [("IMG.jpg", longer)]
    assert world.immich_trashed() == [("IMG.jpg", photo(1))]
    assert writes.index(("POST", "/assets")) < writes.index(("DELETE", "/assets"))
    world.assert_quiet()


def test_s09_a_clock_that_was_a_year_ahead_leaves_no_file_waiting_for_a_year(world: World) -> None:
    world.put("old.jpg", photo(1), age=1000)
    world.sync()
    right = world.clock.now()
    world.clock.set_wall(right + timedelta(days=365))
    world.put("new.jpg", photo(2))
    world.put("refused for now.jpg", photo(3), age=1000)
    world.server.faults.status(500, path="/api/assets", method="POST")
    world.attempt()
    world.server.faults.clear()
    world.clock.set_wall(right)

    world.sync()
    world.sync()

    assert {content for _, content in world.immich()} == {photo(1), photo(2), photo(3)}
