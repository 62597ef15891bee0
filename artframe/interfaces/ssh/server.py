"""Who lets SSH connections in, ends those that are over, and says of each in the log what became of it?"""

from __future__ import annotations

import asyncio
import logging
import socket

import asyncssh
from asyncssh.constants import DISC_BY_APPLICATION

from artframe.config.models import SshSettings
from artframe.core.first import first
from artframe.core.sentence import said
from artframe.interfaces.listening import accept, cannot_listen, open_sockets
from artframe.interfaces.ssh.admission import Admission, Refusals, Visit
from artframe.interfaces.ssh.host_key import host_key
from artframe.interfaces.ssh.idle import Idle
from artframe.interfaces.ssh.login import Login
from artframe.interfaces.ssh.parts import SshParts
from artframe.interfaces.ssh.serving import Serving
from artframe.interfaces.ssh.session import Session

log = logging.getLogger(__name__)

LOGIN_SECONDS = 20.0
_ALIVE_SECONDS = 30.0
"""How often a silent client is asked whether it is still there; three times in vain, and it is not."""
_CHEAP = "-diffie-hellman-*,rsa2048-sha256"
"""Key exchanges that take a slow processor long, and the one that makes an RSA key for each stranger, are left out."""


class SshServer:
    """The server, while it is up. Lives on the loop."""

    def __init__(self, parts: SshParts, settings: SshSettings, key: asyncssh.SSHKey) -> None:
        self.settings = settings
        self.fingerprint = key.get_fingerprint()
        self._parts = parts
        self._admission = Admission(settings.connections)
        self._refusals = Refusals(parts.clock)
        self._serving = Serving(parts)
        self._options = asyncssh.SSHServerConnectionOptions(
            server_host_keys=[key],
            gss_host=None,
            host_based_auth=False,
            kbdint_auth=False,
            password_auth=False,
            public_key_auth=True,
            agent_forwarding=False,
            x11_forwarding=False,
            allow_scp=False,
            line_editor=False,
            encoding=None,
            kex_algs=_CHEAP,
            compression_algs=["none"],
            server_version="artframe",
            login_timeout=0,  # ours goes by the frame's clock
            keepalive_interval=_ALIVE_SECONDS,
            keepalive_count_max=3,
        )
        # What it says of every connection would fill the log; ours has one line for each.
        asyncssh.set_log_level(logging.WARNING)
        self._listeners: dict[socket.socket, asyncio.Task[None]] = {}
        self._visits: dict[asyncio.Task[None], Login | None] = {}

    @classmethod
    async def create(cls, parts: SshParts, settings: SshSettings) -> SshServer:
        """A server that does not listen yet. Raises NotReady if there is no host key to be had."""
        key = await parts.caller.call(host_key, parts.home / "state")
        return cls(parts, settings, key)

    @property
    def port(self) -> int | None:
        """Where it listens; None while it does not."""
        return next((int(one.getsockname()[1]) for one in self._listeners), None)

    async def listen(self, settings: SshSettings) -> None:
        """Listen as the settings say; what did not change, and who is connected, goes on. Raises ArtframeError."""
        moved = (settings.host, settings.port) != (self.settings.host, self.settings.port)
        self.settings = settings
        self._admission.places = settings.connections
        if self._listeners and not moved:
            return
        await self._stop_listening()
        try:
            sockets = await self._parts.caller.call(open_sockets, settings.host, settings.port)
        except OSError as error:
            raise cannot_listen(
                said("face.ssh", "the SSH server"), "ssh", settings.host, settings.port, error
            ) from error
        for one in sockets:
            self._listeners[one] = asyncio.create_task(accept(one, self._let_in))

    def keep_only(self, fingerprints: frozenset[str]) -> None:
        """A key that was taken away ends its connections."""
        for task, login in self._visits.items():
            if login is not None and login.key is not None and login.key.fingerprint not in fingerprints:
                log.info("SSH: the key of %s was taken away; its connection ends", login.who)
                task.cancel()

    async def close(self) -> None:
        """End all connections and stop listening; harmless to repeat."""
        await self._stop_listening()
        for task in self._visits:
            task.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)
        await self._serving.close()

    async def _stop_listening(self) -> None:
        listeners, self._listeners = self._listeners, {}
        for task in listeners.values():
            task.cancel()
        # Closed only when nobody waits on it any more: its number is soon that of another one.
        await asyncio.gather(*listeners.values(), return_exceptions=True)
        for one in listeners:
            one.close()

    # ---- one connection

    def _let_in(self, channel: socket.socket, address: str) -> None:
        visit = self._admission.enter(address, lambda: None)
        if isinstance(visit, str):
            self._refusals.note(address, visit)
            channel.close()
            return
        task = asyncio.create_task(self._attend(channel, address, visit))
        visit.close = task.cancel
        self._visits[task] = None
        task.add_done_callback(lambda done: self._visits.pop(done))

    async def _attend(self, channel: socket.socket, address: str, visit: Visit) -> None:
        task = asyncio.current_task()
        assert task is not None
        idle = Idle(self._parts.clock, lambda: self.settings.idle_minutes * 60.0)
        login = Login(self._parts, idle, self._session)
        reason = "the frame ends this connection"
        try:
            await first(self._welcome(channel, login), self._parts.clock.sleep(LOGIN_SECONDS))
            connection = login.connection
            if connection is None or login.key is None:
                self._refusals.note(address, f"no login within {LOGIN_SECONDS:.0f} seconds")
                return
            visit.welcome()
            self._visits[task] = login
            log.info("SSH: %s came in from %s as %r (%s)", login.who, address, login.user[:40], login.key.fingerprint)
            await first(connection.wait_closed(), idle.over())
            if not connection.is_closed():
                reason = f"nothing has happened for {self.settings.idle_minutes} minutes"
                log.info("SSH: %s from %s: %s; the connection ends", login.who, address, reason)
        except (OSError, asyncssh.Error) as error:
            self._refusals.note(address, login.refused or f"left before it had shown a key ({type(error).__name__})")
        finally:
            visit.leave()
            if login.connection is None:
                channel.close()
            elif not login.connection.is_closed():
                login.connection.disconnect(DISC_BY_APPLICATION, reason)
                await login.connection.wait_closed()

    async def _welcome(self, channel: socket.socket, login: Login) -> asyncssh.SSHServerConnection:
        return await asyncssh.run_server(channel, options=self._options, server_factory=lambda: login)

    def _session(self, login: Login) -> Session:
        return Session(login, self._serving.serve, self._serving.files)
