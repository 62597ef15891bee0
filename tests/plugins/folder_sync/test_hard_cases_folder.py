"""How a family could lose a photo through what happens to the folder: backups, slow runs, names, halves of pairs."""

from __future__ import annotations

import os

from tests.plugins.folder_sync.contents import movie, photo
from tests.plugins.folder_sync.world import World

# -- a folder that was set back ----------------------------------------------------------------------------------------


def _set_back(world: World, *newest: str) -> None:
    """What a snapshot or ``rsync --delete`` of a backup does: the folders get their old times, too."""
    folders = {(world.root / path).parent for path in newest}
    world.remove(*newest)
    for folder in folders:
        os.utime(folder, (1_600_000_000, 1_600_000_000))


def test_a_folder_that_was_set_back_to_a_backup_takes_the_newest_photos_of_immich_nowhere(world: World) -> None:
    """Fewer than any brake counts, and young enough for any threshold: a month later nobody would have them."""
    for number in range(10):
        world.put(f"2026/{number}.jpg", photo(number))
    world.sync()
    _set_back(world, "2026/8.jpg", "2026/9.jpg")
    for _ in range(3):
        report = world.sync()
        assert not any(one.trashed for one in world.assets())
    assert [(one.side, one.count) for one in report.held] == [("remote", 2)]
    assert "set back" in report.held[0].reason
    # It does not matter what happens in the folder from then on.
    world.put("2026/new.jpg", photo(20))
    world.sync()
    assert not any(one.trashed for one in world.assets())
    world.put("2026/9.jpg", photo(9))
    report = world.sync()
    assert [(one.side, one.count) for one in report.held] == [("remote", 1)]
    assert world.pair.confirm("remote") == 1
    world.run()
    assert world.asset(photo(8)).trashed
    world.remove("2026/9.jpg")
    world.sync()
    assert world.asset(photo(9)).trashed
    world.assert_quiet()


def test_a_folder_that_is_gone_with_all_that_is_in_it_was_deleted(world: World) -> None:
    for number in range(6):
        world.put(f"album/{number % 2}/{number}.jpg", photo(number))
    world.put("stays.jpg", photo(9))
    world.sync()
    world.remove("album")
    report = world.sync()
    assert report.held == ()
    assert sum(one.trashed for one in world.assets()) == 6


# -- long runs ---------------------------------------------------------------------------------------------------------


def test_a_run_that_takes_longer_than_the_grace_deletes_nothing_at_first_sight(world: World) -> None:
    """Uploads of an hour lie between the look and the deletions; the file may be anywhere by then."""
    for number in range(4):
        world.put(f"z/{number}.jpg", photo(number))
    world.sync()
    world.put("new.jpg", photo(9), age=1000)
    world.remove("z/1.jpg")

    def later() -> None:
        world.clock.advance(3600)
        world.put("a/1.jpg", photo(1), age=1000)

    world.server.faults.meanwhile(later, method="POST", path="/api/assets", times=1)
    world.run()
    assert not any(one.trashed for one in world.assets())
    world.run()
    assert world.writes() == []
    world.sync()
    world.assert_quiet()


def test_a_file_of_two_that_comes_back_at_the_last_moment_keeps_the_photo(world: World) -> None:
    disk = world.meddle()
    world.put("a.jpg", photo(1))
    world.put("b.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.remove("a.jpg", "b.jpg")
    world.settle()
    world.run()
    world.settle()
    looks: list[str] = []

    def back(operation: str, path: str) -> None:
        # The scan has been through the folder; the next one to read the marker is who is about to delete.
        if operation == "list done":
            looks.append(path)
        elif looks and operation == "open" and path == ".artframe-sync" and not (world.root / "a.jpg").exists():
            opened.append(path)
            if len(opened) == 3:
                world.put("a.jpg", photo(1), age=1000)

    opened: list[str] = []
    disk.watch = back
    world.run()
    world.sync()
    world.sync()
    assert world.folder()["a.jpg"] == photo(1)
    assert not world.asset(photo(1)).trashed


# -- names that change while a file cannot be read ---------------------------------------------------------------------


def test_a_swap_of_names_of_which_half_cannot_be_read_keeps_both_photos(world: World) -> None:
    disk = world.meddle()
    world.put("a.jpg", photo(1))
    world.put("b.jpg", photo(2))
    world.sync()
    world.rename("a.jpg", "c.tmp")
    world.rename("b.jpg", "a.jpg")
    world.rename("c.tmp", "b.jpg")

    def unreadable(path: str) -> None:
        if path == "b.jpg":
            raise OSError(5, "Input/output error", path)

    disk.before("open", unreadable)
    for _ in range(3):
        world.sync()
        assert not any(one.trashed for one in world.assets())


def test_a_photo_that_was_renamed_edited_and_deleted_is_not_deleted_while_its_other_name_cannot_be_read(
    world: World,
) -> None:
    disk = world.meddle()
    world.put("a.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.rename("a.jpg", "original.jpg")
    world.put("a.jpg", movie(3))

    def unreadable(path: str) -> None:
        if path == "original.jpg":
            raise OSError(5, "Input/output error", path)

    disk.before("open", unreadable)
    world.run()
    world.remove("a.jpg")
    for _ in range(3):
        world.sync()
        assert not world.asset(photo(1)).trashed


# -- live photos -------------------------------------------------------------------------------------------------------


def test_a_live_photo_that_is_moved_half_by_half_stays_and_is_deleted_and_restored_whole(world: World) -> None:
    world.put("IMG_1.JPG", photo(1))
    world.put("IMG_1.MOV", movie(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.rename("IMG_1.JPG", "album/IMG_1.JPG")
    world.sync()
    world.rename("IMG_1.MOV", "album/IMG_1.MOV")
    world.sync()
    assert not any(one.trashed for one in world.assets())
    world.remove("album")
    world.sync()
    assert world.asset(photo(1)).trashed
    world.immich_restore(photo(1))
    world.sync()
    assert world.folder() == {"album/IMG_1.JPG": photo(1), "album/IMG_1.MOV": movie(1), "stays.jpg": photo(2)}


def test_of_a_live_photo_in_two_folders_one_may_be_deleted(world: World) -> None:
    whole = {f"{album}/IMG_1.{ending}": content for album in "ab" for ending, content in _LIVE.items()}
    for path, content in whole.items():
        world.put(path, content)
    world.put("stays.jpg", photo(2))
    world.sync()
    world.sync()
    world.remove("a")
    world.sync()
    assert not any(one.trashed for one in world.assets())
    world.immich_trash(photo(1))
    world.sync()
    assert world.folder() == {"stays.jpg": photo(2)}
    world.immich_restore(photo(1))
    world.sync()
    assert {"b/IMG_1.JPG": photo(1), "b/IMG_1.MOV": movie(1)}.items() <= world.folder().items()


_LIVE = {"JPG": photo(1), "MOV": movie(1)}
