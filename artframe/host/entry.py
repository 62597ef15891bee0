"""What does one configured plugin do now, and what comes next? Its states, its retries, and who may change them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from artframe.config.snapshot import PluginConfig
from artframe.core.backoff import Backoff
from artframe.core.failure import Blame, CallFailed, Failure, classify
from artframe.core.sentence import Text
from artframe.errors import CommandError
from artframe.host import sayings
from artframe.host.calls import CallHung, PluginCalls, PluginLog
from artframe.host.inquiry import Inquiry
from artframe.host.life import Life
from artframe.host.parts import HostParts
from artframe.host.standing import STATE_PROBLEM, Standing
from artframe.host.states import State
from artframe.plugin import Finding, Plugin

_STABLE_SECONDS = 60.0
"""A plugin that ran so long was well: the pauses begin anew."""
_STATES = {
    Blame.WORLD: State.RETRYING,
    Blame.NOBODY: State.RETRYING,
    Blame.PERSON: State.NEEDS_ATTENTION,
    Blame.CALLER: State.NEEDS_ATTENTION,
    Blame.PROGRAMMER: State.FAILED,
}


class Entry:
    """One configured plugin. Lives on the loop.

    One task owns all of it; everybody else only leaves a wish (``configure``, ``retry``, ``reload``, ``close``) and
    wakes that task. So there is never more than one living object, whatever comes in whatever order.
    """

    def __init__(self, config: PluginConfig, parts: HostParts) -> None:
        self.instance = config.instance
        self.config = config
        self.standing = Standing(config.instance, problems=parts.problems, events=parts.events)
        self._parts = parts
        self._log = PluginLog(config.instance, config.kind)
        self.calls = PluginCalls(config.instance, caller=parts.caller, clock=parts.clock, log=self._log)
        self._backoff = Backoff()
        self._life: Life | None = None
        self._running_since = 0.0
        # Why it does not start now, and until when on the monotonic clock (None: until somebody says so).
        self._is_parked = False
        self._parked_until: float | None = None
        self._left_behind: tuple[asyncio.Future[Any], ...] = ()
        # Wishes.
        self._broken: Failure | None = None
        self._restart = False
        self._settings_changed = False
        self._closing = False
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to live: start it if it is enabled."""
        self._task = self._parts.caller.loop.create_task(self._serve(), name=f"plugin {self.instance}")

    def configure(self, config: PluginConfig) -> None:
        """Other settings: stop what runs and start with them."""
        self._settings_changed = self._settings_changed or config.settings != self.config.settings
        self._restart = True
        was_kind, self.config = self.config.kind, config
        if was_kind != config.kind:
            self._log = PluginLog(config.instance, config.kind)
            self.calls = PluginCalls(self.instance, caller=self._parts.caller, clock=self._parts.clock, log=self._log)
        self._go_on()

    def retry(self) -> None:
        """Try again now. Raises CommandError when there is nothing to retry."""
        if self.state is State.STARTING:
            return  # it tries this very moment
        if not self.state.retryable:
            raise CommandError(
                f"'{self.instance}' is {self.state.text}: there is nothing to retry",
                f"'artframe plugin reload {self.instance}' stops and starts it" if self.state.is_running else "",
            )
        self._go_on()

    def reload(self) -> None:
        """Stop it if it runs, and start it. Raises CommandError when it is switched off."""
        if not self.config.enabled:
            raise CommandError(f"'{self.instance}' is {State.DISABLED.text}", 'set "enabled" to true in its file')
        self._restart = True
        self._go_on()

    async def close(self) -> None:
        """Stop it and live no more; returns when it is stopped. Cancelling this leaves behind what hangs."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            try:
                await self._task
            except asyncio.CancelledError:
                self._task.cancel()
                raise

    async def settled(self) -> State:
        """Wait until it neither starts nor stops nor has a wish to follow."""
        await self._settled.wait()
        return self.state

    async def check(self) -> list[Finding]:
        """Ask the plugin to try its connection; changes nothing. An exception becomes a finding."""
        return await self.inquiry.check()

    async def diagnostics(self) -> Any:
        """The plugin's own facts, without secrets; None while it does not run."""
        return await self.inquiry.diagnostics()

    @property
    def inquiry(self) -> Inquiry:
        """What can be asked of the plugin, whether it runs or not."""
        return Inquiry(self._parts, self.config, self._life, self.calls, self._log)

    @property
    def state(self) -> State:
        """What it does now; ``standing`` says why."""
        return self.standing.state

    @property
    def plugin(self) -> Plugin | None:
        """The living object, None while there is none."""
        return self._life.plugin if self._life is not None else None

    def _go_on(self) -> None:
        """A person did something: forget why it waited."""
        self._is_parked, self._parked_until = False, None
        self._left_behind = ()
        self._backoff.reset()
        self._settled.clear()
        self._wake.set()

    async def _serve(self) -> None:
        try:
            while not (self._closing and self._life is None):
                self._wake.clear()
                if self._life is not None:
                    if self._closing or self._restart or self._broken is not None:
                        await self._end()
                    else:
                        await self._rest()
                elif self._may_start():
                    await self._begin()
                else:
                    self._explain()
                    await self._rest()
        except asyncio.CancelledError:
            self._leave()
            raise
        except Exception as error:
            self._log.exception("artframe itself failed in handling this plugin; it is parked")
            self._leave()
            self._park(classify(error))
        else:
            self._enter(State.STOPPED)
        finally:
            self._settled.set()

    def _leave(self) -> None:
        if self._life is not None:
            self._bury(self._life)

    async def _rest(self) -> None:
        """Wait for a wish, or for the end of the pause."""
        self._settled.set()
        wake = asyncio.ensure_future(self._wake.wait())
        waits: set[asyncio.Future[Any]] = {wake, *(work for work in self._left_behind if not work.done())}
        timer: asyncio.Future[None] | None = None
        if self._parked_until is not None:
            pause = max(self._parked_until - self._parts.clock.monotonic(), 0.0)
            timer = asyncio.ensure_future(self._parts.clock.sleep(pause))
            waits.add(timer)
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wake.cancel()
            if timer is not None:
                timer.cancel()
        self._settled.clear()

    def _may_start(self) -> bool:
        if not self.config.enabled or self._parts.boot.held(self.instance):
            return False
        if self._restart:
            return True
        if self._left_behind:
            if not all(work.done() for work in self._left_behind):
                return False
            self._left_behind, self._is_parked = (), False
        if not self._is_parked:
            return True
        return self._parked_until is not None and self._parts.clock.monotonic() >= self._parked_until

    def _explain(self) -> None:
        """It may not start: be in the state that says why."""
        self._restart = False
        if not self.config.enabled:
            self._enter(State.DISABLED)
        elif reason := self._parts.boot.held(self.instance):
            self._enter(
                State.NEEDS_ATTENTION,
                sayings.held(reason),
                sayings.start_anyway(self.instance),
            )

    async def _begin(self) -> None:
        boot, caller = self._parts.boot, self._parts.caller
        self._restart, self._broken, self._is_parked, self._parked_until = False, None, False, None
        self._left_behind = ()
        self._enter(State.STARTING)
        life = Life(
            self._parts,
            self.config,
            calls=self.calls,
            log=self._log,
            on_failure=lambda failure: self._report(life, failure),
        )
        self._life = life
        await caller.call(boot.starting, self.instance)
        try:
            await life.start(settings_changed=self._settings_changed)
        except CallFailed as failed:
            self._bury(life)
            self._park(failed.failure)
        except CallHung as hung:
            self._bury(life)
            self._leave_behind({hung.what: hung.work}, str(hung))
        else:
            self._settings_changed = False
            self._running_since = self._parts.clock.monotonic()
            self._enter(State.RUNNING)
        await caller.call(boot.started, self.instance)

    async def _end(self) -> None:
        life, failure = self._life, self._broken
        assert life is not None
        self._broken = None
        wanted_anew, self._restart = self._restart, False
        if self._parts.clock.monotonic() - self._running_since >= _STABLE_SECONDS:
            self._backoff.reset()
        self._enter(State.STOPPING)
        hung = await life.stop()
        self._bury(life)
        if hung:
            names = ", ".join(sorted(hung))
            self._leave_behind(hung, sayings.left_behind(names))
        elif failure is not None and not wanted_anew:
            self._park(failure)
        else:
            self._enter(State.STOPPED)

    def _bury(self, life: Life) -> None:
        life.abandon()
        self._life = None
        self._parts.problems.hide(self.instance, keep=(STATE_PROBLEM,))

    def _report(self, life: Life, failure: Failure) -> None:
        """Something of a running plugin failed by itself; comes on the loop. What is over does not count."""
        is_over = self._life is not life or self.state is State.STOPPING
        if failure.blame is not Blame.NOBODY and not is_over:
            self._broken = self._broken or failure
            self._settled.clear()
            self._wake.set()

    def _park(self, failure: Failure) -> None:
        self._is_parked = True
        state = _STATES[failure.blame]
        if state is State.RETRYING:
            pause = self._backoff.next_pause(failure.retry_after)
            self._parked_until = self._parts.clock.monotonic() + pause
            next_try = self._parts.clock.now() + timedelta(seconds=pause)
            self._enter(state, failure.said, failure.advice, next_try=next_try)
        else:
            self._enter(state, failure.said, failure.advice)

    def _leave_behind(self, hung: dict[str, asyncio.Future[Any]], reason: Text) -> None:
        """What hangs may end after all: then it is tried again."""
        self._left_behind = tuple(hung.values())
        self._is_parked = True
        self._enter(State.STUCK, reason, sayings.start_without_waiting(self.instance))

    def _enter(self, state: State, reason: Text = "", hint: Text = "", *, next_try: datetime | None = None) -> None:
        self.standing.enter(state, reason, hint, kind=self.config.kind, log=self._log, next_try=next_try)
