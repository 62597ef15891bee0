"""How many, how old, and what is out of scope: the brakes on deletions (64, 65, 66)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from artframe_folder_sync.records import AgeClock, Held, RunReport, Side
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.downloads import download_all
from tests.plugins.folder_sync.world import World

DAY = timedelta(days=1).total_seconds()


@pytest.fixture
def crowd(world: World) -> World:
    """Thirty photos on both sides, and at most four deletions at once."""
    world.configure(max_deletions=4, max_deletions_percent=10.0)
    for number in range(30):
        world.put(f"{number:02}.jpg", photo(number))
    world.sync()
    assert len(world.immich()) == 30
    return world


def delete(world: World, side: Side, *numbers: int) -> None:
    """Whose deletion it is is named by where it is to happen: ``remote`` is one in the folder."""
    if side == "remote":
        world.remove(*(f"{number:02}.jpg" for number in numbers))
    else:
        world.immich_trash(*map(photo, numbers))


def deleted(world: World, side: Side) -> set[bytes]:
    """What has been deleted on that side."""
    return {content for _, content in world.immich_trashed()} if side == "remote" else set(world.local_trash().values())


def held(report: RunReport, side: Side) -> Held:
    (one,) = (one for one in report.held if one.side == side)
    return one


SIDES = pytest.mark.parametrize("side", ["remote", "local"])


@SIDES
def test_s64_as_many_as_allowed_are_deleted_without_a_question(crowd: World, side: Side) -> None:
    delete(crowd, side, 0, 1, 2, 3)
    assert crowd.sync().held == ()
    assert len(deleted(crowd, side)) == 4


@SIDES
def test_s64_more_are_all_held_with_number_and_sample_and_additions_go_on(crowd: World, side: Side) -> None:
    delete(crowd, side, *range(6))
    crowd.put("new.jpg", photo(99))
    report = crowd.sync()
    assert deleted(crowd, side) == set()
    one = held(report, side)
    assert one.count == 6
    assert set(one.sample) <= {f"{number:02}.jpg" for number in range(6)} and one.sample
    assert ("new.jpg", photo(99)) in crowd.immich()
    crowd.restart()
    crowd.clock.advance(3 * DAY)
    report = crowd.sync()
    assert deleted(crowd, side) == set(), "time and a restart confirm nothing"
    assert held(report, side).count == 6


@SIDES
def test_s64_what_is_confirmed_is_done_and_what_appears_later_is_judged_anew(crowd: World, side: Side) -> None:
    delete(crowd, side, *range(6))
    crowd.sync()
    assert crowd.pair.confirm(side) == 6
    delete(crowd, side, *range(10, 16))
    report = crowd.sync()
    assert deleted(crowd, side) == set(map(photo, range(6)))
    assert held(report, side).count == 6
    assert set(held(report, side).sample) <= {f"{number:02}.jpg" for number in range(10, 16)}
    assert crowd.pair.confirm(side) == 6
    crowd.sync()
    assert len(deleted(crowd, side)) == 12
    crowd.assert_quiet()


@SIDES
def test_s64_a_confirmed_deletion_that_was_taken_back_is_not_done(crowd: World, side: Side) -> None:
    delete(crowd, side, *range(6))
    crowd.sync()
    crowd.pair.confirm(side)
    if side == "remote":
        crowd.put("00.jpg", photo(0))
    else:
        crowd.immich_restore(photo(0))
    crowd.sync()
    assert deleted(crowd, side) == set(map(photo, range(1, 6)))
    delete(crowd, side, 0, *range(10, 16))
    report = crowd.sync()
    assert len(deleted(crowd, side)) == 5, "the old consent does not stretch to a new deletion"
    assert held(report, side).count == 7


@SIDES
def test_s64_a_drip_of_deletions_is_stopped_as_well(crowd: World, side: Side) -> None:
    """Four each hour would empty the folder in a night: the limit holds for a day, too."""
    delete(crowd, side, 0, 1, 2)
    crowd.sync()
    crowd.clock.advance(3600)
    delete(crowd, side, 3, 4, 5)
    report = crowd.sync()
    assert len(deleted(crowd, side)) == 3
    assert held(report, side).count == 3
    crowd.clock.advance(DAY)
    crowd.sync()
    assert len(deleted(crowd, side)) == 6, "a day later they are within the limit"


def test_s64_the_limit_is_a_share_where_there_are_many(world: World) -> None:
    world.configure(max_deletions=1, max_deletions_percent=20.0)
    for number in range(30):
        world.put(f"{number:02}.jpg", photo(number))
    world.sync()
    world.remove(*(f"{number:02}.jpg" for number in range(6)))
    assert world.sync().held == ()
    assert len(world.immich_trashed()) == 6


def test_s65_an_old_photo_deleted_in_the_folder_stays_in_immich_and_out_of_the_folder(world: World) -> None:
    for number in range(3):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    download_all_later = photo(9)
    world.immich_upload("app.jpg", download_all_later)
    download_all(world)
    world.clock.advance(31 * DAY)
    world.remove("0.jpg")
    world.sync()
    assert not world.asset(photo(0)).trashed
    world.restart()
    world.sync()
    assert photo(0) not in world.folder().values(), "it was deleted here: it does not come down again"
    assert not world.asset(photo(0)).trashed
    world.assert_quiet()
    world.put("back.jpg", photo(0))
    world.sync()
    assert world.folder()["back.jpg"] == photo(0)
    assert len(world.assets()) == 4
    world.assert_quiet()


@pytest.mark.parametrize(
    ("threshold", "age", "goes"), [(0, 0, False), (None, 4000, True), (10, 9, True), (10, 11, False)]
)
def test_s65_the_threshold_may_be_never_always_or_any_number_of_days(
    world: World, threshold: int | None, age: int, goes: bool
) -> None:
    world.configure(delete_threshold_days=threshold)
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.clock.advance(age * DAY)
    world.remove("IMG.jpg")
    world.sync()
    assert world.asset(photo(1)).trashed is goes


@pytest.mark.parametrize(
    ("age_clock", "goes"), [(AgeClock.IN_IMMICH, True), (AgeClock.TAKEN, False), (AgeClock.FILE_AGE, False)]
)
def test_s65_the_age_counts_from_the_day_that_was_chosen(world: World, age_clock: AgeClock, goes: bool) -> None:
    """A photo of last year that came to Immich today."""
    world.configure(age_clock=age_clock)
    world.put("IMG.jpg", photo(1), age=400 * DAY)
    world.put("stays.jpg", photo(2))
    world.sync()
    world.remove("IMG.jpg")
    world.sync()
    assert world.asset(photo(1)).trashed is goes


def test_s65_a_photo_that_was_in_immich_long_before_the_folder_is_as_old_as_it_is_there(world: World) -> None:
    world.immich_upload("IMG.jpg", photo(1), taken_at=datetime(2020, 1, 1, tzinfo=UTC))
    world.clock.advance(40 * DAY)
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.remove("IMG.jpg")
    world.sync()
    assert not world.asset(photo(1)).trashed


def test_s66_what_falls_out_of_scope_is_forgotten_and_not_deleted(world: World) -> None:
    for path, number in {"holiday/1.jpg": 1, "holiday/2.jpg": 2, "stays.jpg": 3, "screenshot_4.png": 4}.items():
        world.put(path, photo(number))
    world.sync()
    world.configure(ignore=("holiday/", "screenshot_*"))
    world.sync()
    world.sync()
    assert not any(one.trashed for one in world.assets())
    world.remove("holiday/1.jpg")
    world.immich_trash(photo(2), photo(4))
    world.sync()
    assert not world.asset(photo(1)).trashed
    assert world.folder() == {"holiday/2.jpg": photo(2), "stays.jpg": photo(3), "screenshot_4.png": photo(4)}
    world.immich_restore(photo(2), photo(4))
    world.configure(ignore=())
    world.sync()
    world.sync()
    assert len(world.assets()) == 4
    assert len(world.folder()) == 3
    world.assert_quiet()


def test_s66_an_ignore_file_in_the_folder_counts_as_well(world: World) -> None:
    world.put("private/1.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    (world.root / ".artframe-ignore").write_text("# not for Immich\nprivate/\n")
    world.sync()
    world.remove("private")
    world.sync()
    world.sync()
    assert not world.asset(photo(1)).trashed
    world.assert_quiet()


def test_s66_after_a_change_of_scope_the_next_run_only_adds(world: World) -> None:
    """What is missing at that moment may be missing because of the change."""
    for number in range(4):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.remove("0.jpg")
    world.immich_trash(photo(1))
    world.settle()
    world.run()
    world.settle()
    world.configure(ignore=("*.tif",))
    world.put("new.jpg", photo(9), age=100)
    world.remove("2.jpg")
    world.immich_trash(photo(3))
    world.run()
    assert not world.asset(photo(2)).trashed
    assert "3.jpg" in world.folder()
    assert not world.asset(photo(9)).trashed


def test_s66_another_folder_for_the_same_account_deletes_nothing(world: World) -> None:
    for number in range(3):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    old = world.root
    world.root = world.base / "new folder"
    world.root.mkdir()
    world.put("0.jpg", photo(0))
    world.configure(folder=world.root)
    for _ in range(3):
        world.settle()
        try:
            world.run()
        except Exception as error:  # to stop and ask is right as well
            assert "folder" in str(error).lower()
    assert not any(one.trashed for one in world.assets())
    assert len(list(old.glob("*.jpg"))) == 3
    assert world.folder() == {"0.jpg": photo(0)}
