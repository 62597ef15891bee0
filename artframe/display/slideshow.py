"""What is on the wall now, and when does the next picture come? Always something; failures only cost time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from artframe.core.clock import Clock
from artframe.display.cards import Card
from artframe.display.exposure import Exposure
from artframe.display.look import DisplaySettings, look_of
from artframe.display.now import Now
from artframe.display.panels import Frame, Input
from artframe.display.past import Past
from artframe.display.presses import Presses
from artframe.display.roles import Artist, Playlist, RunBlocking, Slide, Wall
from artframe.display.stage import Presented, Pressed
from artframe.display.upcoming import Entry, Prepared, Upcoming, missing, wait_for_event

RETRY_SECONDS = 5.0

log = logging.getLogger(__name__)


class Slideshow:
    """Decides what is shown. Lives on the event loop: ``run`` is its one writer, everything else leaves it a wish.

    ``card`` gives the texts for the time without a photo. ``quit_asked`` is called when a person closes the window.
    ``minimum_seconds`` is the panel's: no interval is shorter.
    """

    def __init__(
        self,
        *,
        playlist: Playlist,
        artist: Artist,
        wall: Wall,
        clock: Clock,
        run_blocking: RunBlocking,
        settings: DisplaySettings,
        card: Callable[[], Card],
        language: str = "en",
        minimum_seconds: float = 0.0,
        quit_asked: Callable[[], None] = lambda: None,
    ) -> None:
        self._playlist = playlist
        self._artist = artist
        self._wall = wall
        self._clock = clock
        self._exposure = Exposure(wall, clock, max(settings.interval_seconds, minimum_seconds))
        self._run_blocking = run_blocking
        self._settings = settings
        self._card = card
        self._minimum = minimum_seconds
        self._quit_asked = quit_asked
        self._look = look_of(settings, language)
        self._wake = asyncio.Event()
        self._upcoming = Upcoming(playlist, artist, run_blocking, clock, self._look, self._wake.set)
        self._past = Past(playlist, self._upcoming)
        self._current: Prepared | None = None
        self._since: datetime | None = None
        self._card_shown: Card | None = None
        self._wants_next = False
        self._wants_previous = 0
        self._wants_check = False
        self._wants_repaint = False
        self._wants_badge = True
        self._problem = False
        self._presses = Presses()
        self._failing = False

    # ---- for everybody on the loop

    def now(self) -> Now:
        """Return what is shown and why (``slide.reason``)."""
        slide = self._current.entry.slide if self._current else None
        left = self._exposure.left if slide else None
        since = self._since if slide else None
        return Now(slide=slide, since=since, paused=self._exposure.paused, asleep=self._exposure.asleep, next_in=left)

    def recent(self) -> tuple[Slide, ...]:
        """Return what was shown before the current slide, newest first."""
        return self._past.recent()

    async def next(self) -> Slide | None:
        """Go on to the next photo; returns what is shown then, as soon as it is completely seen."""
        self._wants_next = True
        return await self._carried_out()

    async def previous(self) -> Slide | None:
        """Go back to the photo before; the one that is left comes next. Returns what is shown then."""
        self._wants_previous += 1
        return await self._carried_out()

    def pause(self) -> None:
        """Stay with the current photo until ``resume``; next and previous still work."""
        self._exposure.paused = True
        self._wake.set()

    def resume(self) -> None:
        """Go on; the current photo gets its whole interval again."""
        if self._exposure.paused:
            self._exposure.paused = False
            self._exposure.restart()
            self._wake.set()

    def sleep(self, asleep: bool) -> None:
        """Show nothing until woken; the picture and its order stay. Awake, it gets its whole interval again.

        Nothing is prepared beyond the two pictures that are kept ready, since time stands still.
        """
        if asleep != self._exposure.asleep:
            self._exposure.asleep = asleep
            self._exposure.restart()
            self._wall.sleep(asleep)
            self._wake.set()

    async def drop_hidden(self) -> Slide | None:
        """A person hid photos: none of them is shown any more. Returns what is shown once that is so."""
        self._wants_check = True
        return await self._carried_out()

    def configure(self, settings: DisplaySettings, language: str = "en") -> None:
        """Take new settings into force, without a restart."""
        look = look_of(settings, language)
        if look != self._look:
            self._look = look
            self._upcoming.change_look(look)
            self._wants_repaint = True
        self._settings = settings
        self._exposure.interval = max(settings.interval_seconds, self._minimum)
        self._wants_badge = True
        self._wake.set()

    def set_problem(self, problem: bool) -> None:
        """Say whether something needs a person's attention: the corner badge."""
        if problem != self._problem:
            self._problem = problem
            self._wants_badge = True
            self._wake.set()

    def library_changed(self) -> None:
        """Photos came or went, or the card's texts changed. Cheap: call it as often as anything happens."""
        self._wants_check = True
        self._upcoming.library_changed()
        self._wake.set()

    def hear(self, message: Presented | Pressed) -> None:
        """Take what the stage tells."""
        if isinstance(message, Presented):
            self._exposure.arrived(message.token)
            self._upcoming.rest(self._exposure.arriving)
        elif message.input is Input.QUIT:
            self._quit_asked()
        elif self._exposure.asleep:
            self.sleep(False)  # whoever presses a key before a black frame wants to see something, whatever the key
        elif message.input is Input.NEXT:
            self._wants_next = True
        elif message.input is Input.PREVIOUS:
            self._wants_previous += 1
        elif self._exposure.paused:
            self.resume()
        else:
            self.pause()
        self._wake.set()

    # ---- the one writer

    async def run(self) -> None:
        """Show photos until cancelled; then give back what was chosen and not shown."""
        preparing = asyncio.create_task(self._upcoming.run())
        try:
            while True:
                self._wake.clear()
                try:
                    await self._decide()
                except Exception as error:
                    if not self._failing:
                        log.error("the slideshow failed; the picture stays and it goes on", exc_info=error)
                    self._failing = True
                    await wait_for_event(self._wake, RETRY_SECONDS, self._clock)
                    continue
                self._failing = False
                # A photo that is overdue (0) is not ready yet: it wakes us when it is.
                await wait_for_event(self._wake, self._exposure.left or None, self._clock)
        finally:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)
            self._presses.cancel()
            await self._count_as_shown()
            await self._upcoming.release_all()

    async def _decide(self) -> None:
        if not self._exposure.arriving:
            await self._count_as_shown()
        if self._wants_badge:
            await self._update_badge()
        if self._wants_repaint:
            await self._repaint()
        if self._wants_check:
            await self._check()
        while self._wants_previous:
            await self._go_back()
        if self._current is None or self._wants_next or self._exposure.due:
            prepared = self._upcoming.take()
            if prepared is not None:
                await self._go_on(prepared)
            elif self._upcoming.dry:
                self._wants_next = False
                if self._current is None:
                    await self._do_without()
                elif self._exposure.due:
                    self._exposure.restart()  # the only photo there is gets another round
        if not self._exposure.arriving and not self._wants_next:
            self._presses.answer()

    async def _go_on(self, prepared: Prepared) -> None:
        self._wants_next = False
        if self._current is not None:
            self._past.add(self._current.entry.slide)
        await self._show(prepared)

    async def _go_back(self) -> None:
        self._wants_previous = max(0, self._wants_previous - 1)
        before = await self._past.take()
        if before is None:
            return
        if self._current is not None:
            self._upcoming.put_back(self._current)
        await self._show(before)

    async def _repaint(self) -> None:
        self._wants_repaint = False
        if self._current is None:
            self._card_shown = None  # drawn again below, if there is still no photo
            return
        await self._count_as_shown()
        frame = await self._upcoming.paint(self._current.entry.slide)
        if frame is None:
            self._wants_next = True  # it cannot be painted any more: it stays, as it is, until another one is ready
        else:
            self._current = Prepared(entry=self._current.entry, frame=frame)
            self._hand_over(frame, cut=True)

    async def _check(self) -> None:
        """See what is not to be shown any more: a photo that was hidden, or taken out, leaves the wall at once."""
        self._wants_check = False
        await self._upcoming.drop_unwanted()
        self._past.drop(self._playlist.is_hidden)
        current = self._current
        if current is None:
            return
        slide = current.entry.slide
        if self._playlist.is_hidden(slide):
            await self._count_as_shown()
        elif await self._run_blocking(missing, [slide.local.path]):
            await self._upcoming.note(self._playlist.failed, slide, "the file is no longer there")
        else:
            return
        self._current, self._since, self._wants_next = None, None, True

    async def _show(self, prepared: Prepared) -> None:
        await self._count_as_shown()
        self._current, self._since, self._card_shown = prepared, self._clock.now(), None
        self._hand_over(prepared.frame)

    async def _do_without(self) -> None:
        """There is no next photo: show the card. While none can even be chosen, rather a photo from before."""
        if self._upcoming.failing and (before := await self._past.take(of_this_run=True)) is not None:
            await self._show(before)
        elif (card := self._card()) != self._card_shown:
            frame = await self._run_blocking(self._artist.card, card, self._look)
            self._card_shown = card
            self._hand_over(frame)

    def _hand_over(self, frame: Frame, *, cut: bool = False) -> None:
        self._upcoming.rest(True)
        fades = self._settings.transition == "crossfade" and not cut
        self._exposure.hand_over(frame, self._settings.transition_seconds if fades else 0.0)

    async def _count_as_shown(self) -> None:
        """Tell the playlist, once for each choice. One that was skipped while it faded in has been seen, too."""
        current = self._current
        if current is not None and current.entry.fresh:
            self._current = Prepared(entry=Entry(slide=current.entry.slide, fresh=False), frame=current.frame)
            await self._upcoming.note(self._playlist.shown, current.entry.slide)

    async def _update_badge(self) -> None:
        self._wants_badge = False
        wanted = self._problem and self._settings.show_badge
        self._wall.set_badge(await self._run_blocking(self._artist.badge, self._look) if wanted else None)

    async def _carried_out(self) -> Slide | None:
        self._wake.set()
        await self._presses.carried_out()
        return self._current.entry.slide if self._current else None
