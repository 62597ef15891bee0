"""Clocks that are wrong, here and on the server: nothing is deleted for it, and nothing is left lying."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import ServerTime, World

JUMPS = [timedelta(hours=-2), timedelta(days=365), timedelta(days=-365)]
NAMES = ["two hours back", "a year ahead", "a year back"]


@pytest.mark.parametrize("jump", JUMPS, ids=NAMES)
def test_s52_a_clock_that_jumps_deletes_nothing(world: World, jump: timedelta) -> None:
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.clock.set_wall(world.clock.now() + jump)
    for _ in range(3):
        world.settle()
        world.run()
        assert world.writes() == []
    assert len(world.folder()) == 5
    world.put("new.jpg", photo(9))
    world.sync()
    assert len(world.immich()) == 6
    world.immich_trash(photo(0))
    world.sync()
    assert world.local_trash() == {"0.jpg": photo(0)}
    world.immich_restore(photo(0))
    world.sync()
    assert world.folder()["0.jpg"] == photo(0)
    world.assert_quiet()


@pytest.mark.parametrize("skew", JUMPS, ids=NAMES)
def test_s52_a_server_with_another_time_is_followed_all_the_same(
    world: World, server_time: ServerTime, skew: timedelta
) -> None:
    """Each side's times are compared with that side's earlier ones only."""
    server_time.skew = skew
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.assert_quiet()
    world.immich_trash(photo(0))
    world.settle()
    world.run(full=False)
    assert world.local_trash() == {"0.jpg": photo(0)}
    world.immich_restore(photo(0))
    world.settle()
    world.run(full=False)
    assert world.folder()["0.jpg"] == photo(0)
    world.assert_quiet()


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(days=-365)], ids=["ahead", "back"])
def test_s52_a_clock_that_is_wrong_while_photos_vanish_keeps_or_trashes_but_loses_none(
    world: World, jump: timedelta
) -> None:
    """A year ahead the photo looks old and is kept; whatever is decided stays decided when the clock is right again."""
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    right = world.clock.now()
    world.clock.set_wall(right + jump)
    world.remove("0.jpg")
    world.sync()
    if jump > timedelta(0):
        assert not world.asset(photo(0)).trashed
    before = world.asset(photo(0))
    world.clock.set_wall(right)
    world.sync()
    assert world.asset(photo(0)).trashed is before.trashed
    assert "0.jpg" not in world.folder()
    world.assert_quiet()


def test_s52_a_photo_from_the_future_is_uploaded_once_it_stands_still(world: World) -> None:
    """A Raspberry Pi without a clock starts in the past: every file seems to be from the future."""
    world.put("IMG.jpg", photo(1), age=-timedelta(days=300).total_seconds())
    world.settle()
    world.run()
    world.settle()
    world.run()
    assert world.immich() == [("IMG.jpg", photo(1))]
    world.assert_quiet()


@pytest.mark.parametrize("age", [timedelta(days=56 * 365 + 20), timedelta(days=-400)], ids=["before 1970", "in a year"])
def test_s52_a_date_out_of_all_bounds_is_no_obstacle(world: World, age: timedelta) -> None:
    world.put("IMG.jpg", photo(1), age=age.total_seconds())
    world.sync()
    world.sync()
    assert world.immich() == [("IMG.jpg", photo(1))]
    world.immich_trash(photo(1))
    world.sync()
    world.immich_restore(photo(1))
    world.sync()
    assert world.folder() == {"IMG.jpg": photo(1)}
