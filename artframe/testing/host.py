"""How does a test run plugins in a real host: files, loop, threads, jobs, mirror; everything but a display?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from artframe.config.home import init_home
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock, SystemClock
from artframe.core.commands import CommandRegistry
from artframe.core.events import EventBus, Release
from artframe.host.discovery import PluginKinds
from artframe.host.entries import Entries
from artframe.host.entry import Entry
from artframe.host.parts import HostParts
from artframe.host.picking import PickCommands
from artframe.host.plugin_commands import PluginCommands
from artframe.host.problems import Problems
from artframe.host.safemode import BootWatch
from artframe.host.states import State
from artframe.jobs.history import History
from artframe.jobs.job_commands import JobCommands
from artframe.jobs.jobs import Jobs
from artframe.library.database import Database
from artframe.library.library import Library
from artframe.library.mirror import Mirror
from artframe.plugin import Plugin
from artframe.testing.clock import ManualClock

T = TypeVar("T")

WAIT_SECONDS = 60.0
"""How long (really) a test waits for what must come."""


class Witness:
    """Sees every event of a bus; a test waits here until what it wants to see is true."""

    def __init__(self, events: EventBus) -> None:
        self._changed = threading.Condition()
        self.seen: list[object] = []
        self.release: Release = events.listen(object, self._take_note)

    def wait_until(self, is_so: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS) -> None:
        """Block until it is so; looks again after each event. Raises TimeoutError saying what did not come."""
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds:g} seconds in vain for {what}")
            # Not everything that a test waits for is an event: look now and then without one.
            with self._changed:
                self._changed.wait(0.02)

    def _take_note(self, event: object) -> None:
        with self._changed:
            self.seen.append(event)
            self._changed.notify_all()


class PluginHost:
    """A host on a home of its own, driven from a test's thread.

    ``kinds`` says which plugins there are (None: those installed). Files are written and read as a person's edits are.
    """

    panel_size = (1920, 1080)

    def __init__(
        self, home: Path, *, clock: Clock | None = None, kinds: Mapping[str, type[Plugin]] | None = None
    ) -> None:
        self.home = home
        self.clock = clock if clock is not None else SystemClock()
        self.events = EventBus()
        self.commands = CommandRegistry()
        self.witness = Witness(self.events)
        self._given: dict[str, type[Plugin]] | None = dict(kinds) if kinds is not None else None
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self.hung: tuple[str, ...] = ()
        self.crash = False
        """Set it before ``stop`` and the host ends without a word, as after a power cut."""

    def install(self, kind: str, plugin: type[Plugin]) -> None:
        """Make a kind of plugin known, before ``start`` or after."""
        self._given = {**(self._given or {}), kind: plugin}
        if self._thread is not None:
            self.kinds.add(PluginKinds.of({kind: plugin}))

    def start(self) -> None:
        """Bring the host up; returns when plugins start."""
        init_home(self.home)
        self._ready.clear()
        self._thread = threading.Thread(target=self._run, name="plugin host")
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Stop all plugins and end; harmless when it does not run."""
        if self._thread is None:
            return
        assert self._loop is not None
        assert self._ending is not None
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()
        self._thread = None

    def configure(self, instance: str, kind: str, settings: Mapping[str, Any], *, enabled: bool = True) -> None:
        """Write the plugin's file, as a person does, and have it read."""
        content = {"version": 1, "plugin": kind, "enabled": enabled, "settings": dict(settings)}
        self.write(instance, json.dumps(content, indent=2))

    def write(self, instance: str, text: str) -> None:
        """Write any text into the plugin's file and have it read."""
        path = self._file(instance)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        if self._thread is not None:
            self.store.reload()

    def remove(self, instance: str) -> None:
        """Delete the plugin's file and have that noticed."""
        self._file(instance).unlink()
        self.store.reload()

    def entry(self, instance: str) -> Entry:
        """What the host keeps of the configured plugin."""
        return self.entries[instance]

    def wait_for(self, instance: str, *states: State) -> State:
        """Block until the plugin is in one of the states; returns it."""

        def is_so() -> bool:
            return instance in self.entries and self.entries[instance].state in states

        names = " or ".join(state.value for state in states)
        try:
            self.witness.wait_until(is_so, f"'{instance}' to be {names}")
        except TimeoutError as error:
            rows = [row for row in self.entries.list() if row["instance"] == instance]
            now = f"it is {rows[0]['state']}: {rows[0]['reason']}" if rows else "it is not there"
            raise TimeoutError(f"{error}; {now}") from None
        return self.entries[instance].state

    def wait_until_gone(self, instance: str) -> None:
        """Block until nothing of a removed plugin is left."""
        self.witness.wait_until(lambda: not self.entries.knows(instance), f"'{instance}' to be gone")

    def pass_time(self, seconds: float) -> None:
        """Move the manual clock; before each moment at which something is due, wait until all plugins and jobs rest."""
        assert isinstance(self.clock, ManualClock)
        self.clock.advance(seconds, before_each=lambda: self.on_loop(self._calm()))

    def pass_time_until(self, is_so: Callable[[], bool], what: str, *, step: float = 5.0) -> None:
        """Move the manual clock again and again until it is so: for what hangs or waits on it, and so never rests."""
        assert isinstance(self.clock, ManualClock)
        end, moved = time.monotonic() + WAIT_SECONDS, 0.0
        while not is_so():
            if time.monotonic() > end:
                raise TimeoutError(f"moved the clock by {moved:g} seconds in vain for {what}")
            self.clock.advance(step)
            moved += step
            with contextlib.suppress(TimeoutError):
                self.witness.wait_until(is_so, what, 0.1)

    async def _calm(self) -> None:
        while True:
            for entry in self.entries:
                await entry.settled()
            # Whoever is about to wait on the clock gets there.
            for _ in range(10):
                await asyncio.sleep(0)
            if not (works := self.jobs.works()):
                return
            await asyncio.wait(works.values())

    def command(self, name: str, /, **arguments: Any) -> Any:
        """Run a command of the frame, as the command line does, and return its JSON result."""
        known = self.commands.get(name)
        return self.on_loop(self.caller.call(known.function, **known.bind(arguments)))

    def on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it on the host's loop and wait for its end."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_SECONDS)

    def _file(self, instance: str) -> Path:
        return self.home / "config" / "plugins" / f"{instance}.json"

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as error:
            self._error = error
            self._ready.set()

    async def _live(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        with contextlib.ExitStack() as exits:
            self._build(exits)
            self.jobs.start()
            self.entries.start_all()
            self._ready.set()
            await self._ending.wait()
            if self.crash:
                return
            self.hung = await self.entries.stop_all()
            self.hung += await self.jobs.stop()
            self.boot.end()

    def _build(self, exits: contextlib.ExitStack) -> None:
        assert self._loop is not None
        state = self.home / "state"
        self.kinds = PluginKinds.installed() if self._given is None else PluginKinds.of(self._given)
        self.store = ConfigStore(
            self.home,
            events=self.events,
            clock=self.clock,
            kinds=self.kinds.settings,
            known_kinds=lambda: tuple(self.kinds),
            migrations=self.kinds.migrate,
        )
        self.store.load()
        self.caller = Caller(self._loop)
        exits.callback(self.caller.close)
        self.problems = Problems(state / "problems.json", clock=self.clock, events=self.events)
        exits.callback(self.problems.close)
        self._database = Database(state / "library.db")
        exits.callback(self._database.close)
        self.library = Library(self._database)
        self._mirrors: dict[str, Mirror] = {}
        self.boot = BootWatch(state / "boot.json", self.clock)
        self.boot.begin()
        self.commands = CommandRegistry()
        self.jobs = Jobs(
            caller=self.caller,
            clock=self.clock,
            events=self.events,
            history=History(state / "jobs.json", self.clock),
        )
        self.entries = Entries(
            HostParts(
                home=self.home,
                caller=self.caller,
                clock=self.clock,
                events=self.events,
                commands=self.commands,
                jobs=self.jobs,
                problems=self.problems,
                kinds=self.kinds,
                boot=self.boot,
                library=self.library,
                panel_size=lambda: self.panel_size,
                mirrors=self.mirror,
                confirm=lambda instance: self.mirror(instance).confirm(),
            ),
            self.store,
        )
        self.commands.add_all(PluginCommands(self.entries))
        self.commands.add_all(PickCommands(self.entries))
        self.commands.add_all(JobCommands(self.jobs, self.events, self.entries.running))

    def mirror(self, instance: str) -> Mirror:
        """What keeps the photos of a source."""
        if instance not in self._mirrors:
            kind = self.store.config.plugins[instance].kind
            self._mirrors[instance] = Mirror(
                instance=instance,
                folder=self.home / "plugins" / kind / instance / "photos",
                database=self._database,
                clock=self.clock,
                publish=self.events.publish,
            )
        return self._mirrors[instance]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)
