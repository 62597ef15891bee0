"""What a deletion in Immich does to the folder, and what it must not do (scenarios 17, 18, 20, 21 and 28)."""

from __future__ import annotations

import pytest

from artframe_folder_sync.records import RemoteDeletions
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.sides import TRASH
from tests.plugins.folder_sync.world import World, said


@pytest.fixture
def full(world: World) -> World:
    """Twelve photos that both sides have, in pages of five."""
    world.page_size = 5
    for number in range(12):
        world.put(f"camera/{number}.jpg", photo(number), age=1000 + number)
    world.sync()
    return world


def test_s17_a_photo_in_the_trash_of_immich_goes_to_the_dated_trash_of_the_folder(full: World) -> None:
    full.immich_trash(photo(1))

    full.run()

    assert len(full.folder()) == 11
    day = full.clock.now().date().isoformat()
    assert (full.root / TRASH / day / "camera" / "1.jpg").read_bytes() == photo(1)
    assert full.writes() == []
    full.settle()
    full.run()
    assert full.immich_trashed() == [("1.jpg", photo(1))]
    full.assert_quiet()


def test_s17_where_only_the_purge_counts_the_trash_changes_nothing(full: World) -> None:
    full.configure(remote_deletions=RemoteDeletions.ON_PURGE)
    full.sync()
    full.immich_trash(photo(1))
    full.sync()
    assert len(full.folder()) == 12
    assert full.immich_trashed() == [("1.jpg", photo(1))]
    full.assert_quiet()

    full.immich_purge(photo(1))
    full.sync()

    assert full.local_trash() == {"camera/1.jpg": photo(1)}
    full.assert_quiet()


def test_s17_and_s20_a_quick_look_sees_the_trash_and_what_comes_back_from_it(full: World) -> None:
    full.immich_trash(photo(1))
    full.run(full=False)
    assert full.local_trash() == {"camera/1.jpg": photo(1)}

    full.immich_restore(photo(1))
    full.run(full=False)

    assert full.local_trash() == {}
    assert full.folder()["camera/1.jpg"] == photo(1)
    full.assert_quiet()


def test_s18_an_edit_survives_the_deletion_of_the_old_version_and_is_reported(full: World) -> None:
    full.immich_trash(photo(1))
    full.edit("camera/1.jpg", photo(101))
    full.settle()

    report = full.run()

    assert full.folder()["camera/1.jpg"] == photo(101)
    assert ("1.jpg", photo(101)) in full.immich()
    assert full.immich_trashed() == [("1.jpg", photo(1))]
    assert "camera/1.jpg" in said(report)
    full.settle()
    full.run()
    full.assert_quiet()


def test_s18_an_edit_right_before_the_file_would_be_moved_survives(full: World) -> None:
    full.immich_trash(photo(1))
    full.meddle().before("move", lambda path: path != "camera/1.jpg" or full.edit(path, photo(101)))

    full.run(lossless=False)
    full.meddle()
    full.sync()

    assert full.folder()["camera/1.jpg"] == photo(101)
    assert ("1.jpg", photo(101)) in full.immich()
    full.assert_quiet()


def test_s20_a_photo_restored_in_immich_comes_back_from_the_local_trash_without_a_download(full: World) -> None:
    before = full.fingerprint()["camera/1.jpg"]
    full.immich_trash(photo(1))
    full.sync()
    full.immich_restore(photo(1))

    full.run()

    assert full.folder()["camera/1.jpg"] == photo(1)
    assert full.fingerprint()["camera/1.jpg"] == before
    assert full.local_trash() == {}
    assert not any(path.endswith("/original") for _, path in full.requests())
    full.settle()
    full.run()
    full.assert_quiet()


@pytest.mark.parametrize("trash", ["emptied", "spoilt"])
def test_s20_a_photo_restored_in_immich_is_downloaded_where_the_local_trash_has_it_no_more(
    full: World, trash: str
) -> None:
    modified = (full.root / "camera/1.jpg").stat().st_mtime_ns
    full.immich_trash(photo(1))
    full.sync()
    (copy,) = (full.root / TRASH).rglob("1.jpg")
    if trash == "emptied":
        copy.unlink()
    else:
        copy.write_bytes(photo(77))
    full.immich_restore(photo(1))

    full.run()

    assert full.folder()["camera/1.jpg"] == photo(1)
    assert (full.root / "camera/1.jpg").stat().st_mtime_ns == modified
    full.settle()
    full.run()
    full.assert_quiet()


def test_s20_a_restored_photo_does_not_take_the_place_of_a_new_file(full: World) -> None:
    full.immich_trash(photo(1))
    full.sync()
    full.put("camera/1.jpg", photo(101), age=1000)
    full.immich_restore(photo(1))

    full.sync()

    assert full.folder()["camera/1.jpg"] == photo(101)
    assert photo(1) in full.folder().values()
    assert {photo(1), photo(101)} <= {content for _, content in full.immich()}
    full.assert_quiet()


def test_s21_a_photo_purged_while_nobody_looked_goes_to_the_local_trash(full: World) -> None:
    full.close()
    full.immich_purge(photo(1))

    full.run()

    assert full.local_trash() == {"camera/1.jpg": photo(1)}
    assert len(full.folder()) == 11
    full.settle()
    full.run()
    full.assert_quiet()


def test_s21_purged_photos_count_toward_the_limit(full: World) -> None:
    full.configure(max_deletions=2, max_deletions_percent=0)
    full.sync()
    full.immich_purge(photo(1), photo(2))
    full.immich_trash(photo(3))

    report = full.run()

    assert len(full.folder()) == 12
    (held,) = report.held
    assert (held.side, held.count) == ("local", 3)


def test_s28_a_photo_with_two_files_takes_both_of_them_along(full: World) -> None:
    full.put("copy/of 1.jpg", photo(1), age=1000)
    full.sync()
    full.configure(max_deletions=1, max_deletions_percent=0)
    full.sync()
    full.immich_trash(photo(1))

    report = full.run()
    (held,) = report.held
    assert held.count == 2

    full.configure(max_deletions=2)
    full.sync()
    full.sync()
    assert full.local_trash() == {"camera/1.jpg": photo(1), "copy/of 1.jpg": photo(1)}
    full.assert_quiet()
