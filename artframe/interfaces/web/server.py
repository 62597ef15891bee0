"""Who lets connections in, and how does the server end? Accepting is ours, the HTTP is uvicorn's.

Accepting is ours so that a connection counts from its first moment (uvicorn knows of it only after the TLS handshake),
so that a flood of them is taken one by one between other work, and so that a change of port or certificate needs no
restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from typing import Any

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.server import ServerState

from artframe.interfaces.listening import accept
from artframe.interfaces.web.connections import Connections, Guest
from artframe.interfaces.web.limits import Limits
from artframe.interfaces.web.protocol import FrameProtocol

log = logging.getLogger(__name__)

_TLS_HANDSHAKE = b"\x16"
"""The first byte of every TLS connection, and of no HTTP request."""


class Server:
    """Serves an ASGI app on sockets. Lives on the loop.

    ``plain``: what answers http requests that reach a port of https.
    """

    def __init__(self, app: ASGIApp, *, plain: ASGIApp, limits: Limits) -> None:
        self.tls: ssl.SSLContext | None = None
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._config, self._plain = (self._configured(one) for one in (app, plain))
        self._state = ServerState()
        self._connections = Connections(limits)
        self._listeners: dict[socket.socket, asyncio.Task[None]] = {}
        self._welcomes: set[asyncio.Task[None]] = set()
        # It has a line for each malformed request, which would fill the log of a frame that is scanned; what goes
        # wrong in a page is logged by the guard.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)

    @property
    def sockets(self) -> list[socket.socket]:
        """What it listens on."""
        return list(self._listeners)

    @property
    def open_connections(self) -> int:
        """How many visitors are connected."""
        return len(self._connections)

    def listen(self, sockets: list[socket.socket]) -> None:
        """Take connections on these sockets from now on, and on no others; those that are open go on."""
        for old, task in list(self._listeners.items()):
            if old not in sockets:
                task.cancel()
                del self._listeners[old]
                old.close()
        for new in sockets:
            if new not in self._listeners:
                self._listeners[new] = self._loop.create_task(accept(new, self._let_in))

    def hang_up(self) -> None:
        """End idle connections now, and the others after their answer."""
        for connection in tuple(self._state.connections):
            connection.shutdown()

    async def stop(self) -> None:
        """Take no more connections, let requests end for a moment, then close everything. Harmless to repeat."""
        self.listen([])
        for welcome in tuple(self._welcomes):
            welcome.cancel()
        self.hang_up()
        if self._state.tasks:
            await asyncio.wait(tuple(self._state.tasks), timeout=self._limits.stop_seconds)
        self._connections.close_all()
        for task in tuple(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, *self._welcomes, return_exceptions=True)

    def _configured(self, app: ASGIApp) -> Config:
        config = Config(
            app,
            loop="none",
            http=FrameProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=self._limits.header_bytes,
        )
        config.load()
        return config

    def _let_in(self, channel: socket.socket, address: str) -> None:
        guest = self._connections.admit(address, lambda: None)
        if guest is None:
            channel.close()
            return
        welcome = self._loop.create_task(self._welcome(channel, guest))
        guest.close = welcome.cancel
        self._welcomes.add(welcome)
        welcome.add_done_callback(self._welcomes.discard)

    async def _welcome(self, channel: socket.socket, guest: Guest) -> None:
        config, options, tls = self._config, dict[str, Any](), self.tls
        try:
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                async with asyncio.timeout(self._limits.handshake_seconds):
                    secure = await self._first_byte(channel) == _TLS_HANDSHAKE
                config = self._config if secure else self._plain
                if secure:
                    options = {
                        "ssl": tls,
                        "ssl_handshake_timeout": self._limits.handshake_seconds,
                        "ssl_shutdown_timeout": self._limits.linger_seconds,
                    }
            await self._loop.connect_accepted_socket(
                lambda: FrameProtocol(config, self._state, self._loop, guest, self._limits), channel, **options
            )
        except BaseException as error:
            guest.leave()
            channel.close()
            if not isinstance(error, OSError | asyncio.CancelledError):
                raise

    async def _first_byte(self, channel: socket.socket) -> bytes:
        """Wait for the first byte, and leave it where it is."""
        arrived = asyncio.Event()
        self._loop.add_reader(channel, arrived.set)
        try:
            await arrived.wait()
        finally:
            self._loop.remove_reader(channel)
        with contextlib.suppress(BlockingIOError):
            return channel.recv(1, socket.MSG_PEEK)
        return b""
