"""The command about the log: what was logged last, and what is logged now."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import Annotated, Any, Literal

from artframe.core.commands import command
from artframe.core.exchange import AtLeast, Short, Suggests
from artframe.core.log_files import LogFiles
from artframe.core.log_line import LogLine
from artframe.core.log_store import LogStore, Mask, masked
from artframe.core.moments import second
from artframe.core.near_names import meant
from artframe.errors import CommandError, NotThere
from artframe.interfaces.exits import NOT_RUNNING

Level = Literal["debug", "info", "warning", "error"]


class LogCommands:
    """``logs``. Without a ``store`` (no frame runs) it goes by the files alone, and there is nothing to follow.

    ``instances``: the plugins that are configured.
    """

    def __init__(
        self, files: LogFiles, mask: Mask, store: LogStore | None = None, *, instances: Callable[[], Iterable[str]]
    ) -> None:
        self._files = files
        self._mask = mask
        self._store = store
        self._instances = instances

    @command("logs", render=lambda line: _text(line))
    async def logs(
        self,
        *,
        follow: Annotated[bool, "go on with new lines as they come, until stopped", Short("f")] = False,
        plugin: Annotated[str, "only lines of this plugin, by its instance", Suggests("instance")] = "",
        level: Annotated[Level, "only lines that matter at least so much"] = "debug",
        count: Annotated[int, "begin with so many of the last lines", AtLeast(1)] = 50,
        after: Annotated[int | None, "only lines after the one with this id, since the last start"] = None,
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Show what was logged last, oldest first; secrets are masked.

        Lines from before the last start come from the log files.
        """
        await self._expect_known(plugin)
        wanted = _filter(plugin, level)
        newest = self._store.newest if self._store is not None else 0
        # Ids begin anew with each start: after a larger one comes all that there is.
        start = after if after is not None and after <= newest else 0
        recent = self._store.since(start) if self._store is not None else ()
        newest = recent[-1].id if recent else newest
        lines = [line for line in recent if wanted(line)][-count:]
        if len(lines) < count and after is None:
            first = self._store.oldest if self._store is not None else None
            missing = count - len(lines)
            for line in await asyncio.to_thread(self._files.before, first, missing, wanted):
                yield masked(line, self._mask).as_json()
        for line in lines:
            yield line.as_json()
        if not follow:
            return
        if self._store is None:
            raise CommandError(
                "no frame runs, so no more lines come", "'artframe run' starts it", exit_code=NOT_RUNNING
            )
        async with contextlib.aclosing(self._store.follow(newest)) as news:
            async for line in news:
                if wanted(line):
                    yield line.as_json()

    async def _expect_known(self, plugin: str) -> None:
        """Raises NotThere for a plugin that is neither configured nor, as one that was removed, in the log."""
        known = set(self._instances())
        if not plugin or plugin in known:
            return
        wanted = _filter(plugin, "debug")
        if self._store is not None and any(wanted(line) for line in self._store.since(0)):
            return
        if not await asyncio.to_thread(self._files.before, None, 1, wanted):
            raise NotThere(
                f"no plugin '{plugin[:200]}' is configured, and none of this name has left a line in the log",
                meant(plugin, known, "'artframe plugin list' shows which there are"),
            )


def _filter(plugin: str, level: str) -> Callable[[LogLine], bool]:
    least = logging.getLevelNamesMapping()[level.upper()]
    return lambda line: line.severity >= least and plugin in ("", line.instance)


def _text(line: dict[str, Any]) -> str:
    own = f"[{line['instance']}] " if line["instance"] else ""
    text = f"{second(line['at'])} {line['level'].upper():7} {line['logger']}: {own}{line['message']}"
    return f"{text}\n{line['traceback']}" if line["traceback"] else text
