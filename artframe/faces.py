"""Who may talk to the frame, and over what? Its faces: each comes up alone, fails alone, and is named when it does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from artframe.access.access import Access
from artframe.config.models import FrameSettings
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.commands import CommandRegistry
from artframe.core.events import EventBus
from artframe.core.sentence import said
from artframe.host.problems import Problems, Severity
from artframe.interfaces.control import ControlSocket
from artframe.interfaces.runner import Runner
from artframe.interfaces.ssh.face import SshFace
from artframe.interfaces.web.face import WebFace

log = logging.getLogger(__name__)

_OWNER = "frame"
_STOP_SECONDS = 4.0


class Face(Protocol):
    """One way to reach the frame. Lives on the loop; what it cannot do at the moment it tries again by itself."""

    async def start(self, settings: FrameSettings) -> None:
        """Come up as the settings say. Raises OSError or ArtframeError where nothing can be done about it here."""
        ...

    async def configure(self, settings: FrameSettings) -> None:
        """Follow other settings; what did not change goes on undisturbed."""
        ...

    async def stop(self) -> None:
        """End, with everything that is open; harmless when it never started."""
        ...

    def facts(self) -> dict[str, Any]:
        """How it is reached, as JSON for ``status`` and the setup card; no secrets.

        ``{"running": bool}`` always, with ``"urls"`` for the web page (the best first: by address in the home's
        network, then by name; no path, as ``http://192.168.1.5:8080``), ``"port"`` and ``"fingerprint"`` for SSH.
        """
        ...


class Faces:
    """All faces of one frame, behind one runner of commands. Lives on the loop.

    ``demo``: the web page is for this machine only, and asks for no password.
    """

    def __init__(
        self,
        *,
        home: Path,
        registry: CommandRegistry,
        caller: Caller,
        clock: Clock,
        events: EventBus,
        store: ConfigStore,
        problems: Problems,
        access: Access,
        demo: bool = False,
    ) -> None:
        self.runner = Runner(registry, caller, clock, events)
        self._store = store
        self._problems = problems
        self._control = ControlSocket(home, self.runner, caller)
        self._faces: dict[str, Face] = {
            "web": WebFace(
                home=home,
                runner=self.runner,
                access=access,
                store=store,
                problems=problems,
                caller=caller,
                clock=clock,
                events=events,
                demo=demo,
            ),
            "ssh": SshFace(home=home, runner=self.runner, caller=caller, clock=clock, store=store, problems=problems),
        }
        self._lane = asyncio.Lock()

    async def start(self) -> None:
        """Bring up the control socket, then the others; none of them keeps the next one from coming up."""
        try:
            await self._control.start()
        except OSError as error:
            text = said(
                "control.unreached",
                "the frame cannot be reached by commands: {reason}; pictures go on",
                reason=error.strerror or str(error),
            )
            hint = said("disk.make_room_restart", "make room on the disk (or mount it writable) and restart artframe")
            self._problems.problem(_OWNER, "control", text, hint)
        else:
            self._problems.clear(_OWNER, "control")
        for name, face in self._faces.items():
            await self._contained(name, face.start)

    async def configure(self) -> None:
        """Other settings of the frame are in force."""
        async with self._lane:
            for name, face in self._faces.items():
                await self._contained(name, face.configure)

    async def stop(self) -> None:
        """End all of them, all at once, and the control socket last."""
        endings = [asyncio.wait_for(face.stop(), _STOP_SECONDS) for face in self._faces.values()]
        for name, ended in zip(self._faces, await asyncio.gather(*endings, return_exceptions=True), strict=True):
            if isinstance(ended, BaseException):
                log.error("stopping: %s did not end well (%s)", name, type(ended).__name__)
        await self._control.stop()

    def facts(self) -> dict[str, Any]:
        """How the frame is reached, by face."""
        return {name: face.facts() for name, face in self._faces.items()}

    async def _contained(self, name: str, step: Callable[[FrameSettings], Any]) -> None:
        try:
            await step(self._store.config.frame)
        except Exception as error:
            log.exception("%s cannot be brought up; everything else goes on", name)
            told = str(error) if isinstance(error, OSError) else type(error).__name__
            self._problems.problem(
                _OWNER,
                f"face/{name}",
                said("face.broken", "{face} does not work: {reason}", face=name, reason=told),
                said("log.more", "the log says more"),
                Severity.WARNING,
            )
        else:
            self._problems.clear(_OWNER, f"face/{name}")
