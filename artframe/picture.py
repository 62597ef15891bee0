"""How do slideshow, painter, badge and card come together on the loop?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from artframe.config.models import FrameSettings
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.events import EventBus, Release
from artframe.core.sentence import Sentence, said
from artframe.display.cards import Card
from artframe.display.display_commands import DisplayCommands
from artframe.display.first_steps import Reach, first_steps
from artframe.display.gallery_commands import GalleryCommands
from artframe.display.layout import canvas_of
from artframe.display.painter import Painter
from artframe.display.panels import Panel
from artframe.display.photo_commands import PhotoCommands
from artframe.display.playlist import Playlist, Slide
from artframe.display.screenshots import Screenshots
from artframe.display.slideshow import Slideshow
from artframe.display.stage import Stage
from artframe.display.thumbnails import Thumbnails
from artframe.display.watchdog import Watchdog
from artframe.host.problems import Problems, ProblemsChanged, Severity
from artframe.library.cache import Renditions
from artframe.library.database import Database
from artframe.library.hidden import HiddenPhotos
from artframe.library.library import Library
from artframe.library.photo import LibraryChanged, PhotoShown
from artframe.sources import Sources

log = logging.getLogger(__name__)

_MB = 1 << 20
_LEAST_SPARE_MB = 16
STALLED = 70
"""Exit code when the main thread hangs and a supervisor will start us anew (EX_SOFTWARE)."""


class Picture:
    """What is on the wall, seen from the loop. Create it first, ``start`` it when the panel is open."""

    slideshow: Slideshow
    commands: PhotoCommands
    command_sets: tuple[object, ...]

    def __init__(
        self,
        home: Path,
        caller: Caller,
        clock: Clock,
        events: EventBus,
        database: Database,
        library: Library,
        hidden: HiddenPhotos,
        panel: Panel,
        quit_asked: Callable[[], None],
    ) -> None:
        self._home = home
        self._caller = caller
        self._clock = clock
        self._events = events
        self._library = library
        self._hidden = hidden
        self._panel = panel
        self._quit_asked = quit_asked
        self.playlist = _Announced(database, clock, events, hidden)
        self._settings = FrameSettings()
        self._problems: Problems | None = None
        self._sources: Sources | None = None
        self._reach: Callable[[], Reach] = Reach
        self._renditions: Renditions | None = None
        self._with_code: Card | None = None
        self._releases: list[Release] = []
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def size(self) -> tuple[int, int]:
        """Pixels of the picture on the panel, as people see it: rotation included."""
        canvas = canvas_of(self._panel.size, self._settings.display.rotation)
        return (canvas.width, canvas.height)

    def make_way(self) -> None:
        """Give up finished pictures for what the disk lacks of its spare room; blocks."""
        if self._renditions is not None:
            self._renditions.make_way()

    def keep_up(self) -> None:
        """Write down which photos are hidden, if the disk did not take that before; blocks."""
        self._hidden.keep_up()

    def start(self, stage: Stage, settings: FrameSettings, problems: Problems, sources: Sources) -> None:
        """Begin to show; on the loop, with the panel open."""
        self._settings, self._problems, self._sources = settings, problems, sources
        storage = settings.storage
        renditions = self._renditions = Renditions(
            self._home / "cache" / "renditions",
            limit=storage.cache_mb * _MB,
            # What syncing leaves free is not for the cache alone: settings must find room to be saved.
            spare=max(storage.min_free_mb // 2, _LEAST_SPARE_MB) * _MB,
        )
        painter = Painter(self._panel, renditions)
        run_blocking = self._caller.call
        self.slideshow = Slideshow(
            playlist=self.playlist,
            artist=painter,
            wall=stage,
            clock=self._clock,
            run_blocking=run_blocking,
            settings=settings.display,
            card=self._card,
            language=settings.language,
            minimum_seconds=self._panel.capabilities.minimum_seconds,
            quit_asked=self._quit_asked,
        )
        self.commands = PhotoCommands(self.slideshow)
        folder = self._home / "cache" / "thumbnails"
        gallery = GalleryCommands(
            self.slideshow,
            self.playlist,
            self._hidden,
            self._library,
            Thumbnails(folder, self._library, painter, run_blocking, self._clock, lambda: stage.fading),
            run_blocking,
            self.commands.as_json,
        )
        screenshots = Screenshots(
            stage,
            self._panel,
            self._clock,
            run_blocking,
            rotation=lambda: self._settings.display.rotation,
            instead=lambda: self._without_code(fading=stage.fading),
        )
        self.command_sets = (self.commands, gallery, DisplayCommands(self.slideshow, screenshots))
        watchdog = Watchdog(stage, self._clock, stalled=self._stalled, recovered=self._recovered)
        self._releases = [
            self._events.listen(LibraryChanged, lambda _: self._soon(self.slideshow.library_changed)),
            self._events.listen(ProblemsChanged, lambda change: self._soon(self._show_problems, change)),
        ]
        self._begin(self.slideshow.run())
        self._begin(watchdog.run())

    def configure(self, settings: FrameSettings) -> None:
        """Other settings of the frame; on the loop."""
        self._settings = settings
        self.slideshow.configure(settings.display, settings.language)

    def reached(self, reach: Callable[[], Reach]) -> None:
        """Who tells the card from now on how the frame is reached."""
        self._reach = reach

    async def stop(self) -> None:
        """End the slideshow; the last picture stays on the panel until that closes."""
        for release in self._releases:
            release()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    def _soon(self, function: Callable[..., None], *arguments: Any) -> None:
        self._caller.from_thread(function, *arguments)

    def _show_problems(self, change: ProblemsChanged) -> None:
        self.slideshow.set_problem(any(problem.severity is not Severity.NOTICE for problem in change.problems))
        self.slideshow.library_changed()  # the card, if it is shown, tells of them

    def _card(self) -> Card:
        problems = [problem.message for problem in self._problems or ()]
        names = self._sources.names if self._sources is not None else ()
        card = first_steps(
            name=self._settings.name,
            home=self._home,
            sources=len(names),
            synced=self._library.synced().issuperset(names),
            hidden=self._library.count_showable() == 0 < self._library.count(),
            problems=problems,
            language=self._settings.language,
            reach=self._reach(),
        )
        self._with_code = card if card.code else None
        return card

    def _without_code(self, *, fading: bool) -> Card | None:
        """What somebody sees from afar while the wall shows the pairing code, or fades from it; else None."""
        if self.slideshow.now().slide is not None and not fading:
            self._with_code = None
        return replace(self._with_code, code="", qr="") if self._with_code is not None else None

    def _stalled(self, sentence: Sentence) -> None:
        if self._problems is not None:
            self._problems.problem(
                "frame", "stalled", sentence, said("frame.restart", "restart artframe"), Severity.ERROR
            )
        # Under systemd a new process is the remedy; elsewhere nobody would start one, and plugins still work.
        if os.environ.get("INVOCATION_ID"):
            log.critical("artframe ends so that systemd starts it anew")
            logging.shutdown()
            os._exit(STALLED)

    def _recovered(self) -> None:
        if self._problems is not None:
            self._problems.clear("frame", "stalled")


class _Announced(Playlist):
    """A playlist that tells everybody what is on the screen."""

    def __init__(self, database: Database, clock: Clock, events: EventBus, hidden: HiddenPhotos) -> None:
        super().__init__(database, clock, hidden)
        self._events = events

    def shown(self, slide: Slide) -> None:
        with contextlib.ExitStack() as afterwards:
            # Told even if it cannot be written down: it is on the screen.
            afterwards.callback(self._events.publish, PhotoShown(local=slide.local, reason=slide.reason.english))
            super().shown(slide)
