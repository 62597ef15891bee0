"""An SSH server on a real loop, and the real OpenSSH client to talk to it."""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import subprocess
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import asyncssh
import pexpect

from artframe.config.authorized_keys import AuthorizedKeys
from artframe.config.home import init_home
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock, SystemClock
from artframe.core.commands import CommandRegistry
from artframe.core.events import EventBus
from artframe.host.problems import Problems
from artframe.interfaces.config_commands import ConfigCommands
from artframe.interfaces.edit_command import EditCommand
from artframe.interfaces.runner import Runner
from artframe.interfaces.ssh.face import SshFace
from artframe.interfaces.ssh_key_commands import SshKeyCommands
from artframe.testing import ManualClock
from tests.config.conftest import KINDS
from tests.frame.running import eventually
from tests.interfaces.ssh.commands import Commands

PATIENCE = 60.0


class Key:
    """A key pair of a person, made by ssh-keygen."""

    def __init__(self, folder: Path, name: str, type: str = "ed25519") -> None:
        folder.mkdir(exist_ok=True)
        self.path = folder / name
        command = ["ssh-keygen", "-q", "-t", type, "-N", "", "-C", f"{name}@laptop", "-f", str(self.path)]
        subprocess.run(command, check=True)

    @property
    def line(self) -> str:
        return self.path.with_suffix(".pub").read_text().strip()

    @property
    def fingerprint(self) -> str:
        told = subprocess.run(["ssh-keygen", "-lf", str(self.path)], check=True, capture_output=True, text=True)
        return told.stdout.split()[1]


