"""What happens when the folder is not there, not whole or not the right one (scenarios 5 to 8)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.meddling import MeddlingDisk
from tests.plugins.folder_sync.mounting import memory_over
from tests.plugins.folder_sync.world import World


@pytest.fixture
def full(world: World) -> World:
    """Six photos that both sides have."""
    for number in range(3):
        world.put(f"camera/{number}.jpg", photo(number), age=1000)
        world.put(f"phone/{number}.jpg", photo(10 + number), age=1000)
    world.sync()
    assert len(world.immich()) == 6
    return world


def leave(world: World, *, but: str = "") -> Path:
    """Put all that is in the folder somewhere else; where that is."""
    elsewhere = world.base / "elsewhere"
    elsewhere.mkdir()
    for place in world.root.iterdir():
        if place.name != but:
            shutil.move(place, elsewhere / place.name)
    return elsewhere


def come_back(world: World, elsewhere: Path) -> None:
    for place in elsewhere.iterdir():
        shutil.move(place, world.root / place.name)


def test_s05_an_empty_mount_point_is_no_deletion_and_says_so(full: World) -> None:
    elsewhere = leave(full)

    for _ in range(3):
        text = full.attempt(lossless=False)
        assert str(full.root) in text or "folder" in text
        assert full.writes() == []
        full.settle()

    assert len(full.immich()) == 6
    assert list(full.root.iterdir()) == []  # no marker is planted where one was before
    come_back(full, elsewhere)
    full.sync()
    full.assert_quiet()
    assert len(full.folder()) == 6


def test_s05_a_folder_that_is_away_altogether_is_no_deletion(full: World) -> None:
    away = full.base / "away"
    full.root.rename(away)

    for _ in range(3):
        assert "folder" in full.attempt(lossless=False)
        assert full.writes() == []
        full.settle()

    assert not full.root.exists()
    away.rename(full.root)
    full.sync()
    full.assert_quiet()


def test_s05_without_the_marker_files_that_are_missing_are_not_deleted_but_new_ones_are_safe(full: World) -> None:
    for marker in (".stfolder", ".artframe-sync"):
        if (full.root / marker).exists():
            full.remove(marker)
    full.remove("camera/1.jpg")

    for _ in range(3):
        assert "marker" in full.attempt(lossless=False)
        full.settle()

    assert len(full.immich()) == 6


def test_s05_a_folder_with_its_marker_and_nothing_else_is_no_deletion_until_a_person_says_so(full: World) -> None:
    full.configure(max_deletions=1000, max_deletions_percent=100)
    full.sync()
    full.remove("camera", "phone")

    full.run()
    for _ in range(3):
        full.settle()
        assert "empty" in full.attempt()
    assert full.immich_trashed() == []

    assert full.pair.confirm("remote") == 6
    full.run()
    assert len(full.immich_trashed()) == 6


def test_s05_the_marker_of_syncthing_is_accepted(world: World) -> None:
    (world.root / ".stfolder").mkdir()
    world.put("a.jpg", photo(1), age=1000)
    world.sync()

    assert not (world.root / ".artframe-sync").exists()
    assert len(world.immich()) == 1
    (world.root / ".stfolder").rmdir()
    world.remove("a.jpg")
    for _ in range(3):
        world.attempt(lossless=False)
        world.settle()
    assert len(world.immich()) == 1


def test_s06_a_folder_that_goes_away_during_the_scan_is_no_deletion(full: World) -> None:
    gone: list[Path] = []
    disk = full.meddle()
    full.put("zzz new.jpg", photo(50), age=1000)
    disk.before("open", lambda path: gone or gone.append(leave(full)))

    for _ in range(2):
        full.attempt(lossless=False)
        full.settle()

    assert gone
    assert len(full.immich()) >= 6
    assert full.immich_trashed() == []
    come_back(full, gone[0])
    full.sync()
    assert len(full.immich()) == 7
    full.assert_quiet()


def test_s06_a_scan_that_ends_in_another_file_system_is_discarded(full: World) -> None:
    full.remove("camera/1.jpg")
    full.run()
    full.settle()
    older = full.base / "a copy of it on another disk"
    shutil.copytree(full.root, older)
    full.remove("camera/2.jpg")  # so that one is missing even on this one
    exchanged: list[str] = []

    def exchange(operation: str, path: str) -> None:
        if operation == "list" and path == "phone" and not exchanged:
            exchanged.append(path)
            full.root.rename(full.base / "the right one")
            older.rename(full.root)

    full.meddle().watch = exchange

    full.attempt(lossless=False)

    assert exchanged
    assert full.writes() == []
    assert full.immich_trashed() == []


@pytest.mark.parametrize("code", ["EACCES", "EIO", "ESTALE"])
def test_s07_a_subfolder_that_cannot_be_read_keeps_its_photos(full: World, code: str) -> None:
    full.meddle().fail(code, "camera")
    full.remove("phone/1.jpg")

    for _ in range(3):
        assert "camera" in full.attempt()
        full.settle()

    assert full.immich_trashed() == [("1.jpg", photo(11))]
    full.make_disk = MeddlingDisk
    full.restart()
    full.sync()
    full.assert_quiet()
    assert len(full.immich()) == 5


def test_s07_a_subfolder_on_another_disk_that_came_over_it_keeps_its_photos(full: World) -> None:
    with memory_over(full.root / "camera"):
        for _ in range(3):
            assert "camera" in full.attempt(lossless=False)
            full.settle()

    assert full.immich_trashed() == []
    full.sync()
    full.assert_quiet()


def test_s08_the_marker_of_another_pair_stops_everything(full: World) -> None:
    marker = full.root / ".artframe-sync"
    marker.write_text(marker.read_text().replace(full.user_id, "00000000-0000-4000-8000-000000000000"))
    full.remove("camera/1.jpg")
    full.put("foreign.jpg", photo(60), age=1000)

    for _ in range(3):
        assert "another person" in full.attempt()
        assert full.writes() == []
        full.settle()


def test_s08_another_disk_in_the_place_of_the_folder_deletes_nothing(full: World) -> None:
    full.meddle().identities = lambda real: "another disk"
    full.remove("camera/1.jpg")

    for _ in range(3):
        assert "disk" in full.attempt() or "file system" in full.attempt()
        full.settle()

    assert full.immich_trashed() == []
    full.meddle()
    full.sync()
    assert full.immich_trashed() == [("1.jpg", photo(1))]


def test_a_folder_that_is_as_it_was_or_not_there_takes_no_confirmation(full: World) -> None:
    assert full.pair.confirm("folder") == 0
    full.remove("camera/1.jpg")
    full.sync()  # a confirmation would have made this a run that only adds
    assert full.immich_trashed() == [("1.jpg", photo(1))]

    full.root.rename(full.base / "away")
    assert full.pair.confirm("folder") == 0
    full.root.mkdir()  # an empty mount point: it gets no marker
    assert "marker" in full.attempt(lossless=False)
    assert list(full.root.iterdir()) == []
    full.root.rmdir()
    (full.base / "away").rename(full.root)


def test_a_marker_that_was_deleted_is_made_anew_when_a_person_says_so(full: World) -> None:
    (full.root / ".artframe-sync").unlink()
    assert "marker" in full.attempt()

    assert full.pair.confirm("folder") == 1
    full.sync()
    assert (full.root / ".artframe-sync").exists()
    full.assert_quiet()


def test_s08_another_disk_that_a_person_says_is_right_begins_with_a_run_that_only_adds(full: World) -> None:
    full.meddle().identities = lambda real: "the new disk"
    full.remove("camera/1.jpg")
    full.put("new.jpg", photo(70), age=1000)
    full.attempt()
    assert full.writes() == []

    assert full.pair.confirm("folder") == 1
    full.run()
    assert full.immich_trashed() == []
    assert len(full.immich()) == 7

    full.sync()
    full.sync()
    assert full.immich_trashed() == []  # nobody deleted what never was on this disk
    full.assert_quiet()
    full.remove("camera/2.jpg")
    full.sync()
    assert full.immich_trashed() == [("2.jpg", photo(2))]
