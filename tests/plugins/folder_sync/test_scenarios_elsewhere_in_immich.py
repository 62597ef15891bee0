"""Photos that Immich shows elsewhere or to others, edits, and originals that were replaced (61, 62, 70, 71)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.downloads import download_all
from tests.plugins.folder_sync.world import World, said

Person = Callable[[str], World]


@pytest.mark.parametrize("place", ["archive", "hide", "lock"])
def test_s61_a_photo_that_was_put_away_still_exists(world: World, place: str) -> None:
    """A locked one looks as if it were deleted for good to every key."""
    for number in range(3):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    getattr(world.server, place)(world.asset(photo(0)).id)
    for full in (True, False, True):
        world.settle()
        world.run(full=full)
        assert world.writes() == []
    assert len(world.folder()) == 3
    world.restart()
    world.sync()
    world.assert_quiet()
    world.server.show(world.asset(photo(0)).id)
    world.sync()
    assert len(world.folder()) == 3
    world.assert_quiet()


@pytest.mark.parametrize("place", ["archive", "hide", "lock"])
def test_s61_a_photo_that_was_put_away_and_is_known_by_nobody_is_left_where_it_is(world: World, place: str) -> None:
    """Neither sent again nor brought back into the timeline."""
    asset_id = world.immich_upload("IMG.jpg", photo(1))
    getattr(world.server, place)(asset_id)
    before = world.assets()
    world.put("copy.jpg", photo(1))
    world.sync()
    assert world.assets() == before
    assert world.folder() == {"copy.jpg": photo(1)}
    world.assert_quiet()


def test_s61_a_photo_that_is_locked_can_not_be_trashed_and_nothing_stops_for_it(world: World) -> None:
    """No key may: it stays, and the others go."""
    for number in range(4):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.server.lock(world.asset(photo(0)).id)
    world.remove("0.jpg", "1.jpg")
    world.sync()
    assert not world.asset(photo(0)).trashed
    assert world.asset(photo(1)).trashed
    world.sync()
    world.assert_quiet()


def test_s61_a_locked_photo_that_goes_to_the_trash_is_no_deletion_that_anybody_can_confirm(world: World) -> None:
    """It answers as if it were gone, and its content is still known: it exists, so the file stays."""
    for number in range(3):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    asset_id = world.asset(photo(0)).id
    world.server.lock(asset_id)
    world.server.trash(asset_id)
    world.sync()
    assert photo(0) in {**world.folder(), **world.local_trash()}.values()
    assert len(world.assets()) == 3


def test_s62_photos_of_others_are_neither_downloaded_nor_trashed(person: Person) -> None:
    """A partner's come with every listing, those of a shared album with the album."""
    anna, ben = person("anna"), person("ben")
    for number in range(3):
        anna.put(f"{number}.jpg", photo(number))
    anna.sync()
    for number in range(3, 6):
        ben.immich_upload(f"{number}.jpg", photo(number))
    anna.server.share_with_partner(ben.user_id, anna.user_id)
    album = anna.server.create_album(ben.user_id, "Ours", [one.id for one in ben.assets()])
    anna.server.share_album(album, anna.user_id, "editor")
    anna.immich_upload("app.jpg", photo(9))
    download_all(anna)
    assert sorted(anna.folder().values()) == sorted(map(photo, (0, 1, 2, 9)))
    anna.remove(*(path for path in anna.folder() if path != "0.jpg"))
    anna.sync()
    assert not any(one.trashed for one in ben.assets())
    anna.assert_quiet()


def test_s62_a_partner_who_deletes_his_copy_of_the_same_photo_deletes_his_only(person: Person) -> None:
    anna, ben = person("anna"), person("ben")
    anna.put("IMG.jpg", photo(1))
    ben.put("his.jpg", photo(1))
    anna.server.share_with_partner(ben.user_id, anna.user_id)
    anna.sync()
    ben.sync()
    ben.immich_trash(photo(1))
    anna.sync()
    ben.sync()
    assert anna.folder() == {"IMG.jpg": photo(1)}
    assert not anna.asset(photo(1)).trashed
    assert ben.local_trash() == {"his.jpg": photo(1)}
    ben.immich_purge(photo(1))
    anna.sync()
    assert anna.folder() == {"IMG.jpg": photo(1)}
    anna.assert_quiet()


def test_s70_an_edit_in_immich_changes_no_file(world: World) -> None:
    """The original is what it was; so is what comes down."""
    world.put("mine.jpg", photo(1))
    world.sync()
    world.server.set_edited(world.asset(photo(1)).id)
    world.sync()
    assert world.folder() == {"mine.jpg": photo(1)}
    world.assert_quiet()
    edited = world.immich_upload("app.jpg", photo(2))
    world.server.set_edited(edited)
    download_all(world)
    assert sorted(world.folder().values()) == sorted([photo(1), photo(2)])
    world.sync()
    world.assert_quiet()


def test_s70_other_words_about_a_photo_change_no_file(world: World) -> None:
    """Favourite, description, date and place are Immich's own."""
    world.put("mine.jpg", photo(1))
    world.sync()
    before = world.fingerprint()
    asset_id = world.asset(photo(1)).id
    world.server.set_details(asset_id, isFavorite=True, description="A day at the sea", latitude=54.1, longitude=7.9)
    world.server.set_details(asset_id, dateTimeOriginal=datetime(1999, 1, 1, tzinfo=UTC).isoformat())
    world.sync()
    assert world.fingerprint() == before
    assert world.writes() == []


def test_s71_an_original_that_was_replaced_comes_down_and_the_old_file_goes_to_the_trash(world: World) -> None:
    world.put("album/IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    asset_id = world.asset(photo(1)).id
    world.known.remember(photo(11))
    world.server.replace_original(asset_id, bytes(photo(11)))
    world.sync()
    assert world.folder() == {"album/IMG.jpg": photo(11), "stays.jpg": photo(2)}
    assert world.local_trash() == {"album/IMG.jpg": photo(1)}
    assert world.asset(photo(11)).id == asset_id
    world.assert_quiet()


def test_s71_an_original_that_was_replaced_while_its_file_was_edited_keeps_both(world: World) -> None:
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.known.remember(photo(11))
    world.server.replace_original(world.asset(photo(1)).id, bytes(photo(11)))
    world.edit("IMG.jpg", photo(12))
    world.settle()
    report = world.run()
    world.sync()
    assert sorted(world.folder().values()) == sorted([photo(2), photo(11), photo(12)])
    assert world.folder()["IMG.jpg"] == photo(12)
    assert {content for _, content in world.immich()} == {photo(2), photo(11), photo(12)}
    assert "img.jpg" in said(report), "a conflict is said"
    assert any("conflict" in path for path in world.folder())
    world.assert_quiet()


def test_s71_the_same_replacement_on_both_sides_is_no_conflict(world: World) -> None:
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.known.remember(photo(11))
    world.server.replace_original(world.asset(photo(1)).id, bytes(photo(11)))
    world.edit("IMG.jpg", photo(11))
    world.sync()
    assert world.folder() == {"IMG.jpg": photo(11), "stays.jpg": photo(2)}
    assert len(world.assets()) == 2
    world.assert_quiet()
