"""What surprises a client that downloads?"""

from __future__ import annotations

import base64
import hashlib
import io

import pytest
from PIL import Image

from tests.immich.simulator import pictures
from tests.immich.simulator.household import Household

PHOTO = pictures.jpeg(7)


def add(household: Household, data: bytes = PHOTO, name: str = "photo.jpg") -> str:
    return household.server.add_asset(household.alice.id, data, name)


def test_an_original_comes_back_as_it_was(household: Household) -> None:
    answer = household.alice.get(f"/assets/{add(household, PHOTO, 'Größe.jpg')}/original")
    assert answer.content == PHOTO
    assert answer.headers["Content-Disposition"] == "inline; filename*=UTF-8''Gr%C3%B6%C3%9Fe.jpg"
    assert answer.headers["ETag"].startswith('W/"')


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-99", 206, PHOTO[:100]),
        ("bytes=100-", 206, PHOTO[100:]),
        ("bytes=-50", 206, PHOTO[-50:]),
        ("bytes=100-9999999", 206, PHOTO[100:]),
        ("bytes=0-9,20-29", 200, PHOTO),
        ("nonsense", 200, PHOTO),
    ],
)
def test_ranges(household: Household, wanted: str, status: int, part: bytes) -> None:
    answer = household.alice.get(f"/assets/{add(household)}/original", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (status, part)


@pytest.mark.parametrize("start", [len(PHOTO), len(PHOTO) + 1])
def test_a_range_at_or_past_the_end_is_a_500(household: Household, start: int) -> None:
    answer = household.alice.get(f"/assets/{add(household)}/original", headers={"Range": f"bytes={start}-"})
    assert answer.status_code == 500
    assert answer.headers["Content-Range"] == f"bytes */{len(PHOTO)}"
    assert answer.headers["Content-Type"] == "image/jpeg; charset=utf-8"


def test_conditional_downloads(household: Household) -> None:
    path = f"/assets/{add(household)}/original"
    first = household.alice.get(path)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for condition in ({"If-None-Match": etag}, {"If-None-Match": etag[2:]}, {"If-Modified-Since": modified}):
        assert household.alice.get(path, headers=condition).status_code == 304
    part = {"Range": "bytes=0-9"}
    assert household.alice.get(path, headers={**part, "If-Range": etag}).status_code == 206
    assert household.alice.get(path, headers={**part, "If-Range": '"other"'}).status_code == 200


def test_head_tells_the_length_and_sends_nothing(household: Household) -> None:
    asset = add(household)
    for path in (f"/assets/{asset}/original", f"/assets/{asset}/thumbnail"):
        answer = household.alice.call("HEAD", path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["Content-Length"]) > 0


def test_previews_are_upright_and_not_longer_than_1440_on_their_shorter_side(household: Household) -> None:
    cases = [
        (pictures.jpeg(1, (2000, 1600), orientation=6), (1440, 1800)),
        (pictures.jpeg(2, (3840, 1200)), (3840, 1200)),
        (pictures.jpeg(3, (300, 200), orientation=8), (200, 300)),
    ]
    for data, size in cases:
        asset = add(household, data)
        answer = household.alice.get(f"/assets/{asset}/thumbnail", params={"size": "preview"})
        assert answer.headers["Content-Type"] == "image/jpeg"
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.size == size
        detail = household.alice.get(f"/assets/{asset}").json()
        assert (detail["width"] > detail["height"]) == (size[0] > size[1])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations_become_upright(household: Household, orientation: int) -> None:
    marked = Image.new("RGB", (60, 40), "black")
    marked.paste((255, 255, 255), (0, 0, 20, 20))  # white where the upright picture has its top left corner
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = marked.transpose(undo[orientation]) if orientation in undo else marked
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    stored.save(buffer, "JPEG", exif=exif, quality=95)
    asset = add(household, buffer.getvalue())
    answer = household.alice.get(f"/assets/{asset}/thumbnail", params={"size": "preview"})
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (60, 40)
        corner, other = picture.convert("L").getpixel((8, 8)), picture.convert("L").getpixel((50, 30))
    assert isinstance(corner, int) and isinstance(other, int)
    assert corner > 200 and other < 50


def test_the_default_thumbnail_is_a_small_webp(household: Household) -> None:
    answer = household.alice.get(f"/assets/{add(household)}/thumbnail")
    assert answer.headers["Content-Type"] == "image/webp"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert min(picture.size) == 250


def test_fullsize_redirects_to_the_original_or_for_others_to_the_preview(household: Household) -> None:
    photo, heic = add(household), add(household, pictures.heic(), "photo.heic")
    clip = add(household, pictures.mp4(), "clip.mp4")
    for asset, location in (
        (photo, "original?"),
        (heic, f"/api/assets/{heic}/thumbnail?size=preview"),
        (clip, f"/api/assets/{clip}/thumbnail?size=preview"),
    ):
        answer = household.alice.get(f"/assets/{asset}/thumbnail", params={"size": "fullsize"})
        assert (answer.status_code, answer.headers["Location"]) == (302, location)
        followed = household.alice.get(f"/assets/{asset}/thumbnail", params={"size": "fullsize"}, allow_redirects=True)
        assert (followed.status_code, followed.headers["Content-Type"]) == (200, "image/jpeg")


def test_the_original_as_a_thumbnail_is_refused_by_2_7_and_redirected_by_3_0(household: Household) -> None:
    answer = household.alice.get(f"/assets/{add(household)}/thumbnail", params={"size": "original"})
    assert answer.status_code == (302 if household.modern else 400)


def test_thumbnails_are_404_until_their_job_ran(household: Household) -> None:
    household.server.jobs.pause("thumbnailGeneration")
    asset = household.alice.upload(PHOTO).json()["id"]
    household.settle()
    assert household.alice.get(f"/assets/{asset}/thumbnail").status_code == 404
    assert household.alice.get(f"/assets/{asset}/thumbnail", params={"size": "fullsize"}).status_code == 302
    household.server.jobs.resume("thumbnailGeneration")
    household.settle()
    assert household.alice.get(f"/assets/{asset}/thumbnail").status_code == 200


def test_trashed_originals_and_previews_still_come(household: Household) -> None:
    asset = add(household)
    household.server.trash(asset)
    assert household.alice.get(f"/assets/{asset}/original").content == PHOTO
    assert household.alice.get(f"/assets/{asset}/thumbnail").status_code == 200


def test_edits_change_size_and_edited_rendition_and_leave_the_original(household: Household) -> None:
    asset = add(household)
    before = household.alice.get(f"/assets/{asset}").json()
    household.server.set_edited(asset)
    after = household.alice.get(f"/assets/{asset}").json()
    assert (after["isEdited"], after["width"], after["height"]) == (True, before["height"], before["width"])
    assert (after["checksum"], after["updatedAt"] > before["updatedAt"]) == (before["checksum"], True)
    assert household.alice.get(f"/assets/{asset}/original").content == PHOTO
    edited = household.alice.get(f"/assets/{asset}/original", params={"edited": "true"})
    with Image.open(io.BytesIO(edited.content)) as picture:
        assert picture.size == (600, 800)


def test_a_replaced_original_has_another_checksum_and_other_previews(household: Household) -> None:
    asset = add(household)
    old = household.alice.get(f"/assets/{asset}/thumbnail").content
    household.server.replace_original(asset, pictures.jpeg(8))
    detail = household.server.asset(asset)
    assert detail is not None
    assert household.alice.get(f"/assets/{asset}/original").content == pictures.jpeg(8)
    assert household.alice.get(f"/assets/{asset}/thumbnail").content != old


def test_video_playback_is_for_videos_only(household: Household) -> None:
    clip = add(household, pictures.mp4(), "clip.mp4")
    assert household.alice.get(f"/assets/{clip}/video/playback").content == pictures.mp4()
    assert household.alice.get(f"/assets/{add(household)}/video/playback").status_code == 404


def test_bulk_assets_share_a_file_and_download_each_with_its_own_checksum(household: Household) -> None:
    ids = household.server.add_assets_in_bulk(household.alice.id, 3, data=PHOTO)
    contents = set()
    for one in ids:
        whole = household.alice.get(f"/assets/{one}/original").content
        tail = household.alice.get(f"/assets/{one}/original", headers={"Range": f"bytes={len(PHOTO) - 5}-"}).content
        last = household.alice.get(f"/assets/{one}/original", headers={"Range": "bytes=-3"}).content
        assert (tail, last) == (whole[len(PHOTO) - 5 :], whole[-3:])
        checksum = household.alice.get(f"/assets/{one}").json()["checksum"]
        assert base64.b64decode(checksum) == hashlib.sha1(whole).digest()
        contents.add(whole)
    assert len(contents) == 3


def test_gps_places_get_their_town(household: Household) -> None:
    asset = household.alice.upload(pictures.jpeg(1, place=(52.52, 13.405))).json()["id"]
    household.settle()
    exif = household.alice.get(f"/assets/{asset}").json()["exifInfo"]
    assert (exif["latitude"], exif["longitude"], exif["city"], exif["country"]) == (52.52, 13.405, "Berlin", "Germany")
