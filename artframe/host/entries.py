"""Which plugins are configured, and how do they follow the configuration?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any

from artframe.config.problem import printable
from artframe.config.snapshot import Config, ConfigChanged, PluginConfig
from artframe.config.store import ConfigStore
from artframe.core.events import Release
from artframe.core.near_names import meant
from artframe.core.sentence import said
from artframe.errors import CommandError, NotThere
from artframe.host.entry import Entry
from artframe.host.parts import HostParts
from artframe.host.problems import Severity
from artframe.host.rows import row_of, unusable_row
from artframe.host.states import PluginRemoved, State
from artframe.host.waiting import all_done

log = logging.getLogger(__name__)

STOP_ALL_SECONDS = 20.0
REMOVE_SECONDS = 90.0
_OWNER = "artframe"
_PROBLEM = "safe mode"


class Entries:
    """All configured plugins. Lives on the loop.

    A new file is a new plugin, a deleted one a plugin gone, a changed one is reloaded; the others notice nothing.
    """

    def __init__(self, parts: HostParts, store: ConfigStore) -> None:
        self.parts = parts
        self.store = store
        self._deaf: Release | None = None
        self._entries: dict[str, Entry] = {}
        # Plugins whose file is gone and that still stop. Their successors of the same name wait for that.
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._opening: set[asyncio.Task[None]] = set()
        self._closed = False

    def start_all(self) -> None:
        """Start every plugin, and follow the configuration from now on. Returns at once: starting takes its time.

        After a crash they start one by one, so that another crash tells which it was.
        """
        self._deaf = self.parts.events.listen(ConfigChanged, self._take_note)
        self._tell_safe_mode()
        entries = [self._add(plugin) for plugin in self.store.config.plugins.values()]
        if self.parts.boot.is_careful:
            self._begin(self._open_one_by_one(entries))
        else:
            for entry in entries:
                entry.open()

    async def stop_all(self, seconds: float = STOP_ALL_SECONDS) -> tuple[str, ...]:
        """Stop every plugin, all at once; names those that hang and leaves them behind."""
        self._closed = True
        if self._deaf is not None:
            self._deaf()
        for opening in self._opening:
            opening.cancel()
        closing = {entry.instance: asyncio.ensure_future(entry.close()) for entry in self}
        closing.update(self._leaving)
        await all_done(closing.values(), clock=self.parts.clock, seconds=seconds)
        hung = []
        for instance, task in closing.items():
            if not task.done():
                task.cancel()
                entry = self._entries.get(instance)
                hung.append(f"{instance} ({entry.state.text if entry is not None else 'being removed'})")
        await asyncio.gather(*closing.values(), return_exceptions=True)
        if hung:
            log.warning("these plugins did not stop in time and are left behind: %s", ", ".join(hung))
        return tuple(hung)

    async def leave_safe_mode(self) -> None:
        """The frame lived long enough: start what was held back, one by one, so that a crash tells which it was."""
        if not self.parts.boot.safe_mode:
            return
        self.parts.boot.leave_safe_mode()
        self.parts.problems.clear(_OWNER, _PROBLEM)
        for entry in tuple(self):
            if entry.state is State.NEEDS_ATTENTION and not self._closed:
                entry.retry()
                await entry.settled()

    def list(self) -> list[dict[str, Any]]:
        """Every plugin as JSON, those too whose file cannot be used."""
        rows = [row_of(entry, self.parts) for entry in self]
        broken: dict[str, str] = {}
        for problem in self.store.problems:
            if problem.instance is not None and problem.instance not in self:
                broken.setdefault(problem.instance, str(problem))
        rows.extend(unusable_row(instance, reason) for instance, reason in sorted(broken.items()))
        return rows

    async def diagnostics(self) -> dict[str, Any]:
        """What the running plugins say about themselves for a bug report, by instance; no secrets."""
        entries = tuple(self)
        answers = await asyncio.gather(*(entry.diagnostics() for entry in entries))
        return {entry.instance: answer for entry, answer in zip(entries, answers, strict=True)}

    def __iter__(self) -> Iterator[Entry]:
        """By instance."""
        return iter([entry for _, entry in sorted(self._entries.items())])

    def knows(self, instance: str) -> bool:
        """Whether anything of this plugin is here, be it only that it still stops."""
        return instance in self._entries or instance in self._leaving

    def __contains__(self, instance: object) -> bool:
        return instance in self._entries

    def __getitem__(self, instance: str) -> Entry:
        """The entry; raises CommandError if there is none, or its file cannot be used."""
        entry = self._entries.get(instance)
        if entry is not None:
            return entry
        for problem in self.store.problems:
            if problem.instance == instance:
                raise CommandError(f"'{instance}' cannot be used as its file stands: {problem}")
        known = ", ".join(sorted(self._entries)) or "none"
        raise NotThere(
            f"no plugin '{printable(instance)}' is configured", meant(instance, self._entries, f"configured: {known}")
        )

    async def running(self, instance: str) -> None:
        """Wait for a plugin that starts. Raises CommandError if it does not run then, with the reason.

        Returns at once where no plugin has this name: what is asked for belongs to somebody else, or to nobody.
        """
        if instance not in self._entries and all(problem.instance != instance for problem in self.store.problems):
            return
        entry = self[instance]
        state = await entry.settled()
        if not state.is_running:
            retries, enables = f"'artframe plugin retry {instance}'", f"'artframe plugin enable {instance}'"
            again = f"{retries if state.retryable else enables} starts it"
            raise CommandError(
                f"'{instance}' does not run, and so does none of its jobs: {entry.standing.reason or state.text}",
                entry.standing.hint or again,
                exit_code=75 if state is State.RETRYING else 78,
            )

    def _take_note(self, event: ConfigChanged) -> None:
        self.parts.caller.from_thread(self._follow, event.config)

    def _follow(self, config: Config) -> None:
        if self._closed:
            return
        for instance in [known for known in self._entries if known not in config.plugins]:
            self._remove(instance)
        for instance, plugin in config.plugins.items():
            entry = self._entries.get(instance)
            if entry is None:
                self._open(self._add(plugin))
            elif entry.config != plugin:
                # Other settings are a person's answer to whatever held it back.
                self.parts.boot.release(instance)
                entry.configure(plugin)

    def _add(self, config: PluginConfig) -> Entry:
        entry = self._entries[config.instance] = Entry(config, self.parts)
        return entry

    def _open(self, entry: Entry) -> None:
        leaving = self._leaving.get(entry.instance)
        if leaving is None:
            entry.open()
        else:
            self._begin(self._open_after(leaving, entry))

    async def _open_after(self, leaving: asyncio.Task[None], entry: Entry) -> None:
        await asyncio.wait({leaving})
        if self._entries.get(entry.instance) is entry:
            entry.open()

    async def _open_one_by_one(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if self._entries.get(entry.instance) is entry:
                entry.open()
                await entry.settled()

    def _remove(self, instance: str) -> None:
        entry = self._entries.pop(instance)
        before = self._leaving.get(instance)
        self._leaving[instance] = asyncio.ensure_future(self._leave(entry, before))

    async def _leave(self, entry: Entry, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        closing = asyncio.ensure_future(entry.close())
        try:
            if not await all_done([closing], clock=self.parts.clock, seconds=REMOVE_SECONDS):
                log.warning("'%s' was removed, but it did not stop in time and is left behind", entry.instance)
        finally:
            closing.cancel()
            await asyncio.gather(closing, return_exceptions=True)
        self.parts.problems.forget(entry.instance)
        self.parts.jobs.history.forget(entry.instance)
        self.parts.events.publish(PluginRemoved(instance=entry.instance, kind=entry.config.kind))
        if self._leaving.get(entry.instance) is asyncio.current_task():
            del self._leaving[entry.instance]

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = self.parts.caller.loop.create_task(work)
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    def _tell_safe_mode(self) -> None:
        boot, problems = self.parts.boot, self.parts.problems
        if not boot.safe_mode:
            problems.clear(_OWNER, _PROBLEM)
            return
        told = said(
            "plugins.safe_mode",
            "safe mode: artframe ended {count} times within minutes of its start, so no plugin is started; the photos"
            " that are here are shown",
            count=boot.crashes,
        )
        if boot.last_started:
            told += said("plugins.last_started", "the last to be started was '{last}'", last=boot.last_started)
        problems.problem(
            _OWNER,
            _PROBLEM,
            told,
            said(
                "plugins.one_by_one",
                "in five minutes they are started one by one; 'artframe plugin retry <instance>' starts one now",
            ),
            Severity.ERROR,
        )
