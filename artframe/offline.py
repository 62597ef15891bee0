"""What can be told and done while no frame runs? The same commands over the same kind of connection, to ourselves."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from artframe import __version__
from artframe.backup.backup_commands import BackupCommands
from artframe.config.layout import instance_of
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import SystemClock
from artframe.core.commands import CommandRegistry, Effect, command
from artframe.core.events import EventBus
from artframe.core.lock import InstanceLock
from artframe.core.log_files import LogFiles
from artframe.core.log_secrets import Masker
from artframe.doctor.doctor_commands import DoctorCommands
from artframe.doctor.probes import MachineProbes
from artframe.errors import CommandError
from artframe.host.discovery import PluginKinds
from artframe.interfaces.arguments import HelpRequested, Parsed, parse
from artframe.interfaces.channel import LONGEST_LINE, Channel
from artframe.interfaces.conversation import Conversation
from artframe.interfaces.exits import NOT_RUNNING
from artframe.interfaces.file_commands import file_commands
from artframe.interfaces.log_commands import LogCommands
from artframe.interfaces.runner import Runner
from artframe.interfaces.suggestions import suggest

_NEED_NO_HOME = ("status",)
_NEED_A_FRAME = (
    *("backup", "diagnostics", "display", "doctor", "immich", "job", "library", "logs", "pair", "photo", "plugin"),
    *("session", "ssh-key", "system", "token", "user"),
)
"""What commands begin with that only a running frame has; those of a plugin begin with its instance."""


class OfflineCommands:
    """``status``, told by the one who asked."""

    def __init__(self, home: Path) -> None:
        self._home = home

    @command("status", render=lambda result: result["text"])
    def status(self) -> dict[str, Any]:
        """Say how the frame is: it does not run."""
        text = f"no artframe runs on {self._home}; 'artframe run' starts one"
        return {
            "running": False,
            "version": __version__,
            "home": str(self._home),
            "text": text,
            "exit_code": NOT_RUNNING,
        }


class Offline:
    """A home without a running frame, and the commands that do without one."""

    def __init__(self, home: Path) -> None:
        kinds, clock = PluginKinds.installed(), SystemClock()
        self.home = home
        self.store = ConfigStore(
            home,
            events=EventBus(),
            clock=clock,
            kinds=kinds.settings,
            known_kinds=lambda: tuple(kinds),
            migrations=kinds.migrate,
        )
        self.registry = CommandRegistry()
        for commands in (
            OfflineCommands(home),
            *file_commands(self.store, kinds),
            LogCommands(LogFiles(home / "logs"), self._mask, instances=self._instances),
            DoctorCommands(MachineProbes(home, self.store, clock), clock),
            BackupCommands(self.store, clock, lock=InstanceLock(self.store.layout.state / "artframe.lock")),
        ):
            self.registry.add_all(commands)
        self._masker: Masker | None = None
        suggest(self.registry, self.store, instances=self._instances, kinds=lambda: kinds)

    def read(self, words: Sequence[str]) -> Parsed:
        """What the words mean here; raises like ``arguments.parse``."""
        try:
            parsed = parse(self.registry, words)
        except HelpRequested as wanted:
            if wanted.about:
                raise
            text = f"no frame runs on {self.home}: these work without one, more with one\n{wanted.text}"
            raise HelpRequested(text) from None
        except CommandError as error:
            asked = [word for word in words if word not in ("help", "-h", "--help")]
            if self._known(asked) or not self._needs_a_frame(asked[0]):
                raise
            raise CommandError(
                f"no artframe runs on {self.home}, and '{' '.join(asked[:2])}' needs one; nothing was done",
                error.hint if "did you mean" in error.hint else "'artframe run' starts it; --home names another folder",
                exit_code=NOT_RUNNING,
            ) from None
        if parsed.command.name not in _NEED_NO_HOME and not self.store.layout.config.is_dir():
            raise CommandError(
                f"there is no frame in {self.home} yet", "'artframe run' makes one", exit_code=NOT_RUNNING
            )
        if parsed.command.effect is not Effect.READS:
            self.store.load()  # what nobody has read yet is not overwritten
        return parsed

    def _mask(self, text: str) -> str:
        """The text without the secrets that the files know of; they are read when the first line is shown."""
        if self._masker is None:
            self._masker = Masker()
            self._masker.set(self.store.known_secrets)
        return self._masker.mask(text)

    def _known(self, words: Sequence[str]) -> bool:
        return any(known.words == tuple(words[: len(known.words)]) for known in self.registry)

    def _needs_a_frame(self, word: str) -> bool:
        return word in _NEED_A_FRAME or word in self._instances()

    def _instances(self) -> list[str]:
        return [instance_of(file) for file in self.store.layout.listing().plugins or ()]


def connect(home: Path) -> socket.socket:
    """A connection on which one command is answered as a running frame would, as far as that is possible."""
    ours, theirs = socket.socketpair()
    threading.Thread(target=lambda: asyncio.run(_converse(home, theirs)), name="offline").start()
    return ours


async def _converse(home: Path, connection: socket.socket) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=connection, limit=LONGEST_LINE)
    offline = Offline(home)
    caller = Caller(asyncio.get_running_loop())
    runner = Runner(offline.registry, caller, SystemClock(), EventBus())
    state = offline.store.layout.state
    folder = state if state.is_dir() else Path(tempfile.gettempdir())
    try:
        channel = Channel(reader, writer, caller)
        await Conversation(channel, runner=runner, caller=caller, read=offline.read, folder=folder).hold()
        await channel.ended()
    finally:
        caller.close()
