"""When is the SSH server up, and what is told about it? Only while a key may come in; until then it costs nothing.

This module is light. What makes up the server (asyncssh, and cryptography beneath it: 16 MB) is loaded in a worker when
the first key appears.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artframe.config.authorized_keys import NAME, AuthorizedKeys, KeyReading
from artframe.config.models import FrameSettings, SshSettings
from artframe.config.problem import Severity as ConfigSeverity
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.errors import ArtframeError
from artframe.host.problems import Problems, Severity
from artframe.interfaces.runner import Runner
from artframe.interfaces.ssh.parts import SshParts

if TYPE_CHECKING:
    from artframe.interfaces.ssh.server import SshServer

log = logging.getLogger(__name__)

_OWNER = "frame"
_KEY = "ssh"
_LOOK_SECONDS = 3.0
"""How often the file of the keys is looked at, and what does not work is tried again."""
_QUIET_SECONDS = 0.5


class SshFace:
    """The SSH server as a face of the frame. Lives on the loop."""

    def __init__(
        self,
        *,
        home: Path,
        runner: Runner,
        caller: Caller,
        clock: Clock,
        store: ConfigStore,
        problems: Problems,
    ) -> None:
        self._parts = SshParts(
            home=home,
            runner=runner,
            caller=caller,
            clock=clock,
            store=store,
            keys=AuthorizedKeys(store.layout.config),
        )
        self._problems = problems
        self._settings = SshSettings()
        self._server: SshServer | None = None
        self._reading = KeyReading(text=None)
        self._told: set[str] = set()
        self._lane = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    async def start(self, settings: FrameSettings) -> None:
        """See ``Face``."""
        # In the background: what the server is made of takes a slow machine seconds to load.
        self._settings = settings.ssh
        self._watch = asyncio.create_task(self._look())

    async def configure(self, settings: FrameSettings) -> None:
        """See ``Face``."""
        self._settings = settings.ssh
        await self._follow()

    async def stop(self) -> None:
        """See ``Face``."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
            self._watch = None
        async with self._lane:
            await self._down()

    def facts(self) -> dict[str, Any]:
        """How it is reached: ``running``, ``port``, ``fingerprint`` of the frame's key, and the number of ``keys``."""
        server = self._server
        return {
            "running": server is not None and server.port is not None,
            "port": server.port if server is not None else None,
            "fingerprint": server.fingerprint if server is not None else None,
            "keys": len(self._reading.keys),
        }

    async def _look(self) -> None:
        failing = False
        while True:
            try:
                await self._follow()
                failing = False
            except Exception:
                if not failing:
                    log.exception("SSH: the server cannot follow its settings and keys; tried again soon")
                failing = True
            await self._parts.clock.sleep(_LOOK_SECONDS)

    async def _follow(self) -> None:
        """Bring the server into the state that the settings and the keys want."""
        async with self._lane:
            self._reading = await self._read()
            self._tell_of_keys()
            valid = self._reading.valid(self._parts.clock.now())
            if not self._settings.enabled or not valid:
                await self._down()
                self._problems.clear(_OWNER, _KEY)
                return
            try:
                await self._up()
            except ArtframeError as error:
                if all(problem.key != _KEY for problem in self._problems.of(_OWNER)):
                    log.warning("%s", error.message)
                self._problems.problem(_OWNER, _KEY, error.message, error.hint)
            else:
                self._problems.clear(_OWNER, _KEY)
            if self._server is not None:
                self._server.keep_only(frozenset(key.fingerprint for key in valid))

    async def _read(self) -> KeyReading:
        """What the keys' file says; where keys are gone, what it says when whoever writes it has finished."""
        read = self._parts.keys.read
        reading = await self._parts.caller.call(read)
        if {key.fingerprint for key in self._reading.keys} - {key.fingerprint for key in reading.keys}:
            await self._parts.clock.sleep(_QUIET_SECONDS)
            reading = await self._parts.caller.call(read)
        return reading

    async def _up(self) -> None:
        if self._server is None:
            server = await self._parts.caller.call(_load)
            self._server = await server.create(self._parts, self._settings)
        was = self._server.port
        await self._server.listen(self._settings)
        if self._server.port != was:
            log.info("SSH: port %s is open; the frame's key is %s", self._server.port, self._server.fingerprint)

    async def _down(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            await server.close()
            log.info("SSH: the server is off")

    # ---- what is told

    def _tell_of_keys(self) -> None:
        found = {f"{_KEY}/{problem.line or NAME}": problem for problem in self._reading.problems}
        for key in self._told - found.keys():
            self._problems.clear(_OWNER, key)
        for key, problem in found.items():
            notice = problem.severity is ConfigSeverity.NOTICE
            self._problems.problem(_OWNER, key, str(problem), "", Severity.NOTICE if notice else Severity.WARNING)
        self._told = set(found)


def _load() -> type[SshServer]:
    # Here, and in a worker: a frame without a key never pays for asyncssh, and loading it takes a Pi Zero seconds.
    from artframe.interfaces.ssh.server import SshServer

    return SshServer
