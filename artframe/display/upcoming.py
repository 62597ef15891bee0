"""Which pictures come next, and are they ready to be shown?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artframe.core.clock import Clock
from artframe.display.decode import PhotoGone, UnreadablePhoto
from artframe.display.look import Look
from artframe.display.panels import Frame
from artframe.display.roles import Artist, Playlist, RunBlocking, Slide
from artframe.errors import NotReady

AHEAD = 2
# With nothing to choose, the library's changes wake us; this pause only guards against a change that was missed.
ASK_AGAIN_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class Entry:
    """A slide in the queue. ``fresh`` ones are reserved: the playlist waits to hear what became of them."""

    slide: Slide
    fresh: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A slide with its finished frame."""

    entry: Entry
    frame: Frame


class Upcoming:
    """Keeps two finished pictures ahead of the one that is seen. Lives on the loop; ``run`` does the work.

    ``changed`` is called whenever there may be something new to decide: a picture became ready, or there is none.
    """

    def __init__(
        self,
        playlist: Playlist,
        artist: Artist,
        run_blocking: RunBlocking,
        clock: Clock,
        look: Look,
        changed: Callable[[], None],
    ) -> None:
        self._playlist = playlist
        self._artist = artist
        self._run_blocking = run_blocking
        self._clock = clock
        self._look = look
        self._changed = changed
        self._ready: deque[Prepared] = deque()
        self._later: deque[Entry] = deque()  # to be prepared before anything new is chosen
        self._in_work: Entry | None = None
        self._attempt = 0
        self._lane = asyncio.Lock()
        self._wake = asyncio.Event()
        self._forgetful = False
        self._resting = False
        self.failing = False
        """True while photos cannot be chosen: what is known from before is all there is to show."""
        self.dry = False
        """True while nothing is ready and there is nothing to choose (or choosing fails)."""

    async def run(self) -> None:
        """Prepare pictures until cancelled; nothing stops it but that."""
        while True:
            self._wake.clear()
            if len(self._ready) >= AHEAD or (self._resting and self._ready):
                await self._wake.wait()
                continue
            try:
                found = await self._prepare_one()
            except Exception as error:
                self._note_failure(error)
                found = False
            else:
                self._note_failure(None)
            if found:
                continue
            self.dry = not self._ready
            self._changed()
            with contextlib.suppress(TimeoutError):
                await self._wake_or(5.0 if self.failing else ASK_AGAIN_SECONDS)

    def take(self) -> Prepared | None:
        """Take the next picture if it is ready."""
        if not self._ready:
            return None
        self._wake.set()
        return self._ready.popleft()

    def put_back(self, prepared: Prepared) -> None:
        """Let this picture come next, before all others."""
        self._recall()
        self._ready.appendleft(Prepared(entry=Entry(slide=prepared.entry.slide, fresh=False), frame=prepared.frame))
        while len(self._ready) > AHEAD:
            self._later.appendleft(self._ready.pop().entry)

    def change_look(self, look: Look) -> None:
        """Prepare everything anew."""
        self._recall()
        self._look = look
        self._later.extendleft(prepared.entry for prepared in reversed(self._ready))
        self._ready.clear()
        self._wake.set()

    def rest(self, resting: bool) -> None:
        """Start no preparing while a picture fades in, unless none is ready: both together would need most memory."""
        self._resting = resting
        if not resting:
            self._wake.set()

    def library_changed(self) -> None:
        """Ask the playlist again, if there was nothing to choose."""
        self._wake.set()

    async def drop_unwanted(self) -> None:
        """Forget what a person hid, and finished pictures whose photo is gone from the disk."""
        await self._drop_hidden()
        paths = [prepared.entry.slide.local.path for prepared in self._ready]
        gone = set(await self._run_blocking(missing, paths))
        for prepared in [one for one in self._ready if one.entry.slide.local.path in gone]:
            if prepared in self._ready:
                self._ready.remove(prepared)
                await self.note(self._playlist.failed, prepared.entry.slide, "the file is no longer there")
        self._wake.set()

    async def paint(self, slide: Slide) -> Frame | None:
        """Prepare one slide out of turn; None if its photo is gone or unreadable, which the playlist is told."""
        try:
            return await self._run_blocking(self._artist.paint, slide.local, self._look)
        except UnreadablePhoto as error:
            level = logging.DEBUG if isinstance(error, PhotoGone) else logging.WARNING
            log.log(level, "%s", error)
            problem = error.message
        except Exception as error:
            log.exception("%s could not be prepared; the frame shows another photo", slide.local.path.name)
            problem = f"could not be prepared: {error}"
        await self.note(self._playlist.failed, slide, problem)
        return None

    async def ask(self, function: Callable[..., Any], *arguments: object) -> Any:
        """Call the playlist: in a worker, one call at a time, in order."""
        async with self._lane:
            return await self._run_blocking(function, *arguments)

    async def note(self, function: Callable[..., Any], slide: Slide, *more: object) -> None:
        """Tell the playlist what became of a slide. If it cannot take note (disk full), the show goes on anyway."""
        try:
            await self.ask(function, slide, *more)
        except Exception as error:
            if not self._forgetful:
                known = error if isinstance(error, NotReady) else None
                reason = f" ({known.message})" if known else ""
                told = f"the playlist cannot take note of what is shown{reason}; the slideshow goes on"
                log.log(logging.WARNING if known else logging.ERROR, told, exc_info=None if known else error)
            self._forgetful = True
        else:
            self._forgetful = False

    async def release_all(self) -> None:
        """Give back what was reserved and will not be shown."""
        self._recall()
        entries = [*(prepared.entry for prepared in self._ready), *self._later]
        self._ready.clear()
        self._later.clear()
        for entry in reversed(entries):  # the last choice first, so that a playlist in order keeps its place
            await self._give_back(entry)

    async def _prepare_one(self) -> bool:
        if not self._later:
            slide = await self.ask(self._playlist.next)
            if slide is not None:
                self._later.append(Entry(slide=slide))
        if not self._later:
            return False
        entry = self._in_work = self._later.popleft()
        attempt = self._attempt
        frame = await self.paint(entry.slide)
        if attempt != self._attempt:
            return True  # it was recalled meanwhile: its entry waits in the queue again
        self._in_work = None
        if self._playlist.is_hidden(entry.slide):
            await self._give_back(entry)
        elif frame is not None:
            self._ready.append(Prepared(entry=entry, frame=frame))
            self.dry = False
            self._changed()
        return True

    async def _drop_hidden(self) -> None:
        hidden = self._playlist.is_hidden
        unwanted = [one for one in (*(ready.entry for ready in self._ready), *self._later) if hidden(one.slide)]
        self._ready = deque(ready for ready in self._ready if ready.entry not in unwanted)
        self._later = deque(entry for entry in self._later if entry not in unwanted)
        for entry in unwanted:
            await self._give_back(entry)

    async def _give_back(self, entry: Entry) -> None:
        if entry.fresh:
            await self.note(self._playlist.release, entry.slide)

    def _recall(self) -> None:
        """Take back the slide that is being prepared: the order or the look is about to change."""
        self._attempt += 1
        if self._in_work is not None:
            self._later.appendleft(self._in_work)
            self._in_work = None

    def _note_failure(self, error: Exception | None) -> None:
        if error is not None and not self.failing:
            log.exception("choosing the next photo failed; the picture stays and it is tried again", exc_info=error)
        elif error is None and self.failing:
            log.info("photos can be chosen again")
        self.failing = error is not None

    async def _wake_or(self, seconds: float) -> None:
        await wait_for_event(self._wake, seconds, self._clock)


async def wait_for_event(event: asyncio.Event, seconds: float | None, clock: Clock) -> None:
    """Wait until the event is set or the clock has moved on by so many seconds (None: only for the event)."""
    if seconds is None:
        await event.wait()
        return
    waiting = {asyncio.ensure_future(event.wait()), asyncio.ensure_future(clock.sleep(seconds))}
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


def missing(paths: list[Path]) -> list[Path]:
    """Return those of the paths where there is no file (any more)."""
    return [path for path in paths if not path.exists()]
