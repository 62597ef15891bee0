"""What was shown before, and how does the slideshow get back to it?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from artframe.display.roles import Playlist, Slide
from artframe.display.upcoming import Entry, Prepared, Upcoming

KEPT = 50


class Past:
    """The last slides of this run and, behind them, what the playlist remembers of earlier ones. Lives on the loop."""

    def __init__(self, playlist: Playlist, upcoming: Upcoming) -> None:
        self._playlist = playlist
        self._upcoming = upcoming
        self._slides: deque[Slide] = deque(maxlen=KEPT)

    def add(self, slide: Slide) -> None:
        """This one leaves the wall now."""
        self._slides.append(slide)

    def recent(self) -> tuple[Slide, ...]:
        """The slides of this run, newest first."""
        return tuple(reversed(self._slides))

    async def take(self, *, of_this_run: bool = False) -> Prepared | None:
        """Take back the newest that can still be shown; None when there is none (``of_this_run``: asks no playlist)."""
        while True:
            fresh = not self._slides
            if fresh and of_this_run:
                return None
            slide = await self._upcoming.ask(self._playlist.previous) if fresh else self._slides.pop()
            if slide is None:
                return None
            frame = await self._upcoming.paint(slide)
            if frame is not None:
                return Prepared(entry=Entry(slide=slide, fresh=fresh), frame=frame)

    def drop(self, unwanted: Callable[[Slide], bool]) -> None:
        """Forget some of them."""
        self._slides = deque((slide for slide in self._slides if not unwanted(slide)), maxlen=KEPT)
