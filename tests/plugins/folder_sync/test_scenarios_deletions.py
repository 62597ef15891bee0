"""What a deletion in the folder does, and what it must not do (scenarios 14 to 16 and 19)."""

from __future__ import annotations

import pytest

from artframe_folder_sync.records import ActionKind
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World


@pytest.fixture
def full(world: World) -> World:
    """Four photos that both sides have."""
    for number in range(4):
        world.put(f"{number}.jpg", photo(number), age=1000)
    world.sync()
    return world


@pytest.mark.parametrize("how", ["trashed", "purged"])
def test_s14_a_photo_that_both_sides_deleted_is_remembered_as_gone_without_any_write(full: World, how: str) -> None:
    full.remove("1.jpg")
    (full.immich_trash if how == "trashed" else full.immich_purge)(photo(1))
    assets = full.assets()

    for _ in range(3):
        full.run(lossless=False)
        assert full.writes() == []
        full.settle()

    assert full.assets() == assets
    assert full.local_trash() == {}
    assert len(full.folder()) == 3
    full.assert_quiet()


def test_s15_a_deleted_file_takes_its_photo_to_the_trash_after_the_grace_and_never_further(full: World) -> None:
    full.remove("1.jpg")
    full.run()
    assert full.writes() == []
    full.clock.advance(full.config.delete_grace_seconds - 1)
    full.run()
    assert full.writes() == []

    full.settle()
    report = full.run()

    assert report.done.get(ActionKind.TRASH_REMOTE) == 1
    assert full.immich_trashed() == [("1.jpg", photo(1))]
    assert len(full.immich()) == 3
    assert [method for method, _ in full.writes()] == ["DELETE"]
    full.assert_quiet()


def test_s15_a_deletion_that_a_quick_run_saw_waits_for_the_grace_too(full: World) -> None:
    full.remove("1.jpg")
    for _ in range(3):
        full.run(full=False, dirty=[""])
        assert full.writes() == []
        full.clock.advance(full.config.delete_grace_seconds / 4)

    full.sync()

    assert full.immich_trashed() == [("1.jpg", photo(1))]


def test_s15_a_quick_run_that_looks_elsewhere_is_no_second_look(full: World) -> None:
    full.put("elsewhere/9.jpg", photo(9), age=1000)
    full.remove("1.jpg")
    full.run()
    full.settle()

    full.run(full=False, dirty=["elsewhere"])
    full.run(full=False)

    assert full.immich_trashed() == []
    full.sync()
    assert full.immich_trashed() == [("1.jpg", photo(1))]


def test_s15_two_scans_in_a_moment_are_not_two_observations(full: World) -> None:
    full.remove("1.jpg")

    for _ in range(5):
        full.run()

    assert full.immich_trashed() == []


def test_s15_where_nothing_may_be_trashed_a_deletion_stays_local(full: World) -> None:
    full.use_key("asset.upload", "asset.read", "asset.download", "user.read")
    full.remove("1.jpg")

    for _ in range(3):
        full.settle()
        text = full.attempt()

    assert len(full.immich()) == 4
    assert "asset.delete" in text


def test_s16_a_new_favourite_or_description_does_not_keep_a_photo_from_the_trash(full: World) -> None:
    full.server.set_details(full.asset(photo(1)).id, isFavorite=True, description="our best one")
    full.remove("1.jpg")

    full.sync()

    assert full.immich_trashed() == [("1.jpg", photo(1))]
    assert full.asset(photo(1)).favourite


def test_s16_favourites_stay_if_that_is_chosen(full: World) -> None:
    full.configure(keep_favourites=True)
    full.sync()
    full.server.set_details(full.asset(photo(1)).id, isFavorite=True)
    full.remove("1.jpg", "2.jpg")

    full.sync()
    full.sync()

    assert full.immich_trashed() == [("2.jpg", photo(2))]
    assert "1.jpg" not in full.folder()
    full.assert_quiet()


def test_s19_a_file_that_comes_back_within_the_grace_was_never_deleted(full: World) -> None:
    away = full.base / "trash of the file manager.jpg"
    (full.root / "1.jpg").rename(away)
    full.run(lossless=False)
    full.clock.advance(full.config.delete_grace_seconds / 2)
    away.rename(full.root / "1.jpg")

    for _ in range(3):
        full.run()
        assert full.writes() == []
        full.settle()

    assert len(full.immich()) == 4
    full.assert_quiet()


def test_s19_a_file_that_comes_back_only_for_a_while_starts_the_grace_anew(full: World) -> None:
    away = full.base / "trash of the file manager.jpg"
    (full.root / "1.jpg").rename(away)
    full.run(lossless=False)
    away.rename(full.root / "1.jpg")
    full.run()
    full.settle()
    (full.root / "1.jpg").rename(away)

    full.run(lossless=False)
    assert full.immich_trashed() == []

    full.settle()
    full.run()
    assert full.immich_trashed() == [("1.jpg", photo(1))]
