"""How a family could lose a photo through what happens to the folder: rot, moves, slow runs, wrong clocks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from artframe.core.task import Task
from artframe.immich import Immich
from artframe_folder_sync.disk import Disk
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.local_trash import LocalTrash
from artframe_folder_sync.undo import pending, take_back
from tests.plugins.folder_sync.contents import movie, photo, text
from tests.plugins.folder_sync.world import World, said

Person = Callable[[str], World]
DAY = 24 * 3600


# -- a disk that forgets -----------------------------------------------------------------------------------------------


def _rot(world: World, path: str) -> bytes:
    """A bit flips on the disk: nobody wrote, so no time tells of it."""
    file = world.root / path
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    world.known.remember(text(bytes(content).hex()))
    before = file.stat()
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat().st_ctime_ns
    world.close()
    with world.state() as state, state.writing() as db:
        # Nobody can set the time of the last change to an inode: so the state is as if it had been this one before.
        db.execute("UPDATE file SET ctime = ? WHERE path = ?", (after, path.encode()))
    return bytes(content)


def test_a_bit_that_flips_on_the_disk_does_not_replace_the_good_photo_in_immich(world: World) -> None:
    """Every file is read again each week; what changed although nobody wrote to it is damage and no edit."""
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    damaged = _rot(world, "IMG.jpg")
    for _ in range(3):
        world.clock.advance(8 * DAY)
        report = world.run(lossless=False)
        assert world.writes() == []
    assert [one.path for one in report.troubles] == ["IMG.jpg"]
    assert "damaged" in said(report)
    assert not world.asset(photo(1)).trashed
    assert world.folder()["IMG.jpg"] == damaged
    # The good one is put back, with its date: then all goes on.
    status = (world.root / "IMG.jpg").stat()
    (world.root / "IMG.jpg").write_bytes(photo(1))
    os.utime(world.root / "IMG.jpg", ns=(status.st_atime_ns, status.st_mtime_ns))
    world.settle()
    report = world.run(lossless=False)
    assert report.troubles == ()
    world.assert_quiet()
    assert len(world.assets()) == 2


@pytest.mark.parametrize("days", [30, None, 0])
def test_who_deletes_a_damaged_file_gets_the_good_one_back(world: World, days: int | None) -> None:
    world.configure(delete_threshold_days=days)
    world.put("album/IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    _rot(world, "album/IMG.jpg")
    world.clock.advance(8 * DAY)
    world.run(lossless=False)
    world.remove("album/IMG.jpg")
    world.sync()
    world.sync()
    assert world.folder() == {"album/IMG.jpg": photo(1), "stays.jpg": photo(2)}
    assert not world.asset(photo(1)).trashed
    world.remove("album/IMG.jpg")
    world.sync()
    assert world.asset(photo(1)).trashed is (days != 0)


def test_a_damaged_file_is_not_what_immich_deletes(world: World) -> None:
    world.put("IMG.jpg", photo(1))
    world.sync()
    damaged = _rot(world, "IMG.jpg")
    world.clock.advance(8 * DAY)
    world.run(lossless=False)
    world.immich_trash(photo(1))
    world.sync()
    assert world.folder() == {"IMG.jpg": damaged}


def test_damage_that_is_found_because_rights_changed_takes_no_good_photo_along(world: World) -> None:
    """Or because the disk has another number after a restart: then nothing tells damage from an edit."""
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    damaged = _rot(world, "IMG.jpg")
    for file in world.root.glob("*.jpg"):
        file.chmod(0o640)
    world.settle()
    report = world.run(lossless=False)
    assert "damaged" in said(report)
    world.sync()
    assert not any(one.trashed for one in world.assets())
    assert ("IMG.jpg", damaged) in world.immich()
    world.assert_quiet()


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


# -- two folders of one person -----------------------------------------------------------------------------------------


@pytest.fixture
def two(person: Person) -> tuple[World, World]:
    """Anna's phone and Anna's archive: two folders, two instances on one frame, one account."""
    phone, archive = person("phone"), person("archive")
    archive.user_id, archive.key = phone.user_id, phone.key
    archive.configure(user_id=phone.user_id, key_digest=phone.config.key_digest)
    for number in range(4):
        phone.put(f"{number}.jpg", photo(number))
    archive.put("old.jpg", photo(9))
    phone.sync()
    archive.sync()
    return phone, archive


def _all_is_well(phone: World, archive: World) -> None:
    for _ in range(2):
        phone.sync()
        archive.sync()
    assert archive.folder() == {"old.jpg": photo(9), "1.jpg": photo(1)}
    assert not any(one.trashed for one in phone.assets())
    assert photo(1) not in phone.folder().values()
    phone.assert_quiet()
    archive.assert_quiet()


def test_a_photo_that_is_moved_to_another_folder_of_the_same_person_stays(two: tuple[World, World]) -> None:
    """The archive has it already when the phone's folder misses it."""
    phone, archive = two
    content = phone.folder()["1.jpg"]
    archive.put("1.jpg", content)
    archive.sync()
    phone.remove("1.jpg")
    _all_is_well(phone, archive)


