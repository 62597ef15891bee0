"""What does a plugin say when somebody asks, whether it runs or not?"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from artframe.config.snapshot import PluginConfig
from artframe.core.failure import CallFailed
from artframe.errors import ArtframeError, CommandError, NotReady
from artframe.host.calls import CallHung, PluginCalls, PluginLog
from artframe.host.life import HOOK_SECONDS, START_SECONDS, Life
from artframe.host.parts import HostParts
from artframe.plugin import Choice, Finding, Plugin, Thumbnail

_DEEPEST = 8

Hook = Callable[[Plugin], Callable[[], Any]]
"""Picks the question out of the object that is asked."""


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
        try:
            found: list[Finding] = await self._ask("check", lambda plugin: plugin.check, _findings)
            return found
        except CallFailed as failed:
            return [Finding(ok=False, text=failed.failure.message, hint=failed.failure.hint)]
        except CallHung as hung:
            return [Finding(ok=False, text=str(hung), hint="it was left behind; the log may tell more")]

    async def choices(self, setting: str) -> list[Choice]:
        """The values to pick from for a setting. Raises ArtframeError in the plugin's words."""
        hook = functools.partial(_hook, "choices", setting)
        return list(await self._answered("choices", hook, functools.partial(_all_of, Choice)))

    async def thumbnail(self, picture: str) -> Thumbnail | None:
        """The picture of a choice; None if there is none. Raises ArtframeError in the plugin's words."""
        hook = functools.partial(_hook, "thumbnail", picture)
        found = await self._answered("thumbnail", hook, lambda answer: _all_of(Thumbnail, [answer] if answer else []))
        return found[0] if found else None

    async def diagnostics(self) -> Any:
        """Plain JSON data without secrets, or None."""
        plugin = self._life.plugin if self._life is not None else None
        if plugin is None:
            return None
        try:
            return await self._calls.call("diagnostics", _asking(plugin.diagnostics, plain), seconds=HOOK_SECONDS)
        except (CallFailed, CallHung) as failed:
            return {"error": str(failed)}

    async def _answered(self, what: str, hook: Hook, read: Callable[[Any], Any]) -> Any:
        instance = self._config.instance
        try:
            return await self._ask(what, hook, read)
        except CallFailed as failed:
            if isinstance(failed.failure.error, ArtframeError):
                raise failed.failure.error from failed
            raise CommandError(f"{what} of '{instance}' was {failed.failure.message}", failed.failure.hint) from failed
        except CallHung as hung:
            raise NotReady(f"'{instance}' did not answer: {hung}", "try again later; the log may tell more") from hung

    async def _ask(self, what: str, hook: Hook, read: Callable[[Any], Any]) -> Any:
        plugin = self._life.plugin if self._life is not None else None
        passing = None
        try:
            if plugin is None:
                passing = Life(self._parts, self._config, calls=self._calls, log=self._log, on_failure=lambda _: None)
                plugin = await passing.make()
            question = self._calls.as_question(_asking(hook(plugin), read))
            return await self._calls.call(what, question, seconds=START_SECONDS)
        finally:
            if passing is not None:
                passing.abandon()
                self._parts.problems.hide(self._config.instance, keep=("state",))


def _hook(name: str, argument: str, plugin: Plugin) -> Callable[[], Any]:
    return functools.partial(getattr(plugin, name), argument)


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
    return _all_of(Finding, answer)


def _all_of(kind: type[Any], answer: Iterable[Any]) -> list[Any]:
    found = list(answer)
    for one in found:
        if not isinstance(one, kind):
            raise TypeError(f"{kind.__name__} objects were expected, not {type(one).__name__}")
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
