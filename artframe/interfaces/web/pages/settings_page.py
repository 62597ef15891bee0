"""How are the settings of the frame itself changed, without writing JSON?"""

from __future__ import annotations

import functools
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.interfaces.web.context import context
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.fields import sections_of
from artframe.interfaces.web.pages.rendering import go, page
from artframe.interfaces.web.pages.settings_form import SettingsForm, opened, saved

FILE = "frame.json"
_AREAS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


async def settings(request: Request) -> Response:
    """``GET /settings``"""
    return await _page(request, await opened(request, FILE))


async def save(request: Request) -> Response:
    """``POST /settings``"""
    form = await saved(request, FILE, await read_form(request))
    return go("/settings", "saved" if form.changed else "unchanged") if form.saved else await _page(request, form)


async def zones(request: Request) -> tuple[str, ...]:
    """The time zones that people live in."""
    return await context(request).caller.call(_zones)


@functools.cache
def _zones() -> tuple[str, ...]:
    # Looks into each of several hundred files.
    return tuple(sorted(name for name in available_timezones() if name.startswith(_AREAS)))


async def _page(request: Request, form: SettingsForm) -> Response:
    return await page(
        request, "settings.html", sections=sections_of(form.fields), zones=await zones(request), **form.model
    )


routes = [Route("/settings", settings, methods=["GET"]), Route("/settings", save, methods=["POST"])]
