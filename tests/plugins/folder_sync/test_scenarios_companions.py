"""Files that belong together: live photos, motion photos, sidecars, RAW and JPEG."""

from __future__ import annotations

import errno
import os

from tests.immich.simulator import pictures
from tests.plugins.folder_sync.contents import Content, movie, photo, text
from tests.plugins.folder_sync.world import World, said

STILL = Content(pictures.heic(1, (64, 48)), "still")
EDITED = Content(pictures.heic(2, (64, 48)), "edited still")
RAW = text("RAW of a camera, of which nobody here reads a byte")


def xmp(description: str) -> Content:
    """A sidecar that says this."""
    return Content(pictures.XMP.replace(b"from sidecar", description.encode()), f"XMP {description}")


def live_pair(world: World) -> None:
    """A live photo and another one, synced."""
    world.put("IMG_1.HEIC", STILL)
    world.put("IMG_1.MOV", movie(1))
    world.put("stays.jpg", photo(2))
    world.sync()


def test_s42_the_video_of_a_live_photo_goes_first_and_the_still_names_it(world: World) -> None:
    live_pair(world)
    still, video = world.asset(STILL), world.asset(movie(1))
    assert world.assets().index(video) < world.assets().index(still)
    detail = world.server.asset(still.id)
    assert detail is not None and detail["livePhotoVideoId"] == video.id
    assert video.visibility == "hidden"
    world.assert_quiet()


def test_s42_a_live_photo_that_lost_one_half_is_held_and_said(world: World) -> None:
    for half in ("IMG_1.MOV", "IMG_1.HEIC"):
        live_pair(world)
        content = (world.root / half).read_bytes()
        world.remove(half)
        report = world.sync()
        assert not world.asset(STILL).trashed and not world.asset(movie(1)).trashed
        assert "IMG_1" in str(report.troubles) + str(report.notes)
        world.put(half, content)
        world.sync()
        world.assert_quiet()


def test_s42_a_live_photo_whose_halves_both_go_is_trashed_by_its_still_only(world: World) -> None:
    """The server takes care of the video; a video that is trashed alone would take the movement from the photo."""
    live_pair(world)
    video = world.asset(movie(1)).id
    world.remove("IMG_1.HEIC", "IMG_1.MOV")
    world.sync()
    assert world.asset(STILL).trashed
    assert not world.asset(movie(1)).trashed
    world.immich_restore(STILL)
    world.sync()
    detail = world.server.asset(world.asset(STILL).id)
    assert detail is not None and detail["livePhotoVideoId"] == video


def test_s42_a_live_photo_deleted_in_immich_leaves_whole_and_comes_back_whole(world: World) -> None:
    live_pair(world)
    world.immich_trash(STILL)
    world.sync()
    assert world.folder() == {"stays.jpg": photo(2)}
    assert world.local_trash() == {"IMG_1.HEIC": STILL, "IMG_1.MOV": movie(1)}
    world.assert_quiet()
    world.immich_restore(STILL)
    world.sync()
    assert world.folder() == {"IMG_1.HEIC": STILL, "IMG_1.MOV": movie(1), "stays.jpg": photo(2)}
    world.assert_quiet()


def test_s42_a_still_whose_video_comes_later_stays_one_photo_and_nothing_is_lost(world: World) -> None:
    """Phones send both in any order, minutes apart."""
    world.put("IMG_1.HEIC", STILL)
    world.sync()
    world.put("IMG_1.MOV", movie(1))
    world.sync()
    assert {content for _, content in world.immich()} == {STILL, movie(1)}
    world.assert_quiet()
    assert world.folder() == {"IMG_1.HEIC": STILL, "IMG_1.MOV": movie(1)}


def test_s43_a_motion_photo_is_one_file_and_a_lone_video_part_is_none(world: World) -> None:
    world.put("PXL_1.MP.jpg", photo(1))
    world.put("MVIMG_2.jpg", photo(2))
    world.put("PXL_3.MP", movie(3))
    world.sync()
    assert world.immich() == [("MVIMG_2.jpg", photo(2)), ("PXL_1.MP.jpg", photo(1))]
    world.assert_quiet()


def test_s44_a_sidecar_goes_along_with_its_photo(world: World) -> None:
    """Both ways of naming it; and it is no photo of its own."""
    world.put("a.jpg", photo(1))
    world.put("a.jpg.xmp", xmp("Anna on the beach"))
    world.put("b.jpg", photo(2))
    world.put("b.XMP", xmp("Ben in the snow"))
    world.put("alone.xmp", xmp("nobody"))
    world.sync()
    assert world.immich() == [("a.jpg", photo(1)), ("b.jpg", photo(2))]
    described = [world.server.asset(world.asset(photo(number)).id) for number in (1, 2)]
    assert [one and one["exifInfo"]["description"] for one in described] == ["Anna on the beach", "Ben in the snow"]
    world.assert_quiet()


def test_s44_a_sidecar_that_changes_later_is_said_not_to_be_sent(world: World) -> None:
    """Immich has no way to take it; the photo stays as it is."""
    world.put("a.jpg", photo(1))
    world.put("a.jpg.xmp", xmp("first"))
    world.sync()
    world.edit("a.jpg.xmp", xmp("second"))
    world.settle()
    report = world.run()
    assert world.writes() == []
    assert "a.jpg.xmp" in [trouble.path for trouble in report.troubles]


def test_s44_a_sidecar_that_goes_deletes_nothing(world: World) -> None:
    world.put("a.jpg", photo(1))
    world.put("a.jpg.xmp", xmp("first"))
    world.put("alone.xmp", xmp("nobody"))
    world.sync()
    world.remove("a.jpg.xmp", "alone.xmp")
    world.sync()
    assert not world.asset(photo(1)).trashed
    assert len(world.assets()) == 1


def test_s45_raw_and_jpeg_are_two_assets_and_go_one_by_one(world: World) -> None:
    world.put("IMG_1.CR2", RAW)
    world.put("IMG_1.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    assert len(world.assets()) == 3
    world.remove("IMG_1.CR2")
    world.sync()
    assert world.asset(RAW).trashed
    assert not world.asset(photo(1)).trashed
    world.immich_trash(photo(1))
    world.sync()
    assert world.folder() == {"stays.jpg": photo(2)}


def test_s42_a_still_that_cannot_be_read_when_it_is_to_be_sent_is_named_and_sent_later(world: World) -> None:
    disk = world.meddle()
    opened: list[str] = []

    def break_down(path: str) -> None:
        opened.append(path)
        if path == "IMG_1.HEIC" and opened.count(path) > 1:  # the first time its content is read
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    disk.before("open", break_down)
    world.put("IMG_1.HEIC", STILL)
    world.put("IMG_1.MOV", movie(1))
    world.settle()
    assert "img_1.heic: it could not be read" in said(world.run())
    world.meddle()
    world.sync()
    assert world.asset(STILL).visibility == "timeline"
    world.assert_quiet()


def test_s42_a_still_whose_video_waits_for_a_person_is_named_as_well(world: World) -> None:
    live_pair(world)
    world.immich_trash(STILL)
    world.sync()
    world.immich_purge(STILL)
    world.sync()
    world.put("IMG_1.MOV", movie(1), age=24 * 3600)  # of the old phone
    world.put("IMG_1.HEIC", EDITED)
    world.sync()
    told = said(world.run())
    assert "img_1.mov: it was deleted in immich" in told
    assert "img_1.heic: it goes to immich with its video" in told
    world.remove("IMG_1.MOV")
    world.sync()
    assert "img_1" not in said(world.run())
    assert not world.asset(EDITED).trashed
