"""One life of one plugin: from the making of its object until nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from artframe.config.snapshot import PluginConfig
from artframe.core.commands import describe, marked
from artframe.core.failure import CallFailed, Failure
from artframe.core.schedule import Schedule, scheduled
from artframe.host.calls import CallHung, PluginCalls, PluginLog
from artframe.host.handle import FrameHandle
from artframe.host.job_problems import JobProblems
from artframe.host.parts import HostParts
from artframe.host.sync_job import SYNC, sync_job
from artframe.host.waiting import all_done
from artframe.plugin import PhotoSource, Plugin

START_SECONDS = 60.0
STOP_SECONDS = 10.0
HOOK_SECONDS = 10.0
WORK_SECONDS = 5.0
"""How long running jobs and spawned work may take to end, once before the ``stop`` hook and once after it."""


class Life:
    """Makes the object, starts it, adds its jobs and commands, and takes everything back. Lives on the loop.

    ``start`` raises CallFailed or CallHung; then ``abandon`` it. ``plugin`` is there between the two.
    """

    def __init__(
        self,
        parts: HostParts,
        config: PluginConfig,
        *,
        calls: PluginCalls,
        log: PluginLog,
        on_failure: Callable[[Failure], None],
    ) -> None:
        self.config = config
        self.plugin: Plugin | None = None
        self._parts = parts
        self._calls = calls
        self._log = log
        self._on_failure = on_failure
        self._exits = contextlib.ExitStack()
        self.handle = FrameHandle(parts, instance=config.instance, kind=config.kind, calls=calls, on_failure=on_failure)

    async def make(self) -> Plugin:
        """Import the class and make the object, ready to be started or checked."""
        kind: type[Plugin] = await self._calls.call(
            "import", self._parts.kinds.load, self.config.kind, seconds=START_SECONDS
        )
        plugin: Plugin = await self._calls.call("making the object", kind, seconds=START_SECONDS)
        plugin.settings = self.config.settings
        plugin.frame = self.handle
        plugin.log = self._log
        return plugin

    async def start(self, *, settings_changed: bool) -> None:
        """Make the object, call its ``start`` and add its jobs and commands."""
        plugin = await self.make()
        try:
            await self._calls.call("start", plugin.start, seconds=START_SECONDS)
        except CallHung as hung:
            # Not over before the late object has closed what it opened: it must not meet the next one.
            hung.work = asyncio.ensure_future(self._stop_late(plugin, hung.work))
            raise
        self.plugin = plugin
        try:
            await self._add_jobs(plugin, settings_changed)
            self._add_commands(plugin)
        except (CallFailed, CallHung):
            await self.stop()
            raise

    async def stop(self) -> dict[str, asyncio.Future[Any]]:
        """End it: no new calls, running jobs cancelled, the ``stop`` hook, then wait for what it spawned.

        Never raises for the plugin's sake; returns what hangs, by name. That is left behind, the rest goes on.
        """
        hung: dict[str, asyncio.Future[Any]] = {}
        self._exits.close()
        self.handle.quiet()
        await self._parts.jobs.idle(WORK_SECONDS, self.config.instance)
        if self.plugin is not None:
            try:
                await self._calls.call("stop", self.plugin.stop, seconds=STOP_SECONDS)
            except CallHung as hanging:
                hung["stop"] = hanging.work
            except CallFailed as failed:
                self._log.warning("its stop failed (%s); everything it had is taken back all the same", failed)
        works = {**self.handle.works(), **self._parts.jobs.works(self.config.instance)}
        await all_done(works.values(), clock=self._parts.clock, seconds=WORK_SECONDS)
        hung.update({name: work for name, work in works.items() if not work.done()})
        self.abandon()
        return hung

    def abandon(self) -> None:
        """Take everything back at once and forget the object, whatever still runs in it."""
        self._exits.close()
        self.handle.close()
        self.plugin = None

    async def _stop_late(self, plugin: Plugin, start: asyncio.Future[Any]) -> None:
        """When a start that hung comes back after all: let the object close what it opened."""
        await asyncio.wait([start])
        if not start.cancelled() and start.exception() is None:
            with contextlib.suppress(CallFailed, CallHung):
                await self._calls.call("stop", plugin.stop, seconds=STOP_SECONDS)

    async def _add_jobs(self, plugin: Plugin, settings_changed: bool) -> None:
        problems = JobProblems(self._parts, self.config.instance, log=self._log, on_failure=self._on_failure)
        for schedule, function in scheduled(plugin):
            guarded = self._calls.guarded(f"job {schedule.name}", function)
            self._add_job(await self._fixed(schedule, plugin), guarded, problems)
        if isinstance(plugin, PhotoSource):
            job = await sync_job(self._parts, self._calls, self.config.instance, plugin, seconds=HOOK_SECONDS)
            schedule = Schedule(name=SYNC, every=job.every)
            due_now = settings_changed or job.overdue
            self._add_job(schedule, job.function, problems, fingerprint=job.fingerprint, due_now=due_now)

    def _add_job(self, schedule: Schedule, function: Callable[..., Any], problems: JobProblems, **more: Any) -> None:
        add = functools.partial(self._parts.jobs.add, self.config.instance, schedule, function, on_end=problems.ended)
        # A timetable that makes no sense, a name used twice: the plugin's bug, judged like all of them.
        self._exits.callback(self._calls.guarded(f"adding the job {schedule.name}", add)(**more))

    async def _fixed(self, schedule: Schedule, plugin: Plugin) -> Schedule:
        every, jitter = schedule.every, schedule.jitter
        if callable(every):
            every = await self._calls.call(f"interval of {schedule.name}", every, plugin, seconds=HOOK_SECONDS)
        if callable(jitter):
            jitter = await self._calls.call(f"jitter of {schedule.name}", jitter, plugin, seconds=HOOK_SECONDS)
        return replace(schedule, every=every, jitter=jitter)

    def _add_commands(self, plugin: Plugin) -> None:
        def add_all() -> None:
            for function in marked(plugin):
                guarded = self._calls.for_caller(f"the command {function.__name__}", function)
                self._exits.callback(self._parts.commands.add(describe(guarded, self.config.instance)))

        self._calls.guarded("adding its commands", add_all)()
