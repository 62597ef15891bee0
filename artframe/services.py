"""What lives on the loop, in which order does it start, and in which stages does it stop?"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from artframe.access.access import Access
from artframe.config.snapshot import ConfigChanged
from artframe.config.store import ConfigStore
from artframe.config.watch import ConfigWatch
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.commands import CommandRegistry
from artframe.core.events import EventBus
from artframe.core.log_store import LogStore
from artframe.core.time_zone import LOCAL, TimeZone
from artframe.display.panels import Panel
from artframe.display.stage import Presented, Pressed, Stage
from artframe.doctor.panel import facts_of
from artframe.faces import Faces
from artframe.following import Following
from artframe.frame_parts import FrameParts
from artframe.host.discovery import PluginKinds
from artframe.host.entries import Entries
from artframe.host.parts import HostParts
from artframe.host.problems import Problems
from artframe.host.safemode import BootWatch
from artframe.host.sync_job import SYNC
from artframe.jobs.history import History
from artframe.jobs.jobs import Jobs
from artframe.library.hidden import HiddenPhotos
from artframe.library.library import Library
from artframe.notices import Notices
from artframe.picture import Picture
from artframe.reaching import Reaching
from artframe.repertoire import add_commands
from artframe.room import Room
from artframe.sources import Sources
from artframe.stages import Stages, name_the_hung, timed
from artframe.standby import open_library

log = logging.getLogger(__name__)

_SOON_SECONDS = 300.0
"""How soon to sync again when the server was not ready with some of the photos."""


class Services:
    """Everything but the main thread. ``run`` is the loop thread's whole life; the rest is for any thread."""

    def __init__(
        self,
        *,
        home: Path,
        clock: Clock,
        events: EventBus,
        store: ConfigStore,
        kinds: PluginKinds,
        panel: Panel,
        complaint: str,
        recent: LogStore,
        time_zone: TimeZone,
        stop: Callable[[str], None],
        start_anew: Callable[[str], None],
        demo: bool = False,
    ) -> None:
        self._home = home
        self._clock = clock
        self._events = events
        self._store = store
        self._kinds = kinds
        self._panel = panel
        self._complaint = complaint
        self._recent = recent
        self._time_zone = time_zone
        self._stop = stop
        self._start_anew = start_anew
        self._demo = demo
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opened = threading.Event()
        self._ending = threading.Event()
        self._wake: asyncio.Event | None = None
        self._picture: Picture | None = None
        self._jobs: Jobs | None = None
        self._young: asyncio.Task[None] | None = None
        self.failed = False

    # ---- from the main thread

    def run(self, stage: Stage) -> None:
        """Live until ``end``; a failure of the loop itself ends the frame, with its traceback in the log."""
        try:
            asyncio.run(self._live(stage))
        except Exception:
            self.failed = True
            log.critical("artframe cannot go on", exc_info=True)
        finally:
            if not self._ending.is_set():
                self._stop("the loop ended")

    def panel_opened(self) -> None:
        """The panel knows its size now: pictures can be made for it."""
        self._opened.set()
        self._poke()

    def end(self) -> None:
        """Stop everything, in stages."""
        self._ending.set()
        self._poke()

    def hear(self, message: Presented | Pressed) -> None:
        """What the stage tells; the slideshow hears it on the loop."""
        loop, picture = self._loop, self._picture
        if loop is not None and picture is not None and not loop.is_closed():
            loop.call_soon_threadsafe(picture.slideshow.hear, message)

    def request_job(self, name: str) -> None:
        """Have a job run soon; harmless when there is no such job (yet)."""
        if self._jobs is not None:
            self._jobs.request(name)

    def _quit(self) -> None:
        self._stop("its window was closed")

    def _poke(self) -> None:
        loop, wake = self._loop, self._wake
        if loop is not None and wake is not None and not loop.is_closed():
            loop.call_soon_threadsafe(wake.set)

    # ---- on the loop

    async def _live(self, stage: Stage) -> None:
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        stages: Stages = []
        caller = Caller(self._loop)
        try:
            await self._start(stage, caller, stages)
            await self._until(self._ending)
        finally:
            for name, seconds, stop in reversed(stages):
                await timed(name, seconds, stop)
            caller.close()

    async def _until(self, event: threading.Event) -> None:
        assert self._wake is not None
        while not event.is_set() and not self._ending.is_set():
            await self._wake.wait()
            self._wake.clear()

    async def _start(self, stage: Stage, caller: Caller, stages: Stages) -> None:
        """Bring up the parts in order: what is on the wall first, then who may talk to us, then the plugins."""
        state = self._home / "state"
        problems = await caller.call(lambda: Problems(state / "problems.json", clock=self._clock, events=self._events))
        stages.append(("problems", 5, lambda: caller.call(problems.close)))
        database, library_trouble = await caller.call(open_library, state / "library.db")
        stages.append(("library", 10, lambda: caller.call(database.close)))
        library = Library(database)
        hidden = await caller.call(HiddenPhotos, state / "hidden.json", database, self._clock, self._events.publish)
        picture = Picture(
            self._home, caller, self._clock, self._events, database, library, hidden, self._panel, self._quit
        )

        def sync_soon(job: str) -> None:
            caller.loop.call_later(_SOON_SECONDS, jobs.request, job)

        sources = Sources(
            home=self._home,
            database=database,
            library=library,
            playlist=picture.playlist,
            kinds=self._kinds,
            problems=problems,
            clock=self._clock,
            events=self._events,
            config=lambda: self._store.config,
            sync_soon=lambda instance: caller.from_thread(sync_soon, f"{instance}/{SYNC}"),
            keeps=not library_trouble,
        )
        await caller.call(sources.follow, self._store.config)

        await self._until(self._opened)
        if self._ending.is_set():
            return
        picture.start(stage, self._store.config.frame, problems, sources)
        self._picture = picture
        stages.append(("slideshow", 5, picture.stop))

        boot = BootWatch(state / "boot.json", self._clock)
        await caller.call(boot.begin)
        registry = CommandRegistry()
        history = await caller.call(History, state / "jobs.json", self._clock, LOCAL)
        jobs = self._jobs = Jobs(caller=caller, clock=self._clock, events=self._events, history=history, zone=LOCAL)
        parts = HostParts(
            home=self._home,
            caller=caller,
            clock=self._clock,
            events=self._events,
            commands=registry,
            jobs=jobs,
            problems=problems,
            kinds=self._kinds,
            boot=boot,
            library=library,
            panel_size=lambda: picture.size,
            mirrors=sources.keeper,
            confirm=lambda instance: sources.keeper(instance).confirm(),
        )
        entries = Entries(parts, self._store)
        notices = Notices(self._store, problems, database, self._clock)
        notices.start(self._events, panel=self._complaint, library=library_trouble)
        access = await caller.call(Access, state, self._clock, self._events)
        faces = Faces(
            home=self._home,
            registry=registry,
            caller=caller,
            clock=self._clock,
            events=self._events,
            store=self._store,
            problems=problems,
            access=access,
            demo=self._demo,
        )
        reaching = Reaching(
            access=access,
            facts=faces.facts,
            picture=picture,
            problems=problems,
            caller=caller,
            clock=self._clock,
            events=self._events,
            demo=self._demo,
        )
        room = Room(self._home, problems, caller, self._clock, picture, self._start_anew, standby=bool(library_trouble))
        frame = FrameParts(
            caller=caller,
            clock=self._clock,
            events=self._events,
            store=self._store,
            kinds=self._kinds,
            entries=entries,
            jobs=jobs,
            problems=problems,
            library=library,
            hidden=hidden,
            picture=picture,
            faces=faces,
            access=access,
            reaching=reaching,
            recent=self._recent,
            panel=lambda: facts_of(stage, self._panel, shows=library.count() > 0, complaint=self._complaint),
        )
        add_commands(registry, frame)
        watch = ConfigWatch(self._store.layout, self._store.reload, clock=self._clock)

        async def end_boot() -> None:
            # A start that failed in the middle counts as a crash.
            if self._young is not None:
                self._young.cancel()
                await caller.call(boot.end)

        async def end_jobs() -> None:
            name_the_hung("jobs", await jobs.stop())

        async def end_plugins() -> None:
            await entries.stop_all()

        # In the order in which they end, the last first, whatever becomes of the start; none needs to have begun.
        stages.append(("access", 5, reaching.stop))
        stages.append(("disk watch", 5, room.stop))
        stages.append(("start counter", 5, end_boot))
        stages.append(("jobs", 10, end_jobs))
        stages.append(("plugins", 25, end_plugins))
        stages.append(("configuration watch", 5, lambda: caller.call(watch.stop)))
        stages.append(("faces", 8, faces.stop))
        await faces.start()
        reaching.start()
        room.start()
        jobs.start()
        follow = Following(caller, sources, picture, notices, faces, self._time_zone, jobs)
        self._events.listen(ConfigChanged, lambda change: caller.from_thread(follow.changed, change))
        entries.start_all()
        await caller.call(watch.start)
        self._young = asyncio.create_task(self._grow_up(boot, entries))

    async def _grow_up(self, boot: BootWatch, entries: Entries) -> None:
        await boot.watch()
        await entries.leave_safe_mode()
