"""How a family could lose a photo through what happens to Immich: set back, replaced in bulk, asked twice."""

from __future__ import annotations

import pytest

from artframe.errors import CommandError, NotReady
from artframe.immich import Immich
from artframe_folder_sync.records import ActionKind, EditedPhotos
from tests.immich.simulator import pictures
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import PERMISSIONS, World, said


@pytest.fixture
def ten(world: World) -> World:
    """Ten photos on both sides, an hour between two of them."""
    for number in range(10):
        world.put(f"{number}.jpg", photo(number))
        world.clock.advance(3600)
        world.run()
    world.sync()
    world.assert_quiet()
    return world


# -- set back to a backup ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [1, 3])
def test_an_immich_that_was_set_back_by_a_day_takes_not_even_the_few_newest_photos_along(ten: World, lost: int) -> None:
    """Fewer than any brake counts. In the folder's trash, the only copies would be gone after a month."""
    newest = [photo(number) for number in range(10 - lost, 10)]
    ten.immich_purge(*newest)
    for _ in range(3):
        ten.settle()
        report = ten.run()
        assert len(ten.folder()) == 10
    (held,) = report.held
    assert (held.side, held.count) == ("local", lost)
    assert "set back" in held.reason
    assert ten.pair.upload_again() == lost
    ten.sync()
    assert len(ten.immich()) == 10
    ten.assert_quiet()


def test_an_immich_that_was_set_back_and_has_newer_photos_by_now_is_noticed_all_the_same(ten: World) -> None:
    ten.immich_purge(photo(8), photo(9))
    ten.clock.advance(3600)
    ten.immich_upload("from the phone.jpg", photo(20))
    ten.put("new.jpg", photo(21))
    for _ in range(3):
        ten.settle()
        report = ten.run()
    assert {photo(8), photo(9)} <= set(ten.folder().values())
    assert [(one.side, one.count) for one in report.held] == [("local", 2)]
    assert ten.pair.confirm("local") == 2
    ten.run()
    assert ten.local_trash() == {"8.jpg": photo(8), "9.jpg": photo(9)}
    ten.immich_purge(photo(3))
    ten.sync()
    assert ten.local_trash() == {"3.jpg": photo(3), "8.jpg": photo(8), "9.jpg": photo(9)}


def test_the_newest_photo_that_went_through_the_trash_was_meant(ten: World) -> None:
    ten.immich_trash(photo(9))
    ten.run(full=False)
    ten.immich_purge(photo(9))
    ten.sync()
    assert ten.local_trash() == {"9.jpg": photo(9)}


# -- replaced ----------------------------------------------------------------------------------------------------------


def _replace(world: World, number: int) -> None:
    world.known.remember(photo(100 + number))
    world.server.replace_original(world.asset(photo(number)).id, bytes(photo(100 + number)))


def test_a_tool_that_replaces_every_original_in_immich_does_not_take_the_originals_out_of_the_folder(
    ten: World,
) -> None:
    """Smaller files for all photos: that is a thousand deletions in the folder, and waits like those."""
    ten.configure(max_deletions=3, max_deletions_percent=0)
    ten.sync()
    for number in range(6):
        _replace(ten, number)
    for _ in range(3):
        ten.settle()
        report = ten.run()
        assert set(ten.folder().values()) == {photo(number) for number in range(10)}
    assert [(one.side, one.count) for one in report.held] == [("local", 6)]
    assert ten.pair.confirm("local") == 6
    ten.run()
    assert {photo(100), photo(105), photo(9)} <= set(ten.folder().values())
    assert len(ten.local_trash()) == 6
    ten.assert_quiet()


def test_a_run_that_only_adds_replaces_nothing(ten: World) -> None:
    _replace(ten, 1)
    ten.use_key()
    ten.run()
    assert ten.folder()["1.jpg"] == photo(1)
    ten.run()
    assert ten.folder()["1.jpg"] == photo(101)
    assert ten.local_trash() == {"1.jpg": photo(1)}


def test_a_photo_that_was_replaced_and_then_locked_does_not_seem_to_be_gone(ten: World) -> None:
    """No key reads it, and by the content that both sides had once it is not found."""
    ten.use_key(*(one for one in PERMISSIONS if one != "asset.download"))
    ten.sync()
    ten.known.remember(photo(101))
    asset_id = ten.asset(photo(1)).id
    ten.server.replace_original(asset_id, bytes(photo(101)))
    ten.sync()
    with ten.server.site.store.writing() as database:
        database.execute("UPDATE asset SET visibility = 'locked' WHERE id = ?", (asset_id,))
    for _ in range(3):
        ten.sync()
        assert ten.folder()["1.jpg"] == photo(1)


# -- answers that get lost ---------------------------------------------------------------------------------------------


def _break_off_after_the_deletion(world: World) -> None:
    faults = world.server.faults

    def break_off() -> None:
        faults.status(503, path="/api/assets/bulk-upload-check")

    faults.meanwhile(break_off, before=False, method="DELETE", path="/api/assets", times=1)
    with pytest.raises(NotReady):
        world.run()
    faults.clear()


@pytest.mark.parametrize("back_as", ["1.jpg", "album/renamed.jpg"])
def test_a_file_that_is_back_after_the_answer_to_its_deletion_got_lost_stays(ten: World, back_as: str) -> None:
    """Immich put it into its trash and the line broke: it is our own deletion, not one of Immich."""
    content = ten.folder()["1.jpg"]
    ten.remove("1.jpg")
    ten.settle()
    ten.run()
    ten.settle()

    _break_off_after_the_deletion(ten)
    assert ten.asset(photo(1)).trashed
    ten.put(back_as, content, age=10_000)
    ten.settle()
    ten.run()
    ten.sync()
    assert ten.folder()[back_as] == photo(1)
    assert not ten.asset(photo(1)).trashed
    ten.assert_quiet()


