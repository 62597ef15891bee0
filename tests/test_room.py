"""A disk that is full is told, is relieved of what can be made again, and a frame that found no room starts anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from artframe.core.calling import Caller
from artframe.core.events import EventBus
from artframe.host.problems import Problems
from artframe.library.database import Database
from artframe.room import LOOK_SECONDS, Room
from artframe.testing import ManualClock
from tests.small_disk import SmallDisk, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "home", size="6m") as disk:
        Database(disk.place / "state" / "library.db").close()
        yield disk


class Watched:
    """A home with a room that is watched."""

    def __init__(self, disk: SmallDisk, *, standby: bool, make_way: Callable[[], None]) -> None:
        self.make_way = make_way
        self.kept_up = 0
        self.clock, events = ManualClock(), EventBus()
        self.problems = Problems(disk.place / "problems.json", clock=self.clock, events=events)
        self.caller = Caller(asyncio.get_running_loop())
        self.anew: list[str] = []
        self.room = Room(disk.place, self.problems, self.caller, self.clock, self, self.anew.append, standby=standby)

    def keep_up(self) -> None:
        self.kept_up += 1

    @property
    def told(self) -> list[str]:
        return [f"{one.message} | {one.hint}" for one in self.problems]

    async def look(self) -> None:
        """Until the next look is over."""
        await asyncio.to_thread(self.clock.wait_for_sleepers)
        self.clock.advance(LOOK_SECONDS)
        await asyncio.to_thread(self.clock.wait_for_sleepers)


@asynccontextmanager
async def watched(
    disk: SmallDisk, *, standby: bool = False, make_way: Callable[[], None] = lambda: None
) -> AsyncIterator[Watched]:
    house = Watched(disk, standby=standby, make_way=make_way)
    house.room.start()
    await house.look()
    yield house
    await house.room.stop()
    house.caller.close()
    await asyncio.to_thread(house.problems.close)


def test_a_disk_that_gets_full_is_told_until_it_has_room(disk: SmallDisk) -> None:
    async def story() -> None:
        async with watched(disk) as house:
            assert house.told == []
            disk.fill()
            await house.look()
            [told] = house.told
            assert "the disk is full" in told and "make room" in told
            disk.make_room()
            disk.fill(leave=384)
            await house.look()
            assert house.told == [told], "a megabyte and a half: not yet"
            disk.make_room()
            kept_up = house.kept_up
            await house.look()
            assert house.told == [] and house.anew == []
            assert house.kept_up > kept_up, "what was not written is written now"

    asyncio.run(story())


def test_what_can_be_made_again_gives_way_first(disk: SmallDisk) -> None:
    async def story() -> None:
        async with watched(disk, make_way=disk.make_room) as house:
            disk.fill()
            await house.look()
            assert house.told == []

    asyncio.run(story())


def test_a_frame_that_serves_from_memory_starts_anew_once_the_disk_takes_its_library(disk: SmallDisk) -> None:
    async def story() -> None:
        disk.fill()
        async with watched(disk, standby=True) as house:
            assert house.anew == []
            disk.make_room()
            disk.fill(leave=100)
            await house.look()
            assert house.anew == [], "there is not room enough for what comes then"
            disk.make_room()
            await house.look()
            assert len(house.anew) == 1

    asyncio.run(story())
