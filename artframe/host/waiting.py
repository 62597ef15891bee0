"""How does the host wait for a plugin, by the frame's clock and never for ever?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from artframe.core.clock import Clock


async def all_done(works: Iterable[asyncio.Future[Any]], *, clock: Clock, seconds: float) -> bool:
    """Wait until all are done; False when the time is over first. Nothing is cancelled, no result is looked at."""
    pending = {work for work in works if not work.done()}
    if not pending:
        return True
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        while pending and not timer.done():
            await asyncio.wait({*pending, timer}, return_when=asyncio.FIRST_COMPLETED)
            pending = {work for work in pending if not work.done()}
    finally:
        timer.cancel()
    return not pending
