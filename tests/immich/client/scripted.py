"""An HTTP server that answers what a test tells it to, byte for byte where it must."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    length: int
    """Of the whole body, of which ``body`` may be the beginning only."""
    client_port: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to send. ``announced``: a Content-Length that differs from the body. ``hold``: keep the connection open
    after the body until the server ends. ``date``: the server's clock."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    hold: bool = False
    date: str | None = None


Script = Callable[[Received], Answer]


class ScriptedServer:
    """Answers each request by ``script``; ``requests`` is what arrived.

    With a ``context`` it speaks TLS, and ``plain`` answers who comes without (by default it hangs up on them).
    """

    def __init__(self, script: Script, context: ssl.SSLContext | None = None, plain: Script | None = None) -> None:
        self.requests: list[Received] = []
        self.keep_bodies_to = 1 << 30
        self.ended = threading.Event()
        self._httpd = _Listener(_handler(self, script), context, plain and _handler(self, plain))
        self._thread = threading.Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.port: int = self._httpd.server_address[1]
        self.scheme = "http" if context is None else "https"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [f"{received.method} {received.path}" for received in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._httpd.shutdown()
        self._thread.join()
        self._httpd.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self,
        handler: type[BaseHTTPRequestHandler],
        context: ssl.SSLContext | None,
        plain: type[BaseHTTPRequestHandler] | None,
    ) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._encrypted, self._context, self._plain = handler, context, plain

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self._context is None:
            super().finish_request(request, client_address)
        elif request.recv(1, socket.MSG_PEEK) == b"\x16":  # a TLS handshake record
            try:
                with self._context.wrap_socket(request, server_side=True) as encrypted:
                    self._encrypted(encrypted, client_address, self)
            except OSError:
                return  # a client that does not trust us
        elif self._plain is not None:
            self._plain(request, client_address, self)


def _handler(server: ScriptedServer, script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            parts = urlsplit(self.path)
            body, length = self._body()
            received = Received(
                method=self.command,
                path=parts.path,
                query={name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
                headers=dict(self.headers.items()),
                body=body,
                length=length,
                client_port=self.client_address[1],
            )
            server.requests.append(received)
            answer = script(received)
            data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response_only(answer.status)
            self.send_header("Date", answer.date or self.date_time_string())
            headers = {"Content-Type": "application/json; charset=utf-8", **answer.headers}
            if "Transfer-Encoding" not in headers:
                headers["Content-Length"] = str(len(data) if answer.announced is None else answer.announced)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()
            if answer.hold:
                server.ended.wait()
            if answer.announced is not None:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - http.server's names

        def _body(self) -> tuple[bytes, int]:
            kept, length = bytearray(), 0
            for piece in self._pieces():
                length += len(piece)
                kept += piece[: max(server.keep_bodies_to - len(kept), 0)]
            return bytes(kept), length

        def _pieces(self) -> Iterator[bytes]:
            if self.headers.get("Transfer-Encoding") == "chunked":
                while size := int(self.rfile.readline(), 16):
                    yield self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            left = int(self.headers.get("Content-Length", 0))
            while left and (piece := self.rfile.read(min(left, 1 << 16))):
                left -= len(piece)
                yield piece

        def log_message(self, format: str, *args: object) -> None:
            return

        def handle(self) -> None:
            # A client that hangs up, or speaks no TLS, is what some tests are about.
            try:
                super().handle()
            except OSError:
                self.close_connection = True

    return Handler
