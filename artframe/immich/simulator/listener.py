"""How does the server listen, and how does it stop at once?"""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import suppress
from http.server import ThreadingHTTPServer
from typing import Any

from artframe.immich.simulator.connection import Connection
from artframe.immich.simulator.dispatch import Dispatcher
from artframe.immich.simulator.faults import Faults
from artframe.immich.simulator.request_log import RequestLog
from artframe.immich.simulator.site import Site


class Listener(ThreadingHTTPServer):
    """One thread per connection; stopping closes them all."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], site: Site, faults: Faults, requests: RequestLog) -> None:
        self.site = site
        self.faults = faults
        self.requests = requests
        self.dispatcher = Dispatcher(site)
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        super().__init__(address, Connection)

    def server_bind(self) -> None:
        # without http.server's look-up of our own host name, which may wait for a name server
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def start(self) -> None:
        """Answer from now on."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="immich-listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the door, then every open connection, and wait for their threads."""
        self.shutdown()
        self.server_close()
        if self._thread is not None:
            self._thread.join(timeout=30)
        with self._changed:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout=30)

    def opened(self, connection: socket.socket) -> None:
        """A connection thread begins."""
        with self._changed:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """A connection thread ends."""
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are no news; anything else is printed."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)
