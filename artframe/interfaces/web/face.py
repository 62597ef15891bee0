"""The web page as one of the frame's faces: up as the settings say, back by itself when something was in its way."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artframe.access.access import Access
from artframe.access.ledger import AccessChanged
from artframe.access.records import User
from artframe.access.sessions import Session
from artframe.config.models import FrameSettings, WebSettings
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.events import EventBus
from artframe.core.first import first
from artframe.core.sentence import said
from artframe.errors import ArtframeError, ConfigError, NotReady
from artframe.host.problems import Problems
from artframe.interfaces.feed import Feed
from artframe.interfaces.listening import cannot_listen, open_sockets
from artframe.interfaces.runner import Runner
from artframe.interfaces.web.app import SecureOnly, make_app
from artframe.interfaces.web.certificates import Certificates, Stamp
from artframe.interfaces.web.context import WebContext
from artframe.interfaces.web.limits import LIMITS, Limits
from artframe.interfaces.web.multipart import UploadFolder
from artframe.interfaces.web.places import PORT_VARIABLE, page_urls, port_of, wanted_port
from artframe.interfaces.web.server import Server
from artframe.interfaces.web.streams import Streams

log = logging.getLogger(__name__)

_OWNER = "frame"
_RETRY_SECONDS = 5.0
_LOOK_SECONDS = 600.0
"""How often the certificate is looked at: one that was renewed is taken up, one that ends is made anew."""


@dataclass(frozen=True, kw_only=True)
class WebServed:
    """Event: the page is served, under these addresses, the best first."""

    urls: tuple[str, ...]


class WebFace:
    """The web page of one frame. Lives on the loop.

    ``demo``: served to this machine only, whose visitors need no password; a taken port is no obstacle.
    """

    def __init__(
        self,
        *,
        home: Path,
        runner: Runner,
        access: Access,
        store: ConfigStore,
        problems: Problems,
        caller: Caller,
        clock: Clock,
        events: EventBus,
        demo: bool = False,
        limits: Limits = LIMITS,
    ) -> None:
        self._problems = problems
        self._caller = caller
        self._clock = clock
        self._events = events
        self._demo = demo
        self._limits = limits
        self._certificates = Certificates(home, clock)
        self._web = WebContext(
            home=home,
            runner=runner,
            access=access,
            store=store,
            feed=Feed(events, caller, clock),
            caller=caller,
            clock=clock,
            uploads=UploadFolder(home),
            streams=Streams(limits),
            limits=limits,
            demo=demo,
        )
        self._release = events.listen(AccessChanged, lambda _: caller.from_thread(self._web.streams.check))
        self._settings = WebSettings()
        self._server: Server | None = None
        self._place: tuple[str, int] | None = None
        self._stamp: Stamp | None = None
        self._tls = "off"
        self._changed = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    # ---- what a face does

    async def start(self, settings: FrameSettings) -> None:
        """Serve the page. What is in the way is a problem, and tried again every few seconds."""
        await self._caller.call(self._web.uploads.clear)
        self._settings = settings.web
        pause = await self._try()
        self._keeper = asyncio.ensure_future(self._keep(pause))

    async def configure(self, settings: FrameSettings) -> None:
        """Follow other settings of the page; others do not touch it."""
        if settings.web != self._settings:
            self._settings = settings.web
            self._changed.set()

    async def stop(self) -> None:
        """End the page: streams at once, what is being answered within two seconds."""
        self._release()
        self._web.feed.stop()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._close()

    def facts(self) -> dict[str, Any]:
        """Where the page is: ``running``, ``urls`` (the best first), ``port`` and ``tls``."""
        sockets = self._server.sockets if self._server is not None else []
        return {
            "running": bool(sockets),
            "urls": page_urls(sockets, secure=self._tls != "off"),
            "port": port_of(sockets),
            "tls": self._tls,
        }

    # ---- how it stays up

    async def _keep(self, pause: float) -> None:
        while True:
            await first(self._changed.wait(), self._clock.sleep(pause))
            self._changed.clear()
            pause = await self._try()

    async def _try(self) -> float:
        try:
            pause = await self._serve()
        except Exception as error:
            log.exception("the web page does not follow its settings; tried again every few seconds")
            text = said(
                "web.bug",
                "the web page does not come up ({what}); tried again every few seconds",
                what=type(error).__name__,
            )
            self._problems.problem(_OWNER, "web/bug", text, said("log.more", "the log says more"))
            return _RETRY_SECONDS
        self._problems.clear(_OWNER, "web/bug")
        return pause

    async def _serve(self) -> float:
        """Bring the settings into force as far as possible; returns after how many seconds to look again."""
        web = self._settings
        if not web.enabled:
            await self._close()
            for key in ("web", "web/tls", "web/port"):
                self._problems.clear(_OWNER, key)
            return _LOOK_SECONDS
        if self._server is None:
            app = make_app(self._web, demo_session=_demo_session(self._clock) if self._demo else None)
            self._server = Server(app, plain=SecureOnly(self._web), limits=self._limits)
        secured = await self._secure(self._server, web)
        listening = secured is not None and await self._listen(self._server, web)
        return _LOOK_SECONDS if listening and secured else _RETRY_SECONDS

    async def _secure(self, server: Server, web: WebSettings) -> bool | None:
        """Take up the certificate that the settings want. False: it stays with another one; None: there is none."""
        stamp = await self._caller.call(self._certificates.stamp, web)
        if stamp == self._stamp:
            return True
        try:
            context = await self._caller.call(self._certificates.context, web)
        except ArtframeError as error:
            self._stamp = None  # going back to the settings before is a change as well
            stays = (
                "the one before stays in force" if server.tls is not None else "one of artframe's own is used meanwhile"
            )
            self._problems.problem(_OWNER, "web/tls", f"{error.message}; {stays}", error.hint)
            if server.tls is None and not isinstance(error, NotReady):
                with contextlib.suppress(NotReady):
                    server.tls, self._tls = await self._caller.call(self._certificates.generated), "generated"
                    server.hang_up()
            return False if server.tls is not None else None
        if (context is None) != (server.tls is None):
            # Nobody goes on in clear text, or with a cookie that is only good for the other.
            self._web.streams.end_all()
            server.hang_up()
        server.tls, self._tls = context, web.tls
        self._stamp = await self._caller.call(self._certificates.stamp, web)
        self._problems.clear(_OWNER, "web/tls")
        return True

    async def _listen(self, server: Server, web: WebSettings) -> bool:
        """Listen where the settings say. Whatever is in the way, it goes on where it was."""
        host = "127.0.0.1" if self._demo else web.host
        port = self._wanted_port(web)
        if self._place == (host, port) and server.sockets:
            return True
        before, self._place = self._place, None
        same_port = port_of(server.sockets) == port
        if same_port:
            server.listen([])  # an address cannot be listened on twice, all addresses include each
        try:
            server.listen(await self._open(host, port))
        except OSError as error:
            variable = PORT_VARIABLE if port != web.port else ""
            told = cannot_listen(said("face.web", "the web page"), "web", host, port, error, variable=variable)
            if all(problem.key != "web" for problem in self._problems.of(_OWNER)):
                log.warning("%s", told.message)
            self._problems.problem(_OWNER, "web", told.said, told.advice)
            if same_port and before is not None:
                with contextlib.suppress(OSError):
                    server.listen(await self._caller.call(open_sockets, *before))
            return False
        self._place = (host, port)
        self._problems.clear(_OWNER, "web")
        urls = tuple(page_urls(server.sockets, secure=self._tls != "off"))
        log.info("the web page is served at %s", " and ".join(urls[:3]))
        self._events.publish(WebServed(urls=urls))
        return True

    async def _open(self, host: str, port: int) -> list[socket.socket]:
        try:
            return await self._caller.call(open_sockets, host, port)
        except OSError:
            if not self._demo or port == 0:
                raise
            log.info("port %d is taken, so the demo takes another one", port)
            return await self._caller.call(open_sockets, host, 0)

    def _wanted_port(self, web: WebSettings) -> int:
        try:
            port = wanted_port(web.port)
        except ConfigError as error:
            self._problems.problem(_OWNER, "web/port", error.message, error.hint)
            return web.port
        self._problems.clear(_OWNER, "web/port")
        return port

    async def _close(self) -> None:
        server, self._server, self._place, self._stamp = self._server, None, None, None
        self._tls = "off"
        if server is not None:
            self._web.streams.end_all()
            await server.stop()


def _demo_session(clock: Clock) -> Session:
    now = clock.now()
    return Session(
        id="demo",
        user=User(name="demo", created=now, changed=now, stamp=""),
        csrf=secrets.token_urlsafe(32),
        label="",
        created=now,
        seen=now,
        expires=now,
    )
