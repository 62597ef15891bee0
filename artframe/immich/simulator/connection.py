"""How are requests read from a connection and answers written to it?"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import logging
import threading
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

from artframe.immich.simulator.body import Disconnected, RequestBody
from artframe.immich.simulator.disturbance import Disturbance, Hangup
from artframe.immich.simulator.file_answer import FileAnswer
from artframe.immich.simulator.media.tailed import TailedFile
from artframe.immich.simulator.refusal import Refused, correlation_id
from artframe.immich.simulator.reply import Empty, FileContent, Json, Reply, Text
from artframe.immich.simulator.request import Request

if TYPE_CHECKING:
    from artframe.immich.simulator.listener import Listener

log = logging.getLogger(__name__)
WORTH_COMPRESSING = 1024
WEB_PAGE = (
    "<!doctype html><html><head><title>Immich</title></head><body>This embedded Immich has no web page.</body></html>\n"
)


class Connection(BaseHTTPRequestHandler):
    """One client connection: as many requests as it sends, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.server.closed(self.connection)

    def log_message(self, format: str, *args: Any) -> None:
        """The request log is ``Simulator.requests``; nothing goes to the terminal."""

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - names given by http.server

    def _serve(self) -> None:
        address = urlsplit(self.path)
        path = unquote(address.path)
        self.server.requests.append(self.command, path, address.query)
        disturbance = Disturbance(self.server.faults.striking(self.command, path))
        self._correlation = correlation_id()
        body = self._body()
        try:
            reply = self._answer(path, address.query, body, disturbance)
            self._send(reply, disturbance)
            body.drain()
        except (Hangup, Disconnected, BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True

    def _body(self) -> RequestBody:
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        length = self.headers.get("Content-Length")
        return RequestBody(
            cast(BinaryIO, self.rfile), length=int(length) if length and not chunked else None, chunked=chunked
        )

    def _answer(self, path: str, query: str, body: RequestBody, disturbance: Disturbance) -> Reply:
        generation = self.server.site.generation
        try:
            reply = disturbance.before_answer() if disturbance else None
            if reply is None:
                if not path.startswith("/api/"):
                    return self._outside(path)
                options = {
                    name: values if len(values) > 1 else values[0]
                    for name, values in parse_qs(query, keep_blank_values=True).items()
                }
                request = Request(
                    method=self.command,
                    path=path[4:],
                    query=options,
                    headers=self.headers,
                    body=body,
                    generation=generation,
                )
                reply = self.server.dispatcher.answer(request)
            return disturbance.changed(reply) if disturbance else reply
        except Refused as refused:
            body_json = refused.body(generation, self._correlation)
            return Json(body=body_json, status=refused.status, headers=refused.headers)
        except (Hangup, ConnectionError, threading.BrokenBarrierError):
            raise
        except Exception:
            log.exception("%s %s failed", self.command, path)
            failed = Refused(500, "Internal server error")
            return Json(body=failed.body(generation, self._correlation), status=500)

    def _outside(self, path: str) -> Reply:
        if path == "/.well-known/immich":
            return Json(body={"api": {"endpoint": "/api"}})
        return Text(body=WEB_PAGE, media_type="text/html; charset=utf-8")

    def _send(self, reply: Reply, disturbance: Disturbance) -> None:
        match reply:
            case Json():
                self._send_json(reply, disturbance)
            case Text():
                headers = {**reply.headers, "Content-Type": reply.media_type}
                self._send_bytes(reply.status, headers, reply.body.encode(), disturbance)
            case Empty():
                length = {} if reply.status == 204 else {"Content-Length": "0"}
                self._send_head(reply.status, {**reply.headers, **length}, disturbance)
            case FileContent():
                self._send_file(reply, disturbance)

    def _send_json(self, reply: Json, disturbance: Disturbance) -> None:
        body = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")).encode()
        digest = hashlib.sha1(body, usedforsecurity=False).digest()
        etag = f'"{len(body):x}-{base64.b64encode(digest).decode()[:27]}"'
        headers = {
            **reply.headers,
            "Content-Type": "application/json; charset=utf-8",
            "ETag": etag,
            "Vary": "Accept-Encoding",
        }
        if reply.cookies:
            headers["Set-Cookie"] = "\r\nSet-Cookie: ".join(reply.cookies)
        known = self.headers.get("If-None-Match", "").removeprefix("W/")
        if known == etag and reply.status == 200 and self.command in ("GET", "HEAD"):
            del headers["Content-Type"]
            self._send_head(304, headers, disturbance)
            return
        if len(body) > WORTH_COMPRESSING and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=1, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self._send_bytes(reply.status, headers, body, disturbance)

    def _send_bytes(self, status: int, headers: dict[str, str], body: bytes, disturbance: Disturbance) -> None:
        headers["Content-Length"] = str(len(body))
        if disturbance.touches_body and self.command != "HEAD":
            self._send_head(status, headers, disturbance)
            for block in disturbance.bytes_of(io.BytesIO(body), len(body)):
                self.connection.sendall(block)
            return
        self._send_head(status, headers, disturbance, b"" if self.command == "HEAD" else body)

    def _send_file(self, reply: FileContent, disturbance: Disturbance) -> None:
        with reply.path.open("rb") as file:
            answer = FileAnswer.of(reply, file, self.headers)
            if answer.beyond:
                refused = Refused(500, "Internal server error").body(self.server.site.generation, self._correlation)
                body = json.dumps(refused, separators=(",", ":")).encode()
                self._send_bytes(answer.status, answer.headers, body, disturbance)
                return
            self._send_head(answer.status, answer.headers, disturbance)
            if self.command == "HEAD" or not answer.length:
                return
            stream = TailedFile(file, reply.tail) if reply.tail else file
            if disturbance.touches_body:
                stream.seek(answer.start)
                for block in disturbance.bytes_of(cast(BinaryIO, stream), answer.length):
                    self.connection.sendall(block)
                return
            plain = TailedFile.length_of(file)
            before_tail = max(0, min(answer.start + answer.length, plain) - answer.start)
            if before_tail:
                self.connection.sendfile(file, answer.start, before_tail)
            if before_tail < answer.length:
                first = answer.start + before_tail - plain
                self.connection.sendall(reply.tail[first : first + answer.length - before_tail])

    def _send_head(self, status: int, headers: dict[str, str], disturbance: Disturbance, body: bytes = b"") -> None:
        correlation = "X-Correlation-ID" if self.server.site.generation.modern else "x-immich-cid"
        every = {correlation: self._correlation, **headers, **disturbance.headers(), "Date": formatdate(usegmt=True)}
        if self.close_connection:
            every["Connection"] = "close"
        phrase = self.responses[status][0] if status in self.responses else ""
        lines = "".join(f"{name}: {value}\r\n" for name, value in every.items())
        head = f"HTTP/1.1 {status} {phrase}\r\n{lines}\r\n".encode("latin-1", "replace")
        self.connection.sendall(head + body)
