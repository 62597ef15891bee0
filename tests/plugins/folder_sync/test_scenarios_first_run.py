"""What the first run of a pair does, and the first one after its state was lost (scenarios 1 to 4)."""

from __future__ import annotations

from datetime import timedelta

from artframe_folder_sync.records import ActionKind, DownloadRule
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World, said

_LOOKING = {  # whose key and which server this is, and the list
    ("GET", "/server/version"),
    ("GET", "/server/media-types"),
    ("GET", "/server/config"),
    ("GET", "/server/features"),
    ("GET", "/api-keys/me"),
    ("GET", "/users/me"),
    ("POST", "/search/metadata"),
}


def test_s01_the_same_photo_on_both_sides_is_matched_by_its_content_without_any_upload(world: World) -> None:
    for number in range(5):
        world.put(f"camera/IMG_{number}.jpg", photo(number), age=1000)
        world.immich_upload(f"from the phone {number}.jpg", photo(number))
    folder, account = world.folder(), world.immich()

    report = world.run()

    assert world.writes() == []
    assert report.done.get(ActionKind.LINK) == 5
    assert report.tracked == 5
    assert (world.folder(), world.immich()) == (folder, account)
    world.assert_quiet()


def test_s02_a_full_folder_fills_an_empty_account_and_the_second_run_only_lists(world: World) -> None:
    for number in range(150):
        world.put(f"{number // 40}/IMG_{number:04}.jpg", photo(number), age=1000)

    report = world.run()

    assert report.done.get(ActionKind.UPLOAD) == 150
    assert sorted(name for name, _ in world.immich()) == [f"IMG_{number:04}.jpg" for number in range(150)]
    assert {content for _, content in world.immich()} == set(world.folder().values())
    world.settle()
    world.run()
    assert set(world.requests()) <= _LOOKING
    assert len(world.requests()) <= 10
    world.assert_quiet()


def test_s02_the_albums_of_a_full_folder_are_its_top_folders_if_wanted(world: World) -> None:
    world.configure(albums_by_folder=True)
    world.put("Italy/a.jpg", photo(1), age=1000)
    world.put("Italy/day 2/b.jpg", photo(2), age=1000)
    world.put("loose.jpg", photo(3), age=1000)

    world.run()

    assert world.albums() == {"Italy": {"a.jpg", "b.jpg"}}
    world.assert_quiet()


def test_s03_nothing_is_downloaded_into_an_empty_folder_before_somebody_agreed_to_number_and_size(world: World) -> None:
    world.configure(download=DownloadRule(enabled=True, reserve_bytes=0))
    for number in range(30):
        world.immich_upload(f"IMG_{number}.jpg", photo(number))

    report = world.run()

    assert world.folder() == {}
    (held,) = [one for one in report.held if one.side == "download"]
    assert held.count == 30
    assert held.size == sum(len(photo(number)) for number in range(30))
    assert "free" in held.reason
    world.run()
    assert world.folder() == {}

    assert world.pair.confirm("download") == 30
    world.run()

    assert set(world.folder().values()) == {photo(number) for number in range(30)}
    assert world.writes() == []
    world.assert_quiet()


def test_s03_without_downloads_switched_on_an_empty_folder_stays_empty(world: World) -> None:
    world.immich_upload("IMG.jpg", photo())

    report = world.run()

    assert world.folder() == {}
    assert report.held == ()
    assert world.writes() == []


def test_s04_a_lost_state_makes_the_union_of_both_sides_and_deletes_nothing(world: World) -> None:
    for name, number in (("both.jpg", 1), ("deleted here meanwhile.jpg", 2), ("deleted there meanwhile.jpg", 3)):
        world.put(name, photo(number), age=1000)
    world.run()
    world.clock.advance(timedelta(days=90).total_seconds())
    world.lose_state()
    world.remove("deleted here meanwhile.jpg")
    world.immich_trash(photo(3))
    world.put("new here.jpg", photo(4), age=1000)
    world.immich_upload("new there.jpg", photo(5))

    for _ in range(3):
        world.sync()

    assert set(world.folder().values()) == {photo(1), photo(3), photo(4)}
    assert {content for _, content in world.immich()} == {photo(number) for number in range(1, 6)}
    assert world.immich_trashed() == []
    assert world.local_trash() == {}
    world.assert_quiet()


def test_s04_with_a_lost_state_not_even_many_missing_files_are_deletions(world: World) -> None:
    for number in range(12):
        world.put(f"{number}.jpg", photo(number), age=1000)
    world.run()
    world.lose_state()
    world.remove(*(f"{number}.jpg" for number in range(1, 12)))

    report = world.sync()

    assert len(world.immich()) == 12
    assert report.held == (), said(report)
