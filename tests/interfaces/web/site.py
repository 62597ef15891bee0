"""The real web server on loopback, with toy commands behind it, and a client that says exactly what it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

from artframe.access.access import Access
from artframe.access.passwords import Cost
from artframe.access.sessions import Session
from artframe.config.home import init_home
from artframe.config.models import FrameSettings
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock, SystemClock
from artframe.core.commands import CommandRegistry
from artframe.core.events import EventBus
from artframe.host.problems import Problems
from artframe.interfaces.runner import Runner
from artframe.interfaces.web.face import WebFace
from artframe.interfaces.web.limits import LIMITS, Limits

PATIENCE = 60.0
PASSWORD = "a long password"
CHEAP = Cost(n=16, r=1, p=1)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json["error"]
        return found


class Site:
    """A web face of its own home; ``settings`` are those of ``web`` in frame.json."""

    def __init__(
        self,
        home: Path,
        *commands: object,
        clock: Clock | None = None,
        limits: Limits = LIMITS,
        demo: bool = False,
        **settings: Any,
    ) -> None:
        self.home = home
        init_home(home)
        self.clock = clock or SystemClock()
        self.events = EventBus()
        self.registry = CommandRegistry()
        for one in commands:
            self.registry.add_all(one)
        self.problems = Problems(home / "state" / "problems.json", clock=self.clock, events=self.events)
        self.store = ConfigStore(home, events=self.events, clock=self.clock, kinds=lambda kind: None)
        self.store.load()
        self.access = Access(home / "state", self.clock, self.events, cost=CHEAP)
        self.settings = _settings(settings)
        self._limits = limits
        self._demo = demo
        self._ready, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._live(),), name="loop")

    def __enter__(self) -> Site:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended already
            self.loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE)
        self.problems.close()
        assert not self._thread.is_alive(), "the loop goes on"

    async def _live(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self.caller = Caller(self.loop)
        self.runner = Runner(self.registry, self.caller, self.clock, self.events)
        self.face = WebFace(
            home=self.home,
            runner=self.runner,
            access=self.access,
            store=self.store,
            problems=self.problems,
            caller=self.caller,
            clock=self.clock,
            events=self.events,
            demo=self._demo,
            limits=self._limits,
        )
        await self.face.start(self.settings)
        self._ready.set()
        try:
            await self._over.wait()
        finally:
            await self.face.stop()
            self.caller.close()

    def stop(self) -> None:
        """Begin to stop; leaving the ``with`` waits for the end."""
        self.loop.call_soon_threadsafe(self._over.set)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def configure(self, **settings: Any) -> None:
        self.run(self.face.configure(_settings(settings)))

    @property
    def port(self) -> int:
        port: int = self.face.facts()["port"]
        return port

    def problem(self, key: str) -> str:
        return " ".join(f"{one.message} ({one.hint})" for one in self.problems if one.key == key)

    def sign_in(self, name: str = "ada") -> Visitor:
        """A browser that is signed in."""
        user = self.access.accounts.get(name) or self.access.accounts.add(name, PASSWORD)
        secret, session = self.access.sessions.create(user)
        return Visitor(self, secret, session)

    def token(self, scope: str, name: str = "") -> str:
        secret, _ = self.access.tokens.create(name or f"my {scope}", scope)
        return secret

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        source: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> Reply:
        """One request on a connection of its own; nothing is added but Host (and Content-Length)."""
        address = (source, 0)
        connection: http.client.HTTPConnection
        if tls is not None:
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=tls)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE, source_address=address)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None and "Content-Length" not in (headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())

    def open(self, source: str = "127.0.0.1") -> socket.socket:
        """A connection on which nothing has been said."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE, (source, 0))

    def say(self, raw: bytes, source: str = "127.0.0.1") -> bytes:
        """Send these bytes and read until the server closes the connection."""
        with self.open(source) as channel:
            with contextlib.suppress(ConnectionError):
                channel.sendall(raw)
            return everything(channel)


class Visitor:
    """A browser: it sends its cookie, and the form token where it should."""

    def __init__(self, site: Site, secret: str, session: Session) -> None:
        self.site = site
        self.session = session
        self.cookie = f"artframe-{site.port}={secret}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        sent = {"Cookie": self.cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.site.ask(method, path, body, sent)

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, arguments: Any = None, **headers: str) -> Reply:
        body = json.dumps(arguments if arguments is not None else {}).encode()
        return self.ask("POST", path, body, Content_Type="application/json", X_CSRF_Token=self.session.csrf, **headers)


def everything(channel: socket.socket) -> bytes:
    """What comes until the other side closes, however it does that."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := channel.recv(65536):
            found += piece
    return found


def status(answer: bytes) -> int:
    """The status of an answer as it came over the wire; 0 if there is none."""
    words = answer.split(b"\r\n", 1)[0].split(b" ")
    return int(words[1]) if len(words) > 1 else 0


def lines(channel: socket.socket) -> Iterator[bytes]:
    """Line by line as they come."""
    with channel.makefile("rb") as file:
        yield from iter(file.readline, b"")


def _settings(web: Mapping[str, Any]) -> FrameSettings:
    return FrameSettings.model_validate({"web": {"host": "127.0.0.1", "port": 0, **web}})
