"""How does a page come from a template: language, theme, navigation, and the part of it that a script asked for?"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from artframe.errors import ArtframeError
from artframe.interfaces.web.context import context, run
from artframe.interfaces.web.pages.formats import Formats, sentence
from artframe.interfaces.web.pages.texts import Texts, preferred, texts
from artframe.interfaces.web.static_files import static_url

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "artframe_theme"
_NEVER_KEPT = {"cache-control": "no-store"}
_NOTHING: dict[str, Any] = {"problems": [], "plugins": [], "jobs_running": [], "photos": 0}


def _environment() -> Environment:
    folder = Path(__file__).parents[1] / "templates"
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(static=static_url, link=link)
    made.filters["sentence"] = sentence
    return made


@functools.lru_cache(2048)
def link(path: str, **query: object) -> str:
    """An address within the frame's pages: the path's odd characters and the query's values encoded."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return quote(path, safe="/") + (f"?{urlencode(given)}" if given else "")


_templates = _environment()


def words(request: Request) -> Texts:
    """The texts for this request: the frame's language; before anybody signed in, the browser's if we have it."""
    chosen = getattr(request.state, "language", context(request).language)
    if getattr(request.state, "session", None) is None:
        chosen = preferred(request.headers.get("accept-language", ""), chosen)
    return texts(chosen)


def theme(request: Request) -> str:
    """Which look the person chose with the switch: ``auto``, ``light`` or ``dark``."""
    chosen = request.cookies.get(THEME_COOKIE, THEMES[0])
    return chosen if chosen in THEMES else THEMES[0]


def theme_cookie(chosen: str, *, secure: bool) -> str:
    """The ``Set-Cookie`` that remembers a look."""
    parts = [f"{THEME_COOKIE}={chosen}", "Path=/", f"Max-Age={365 * 86400}", "SameSite=Strict", "HttpOnly"]
    return "; ".join([*parts, "Secure"] if secure else parts)


async def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    parts: Sequence[str] = (),
    overview: dict[str, Any] | None = None,
    **model: Any,
) -> Response:
    """The page, or only the part of it (a template in ``parts/``) that htmx asked for by its id.

    ``overview`` is what ``overview_of`` told, if the page needs it itself.
    """
    asked = request.headers.get("hx-target", "") if "hx-request" in request.headers else ""
    if asked in parts:
        return await fragment(request, f"parts/{asked}.html", status=status, overview=overview, **model)
    if overview is None:
        overview = await overview_of(request) if signed_in(request) else _NOTHING
    return await fragment(request, template, status=status, overview=overview, **model)


async def fragment(request: Request, template: str, *, status: int = 200, **model: Any) -> Response:
    """A template with everything that templates may use. In a worker: the first of a kind is read and compiled, which
    takes a slow machine most of a second, and a long list takes its time always."""
    html = await context(request).caller.call(_drawn, template, {**shared(request), **model})
    return HTMLResponse(html, status, headers=_NEVER_KEPT)


def fragment_now(request: Request, template: str, *, status: int = 200, **model: Any) -> Response:
    """The same at once, for what is small and cannot wait."""
    return HTMLResponse(_drawn(template, {**shared(request), **model}), status, headers=_NEVER_KEPT)


def _drawn(template: str, model: dict[str, Any]) -> str:
    return _templates.get_template(template).render(model)


def shared(request: Request) -> dict[str, Any]:
    """What every template may use."""
    web = context(request)
    language = words(request)
    formats = Formats(language, web.clock.now())
    said = request.query_params.get("said", "")

    def counted(key: str, number: int, **values: object) -> str:
        return language.count(key, number, formats.number(number), **values)

    def titled(english: str) -> str:
        return language.setting(english)

    helpers: dict[str, Callable[..., Any]] = {
        "t": language.text,
        "n": counted,
        "word": language.named,
        "setting": titled,
        "number": formats.number,
        "size": formats.size,
        "span": formats.span,
        "day": formats.day,
        "moment": formats.moment,
        "clock": formats.clock,
        "ago": formats.ago,
        "told": formats.told,
    }
    return {
        **helpers,
        "language": language.language,
        "frame_name": web.store.config.frame.name,
        "theme": theme(request),
        "session": getattr(request.state, "session", None),
        "csrf": getattr(request.state, "csrf", "") or "",
        "here": request.url.path,
        "back_here": request.url.path if request.method == "GET" else "/",
        "since_event": web.feed.latest if signed_in(request) else "",
        "said": f"said.{said}" if language.knows(f"said.{said}") else "",
    }


def signed_in(request: Request) -> bool:
    """Whether somebody is signed in, or let in."""
    return getattr(request.state, "actor", None) is not None


async def overview_of(request: Request) -> dict[str, Any]:
    """What ``status`` says of the frame: its problems, plugins, running jobs and number of photos."""
    found: dict[str, Any] = await ask(request, "status", _NOTHING)
    return found


async def ask(request: Request, name: str, default: Any, /, **arguments: Any) -> Any:
    """A command's result for a page that does without it when there is none."""
    try:
        return await run(request, name, **arguments)
    except ArtframeError:
        return default


def go(path: str, said: str = "", **query: object) -> RedirectResponse:
    """After a form: look at this page (its path is encoded already), which says that it is done: ``said.<said>``."""
    return RedirectResponse(path + link("", **query, said=said), status_code=303)
