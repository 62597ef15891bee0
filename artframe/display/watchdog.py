"""Who notices that the picture stands still because the main thread hangs?"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from typing import Protocol

from artframe.core.clock import Clock
from artframe.core.sentence import Sentence, said

STALL_SECONDS = 30.0  # a slow card, a busy machine and a long fade stay well below it

log = logging.getLogger(__name__)


class Watched(Protocol):
    """What is watched (see ``Stage``)."""

    @property
    def thread_id(self) -> int | None: ...

    def stalled_for(self) -> float: ...


class Watchdog:
    """Asks the stage now and then whether it still presents; runs on the loop, so it still works when the stage hangs.

    ``stalled`` is called once per stall, with a sentence for people: it raises a problem or ends the process for a
    restart. ``recovered`` is called when the stage presents again after all.
    """

    def __init__(
        self,
        stage: Watched,
        clock: Clock,
        *,
        stalled: Callable[[Sentence], None],
        recovered: Callable[[], None],
        limit: float = STALL_SECONDS,
    ) -> None:
        self._stage = stage
        self._clock = clock
        self._stalled = stalled
        self._recovered = recovered
        self._limit = limit
        self._in_stall = False

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await self._clock.sleep(self._limit / 4)
            self.check()

    def check(self) -> None:
        """Look once."""
        seconds = self._stage.stalled_for()
        if seconds > self._limit and not self._in_stall:
            self._in_stall = True
            sentence = said(
                "display.stalled",
                "the display has presented nothing for {seconds} seconds although it should",
                seconds=round(seconds),
            )
            log.critical("%s; its thread is here:\n%s", sentence, self._where())
            self._stalled(sentence)
        elif seconds <= self._limit and self._in_stall:
            self._in_stall = False
            log.info("the display presents again")
            self._recovered()

    def _where(self) -> str:
        frame = sys._current_frames().get(self._stage.thread_id or -1)
        return "".join(traceback.format_stack(frame)) if frame else "(the thread has ended)"
