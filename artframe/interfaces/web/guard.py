"""Is this request let in? Every one passes here first, whatever it asks for: host, size, origin, session, token."""

from __future__ import annotations

import asyncio
import email.utils
import hmac
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from artframe.access.sessions import Session
from artframe.core.ip import is_loopback
from artframe.errors import ArtframeError
from artframe.interfaces.runner import Actor
from artframe.interfaces.runner import Scope as Rights
from artframe.interfaces.web.context import WebContext
from artframe.interfaces.web.failures import Refused, headers_of, status_of
from artframe.interfaces.web.forms import discard_files, read_form, sends_form
from artframe.interfaces.web.security import (
    DEFAULT_HEADERS,
    HEADERS,
    SAFE_METHODS,
    check_embedding,
    check_host,
    check_origin,
    is_api,
    is_public,
)
from artframe.interfaces.web.signing import address_of, secret_of

log = logging.getLogger(__name__)

Answer = Callable[[Request, ArtframeError], Response]
TOKEN_HEADER = "x-csrf-token"  # noqa: S105  (the header's name)

BUG = Refused(500, "the request failed for a reason that is a bug in artframe", "see the log")


class Guard:
    """Wraps the app.

    Sets ``request.state``: ``session`` (or None), ``csrf``, ``actor`` (None: nobody known), ``takes_file``.

    ``answer`` makes the response for an error; ``takes_file`` says whether a path may be sent a file.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        web: WebContext,
        demo_session: Session | None,
        answer: Answer,
        takes_file: Callable[[str], bool],
    ) -> None:
        self._app = app
        self._web = web
        self._demo_session = demo_session
        self._answer = answer
        self._takes_file = takes_file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Never raises, but for the end of the server."""
        exchange = _Exchange(send)
        state: dict[str, Any] = {"session": None, "csrf": "", "actor": None, "uploads": {}}
        scope["state"], scope["app"] = state, self._app
        request = Request(scope, receive)
        try:
            await self._serve(request, exchange)
        except ArtframeError as error:
            await self._tell(request, exchange, error)
        except ClientDisconnect:
            pass  # in the middle of a body: nobody is there to be told
        except asyncio.CancelledError:
            await self._tell(request, exchange, Refused(503, "the frame stops", "try again in a moment"))
        except Exception:
            log.exception("a request to %s failed because of a bug", request.url.path)
            await self._tell(request, exchange, BUG)
        finally:
            if state["uploads"]:
                discard_files(state["uploads"].values())

    async def _serve(self, request: Request, exchange: _Exchange) -> None:
        headers = request.headers
        request = self._limited(request)
        _check_form_of(request, self._web.limits.header_bytes, self._web.limits.target_bytes)
        check_host(headers.get("host", ""), self._web.store.config.frame.web.host_names)
        check_embedding(headers)
        if request.method not in SAFE_METHODS:
            check_origin(headers)
        self._identify(request)
        if not is_public(request.url.path):
            if request.state.actor is None:
                raise self._unknown(request)
            if request.state.session is not None and request.method not in SAFE_METHODS:
                await _check_token(request)
        await self._app(request.scope, request.receive, exchange.send)

    # ---- size

    def _limited(self, request: Request) -> Request:
        """The request with a body that ends in Refused (413) where it becomes too long."""
        limits, path = self._web.limits, request.scope["path"]
        multipart = request.headers.get("content-type", "").lower().startswith("multipart/")
        request.state.takes_file = multipart and self._takes_file(path)
        limit = limits.upload_bytes if request.state.takes_file else limits.body_bytes
        if is_public(path):
            limit = limits.door_bytes
        said = request.headers.get("content-length", "")
        if said.isdecimal() and int(said) > limit:
            raise _too_large(limit)
        receive, left = request.receive, limit

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise _too_large(limit)
            return message

        return Request(request.scope, counted)

    # ---- who

    def _identify(self, request: Request) -> None:
        """See who asks: a program by its token (for the API only), or a person by the session's cookie."""
        access, state = self._web.access, request.state
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme and is_api(request.url.path):
            found = access.tokens.find(token.strip()) if scheme.lower() == "bearer" else None
            if found is None:
                raise Refused(
                    401,
                    "this token is not (or no longer) known; nothing was done",
                    "make one with 'artframe token create'",
                    headers={"WWW-Authenticate": 'Bearer realm="artframe", error="invalid_token"'},
                )
            state.actor = Actor(name=f"token: {found.name}", scope=Rights(found.scope))
            state.credential = f"token {found.name}"
            state.holds = lambda: access.tokens.find(token.strip()) is not None
            return
        secret = secret_of(request)
        session = access.sessions.find(secret) if secret else None
        state.holds = lambda: access.sessions.find(secret) is not None
        if session is None and self._demo_session is not None and is_loopback(address_of(request)):
            session = self._demo_session
            state.holds = lambda: True
        if session is not None:
            state.session, state.csrf = session, session.csrf
            state.actor = Actor(name=f"web: {session.user.name}")
            state.credential = f"session {session.id}"

    def _unknown(self, request: Request) -> Refused:
        """What somebody unknown is told: programs and scripts 401, people where to sign in."""
        page = "/login" if self._web.access.accounts.any() else "/pair"
        path = request.url.path
        if is_api(path) or "hx-request" in request.headers or request.method not in SAFE_METHODS:
            headers = {"WWW-Authenticate": 'Bearer realm="artframe"', "HX-Redirect": page}
            return Refused(401, "nobody is signed in; nothing was done", "sign in, or send a token", headers=headers)
        back = f"?next={quote(path)}" if path != "/" else ""
        return Refused(303, "sign in first", page, headers={"Location": page + back})

    async def _tell(self, request: Request, exchange: _Exchange, error: ArtframeError) -> None:
        """Answer with the error, unless an answer has begun: then all that can be done is to break it off."""
        if exchange.begun:
            return  # the server cuts the connection: half an answer never looks like a whole one
        try:
            response = self._answer(request, error)
        except Exception:
            log.exception("the page that tells of an error failed itself")
            response = Response(f"{error}\n", status_of(error), headers_of(error), media_type="text/plain")
        await response(request.scope, request.receive, exchange.send)


