"""Is there room on the disk of the frame's home, and is a frame that found none at its start started anew?"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.sentence import said
from artframe.errors import ArtframeError
from artframe.host.problems import Problems, Severity
from artframe.library.database import Database

LOOK_SECONDS = 10.0
_FULL = 1 << 20
"""So few bytes are no room: not even a list of photos can be kept then."""
_ENOUGH = 2 << 20
"""So many are room again: a disk at the edge shall not be told to be full again and again."""

log = logging.getLogger(__name__)


class Keeper(Protocol):
    """Keeps things on the disk. Both block, and neither raises for the disk."""

    def make_way(self) -> None:
        """Give up what can be made again."""
        ...

    def keep_up(self) -> None:
        """Write down what the disk did not take before."""
        ...


class Room:
    """Watches one home. On a disk that is full its ``keeper`` is asked to make way, on one with room to keep up.

    ``standby``: the library could not be opened there, and a copy in memory serves. Such a frame is asked to
    ``start_anew`` once the library can be opened and there is room for what comes then.
    """

    def __init__(
        self,
        home: Path,
        problems: Problems,
        caller: Caller,
        clock: Clock,
        keeper: Keeper,
        start_anew: Callable[[str], None],
        *,
        standby: bool,
    ) -> None:
        self._state = home / "state"
        self._problems = problems
        self._caller = caller
        self._clock = clock
        self._standby = standby
        self._keeper = keeper
        self._start_anew = start_anew
        self._full = False
        self._watching: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now, and every few seconds from now on; on the loop."""
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Look no more; harmless when it never started."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            try:
                usable = await self._caller.call(self._look)
            except OSError as error:
                log.debug("the disk does not say how much room it has: %s", error)
            else:
                if usable and self._standby:
                    self._start_anew("the disk takes the library again")
            await self._clock.sleep(LOOK_SECONDS)

    def _look(self) -> bool:
        free = self._free()
        if free < _FULL:
            self._keeper.make_way()
            free = self._free()
        self._full = free < (_ENOUGH if self._full else _FULL)
        if self._full:
            self._problems.problem(
                "frame",
                "room",
                said(
                    "room.none",
                    "the disk is full: photos, settings and who signs in cannot be kept; what is here is shown",
                ),
                said(
                    "room.make",
                    "make room on it ('artframe doctor' says how much there is); artframe then goes on by itself",
                ),
                Severity.ERROR,
            )
        else:
            self._problems.clear("frame", "room")
            self._keeper.keep_up()
        return self._standby and free >= _ENOUGH and self._opens()

    def _free(self) -> int:
        found = os.statvfs(self._state)
        return found.f_bavail * found.f_frsize

    def _opens(self) -> bool:
        try:
            Database(self._state / "library.db").close()
        except ArtframeError:
            return False
        return True