class Frame:
    """A home with a configuration, and the SSH face on it; ``start`` as often as one likes."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.clock = clock or SystemClock()
        self.commands = Commands()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
        init_home(self.home)
        self.frame_settings(port=0, host="127.0.0.1")
        self.key = Key(folder / "keys", "ada")
        self.store: ConfigStore
        self.problems: Problems
        self.face: SshFace
        self.loop: asyncio.AbstractEventLoop
        self._thread: threading.Thread | None = None

    # ---- the server

    @property
    def keys(self) -> AuthorizedKeys:
        return AuthorizedKeys(self.home / "config")

    def frame_settings(self, **ssh: Any) -> None:
        import json

        path = self.home / "config" / "frame.json"
        data = json.loads(path.read_text())
        data.setdefault("ssh", {}).update(ssh)
        path.write_text(json.dumps(data, indent=2))

    def authorize(self, key: Key | None = None, options: str = "") -> None:
        line = (key or self.key).line
        path = self.keys.path
        before = path.read_text() if path.exists() else ""
        path.write_text(f"{before}{options + ' ' if options else ''}{line}\n")

    def start(self) -> Frame:
        """Bring it up, and wait until it listens if a key may come in."""
        ready = threading.Event()
        stop = self._stop = threading.Event()

        async def live() -> None:
            self.loop = asyncio.get_running_loop()
            caller = Caller(self.loop)
            events = EventBus()
            self.problems = Problems(self.home / "state" / "problems.json", clock=self.clock, events=events)
            self.store = ConfigStore(
                self.home, events=events, clock=self.clock, kinds=KINDS.get, known_kinds=lambda: KINDS
            )
            self.store.load()
            registry = CommandRegistry()
            registry.suggest("thing", lambda: ["all", "albums"])
            for owner in (self.commands, ConfigCommands(self.store), EditCommand(), SshKeyCommands(self.keys)):
                registry.add_all(owner)
            self.face = SshFace(
                home=self.home,
                runner=Runner(registry, caller, self.clock, events),
                caller=caller,
                clock=self.clock,
                store=self.store,
                problems=self.problems,
            )
            await self.face.start(self.store.config.frame)
            ready.set()
            await asyncio.to_thread(stop.wait)
            await self.face.stop()
            await caller.call(self.problems.close)
            caller.close()

        self._thread = threading.Thread(target=asyncio.run, args=(live(),))
        self._thread.start()
        assert ready.wait(PATIENCE)
        if self.keys.path.exists():
            self.wait_up()
        return self

    def wait_up(self) -> None:
        eventually(lambda: self.face.facts()["running"], "the SSH server is up")

    def wait_for(self, what: Callable[[], Any], description: str) -> Any:
        """Let the frame's own time pass until something is true."""
        clock = self.clock
        assert isinstance(clock, ManualClock)

        def look() -> Any:
            clock.advance(1)
            return what()

        return eventually(look, description)

    def stop(self) -> None:
        if self._thread is not None:
            self._stop.set()
            self._thread.join(PATIENCE)
            assert not self._thread.is_alive()
            self._thread = None

    def configure(self, **ssh: Any) -> None:
        """Other settings come into force."""
        self.frame_settings(**ssh)
        self.store.reload()
        self.do(self.face.configure(self.store.config.frame))

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do it on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def troubles(self) -> list[str]:
        """What is told to the person."""
        return [problem.message for problem in self.problems]

    @property
    def port(self) -> int:
        port: int = self.face.facts()["port"]
        return port

    # ---- the client

    def options(self, key: Key | None = None, *more: str) -> list[str]:
        """How the OpenSSH programs find the frame; nothing of this machine's own settings."""
        return [
            "-F", "none", "-i", str((key or self.key).path),
            "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
            "-o", "HostKeyAlias=frame",
            "-o", f"UserKnownHostsFile={self.folder / 'known_hosts'}", "-o", "StrictHostKeyChecking=accept-new",
            "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=60", *more,
        ]  # fmt: skip

    def ssh_words(self, *words: str, key: Key | None = None, options: Sequence[str] = ()) -> list[str]:
        return ["ssh", *self.options(key, *options), "-p", str(self.port), "keeper@127.0.0.1", *words]

    def ssh(
        self, *words: str, key: Key | None = None, options: Sequence[str] = (), input: bytes | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run ``ssh`` without a terminal."""
        command = self.ssh_words(*words, key=key, options=options)
        return subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False, input=input or b"")

    def sftp(self, *orders: str, key: Key | None = None) -> subprocess.CompletedProcess[str]:
        """Run the OpenSSH ``sftp`` on a batch of orders; it ends at the first that fails."""
        command = ["sftp", *self.options(key), "-P", str(self.port), "-b", "-", "keeper@127.0.0.1"]
        given = "".join(f"{order}\n" for order in orders)
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, input=given)

    def rclone(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``rclone``; ``frame:`` is the frame."""
        remote = {
            "TYPE": "sftp", "HOST": "127.0.0.1", "PORT": str(self.port), "USER": "keeper",
            "KEY_FILE": str(self.key.path),
        }  # fmt: skip
        environment = {f"RCLONE_CONFIG_FRAME_{name}": value for name, value in remote.items()}
        return subprocess.run(
            ["rclone", "--config", str(self.folder / "rclone.conf"), "--retries", "1", *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env={**os.environ, **environment},
        )

    async def client(self, key: Key | None = None) -> asyncssh.SSHClientConnection:
        """A connection of our own, for what no program does."""
        return await asyncssh.connect(
            "127.0.0.1", self.port, username="keeper", client_keys=[str((key or self.key).path)], known_hosts=None,
            config=None, agent_path=None,
        )  # fmt: skip

    def terminal(
        self,
        *words: str,
        options: Sequence[str] = (),
        env: dict[str, str] | None = None,
        size: tuple[int, int] = (24, 80),
    ) -> pexpect.spawn[str]:
        """Run ``ssh`` in a terminal of its own; ``size`` is rows and columns."""
        command = self.ssh_words(*words, options=["-tt", *options])
        return pexpect.spawn(
            shlex.join(command),
            encoding="utf-8",
            timeout=PATIENCE,
            dimensions=size,
            env={**os.environ, "TERM": "xterm", **(env or {})},
        )


def logged(records: Sequence[logging.LogRecord], part: str) -> Callable[[], list[str]]:
    """The lines of the log with this in them, for ``eventually``."""
    return lambda: [text for record in records if part in (text := record.getMessage())]
