"""Several things may end a wait: which of them comes first? On the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from artframe.errors import Cancelled

T = TypeVar("T")


async def first(*works: Awaitable[T]) -> T:
    """Do all of it until the first has ended, and return what came of that; the others are given up, and end.

    Of several that end at once it is the one that is named first. What it raises passes through.
    """
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task.done()).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def unless(work: Awaitable[T], *ends: Awaitable[Any]) -> T:
    """What came of the work. Raises Cancelled, and gives it up, if one of the ``ends`` comes before."""
    return await first(work, *(_cancelled_by(end) for end in ends))


async def _cancelled_by(end: Awaitable[Any]) -> Any:
    await end
    raise Cancelled