def test_a_deletion_whose_answer_got_lost_is_done_once_and_comes_back_when_it_is_restored(ten: World) -> None:
    ten.remove("1.jpg")
    ten.settle()
    ten.run()
    ten.settle()
    _break_off_after_the_deletion(ten)
    ten.sync()
    assert ten.asset(photo(1)).trashed
    ten.assert_quiet()
    ten.immich_restore(photo(1))
    ten.sync()
    assert ten.folder()["1.jpg"] == photo(1)


def test_a_deletion_that_immich_does_only_after_the_line_broke_takes_no_file_that_is_back(ten: World) -> None:
    content = ten.folder()["1.jpg"]
    ten.remove("1.jpg")
    ten.settle()
    ten.run()
    ten.settle()
    ten.server.faults.status(504, path="/api/assets", method="DELETE")
    with pytest.raises(NotReady):
        ten.run()
    ten.server.faults.clear()
    ten.put("1.jpg", content, age=10_000)
    ten.sync()
    ten.immich_trash(photo(1))
    ten.run(full=False)
    ten.sync()
    assert ten.folder()["1.jpg"] == photo(1)
    assert not ten.asset(photo(1)).trashed
    ten.clock.advance(2 * 24 * 3600)
    ten.sync()
    ten.immich_trash(photo(1))
    ten.sync()
    assert ten.local_trash() == {"1.jpg": photo(1)}


# -- another photo under the same name ---------------------------------------------------------------------------------


def test_an_old_photo_stays_in_immich_when_one_that_immich_has_already_takes_its_name(world: World) -> None:
    """The camera counts from 0001 again, the phone's app was faster than Syncthing: that is no edit of the old one."""
    world.put("IMG_0001.jpg", photo(1))
    world.sync()
    world.clock.advance(200 * 24 * 3600)
    world.run()
    world.immich_upload("IMG_0001.jpg", photo(2))
    world.clock.advance(3600)
    world.put("IMG_0001.jpg", photo(2))
    world.sync()
    world.sync()
    assert not world.asset(photo(1)).trashed
    assert not world.asset(photo(2)).trashed
    world.assert_quiet()


def _archived_for_long(world: World, first: bytes, second: bytes) -> None:
    world.put("DSC_0001.jpg", first)
    world.sync()
    world.clock.advance(200 * 24 * 3600)
    world.run()
    world.put("DSC_0001.jpg", second)
    world.sync()
    for _ in range(3):
        world.clock.advance(3600)
        world.run()


def test_an_old_photo_stays_in_immich_when_a_new_one_of_another_day_takes_its_name(world: World) -> None:
    """The camera counts from 0001 again: nobody deleted the old one, and Immich has the only copy of it."""
    first = pictures.jpeg(1, (16, 12), taken="2020:05:06 07:08:09")
    second = pictures.jpeg(2, (16, 12), taken="2026:02:03 04:05:06")
    _archived_for_long(world, first, second)
    assert not any(one.trashed for one in world.assets())
    assert len(world.assets()) == 2
    world.assert_quiet()


def test_an_old_photo_that_was_edited_is_replaced_by_its_new_version(world: World) -> None:
    first = pictures.jpeg(1, (16, 12), taken="2020:05:06 07:08:09")
    second = pictures.jpeg(2, (16, 12), taken="2020:05:06 07:08:09")
    _archived_for_long(world, first, second)
    assert world.asset(first).trashed
    assert not world.asset(second).trashed
    world.assert_quiet()


def test_what_has_a_heart_in_immich_keeps_it_when_it_turns_out_to_be_an_edited_photo(world: World) -> None:
    world.put("IMG.jpg", photo(1))
    world.sync()
    world.put("IMG.jpg", photo(2))
    world.run()
    world.clock.advance(60)
    world.immich_upload("IMG.jpg", photo(2), favourite=True)
    world.sync()
    assert world.asset(photo(2)).favourite
    assert world.asset(photo(1)).trashed


def test_where_nothing_is_ever_deleted_in_immich_the_earlier_version_stays_as_well(world: World) -> None:
    world.configure(delete_threshold_days=0, edited_photos=EditedPhotos.TRASH)
    world.put("IMG.jpg", photo(1))
    world.sync()
    world.put("IMG.jpg", photo(2))
    world.sync()
    report = world.run()
    assert not world.asset(photo(1)).trashed
    assert ActionKind.TRASH_REMOTE not in report.done
    assert "error" not in said(report)
    world.assert_quiet()


# -- what a person agreed to -------------------------------------------------------------------------------------------


def test_what_came_on_top_between_the_look_and_the_confirmation_is_not_confirmed(ten: World) -> None:
    ten.configure(max_deletions=0, max_deletions_percent=0)
    ten.sync()
    ten.immich_trash(photo(1), photo(2))
    (seen,) = ten.run().held
    ten.immich_trash(photo(3))
    ten.run()
    with pytest.raises(CommandError):
        ten.pair.confirm("local", seen.digest)
    ten.run()
    assert len(ten.folder()) == 10
    (seen,) = ten.pair.held()
    assert ten.pair.confirm("local", seen.digest) == 3
    ten.run()
    assert len(ten.folder()) == 7


def test_a_trash_that_is_emptied_every_night_is_none(ten: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Immich, "trash_days", lambda self: 0)
    ten.remove("1.jpg")
    for _ in range(3):
        report = ten.sync()
    assert "trash" in said(report)
    assert not ten.asset(photo(1)).trashed
