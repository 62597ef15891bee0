"""Whatever Immich, the network or a person does, photos are kept until it is certain that they are meant to go."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from artframe.core.task import Task
from artframe.errors import AuthFailed, ConfigError, NotReady
from artframe.immich.simulator import Simulator
from tests.plugins.immich.conftest import Album, picture

Upload = Callable[..., str]
Make = Callable[..., Album]


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
    frame.wait_for_the_server(1.0)
    immich.faults.hang(after_bytes=100, path=f"/api/assets/{ids[2]}/original")
    report = frame.sync()
    assert (report.added, report.waiting) == (3, 1)
    immich.faults.clear()
    frame.wait_for_the_server(60.0)
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
