"""The album plugin keeps an Immich album here: what is shown, what is left out, what happens when things change."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from datetime import datetime

import pytest

from artframe.errors import ConfigError
from artframe.immich.simulator import Simulator
from tests.plugins.immich.conftest import Album

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
