"""Where is the frame reached and who may come in, and who shows it when that changes?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from artframe.access import Access, AccessChanged
from artframe.access.access_commands import AccessCommands
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.commands import CommandRegistry
from artframe.core.events import EventBus, Release
from artframe.display.first_steps import Reach
from artframe.host.problems import Problems, Severity
from artframe.picture import Picture

log = logging.getLogger(__name__)

_LOOK_SECONDS = 15.0
"""How soon another address (the router gave one, the cable was plugged in) is shown."""


class Reaching:
    """Keeps the setup card, ``status`` and the problems up to date about how one gets in. Lives on the loop.

    ``facts`` tells how each face is reached. ``demo``: everybody on this machine is let in, so no code is shown.
    """

    def __init__(
        self,
        *,
        access: Access,
        facts: Callable[[], dict[str, Any]],
        picture: Picture,
        problems: Problems,
        caller: Caller,
        clock: Clock,
        events: EventBus,
        demo: bool = False,
    ) -> None:
        self._access = access
        self._facts = facts
        self._picture = picture
        picture.reached(self.reach)
        self._problems = problems
        self._caller = caller
        self._clock = clock
        self._events = events
        self._demo = demo
        self._shown: Reach | None = None
        self._release: Release = lambda: None
        self._watching: asyncio.Task[None] | None = None

    def register(self, registry: CommandRegistry) -> None:
        """Add the commands about who may come in."""
        commands = AccessCommands(self._access, self.pages)
        registry.add_all(commands)
        for what, values in commands.suggestions.items():
            registry.suggest(what, values)

    def start(self) -> None:
        """Begin to follow what changes."""
        self._release = self._events.listen(AccessChanged, lambda _: self._caller.from_thread(self._look))
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Follow no more, and have the latest visits written; harmless when it never started."""
        self._release()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        await self._caller.call(self._access.close)

    def pages(self) -> tuple[str, ...]:
        """Under which addresses the web page opens, the best first; none while it is not up."""
        web = self._facts().get("web", {})
        return tuple(web.get("urls", ())) if web.get("running") else ()

    def reach(self) -> Reach:
        """What the setup card shows."""
        ssh = self._facts().get("ssh", {})
        return Reach(
            address=next(iter(self.pages()), ""),
            code="" if self._demo else self._access.pairing.code,
            fingerprint=(ssh.get("fingerprint") or "") if ssh.get("running") else "",
        )

    def as_json(self) -> dict[str, Any]:
        """What ``status`` tells; never the code."""
        facts = self._facts()
        expires = self._access.pairing.expires_at
        return {
            "web": facts.get("web", {"running": False}),
            "ssh": facts.get("ssh", {"running": False}),
            "users": len(self._access.accounts.list()),
            "pairing_until": expires.isoformat() if expires is not None and not self._demo else None,
        }

    async def _watch(self) -> None:
        while True:
            try:
                self._look()
                await self._caller.call(self._access.keep_up)
            except Exception:
                log.exception("how the frame is reached could not be followed; tried again soon")
            await self._clock.sleep(min(_LOOK_SECONDS, self._code_left()))

    def _look(self) -> None:
        reach = self.reach()
        if reach != self._shown:
            self._shown = reach
            self._picture.slideshow.library_changed()
        trouble = self._access.trouble
        if trouble is None:
            self._problems.clear("frame", "access")
        else:
            self._problems.problem("frame", "access", trouble.said, trouble.advice, Severity.WARNING)

    def _code_left(self) -> float:
        """Seconds until the code that is shown is good no more."""
        expires = self._access.pairing.expires_at
        return max(0.1, (expires - self._clock.now()).total_seconds()) if expires is not None else _LOOK_SECONDS


def reach_lines(status: dict[str, Any]) -> list[str]:
    """What ``Reaching.as_json`` says, for people."""
    web, ssh = status["web"], status["ssh"]
    lines = [f"web page: {'  '.join(web['urls'])}" if web["running"] and web.get("urls") else "the web page is not up"]
    if ssh["running"]:
        lines.append(f"SSH: port {ssh['port']}, host key {ssh['fingerprint']}")
    else:
        lines.append("SSH is not up: it is once it knows a public key ('artframe ssh-key add')")
    if status["users"]:
        lines.append(f"{status['users']} user{'s' if status['users'] != 1 else ''} of the web page")
    if not status["users"] and status["pairing_until"]:
        lines.append("nobody is paired with this frame yet: 'artframe pair' shows the code")
    elif status["pairing_until"]:
        lines.append("pairing is open for another phone")
    return lines
