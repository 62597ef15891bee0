"""The album plugin keeps an Immich album here: what is shown, what is left out, what happens when things change."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
from collections.abc import Callable
from datetime import datetime

import pytest
from PIL import Image

from artframe.core.task import Task
from artframe.errors import AuthFailed, ConfigError, NotReady
from artframe.immich.simulator import Simulator
from tests.plugins.immich.conftest import Album, picture

Upload = Callable[..., str]
Make = Callable[..., Album]


def test_album_is_mirrored_with_originals_as_uploaded(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"IMG_{number}.jpg", day=number) for number in range(5)]
    upload("not in the album.jpg")
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    report = frame.sync()
    assert report.added == 5
    assert frame.files == {f"IMG_{number}.jpg": immich.original(ids[number]) for number in range(5)}
    local = list(frame.home.library.photos())
    assert [one.photo.id for one in local] == ids
    assert {one.photo.group for one in local} == {"Summer"}


def test_no_album_means_all_photos(upload: Upload, album: Make) -> None:
    upload("a.jpg"), upload("b.jpg")
    frame = album(album_id="")
    frame.sync()
    assert frame.names == ["a.jpg", "b.jpg"]


def test_second_sync_with_nothing_new_asks_little(immich: Simulator, user: str, upload: Upload, album: Make) -> None:
    ids = [upload(f"{number}.jpg", day=number) for number in range(30)]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    frame.sync()
    immich.requests.clear()
    assert frame.sync().kept == 30
    assert len(immich.requests) <= math.ceil(30 / 1000) + 2


def test_several_albums_by_name_and_id_hold_a_shared_photo_once(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    one, both, two = upload("one.jpg"), upload("both.jpg"), upload("two.jpg")
    immich.create_album(user, "Summer / 2024", [one, both])
    second = immich.create_album(user, "Winter", [both, two])
    frame = album(albums=["summer / 2024", second.upper()])
    frame.sync()
    assert frame.names == ["both.jpg", "one.jpg", "two.jpg"]


def test_unknown_album_name_is_answered_with_the_likely_one(immich: Simulator, user: str, album: Make) -> None:
    immich.create_album(user, "Grandparents")
    frame = album(albums=["Grandparent"])
    with pytest.raises(ConfigError) as caught:
        frame.sync()
    assert "did you mean 'Grandparents'" in caught.value.hint


def test_name_of_two_albums_is_refused_with_their_ids(immich: Simulator, user: str, album: Make) -> None:
    ids = [immich.create_album(user, "Summer") for _ in range(2)]
    with pytest.raises(ConfigError) as caught:
        album(albums=["Summer"]).sync()
    assert all(one in caught.value.hint for one in ids)


def test_archived_hidden_locked_and_trashed_are_never_shown_and_go_when_they_become_so(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(6)]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    immich.archive(ids[0])
    assert frame.sync().added == 5
    immich.hide(ids[1])
    immich.lock(ids[2])
    immich.trash(ids[3])
    frame.sync()
    assert frame.names == ["4.jpg", "5.jpg"]
    immich.restore(ids[3])
    immich.show(ids[0])
    frame.sync()
    assert frame.names == ["0.jpg", "3.jpg", "4.jpg", "5.jpg"]


def test_videos_are_left_out_and_counted_and_live_photos_show_the_still(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    motion = upload("live.mov", data=b"a moving part")
    ids = [
        upload("clip.mp4", data=b"not really a film"),
        upload("live.jpg", live_photo_video_id=motion),
        upload("still.jpg"),
    ]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    frame.sync()
    assert frame.names == ["live.jpg", "still.jpg"]
    assert frame.plugin.diagnostics()["left_out"] == {"videos": 1}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("newest", ["7.jpg", "8.jpg", "9.jpg"]),
        ("random", ["7.jpg", "8.jpg", "9.jpg"]),
        ("oldest", ["0.jpg", "1.jpg", "2.jpg"]),
    ],
)
def test_max_photos_keeps_the_newest_or_the_oldest(
    immich: Simulator, user: str, upload: Upload, album: Make, mode: str, expected: list[str]
) -> None:
    ids = [upload(f"{number}.jpg", day=number) for number in range(10)]
    frame = album(album_id=immich.create_album(user, "Summer", ids), max_photos=3, selection_mode=mode)
    frame.sync()
    assert frame.names == expected
    assert frame.plugin.selection == mode


def test_album_change_brings_the_new_album_and_removes_the_old_one_without_asking(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"old {number}.jpg") for number in range(30)]
    key = immich.create_key(user)
    new = [upload("new.jpg"), ids[0]]
    frame = album(album_id=immich.create_album(user, "Old", ids), immich_api_key=key)
    frame.sync()
    frame.configure(
        {"immich_url": immich.url, "immich_api_key": key, "album_id": immich.create_album(user, "New", new)}
    )
    assert frame.mirror.due(frame.plugin)
    report = frame.sync()
    assert (report.held, report.removed, report.kept) == (None, 29, 1)
    assert frame.names == ["new.jpg", "old 0.jpg"]


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


def test_names_from_the_server_cannot_leave_the_folder(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [
        upload("../../evil.jpg"),
        upload("IMG.jpg"),
        upload("IMG.jpg"),
        upload("img.JPG"),
        upload("x" * 300 + ".jpg"),
    ]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    assert frame.sync().added == 5
    assert len(frame.names) == 5
    assert all("/" not in name and len(name.encode()) <= 255 for name in frame.names)
    assert not list(frame.home.path.rglob("evil.jpg"))


def test_emptied_album_is_held_until_confirmed(immich: Simulator, user: str, upload: Upload, album: Make) -> None:
    ids = [upload(f"{number}.jpg") for number in range(25)]
    album_id = immich.create_album(user, "Summer", ids)
    frame = album(album_id=album_id)
    frame.sync()
    immich.remove_from_album(album_id, ids)
    assert frame.sync().held is not None
    assert len(frame.names) == 25
    frame.mirror.confirm()
    assert frame.sync().removed == 25


def test_photos_archived_in_great_number_are_shown_no_longer_without_a_confirmation(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(60)]
    album_id = immich.create_album(user, "Summer", ids)
    frame = album(album_id=album_id)
    frame.sync()
    immich.archive(ids[:15])
    immich.hide(ids[15:25])
    report = frame.sync()
    assert (report.held, report.removed, report.kept) == (None, 25, 35)


def test_only_what_was_put_away_goes_when_others_are_missing_too(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(60)]
    album_id = immich.create_album(user, "Summer", ids)
    frame = album(album_id=album_id)
    frame.sync()
    immich.archive(ids[:5])
    immich.remove_from_album(album_id, ids[5:45])
    report = frame.sync()
    assert report.held is not None
    assert (report.held.count, report.removed, len(frame.names)) == (40, 5, 55)


def test_server_that_cannot_say_what_became_of_photos_keeps_them_all(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(40)]
    album_id = immich.create_album(user, "Summer", ids)
    frame = album(album_id=album_id)
    frame.sync()
    immich.archive(ids[:30])
    # The listing itself asks for each of them once more before it calls them missing.
    immich.faults.status(403, path="/api/assets/*", method="GET", skip=30)
    assert frame.sync().held is not None
    assert len(frame.names) == 40


def test_album_shared_with_the_key_lists_everybodys_photos(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    other = immich.add_user("Other", f"other-{user}@example.com", "password")
    theirs = upload("theirs.jpg", owner=other)
    shared = immich.create_album(other, "Shared", [theirs])
    immich.share_album(shared, user, "editor")
    immich.add_to_album(shared, upload("mine.jpg"))
    frame = album(albums=["Shared"])
    frame.sync()
    assert frame.names == ["mine.jpg", "theirs.jpg"]


def test_metadata_file_has_the_documented_fields(immich: Simulator, user: str, upload: Upload, album: Make) -> None:
    asset = upload("IMG.jpg")
    twin = upload("IMG.jpg", day=1)
    album_id = immich.create_album(user, "Summer", [asset, twin])
    frame = album(album_id=album_id)
    frame.sync()
    path = frame.frame.data_dir / "sync_metadata.json"
    data = json.loads(path.read_text())
    assert (data["album_id"], data["sync_count"]) == (album_id, 1)
    assert datetime.fromisoformat(data["last_sync"]).tzinfo is not None
    assert set(data["synced_assets"]) == {asset, twin}
    entry = data["synced_assets"][asset]
    assert set(entry) == {"filename", "local_path", "file_created_at", "checksum", "synced_at"}
    assert (entry["filename"], entry["file_created_at"]) == ("IMG.jpg", "2024-01-01T12:00:00+00:00")
    local = frame.files[entry["local_path"]]
    assert entry["checksum"] == hashlib.sha1(local).hexdigest()


def test_metadata_file_of_an_empty_album_is_json_too(immich: Simulator, user: str, album: Make) -> None:
    frame = album(album_id=immich.create_album(user, "Empty"))
    frame.sync()
    assert json.loads((frame.frame.data_dir / "sync_metadata.json").read_text())["synced_assets"] == {}


def test_deleting_the_metadata_file_verifies_everything_and_fetches_only_what_is_wrong(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(3)]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    frame.sync()
    (frame.frame.data_dir / "sync_metadata.json").unlink()
    immich.requests.clear()
    report = frame.sync()
    assert (report.kept, report.added) == (3, 0)
    assert (frame.frame.data_dir / "sync_metadata.json").exists()


def test_two_instances_on_different_albums_and_keys_share_nothing(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    other = immich.add_user("Other", f"second-{user}@example.com", "password")
    mine, theirs = upload("IMG.jpg"), upload("IMG.jpg", owner=other)
    one = album("one", album_id=immich.create_album(user, "A", [mine]))
    two = album("two", album_id=immich.create_album(other, "B", [theirs]), immich_api_key=immich.create_key(other))
    for _ in range(2):
        one.sync(), two.sync()
    assert (one.files, two.files) == ({"IMG.jpg": immich.original(mine)}, {"IMG.jpg": immich.original(theirs)})
    assert one.frame.data_dir != two.frame.data_dir


# -- when things go wrong ----------------------------------------------------------------------------------------------


def test_server_that_is_away_keeps_everything(immich: Simulator, user: str, upload: Upload, album: Make) -> None:
    ids = [upload(f"{number}.jpg") for number in range(3)]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    frame.sync()
    immich.faults.refuse()
    with pytest.raises(NotReady):
        frame.sync()
    with pytest.raises(NotReady):
        frame.plugin.start()
    assert len(frame.names) == 3


@pytest.mark.parametrize(("code", "error"), [(401, AuthFailed), (403, AuthFailed), (500, NotReady), (404, NotReady)])
def test_refusals_keep_everything(
    immich: Simulator, user: str, upload: Upload, album: Make, code: int, error: type[Exception]
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(25)]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    frame.sync()
    immich.faults.status(code)
    with pytest.raises(error):
        frame.sync()
    assert len(frame.names) == 25


def test_deleted_album_keeps_its_photos(immich: Simulator, user: str, upload: Upload, album: Make) -> None:
    album_id = immich.create_album(user, "Summer", [upload("a.jpg")])
    frame = album(album_id=album_id)
    frame.sync()
    immich.delete_album(album_id)
    with pytest.raises(ConfigError, match="does not exist"):
        frame.sync()
    assert frame.names == ["a.jpg"]


def test_half_listing_removes_nothing(immich: Simulator, user: str, upload: Upload, album: Make) -> None:
    ids = [upload(f"{number}.jpg", day=number) for number in range(12)]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    frame.sync()
    immich.faults.half_listing()
    with contextlib.suppress(NotReady):
        frame.sync()
    assert len(frame.names) == 12


def test_cut_download_is_resumed_where_it_stopped(immich: Simulator, user: str, upload: Upload, album: Make) -> None:
    data = picture(40, 30) + bytes(200_000)
    asset = upload("a.jpg", data=data)
    frame = album(album_id=immich.create_album(user, "Summer", [asset]))
    immich.faults.cut(100_000, path="/api/assets/*/original", times=1)
    report = frame.sync()
    assert report.added == 1
    assert frame.files == {"a.jpg": data}


def test_corrupted_download_never_gets_its_name(immich: Simulator, user: str, upload: Upload, album: Make) -> None:
    ids = [upload("good.jpg"), upload("bad.jpg", day=1)]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    immich.faults.corrupt(path=f"/api/assets/{ids[1]}/original")
    report = frame.sync()
    assert (report.added, report.failed) == (1, 1)
    assert frame.names == ["good.jpg"]
    immich.faults.clear()
    assert frame.sync().added == 1


def test_hanging_download_is_given_up_and_the_others_come(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(4)]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    frame.plugin.read_timeout = 0.5
    frame.plugin.stop()
    frame.plugin.start()
    immich.faults.hang(after_bytes=100, path=f"/api/assets/{ids[2]}/original")
    report = frame.sync()
    assert (report.added, report.waiting) == (3, 1)
    immich.faults.clear()
    assert frame.sync().added == 1


def test_photo_purged_between_listing_and_download_fails_alone(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(3)]
    frame = album(album_id=immich.create_album(user, "Summer", ids))
    immich.faults.meanwhile(lambda: immich.purge(ids[1]), path=f"/api/assets/{ids[1]}/original", times=1)
    report = frame.sync()
    assert (report.added, report.failed) == (2, 1)
    report = frame.sync()
    assert (report.failed, frame.names) == (0, ["0.jpg", "2.jpg"])


def test_login_page_of_a_proxy_is_a_clear_problem_and_costs_nothing(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    frame = album(album_id=immich.create_album(user, "Summer", [upload("a.jpg")]))
    frame.sync()
    immich.faults.login_page()
    with pytest.raises(NotReady) as caught:
        frame.mirror.sync(frame.plugin, Task())
    assert "proxy" in str(caught.value)
    assert frame.names == ["a.jpg"]


def test_key_of_another_person_shows_no_longer_what_was_the_first_ones(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    for number in range(30):
        upload(f"private {number}.jpg")
    other = immich.add_user("Other", f"second-{user}@example.com", "password")
    upload("theirs.jpg", owner=other)
    frame = album(album_id="")
    frame.sync()
    frame.configure({"immich_url": immich.url, "immich_api_key": immich.create_key(other)})
    assert frame.mirror.due(frame.plugin)
    report = frame.sync()
    assert (report.held, frame.names) == (None, ["theirs.jpg"])


def test_library_that_lists_nothing_and_has_everything_is_not_believed(
    immich: Simulator, upload: Upload, album: Make
) -> None:
    for number in range(5):
        upload(f"{number}.jpg")
    frame = album(album_id="")
    frame.sync()
    immich.faults.half_listing(keep=0)
    with pytest.raises(NotReady):
        frame.sync()
    assert len(frame.names) == 5


def test_photos_of_another_server_at_the_same_address_wait_for_a_person(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(25)]
    album_id = immich.create_album(user, "Summer", ids)
    frame = album(album_id=album_id)
    frame.sync()
    before = frame.files
    immich.remove_from_album(album_id, ids)
    immich.add_to_album(album_id, [upload(f"{number}.jpg") for number in range(25)])
    assert frame.sync().held is not None
    assert before.items() <= frame.files.items()


def test_album_deleted_or_key_revoked_in_the_middle_of_a_sync_costs_nothing(
    immich: Simulator, user: str, upload: Upload, album: Make
) -> None:
    ids = [upload(f"{number}.jpg") for number in range(10)]
    album_id = immich.create_album(user, "Summer", ids)
    frame = album(album_id=album_id)
    frame.sync()
    immich.add_to_album(album_id, [upload("new.jpg")])
    immich.faults.meanwhile(lambda: immich.delete_album(album_id), path="/api/timeline/buckets", times=1)
    with contextlib.suppress(ConfigError, NotReady):
        frame.sync()
    assert len(frame.names) >= 10
    immich.faults.clear()
    immich.faults.status(401, path="/original")
    with pytest.raises(ConfigError):
        frame.sync()
    assert len(frame.names) >= 10
