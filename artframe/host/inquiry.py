"""What does a plugin say about itself when somebody asks, whether it runs or not?"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from artframe.config.snapshot import PluginConfig
from artframe.core.failure import CallFailed
from artframe.host.calls import CallHung, PluginCalls, PluginLog
from artframe.host.life import HOOK_SECONDS, START_SECONDS, Life
from artframe.host.parts import HostParts
from artframe.plugin import Finding

_DEEPEST = 8


class Inquiry:
    """Asks the living object, or one made for the question that is never started."""

    def __init__(
        self, parts: HostParts, config: PluginConfig, life: Life | None, calls: PluginCalls, log: PluginLog
    ) -> None:
        self._parts = parts
        self._config = config
        self._life = life
        self._calls = calls
        self._log = log

    async def check(self) -> list[Finding]:
        """What ``check`` finds; whatever it raises becomes a finding."""
        plugin = self._life.plugin if self._life is not None else None
        passing = None
        try:
            if plugin is None:
                passing = Life(self._parts, self._config, calls=self._calls, log=self._log, on_failure=lambda _: None)
                plugin = await passing.make()
            found: list[Finding] = await self._calls.call(
                "check", _asking(plugin.check, _findings), seconds=START_SECONDS
            )
            return found
        except CallFailed as failed:
            return [Finding(ok=False, text=failed.failure.message, hint=failed.failure.hint)]
        except CallHung as hung:
            return [Finding(ok=False, text=str(hung), hint="it was left behind; the log may tell more")]
        finally:
            if passing is not None:
                passing.abandon()
                self._parts.problems.hide(self._config.instance, keep=("state",))

    async def diagnostics(self) -> Any:
        """Plain JSON data without secrets, or None."""
        plugin = self._life.plugin if self._life is not None else None
        if plugin is None:
            return None
        try:
            return await self._calls.call("diagnostics", _asking(plugin.diagnostics, plain), seconds=HOOK_SECONDS)
        except (CallFailed, CallHung) as failed:
            return {"error": str(failed)}


def _asking(hook: Callable[[], Any], read: Callable[[Any], Any]) -> Callable[[], Any]:
    """A hook may be ``def`` or ``async def`` and answer lazily: all of that happens within one contained call."""
    if inspect.iscoroutinefunction(inspect.unwrap(hook)):

        async def ask_on_loop() -> Any:
            return read(await hook())

        return ask_on_loop
    return lambda: read(hook())


def _findings(answer: Any) -> list[Finding]:
    if answer is None or isinstance(answer, Finding):
        return [answer or Finding(ok=True, text="fine")]
    found = list(answer)
    for one in found:
        if not isinstance(one, Finding):
            raise TypeError(f"check returns Finding objects, not {type(one).__name__}")
    return found


def plain(value: Any, depth: int = 0) -> Any:
    """Make JSON of what a plugin answers; a secret becomes asterisks, whatever it sits in."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if depth < _DEEPEST:
        if isinstance(value, Mapping):
            return {str(name): plain(part, depth + 1) for name, part in value.items()}
        if isinstance(value, Iterable) and not isinstance(value, bytes):
            return [plain(part, depth + 1) for part in value]
    return str(value)
