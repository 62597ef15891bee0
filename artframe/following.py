"""How do other settings come into force, wherever in the frame they belong?"""

from __future__ import annotations

import asyncio
import logging

from artframe.config.snapshot import ConfigChanged
from artframe.core.calling import Caller
from artframe.core.time_zone import TimeZone
from artframe.faces import Faces
from artframe.jobs.jobs import Jobs
from artframe.notices import Notices
from artframe.picture import Picture
from artframe.sources import Sources

log = logging.getLogger(__name__)


class Following:
    """Puts other settings of the frame and its sources into force, one change after the other, in their order."""

    def __init__(
        self,
        caller: Caller,
        sources: Sources,
        picture: Picture,
        notices: Notices,
        faces: Faces,
        time_zone: TimeZone,
        jobs: Jobs,
    ) -> None:
        self._caller = caller
        self._sources = sources
        self._picture = picture
        self._notices = notices
        self._faces = faces
        self._time_zone = time_zone
        self._jobs = jobs
        self._lane = asyncio.Lock()
        self._work: set[asyncio.Task[None]] = set()

    def changed(self, change: ConfigChanged) -> None:
        """Take note of a change; on the loop."""
        task = asyncio.create_task(self._follow(change))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _follow(self, change: ConfigChanged) -> None:
        async with self._lane:
            try:
                if change.frame:
                    if self._time_zone.use(change.config.frame.time_zone):
                        self._jobs.rearm("the time zone is another one")
                    self._picture.configure(change.config.frame)
                    self._notices.configure(change.config.frame)
                    await self._faces.configure()
                await self._caller.call(self._sources.follow, change.config)
            except Exception:
                log.exception("new settings could not be followed in full; the ones before stay in force")
