"""How does a frame come up, and how does it end? The composition root: the main thread's part of it."""

from __future__ import annotations

import gc
import logging
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from artframe import __version__, logs
from artframe.backup.journal import finish_at_start
from artframe.config.home import init_home
from artframe.config.models import FrameSettings
from artframe.config.store import ConfigStore
from artframe.core.clock import Clock, SystemClock
from artframe.core.events import EventBus
from artframe.core.lock import InstanceLock
from artframe.core.log_store import LogStore
from artframe.core.time_zone import TimeZone
from artframe.display.layout import Size
from artframe.display.memory import tame_allocator
from artframe.display.panels import Panel, PanelOptions, create
from artframe.display.stage import Stage
from artframe.errors import ConfigError, NotReady
from artframe.host.discovery import PluginKinds
from artframe.services import Services

log = logging.getLogger(__name__)

_STOP_SECONDS = 45.0
"""How long the loop may take to end in all its stages before the process ends without it."""


@dataclass(frozen=True, kw_only=True)
class PanelChoice:
    """What the command line wants of the panel, over what ``frame.json`` says (None: as it says)."""

    name: str | None = None
    window: tuple[int, int] | None = None
    png_file: Path | None = None


class ArtFrame:
    """One frame on one home. ``run`` belongs to the main thread; ``stop`` may be called from any, and from a signal.

    ``demo``: its web page is for this machine only, and asks for no password.
    """

    def __init__(
        self, home: Path, choice: PanelChoice | None = None, *, clock: Clock | None = None, demo: bool = False
    ) -> None:
        self.home = home.expanduser().absolute()
        self.events = EventBus()
        self._choice = choice if choice is not None else PanelChoice()
        self._clock = clock if clock is not None else SystemClock()
        self._demo = demo
        self._stage: Stage | None = None
        self._services: Services | None = None
        self._stopping = threading.Event()
        self._why = ""
        self._anew = False
        self._successor: ArtFrame | None = None

    def run(self) -> int:
        """Show pictures until stopped; returns the exit code. Raises CommandError if another frame has this home."""
        lock = InstanceLock(self.home / "state" / "artframe.lock")
        try:
            init_home(self.home)
            lock.acquire()
        except OSError as error:
            raise ConfigError(
                f"the frame's folder {self.home} cannot be used: {error.strerror or error}; artframe does not start",
                "see that it belongs to the user who runs artframe, or name another with --home or ARTFRAME_HOME",
            ) from error
        try:
            return self._run()
        finally:
            lock.release()

    @property
    def wants_successor(self) -> bool:
        """Whether it ended so that another one can start on the same home."""
        return self._anew and not self._stopping.is_set()

    def successor(self) -> ArtFrame:
        """The frame that goes on in the place of this one; who stops this one stops that."""
        made = self._successor = ArtFrame(self.home, self._choice, clock=self._clock, demo=self._demo)
        if self._stopping.is_set():
            made.stop(self._why)
        return made

    def stop(self, why: str = "asked to") -> None:
        """End soon: the picture stays until the last stage."""
        if self._successor is not None:
            self._successor.stop(why)
        if not self._stopping.is_set():
            self._why = why
        self._stopping.set()
        if self._stage is not None:
            self._stage.stop()

    def start_anew(self, why: str) -> None:
        """End soon, as ``stop``, for a successor."""
        self._why, self._anew = why, True
        if self._stage is not None:
            self._stage.stop()

    def request_job(self, name: str) -> None:
        """Have a job run soon, as ``artframe job run --no-wait`` does; harmless while the frame is not up."""
        if self._services is not None:
            self._services.request_job(name)

    def stop_after(self, seconds: float) -> None:
        """End after so many seconds at the latest."""
        timer = threading.Timer(seconds, self.stop, ("its time is over",))
        timer.daemon = True
        timer.start()

    def _run(self) -> int:
        tame_allocator()
        kinds = PluginKinds.installed()
        store = ConfigStore(
            self.home,
            events=self.events,
            clock=self._clock,
            kinds=kinds.settings,
            known_kinds=lambda: tuple(kinds),
            migrations=kinds.migrate,
        )
        recent = LogStore(logs.mask)
        logs.start_logging(self.home / "logs", "info", store=recent)
        finish_at_start(self.home)
        settings = store.load().frame
        logs.set_secrets(store.known_secrets)
        logs.set_level(settings.log.level)
        time_zone = TimeZone()
        time_zone.use(settings.time_zone)
        log.info("artframe %s starts on %s", __version__, self.home)
        panel, complaint = self._panel(settings)
        services = self._services = Services(
            home=self.home,
            clock=self._clock,
            events=self.events,
            store=store,
            kinds=kinds,
            panel=panel,
            complaint=complaint,
            recent=recent,
            time_zone=time_zone,
            stop=self.stop,
            start_anew=self.start_anew,
            demo=self._demo,
        )
        stage = self._stage = Stage(panel, self._clock, services.hear)
        if self._stopping.is_set():
            stage.stop()
        loop = threading.Thread(target=services.run, args=(stage,), name="loop")
        self._take_signals()
        # What was loaded stays for good. Garbage collections that look at all of it again hold the interpreter for
        # a seventh of a second here, several times that on a Pi: a fade would stand still.
        gc.freeze()
        loop.start()
        try:
            stage.run(services.panel_opened)
        except NotReady:
            services.failed = True
            raise
        finally:
            services.end()
            loop.join(_STOP_SECONDS)
            if loop.is_alive():
                log.critical("the loop did not end within %.0f s; artframe ends without it", _STOP_SECONDS)
            log.info("artframe has ended: %s", self._why or "it failed")
            time_zone.use("")
        return 1 if services.failed else 0

    def _panel(self, settings: FrameSettings) -> tuple[Panel, str]:
        """The panel, not yet opened, and what is wrong with the one that ``frame.json`` names, if anything."""
        display = settings.display
        file = self._choice.png_file or self.home / (display.png_file or "screen.png")
        window = Size(*self._choice.window) if self._choice.window is not None else None
        options = PanelOptions(title=settings.name, window=window, file=file)
        if self._choice.name is not None:
            return create(self._choice.name, options), ""
        try:
            return create(display.panel, options), ""
        except ConfigError as error:
            # A misspelt name must not leave the wall dark.
            return create("auto", options), f"{error}; the panel that fits this machine is used instead"

    def _take_signals(self) -> None:
        # Only the main thread may; a frame that a test runs in another thread is stopped by calling ``stop``.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, lambda found, _: self.stop(signal.Signals(found).name))
