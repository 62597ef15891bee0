"""How does somebody come in for the first time, come back, and leave? And how bright do they like it?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from artframe.access.limits import TooManyAttempts
from artframe.errors import ArtframeError
from artframe.interfaces.web.context import context
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.rendering import THEMES, page, theme_cookie
from artframe.interfaces.web.signing import pair, sign_in, sign_out

_WRONG = 422
_TOO_MANY = 429


async def login(request: Request) -> Response:
    """``GET /login?next=…``"""
    if not context(request).access.accounts.any():
        return RedirectResponse("/pair", 303)
    return await page(request, "login.html", next=here(request.query_params.get("next", "")), name="", error=None)


async def enter(request: Request) -> Response:
    """``POST /login``"""
    form = await read_form(request)
    aim, name = here(form.get("next")), form.get("name").strip()
    response = RedirectResponse(aim, 303)
    try:
        await sign_in(request, response, name, form.get("password"))
    except ArtframeError as error:
        return await page(request, "login.html", status=_status(error), next=aim, name=name, error=error)
    return response


async def welcome(request: Request) -> Response:
    """``GET /pair``: the code may come behind a #, which browsers send nowhere; the script fills it in."""
    is_new = not context(request).access.accounts.any()
    return await page(request, "pair.html", code="", name="", error=None, is_new=is_new)


async def join(request: Request) -> Response:
    """``POST /pair``: the code lets one in once, and makes the user."""
    form = await read_form(request)
    is_new = not context(request).access.accounts.any()
    code, name = "".join(form.get("code").split()), form.get("name").strip()
    response = RedirectResponse("/setup" if is_new else "/", 303)
    try:
        await pair(request, response, code, name, form.get("password"))
    except ArtframeError as error:
        return await page(request, "pair.html", status=_status(error), code=code, name=name, error=error, is_new=is_new)
    return response


async def leave(request: Request) -> Response:
    """``POST /logout``"""
    response = RedirectResponse("/login?said=left", 303)
    await sign_out(request, response)
    return response


async def choose_theme(request: Request) -> Response:
    """``POST /theme``: kept by this browser."""
    form = await read_form(request)
    response = RedirectResponse(here(form.get("back")), 303)
    chosen = form.get("theme")
    cookie = theme_cookie(chosen if chosen in THEMES else THEMES[0], secure=request.url.scheme == "https")
    response.headers.append("set-cookie", cookie)
    return response


def here(path: str) -> str:
    """Where to go on, on this frame only: nobody's link leads elsewhere through us."""
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() else "/"


def _status(error: ArtframeError) -> int:
    return _TOO_MANY if isinstance(error, TooManyAttempts) else _WRONG


routes = [
    Route("/login", login, methods=["GET"]),
    Route("/login", enter, methods=["POST"]),
    Route("/pair", welcome, methods=["GET"]),
    Route("/pair", join, methods=["POST"]),
    Route("/logout", leave, methods=["POST"]),
    Route("/theme", choose_theme, methods=["POST"]),
]