def test_a_photo_that_is_moved_to_another_folder_which_is_not_looked_at_yet_stays(two: tuple[World, World]) -> None:
    phone, archive = two
    content = phone.folder()["1.jpg"]
    phone.remove("1.jpg")
    phone.sync()
    archive.put("1.jpg", content, age=1000)
    _all_is_well(phone, archive)


def test_an_edit_in_one_folder_leaves_the_earlier_version_that_another_folder_has(two: tuple[World, World]) -> None:
    phone, archive = two
    archive.put("copy.jpg", photo(1))
    archive.sync()
    phone.put("1.jpg", photo(11))
    for _ in range(2):
        phone.sync()
        archive.sync()
    assert archive.folder() == {"old.jpg": photo(9), "copy.jpg": photo(1)}
    assert not any(one.trashed for one in phone.assets())


def test_a_photo_that_was_in_two_folders_is_deleted_when_it_is_in_none(two: tuple[World, World]) -> None:
    phone, archive = two
    archive.put("copy.jpg", photo(1))
    archive.sync()
    phone.remove("1.jpg")
    phone.sync()
    assert not phone.asset(photo(1)).trashed
    archive.remove("copy.jpg")
    archive.sync()
    phone.sync()
    assert phone.asset(photo(1)).trashed
    phone.assert_quiet()
    archive.assert_quiet()


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


# -- clocks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("full", [True, False], ids=["full", "quick"])
def test_what_is_deleted_while_the_clock_is_years_behind_does_not_expire_when_it_is_right_again(
    world: World, full: bool
) -> None:
    """A Raspberry Pi has no clock of its own."""
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.immich_trash(photo(0))
    for _ in range(12):
        world.clock.advance(DAY)
        world.run()
    right = world.clock.now()
    world.clock.set_wall(right.replace(year=2001))
    world.immich_trash(photo(1))
    world.run(full=full)
    assert photo(1) not in world.folder().values()
    world.clock.set_wall(right + timedelta(minutes=10))
    for _ in range(3):
        world.settle()
        world.run()
    assert world.local_trash() == {"0.jpg": photo(0), "1.jpg": photo(1)}
    for _ in range(40):
        world.clock.advance(DAY)
        world.run(lossless=False)
    assert world.local_trash() == {}


def test_an_immich_that_is_empty_lets_the_trash_of_the_folder_be(world: World) -> None:
    """Perhaps it is about to be set up anew, and then this is all there is."""
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.immich_trash(photo(0))
    world.sync()
    for _ in range(10):
        world.clock.advance(DAY)
        world.run()
    world.immich_purge(*(photo(number) for number in range(5)))
    for _ in range(40):
        world.clock.advance(DAY)
        world.run()
    assert world.local_trash() == {"0.jpg": photo(0)}


# -- a state from long ago ---------------------------------------------------------------------------------------------


def test_a_state_from_a_backup_of_the_frames_card_loses_and_brings_back_nothing_that_was_decided_since(
    world: World, tmp_path: Path
) -> None:
    for number in range(8):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.close()
    shutil.copytree(world.data_dir, tmp_path / "backup")

    world.remove("0.jpg")
    world.put("1.jpg", photo(11))
    world.rename("2.jpg", "album/2.jpg")
    world.immich_trash(photo(3))
    world.put("new.jpg", photo(20))
    world.sync()
    world.rename("4.jpg", "5b.jpg")
    world.immich_trash(photo(5))
    world.sync()
    world.immich_restore(photo(5))
    world.sync()
    files = world.folder()
    live = world.immich()

    world.close()
    shutil.rmtree(world.data_dir)
    shutil.copytree(tmp_path / "backup", world.data_dir)
    for _ in range(3):
        world.sync()
    assert world.folder() == files
    assert sorted(world.immich()) == sorted(live)
    world.assert_quiet()


def test_undoing_after_the_photo_and_its_name_got_another_fate_replaces_nothing(world: World) -> None:
    for number in range(4):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.immich_trash(photo(0), photo(1))
    world.sync()
    world.put("0.jpg", photo(10))
    world.immich_purge(photo(1))
    world.sync()
    journal = Journal(world.data_dir / "journal.jsonl", world.clock)
    run, entries = pending(journal, world.user_id)
    with Immich(world.server.url, world.key, sleep=world.clock.advance) as client:
        trash = LocalTrash(Disk(world.root), world.clock)
        undone = take_back(entries, run=run, journal=journal, trash=trash, client=client, now="undo", task=Task())
    journal.close()
    assert sorted(undone.files) == ["1.jpg"]
    assert [one.path for one in undone.failed] == ["0.jpg"]
    world.sync()
    world.sync()
    assert {photo(0), photo(1), photo(10)} <= set(world.folder().values()) | set(world.local_trash().values())
    assert world.folder()["1.jpg"] == photo(1)
    assert world.folder()["0.jpg"] == photo(10)
    assert not any(one.trashed for one in world.assets())
    world.assert_quiet()


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