class _Exchange:
    """The answer on its way out, with the headers that every one has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in HEADERS.items():
                headers[name] = value
            for name, value in DEFAULT_HEADERS.items():
                headers.setdefault(name, value)
            headers["Date"] = email.utils.format_datetime(datetime.now(UTC), usegmt=True)
        await self._send(message)


async def _check_token(request: Request) -> None:
    """The form token, which a page of somebody else cannot know. Raises Refused."""
    given = request.headers.get(TOKEN_HEADER, "")
    if not given and sends_form(request):
        given = (await read_form(request)).csrf
    if not hmac.compare_digest(given.encode(), request.state.csrf.encode()):
        raise Refused(403, "this form is not (or no longer) the frame's own; nothing was done", "load the page again")


def _check_form_of(request: Request, header_bytes: int, target_bytes: int) -> None:
    """What no honest client sends. Raises Refused; the connection ends with the answer."""
    raw: list[tuple[bytes, bytes]] = request.scope["headers"]
    headers = Headers(raw=raw)
    target = len(request.scope["raw_path"]) + len(request.scope["query_string"])
    if target > target_bytes:
        raise Refused(414, "the address is too long", headers={"Connection": "close"})
    if sum(len(name) + len(value) for name, value in raw) > header_bytes:
        raise Refused(431, "the request's headers are too long", headers={"Connection": "close"})
    if not request.scope["path"].startswith("/") or "\0" in request.scope["path"]:
        raise Refused(400, "the request names no path of this frame", headers={"Connection": "close"})
    if "transfer-encoding" in headers and "content-length" in headers:
        raise Refused(400, "the request tells its length in two ways", headers={"Connection": "close"})
    if "websocket" in headers.get("upgrade", "").lower():
        raise Refused(400, "this frame speaks no WebSocket", "follow GET /api/events", headers={"Connection": "close"})


def _too_large(limit: int) -> Refused:
    return Refused(413, f"more was sent than is taken here ({limit:,} bytes); nothing was done")
