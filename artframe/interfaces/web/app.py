"""Which app does the web server serve? The pages, the API and the static files, behind the guard."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from artframe.access.sessions import Session
from artframe.errors import ArtframeError
from artframe.interfaces.web import api, pages
from artframe.interfaces.web.api import json_response
from artframe.interfaces.web.context import WebContext
from artframe.interfaces.web.failures import Refused, error_json, headers_of, status_of
from artframe.interfaces.web.guard import BUG, Guard
from artframe.interfaces.web.security import check_host, is_api
from artframe.interfaces.web.static_files import serve_static, static_files

_TEXTS = {404: "there is no such page", 405: "this address does not take requests of this kind"}
_ICON = "icon.svg"


def make_app(web: WebContext, *, demo_session: Session | None = None) -> ASGIApp:
    """The whole app, behind its guard."""
    app = Starlette(
        routes=[
            *api.routes,
            Route("/static/{name:path}", serve_static),
            Route("/favicon.ico", _favicon),
            Route("/robots.txt", _robots),
            *pages.routes,
        ],
        exception_handlers={HTTPException: _routing_error, ArtframeError: _told, Exception: _bug},
    )
    app.state.web = web
    return Guard(
        app,
        web=web,
        demo_session=demo_session,
        answer=answer_error,
        takes_file=lambda path: path in pages.upload_paths or api.takes_upload(web.runner.registry, path),
    )


def answer_error(request: Request, error: ArtframeError) -> Response:
    """An error as whoever asks reads it: JSON for programs, a page for people."""
    status, headers = status_of(error), headers_of(error)
    response: Response
    if 300 <= status < 400:
        return Response(status_code=status, headers=headers)
    accepted = request.headers.get("accept", "")
    if is_api(request.url.path) or ("application/json" in accepted and "text/html" not in accepted):
        response = json_response(error_json(error), status)
    else:
        response = pages.render_error(request, status, error.message, error.hint)
    response.headers.update(headers)
    return response


class SecureOnly:
    """Answers http on a port of https: whoever only looks is sent to the right address, anything else is refused."""

    def __init__(self, web: WebContext) -> None:
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        host = request.headers.get("host", "")
        response: Response = PlainTextResponse("This page is served by https only.\n", 400)
        try:
            check_host(host, self._web.store.config.frame.web.host_names)
        except Refused:
            pass
        else:
            if request.method in ("GET", "HEAD"):
                response = RedirectResponse(f"https://{host}/", 307)
        response.headers["Connection"] = "close"
        await response(scope, receive, send)


async def _routing_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if request.method == "OPTIONS" and error.status_code == 405:
        return Response(status_code=204, headers=headers)
    text = _TEXTS.get(error.status_code, error.detail)
    return answer_error(request, Refused(error.status_code, text, headers=headers))


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, ArtframeError)
    return answer_error(request, error)


async def _bug(request: Request, error: Exception) -> Response:
    return answer_error(request, BUG)  # the guard logs it


async def _favicon(request: Request) -> Response:
    if _ICON not in static_files():
        raise Refused(404, "there is no icon")
    return RedirectResponse(f"/static/{_ICON}", 302)


async def _robots(request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
