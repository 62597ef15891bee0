"""What a move or a new name does: nothing to the photo (scenarios 29 to 33)."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from artframe_folder_sync.records import ActionKind
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World


def synced(world: World, *paths: str) -> World:
    for number, path in enumerate(paths, start=1):
        world.put(path, photo(number), age=1000)
    world.sync()
    return world


@pytest.mark.parametrize("target", ["Rome.jpg", "Italy/IMG_1.jpg", "Italy/day 1/Rome.JPG"])
def test_s29_a_new_name_or_place_changes_nothing_in_immich(world: World, target: str) -> None:
    synced(world, "IMG_1.jpg", "IMG_2.jpg")
    assets = world.assets()
    world.rename("IMG_1.jpg", target)

    report = world.run()

    assert report.done.get(ActionKind.MOVE) == 1
    assert world.writes() == []
    for _ in range(2):
        world.settle()
        world.run()
    assert world.assets() == assets
    assert world.folder() == {target: photo(1), "IMG_2.jpg": photo(2)}
    world.assert_quiet()
    world.remove(target)
    world.sync()
    assert world.immich_trashed() == [("IMG_1.jpg", photo(1))]


def test_s29_a_name_that_disappears_one_run_before_the_new_one_appears_is_a_move_too(world: World) -> None:
    synced(world, "IMG_1.jpg")
    away = world.base / "on its way.jpg"
    (world.root / "IMG_1.jpg").rename(away)
    world.run(lossless=False)
    away.rename(world.root / "Rome.jpg")

    for _ in range(3):
        world.settle()
        world.run()
        assert world.writes() == []

    assert world.immich() == [("IMG_1.jpg", photo(1))]


def test_s29_a_new_name_over_another_file_is_a_move_and_a_deletion(world: World) -> None:
    synced(world, "1.jpg", "2.jpg")
    world.server.set_details(world.asset(photo(2)).id, isFavorite=True)
    (world.root / "1.jpg").replace(world.root / "2.jpg")

    world.run(lossless=False)
    world.sync()

    assert not world.asset(photo(1)).favourite

    assert world.folder() == {"2.jpg": photo(1)}
    assert world.immich() == [("1.jpg", photo(1))]
    assert world.immich_trashed() == [("2.jpg", photo(2))]
    world.assert_quiet()


def test_s30_a_move_between_folders_leaves_the_albums_alone_unless_they_are_the_folders(world: World) -> None:
    synced(world, "Italy/1.jpg", "France/2.jpg")
    album = world.server.create_album(world.user_id, "Italy", [world.asset(photo(1)).id])
    world.rename("Italy/1.jpg", "France/1.jpg")

    world.sync()

    assert world.albums() == {"Italy": {"1.jpg"}}
    assert world.server.album_asset_ids(album) == [world.asset(photo(1)).id]
    world.assert_quiet()


def test_s30_where_folders_are_albums_a_move_changes_the_album(world: World) -> None:
    world.configure(albums_by_folder=True)
    synced(world, "Italy/1.jpg", "France/2.jpg", "Italy/3.jpg")
    assert world.albums() == {"Italy": {"1.jpg", "3.jpg"}, "France": {"2.jpg"}}
    world.rename("Italy/1.jpg", "France/1.jpg")

    world.sync()

    assert world.albums() == {"Italy": {"3.jpg"}, "France": {"1.jpg", "2.jpg"}}
    assert ("POST", "/assets") not in world.writes()
    world.assert_quiet()


def test_s31_a_move_to_somebody_elses_folder_is_an_upload_there_and_then_a_deletion_here(
    person: Callable[[str], World],
) -> None:
    anna, ben = person("anna"), person("ben")
    synced(anna, "1.jpg", "2.jpg")
    ben.put("9.jpg", photo(9), age=1000)
    ben.sync()
    shutil.move(anna.root / "1.jpg", ben.root / "1.jpg")

    ben.server.faults.status(503, path="/api/assets", method="POST", times=1)
    anna.run(lossless=False)
    ben.attempt()
    ben.clock.advance(24 * 3600)
    ben.sync()
    anna.sync()

    assert ben.immich() == [("1.jpg", photo(1)), ("9.jpg", photo(9))]
    assert anna.immich() == [("2.jpg", photo(2))]
    assert anna.immich_trashed() == [("1.jpg", photo(1))]
    anna.assert_quiet()
    ben.assert_quiet()


def test_s32_a_big_folder_with_a_new_name_is_as_many_moves_and_no_deletion(world: World) -> None:
    count = 400
    for number in range(count):
        world.put(f"2024/{number:04}.jpg", photo(number), age=1000)
    world.put("other.jpg", photo(count), age=1000)
    world.sync()
    world.rename("2024", "summer of 2024")

    report = world.run()

    assert report.done.get(ActionKind.MOVE) == count
    assert report.held == ()
    assert world.writes() == []
    world.settle()
    world.run()
    assert world.immich_trashed() == []
    assert len(world.immich()) == count + 1
    world.assert_quiet()


def test_s33_two_names_that_are_swapped_are_two_new_rows_and_no_write(world: World) -> None:
    synced(world, "A.jpg", "B.jpg")
    world.rename("A.jpg", "C.jpg")
    world.rename("B.jpg", "A.jpg")
    world.rename("C.jpg", "B.jpg")

    for _ in range(3):
        world.run()
        assert world.writes() == []
        world.settle()

    assert world.folder() == {"A.jpg": photo(2), "B.jpg": photo(1)}
    assert world.immich() == [("A.jpg", photo(1)), ("B.jpg", photo(2))]
    world.remove("A.jpg")
    world.sync()
    assert world.immich_trashed() == [("B.jpg", photo(2))]


def test_s33_three_names_that_go_round_are_no_write(world: World) -> None:
    synced(world, "A.jpg", "B.jpg", "C.jpg")
    for source, target in (("A.jpg", "X.jpg"), ("C.jpg", "A.jpg"), ("B.jpg", "C.jpg"), ("X.jpg", "B.jpg")):
        world.rename(source, target)

    world.run()

    assert world.writes() == []
    world.sync()
    world.assert_quiet()
    assert len(world.immich()) == 3


def test_s30_a_copy_that_was_just_made_keeps_the_photo_whose_file_is_overwritten(world: World) -> None:
    synced(world, "a.jpg", "b.jpg")
    world.put("new/copy of a.jpg", photo(1))  # too young to be read
    world.put("a.jpg", photo(9), age=100)

    world.run()

    assert world.immich_trashed() == []
    world.sync()
    world.sync()
    assert world.folder() == {"a.jpg": photo(9), "b.jpg": photo(2), "new/copy of a.jpg": photo(1)}
    assert {content for _, content in world.immich()} == {photo(1), photo(2), photo(9)}
    world.assert_quiet()
