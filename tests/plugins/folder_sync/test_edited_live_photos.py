"""What becomes of the video when the still of a live photo is edited?"""

from __future__ import annotations

import pytest

from artframe_folder_sync.records import ActionKind, EditedPhotos
from tests.immich.simulator import pictures
from tests.plugins.folder_sync.contents import Content, movie, photo
from tests.plugins.folder_sync.world import World, said

STILL = Content(pictures.heic(1, (64, 48)), "still")
EDITED = Content(pictures.heic(2, (64, 48)), "edited still")
FILM = movie(1)
PIXEL = Content(pictures.jpeg(1) + b'GCamera:MotionPhoto="1"', "photo of a Pixel")
TAGGED = Content(pictures.jpeg(1) + b'tagged GCamera:MotionPhoto="1"', "photo of a Pixel, tagged")


@pytest.fixture
def live(world: World) -> World:
    """A live photo and another one."""
    world.put("IMG_1.HEIC", STILL)
    world.put("IMG_1.MOV", FILM)
    world.put("stays.jpg", photo(2))
    world.sync()
    world.settle()
    return world


def video_of(world: World, content: bytes) -> str | None:
    detail = world.server.asset(world.asset(content).id)
    assert detail is not None
    found: str | None = detail["livePhotoVideoId"]
    return found


def test_the_new_version_moves_as_the_old_one_did_and_the_video_outlives_that(live: World) -> None:
    film = live.asset(FILM).id
    live.edit("IMG_1.HEIC", EDITED)
    live.settle()
    plan = live.run(dry=True)
    assert [one.kind for one in plan.actions] == [ActionKind.REPLACE_REMOTE, ActionKind.TRASH_REMOTE]
    assert said(live.run()) == ""
    assert video_of(live, EDITED) == film
    assert live.asset(STILL).trashed
    live.assert_quiet()
    live.immich_purge(STILL)
    assert live.server.jobs.wait_until_idle()
    live.sync()
    assert live.asset(FILM).id == film
    assert live.folder() == {"IMG_1.HEIC": EDITED, "IMG_1.MOV": FILM, "stays.jpg": photo(2)}
    live.remove("IMG_1.HEIC", "IMG_1.MOV")
    live.sync()
    assert live.asset(EDITED).trashed
    live.assert_quiet()


def test_where_the_video_changed_as_well_the_old_live_photo_stays_under_the_new_one(live: World) -> None:
    live.edit("IMG_1.HEIC", EDITED)
    live.edit("IMG_1.MOV", movie(2))
    live.settle()
    assert "does not move: the earlier one stays" in said(live.run())
    assert video_of(live, STILL) == live.asset(FILM).id
    assert live.stacks() == {EDITED: {EDITED, STILL}}
    assert live.immich_trashed() == []
    live.assert_quiet()


def test_a_video_that_is_purged_while_the_new_version_is_sent_does_not_keep_that_away(live: World) -> None:
    live.edit("IMG_1.HEIC", EDITED)
    live.settle()
    live.server.faults.meanwhile(lambda: live.immich_purge(FILM), method="POST", path="/api/assets", times=1)
    live.run(lossless=False)
    assert not live.asset(EDITED).trashed
    assert not live.asset(STILL).trashed


def test_a_video_is_not_joined_with_a_photo_that_holds_a_film_of_its_own(world: World) -> None:
    """Immich takes that film out of the photo, and deletes for good the video that it was sent with."""
    world.put("PXL_1.jpg", PIXEL)
    world.put("PXL_1.mp4", FILM)
    world.sync()
    assert video_of(world, PIXEL) is None
    assert world.asset(FILM).visibility == "timeline"
    world.assert_quiet()


@pytest.mark.parametrize("taken_out", [True, False])
def test_an_edited_photo_that_holds_a_film_is_replaced_once_immich_has_found_the_same_in_both(
    world: World, taken_out: bool
) -> None:
    world.put("PXL_1.jpg", PIXEL)
    world.put("stays.jpg", photo(2))
    world.sync()
    film = world.immich_upload("PXL_1.mp4", FILM)
    _take_out(world, PIXEL, film)
    world.sync()
    world.settle()
    world.edit("PXL_1.jpg", TAGGED)
    world.settle()
    world.run()
    assert not world.asset(PIXEL).trashed, "its film would go with it"
    if taken_out:
        _take_out(world, TAGGED, film)
    world.clock.advance(3600)
    report = world.run()
    assert world.asset(PIXEL).trashed is taken_out
    assert ("does not move" in said(report)) is not taken_out
    world.assert_quiet()


def _take_out(world: World, content: bytes, film: str) -> None:
    """What the server does some time after the upload."""
    with world.server.site.store.writing() as database:
        sql = "UPDATE asset SET live_id = ?, updated = ? WHERE id = ?"
        moment = database.execute("SELECT max(updated) + 1000 FROM asset").fetchone()[0]
        database.execute(sql, (film, moment, world.asset(content).id))
        database.execute("UPDATE asset SET visibility = 'hidden', updated = ? WHERE id = ?", (moment, film))


def test_an_old_live_photo_that_another_known_photo_overwrote_stays_with_its_video(live: World) -> None:
    """The video lies in the folder still, and would be gone in Immich with the photo's trash."""
    live.put("IMG_1.HEIC", photo(2))
    live.sync()
    live.clock.advance(3600)
    live.sync()
    assert not live.asset(STILL).trashed
    assert live.folder() == {"IMG_1.HEIC": photo(2), "IMG_1.MOV": FILM, "stays.jpg": photo(2)}


@pytest.mark.parametrize("where", ["folder", "Immich"])
def test_a_video_that_was_deleted_does_not_come_back_for_an_earlier_version_that_is_kept(
    live: World, where: str
) -> None:
    live.configure(edited_photos=EditedPhotos.KEEP)
    live.edit("IMG_1.HEIC", EDITED)
    live.sync()
    live.settle()
    if where == "folder":
        live.remove("IMG_1.HEIC", "IMG_1.MOV")
    else:
        live.immich_trash(EDITED)
    for _ in range(3):
        live.sync()
    assert live.asset(EDITED).trashed
    assert live.folder() == {"stays.jpg": photo(2)}
    live.assert_quiet()
    live.immich_restore(EDITED)
    live.sync()
    assert live.folder() == {"IMG_1.HEIC": EDITED, "IMG_1.MOV": FILM, "stays.jpg": photo(2)}
    live.assert_quiet()


def test_a_video_that_immich_exchanged_for_another_one_stays_and_is_sent_anew(live: World) -> None:
    """It does so by itself when it finds a film in the still, and deletes for good the one that was sent with it."""
    other = live.immich_upload("IMG_1.mp4", movie(9))
    _take_out(live, STILL, other)
    live.immich_purge(FILM)
    live.run(lossless=False)
    assert live.folder() == {"IMG_1.HEIC": STILL, "IMG_1.MOV": FILM, "stays.jpg": photo(2)}
    live.sync()
    assert live.asset(FILM).visibility == "timeline"
    assert live.local_trash() == {}
    live.assert_quiet()
