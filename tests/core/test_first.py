"""Whatever comes first ends the wait, and nothing of the rest is left behind."""

from __future__ import annotations

import asyncio

import pytest

from artframe.core.first import first, unless
from artframe.errors import Cancelled


class Work:
    """Goes on until it is told what came of it."""

    def __init__(self) -> None:
        self.given_up = False
        self._end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def end(self, result: str | Exception) -> Work:
        if isinstance(result, str):
            self._end.set_result(result)
        else:
            self._end.set_exception(result)
        return self

    async def done(self) -> str:
        try:
            return await self._end
        except asyncio.CancelledError:
            await asyncio.sleep(0)  # it takes a moment to tidy up
            self.given_up = True
            raise


def test_the_first_to_end_tells_what_came_of_it_and_the_others_have_ended_too() -> None:
    async def test() -> None:
        slow, quick = Work(), Work().end("quick")
        assert await first(slow.done(), quick.done()) == "quick"
        assert slow.given_up and not quick.given_up

    asyncio.run(test())


def test_of_two_that_end_at_once_the_one_that_is_named_first_counts() -> None:
    async def test() -> None:
        assert await first(Work().end("one").done(), Work().end("other").done()) == "one"
        assert await unless(Work().end("work").done(), Work().end("end").done()) == "work"

    asyncio.run(test())


def test_what_goes_wrong_with_the_first_passes_through() -> None:
    async def test() -> None:
        with pytest.raises(ZeroDivisionError):
            await first(Work().done(), Work().end(ZeroDivisionError()).done())

    asyncio.run(test())


def test_who_gives_up_waiting_gives_up_all_of_it() -> None:
    async def test() -> None:
        works = [Work(), Work()]
        waiting = asyncio.ensure_future(first(*(one.done() for one in works)))
        for _ in range(3):
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert all(one.given_up for one in works)

    asyncio.run(test())


def test_an_end_that_comes_before_cancels_the_work() -> None:
    async def test() -> None:
        work = Work()
        with pytest.raises(Cancelled):
            await unless(work.done(), Work().done(), Work().end("gone").done())
        assert work.given_up

    asyncio.run(test())
