"""A photo comes in the form that was chosen, and again when its bytes or the choice change."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image

from artframe.immich.simulator import Simulator
from tests.plugins.immich.conftest import Album, picture

Upload = Callable[..., str]
Make = Callable[..., Album]


def test_replaced_original_is_noticed(immich: Simulator, user: str, upload: Upload, album: Make) -> None:
    asset = upload("a.jpg")
    frame = album(album_id=immich.create_album(user, "Summer", [asset]))
    frame.sync()
    new = picture(80, 60)
    immich.replace_original(asset, new)
    assert frame.sync().replaced == 1
    assert frame.files == {"a.jpg": new}


def test_edited_photo_comes_as_edited_and_its_undoing_too(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    data = picture(64, 48)
    asset = upload("a.jpg", data=data)
    frame = album(album_id=immich.create_album(user, "Summer", [asset]))
    frame.sync()
    immich.set_edited(asset, [{"action": "rotate", "parameters": {"angle": 90}}])
    assert frame.sync().replaced == 1
    (content,) = frame.files.values()
    assert Image.open(io.BytesIO(content)).size == (48, 64)
    immich.set_edited(asset, [])
    frame.sync()
    assert list(frame.files.values()) == [data]


def test_raw_comes_as_immichs_rendition_under_a_fitting_name(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    asset = upload("IMG_1.NEF", data=picture(320, 200, "TIFF"))
    frame = album(album_id=immich.create_album(user, "Summer", [asset]))
    frame.sync()
    (name,) = frame.names
    assert name == "IMG_1.jpg"
    assert Image.open(io.BytesIO(frame.files[name])).format == "JPEG"
    assert frame.plugin.diagnostics()["immich_renditions"] == {"not decodable here": 1}


def test_display_quality_fetches_what_fills_the_panel(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    large, small = upload("large.jpg", data=picture(4000, 3000)), upload("small.png", data=picture(300, 200, "PNG"))
    frame = album(album_id=immich.create_album(user, "Summer", [large, small]), quality="display")
    frame.sync()
    assert Image.open(io.BytesIO(frame.files["large.jpg"])).size == (1920, 1440)
    assert frame.files["small.png"] == immich.original(small)


def test_change_of_quality_replaces_photos_one_by_one(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    asset = upload("large.heic", data=picture(4000, 3000))
    settings = {
        "immich_url": immich.url,
        "immich_api_key": immich.create_key(user),
        "album_id": immich.create_album(user, "Summer", [asset]),
    }
    frame = album(**settings)
    frame.sync()
    frame.configure({**settings, "quality": "display"})
    assert frame.sync().replaced == 1
    assert frame.names == ["large.jpg"]
    frame.configure(settings)
    assert frame.sync().replaced == 1
    assert frame.names == ["large.heic"]


def test_photo_without_a_preview_waits_until_immich_made_it(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    assets = [upload("ready.nef", data=picture(300, 200)), upload("broken.nef", data=b"no picture at all")]
    frame = album(album_id=immich.create_album(user, "Summer", assets))
    report = frame.sync()
    assert (report.added, report.failed) == (1, 0)
    assert frame.plugin.diagnostics()["left_out"] == {"without a preview in Immich (not yet, or not decodable)": 1}
