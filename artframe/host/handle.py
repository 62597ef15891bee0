"""What does a plugin hold in its hands as ``self.frame``?"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from artframe.core.events import Release
from artframe.core.failure import CallFailed, Failure
from artframe.core.sentence import Text
from artframe.errors import Cancelled
from artframe.host.calls import PluginCalls
from artframe.host.parts import HostParts
from artframe.host.threads import Inbox, start_thread

E = TypeVar("E")


class FrameHandle:
    """Implements ``artframe.plugin.Frame`` for one life of one plugin; thread-safe.

    It closes in two steps: ``quiet`` takes back what calls into the plugin, ``close`` ends the rest. After that every
    call is harmless: a thread that an old object left behind cannot touch what a new one has.
    """

    def __init__(
        self,
        parts: HostParts,
        *,
        instance: str,
        kind: str,
        calls: PluginCalls,
        on_failure: Callable[[Failure], None],
    ) -> None:
        self.instance = instance
        self.kind = kind
        self.clock = parts.clock
        self.library = parts.library
        self._parts = parts
        self._calls = calls
        self._on_failure = on_failure
        self._lock = threading.RLock()
        self._is_quiet = False
        self._is_closed = False
        self._inbox = Inbox(instance)
        self._deaf: list[Release] = []
        self._threads: dict[str, Future[None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def data_dir(self) -> Path:
        return self._folder("plugins")

    @property
    def cache_dir(self) -> Path:
        return self._folder("cache")

    @property
    def panel_size(self) -> tuple[int, int]:
        return self._parts.panel_size()

    def listen(self, kind: type[E], callback: Callable[[E], Any]) -> Release:
        guarded = self._calls.guarded(f"listener for {kind.__name__}", callback)
        is_async = inspect.iscoroutinefunction(inspect.unwrap(callback))

        def take_note(event: E) -> None:
            if is_async:
                self._parts.caller.from_thread(self._start_task, guarded, event)
            else:
                self._inbox.put(lambda: self._heard(guarded, event))

        with self._lock:
            if self._is_quiet:
                return _nothing
            release = self._parts.events.listen(kind, take_note)
            self._deaf.append(release)
        return release

    def publish(self, event: object) -> None:
        if not self._is_closed:
            self._parts.events.publish(event)

    def problem(
        self, key: str, message: Text, hint: Text = "", *, command: str = "", arguments: Mapping[str, Any] | None = None
    ) -> None:
        answer = f"{self.instance} {command}" if command else ""
        # Under the lock: none may slip in behind the host's back when it takes them all away.
        with self._lock:
            if not self._is_closed:
                self._parts.problems.problem(
                    self.instance, f"plugin/{key}", message, hint, answer=answer, arguments=arguments or {}
                )

    def clear_problem(self, key: str) -> None:
        with self._lock:
            if not self._is_closed:
                self._parts.problems.clear(self.instance, f"plugin/{key}")

    def spawn(self, work: Callable[[], Any], name: str) -> Release:
        guarded = self._calls.guarded(name, work)
        with self._lock:
            if self._is_quiet:
                return _nothing
            if not inspect.iscoroutinefunction(inspect.unwrap(work)):
                self._threads = {known: ended for known, ended in self._threads.items() if not ended.done()}
                key = name if name not in self._threads else f"{name} ({len(self._threads) + 1})"
                self._threads[key] = start_thread(f"{self.instance}: {name}", lambda: self._watched(guarded))
                # Nobody can end a thread from outside: the plugin does that itself, in ``stop``.
                return _nothing
        started: list[asyncio.Task[Any]] = []
        wanted = threading.Event()
        wanted.set()

        def begin() -> None:
            if wanted.is_set() and (task := self._start_task(guarded)) is not None:
                started.append(task)

        def end() -> None:
            wanted.clear()
            for task in started:
                task.cancel()

        self._parts.caller.from_thread(begin)
        return lambda: self._parts.caller.from_thread(end)

    def run(self, command: str, **arguments: Any) -> Coroutine[Any, Any, Any]:
        return self._run(command, arguments)

    async def _run(self, command: str, arguments: dict[str, Any]) -> Any:
        if self._is_closed:
            raise Cancelled(f"'{self.instance}' was stopped")
        known = self._parts.commands.get(command)
        work = self._parts.caller.call(known.function, **known.bind(arguments))
        if asyncio.get_running_loop() is self._parts.caller.loop:
            return await work
        # A ``def`` hook has no loop: ``asyncio.run(self.frame.run(...))`` works there all the same.
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._parts.caller.loop))

    def quiet(self) -> None:
        """Call into the plugin no more: listeners are deaf, tasks cancelled. Call on the loop."""
        with self._lock:
            self._is_quiet = True
            deaf, self._deaf = self._deaf, []
        for release in deaf:
            release()
        self._inbox.close()
        for task in tuple(self._tasks):
            task.cancel()

    def close(self) -> None:
        """Be of no more use; the problems that the plugin reported are shown no more."""
        self.quiet()
        with self._lock:
            self._is_closed = True

    def works(self) -> dict[str, asyncio.Future[Any]]:
        """What still runs of the plugin, by name. Call on the loop."""
        with self._lock:
            threads = dict(self._threads)
        if self._inbox.ended is not None:
            threads["listeners"] = self._inbox.ended
        running: dict[str, asyncio.Future[Any]] = {
            name: asyncio.wrap_future(ended, loop=self._parts.caller.loop)
            for name, ended in threads.items()
            if not ended.done()
        }
        running.update({task.get_name(): task for task in self._tasks if not task.done()})
        return running

    def _folder(self, kept_in: str) -> Path:
        if self._is_closed:
            raise Cancelled(f"'{self.instance}' was stopped")
        folder = self._parts.home / kept_in / self.kind / self.instance
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _start_task(self, guarded: Callable[..., Any], *args: Any) -> asyncio.Task[Any] | None:
        if self._is_quiet:
            return None

        async def run() -> None:
            try:
                await guarded(*args)
            except CallFailed as failed:
                self._on_failure(failed.failure)

        task = self._parts.caller.loop.create_task(run(), name=guarded.__name__)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _heard(self, guarded: Callable[[Any], Any], event: object) -> None:
        if not self._is_quiet:
            self._watched(lambda: guarded(event))

    def _watched(self, guarded: Callable[[], Any]) -> None:
        try:
            guarded()
        except CallFailed as failed:
            self._parts.caller.from_thread(self._on_failure, failed.failure)


def _nothing() -> None:
    """The release of what was never given."""
