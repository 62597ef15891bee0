"""Who pressed something and waits until it is carried out?"""

from __future__ import annotations

import asyncio


class Presses:
    """Answers all of them at once, when the slideshow has come to rest. Lives on the loop."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    async def carried_out(self) -> None:
        """Wait until everything that is wished for now is seen."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        await waiting

    def answer(self) -> None:
        """It is seen."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    def cancel(self) -> None:
        """It will never be seen: the slideshow ends."""
        for one in self._waiting:
            one.cancel()
