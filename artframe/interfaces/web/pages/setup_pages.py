"""How does a new frame get from its first page to the first album? Steps, each of which can be left for later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from artframe.interfaces.web.context import context
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.fields import Field
from artframe.interfaces.web.pages.rendering import ask, go, overview_of, page
from artframe.interfaces.web.pages.settings_form import SettingsForm, opened, saved
from artframe.interfaces.web.pages.settings_page import FILE, zones
from artframe.interfaces.web.pages.texts import preferred

STEPS = ("frame", "immich", "albums", "look", "done")
"""In their order; each is ``/setup/<step>``."""
_FIELDS = {
    "frame": ("name", "language", "time_zone"),
    "look": (
        "display.fit",
        "display.interval_seconds",
        "display.transition",
        "display.show_date",
        "display.show_caption",
    ),
}


async def begin(request: Request) -> Response:
    """``GET /setup``"""
    return RedirectResponse(f"/setup/{STEPS[0]}", 303)


async def settings(request: Request) -> Response:
    """``GET /setup/frame`` and ``/setup/look``: a few settings of the frame."""
    step = step_of(request)
    form = await opened(request, FILE, _FIELDS[step])
    return await _page(request, step, replace(form, fields=_with_guess(request, form.fields)))


async def save(request: Request) -> Response:
    """``POST /setup/frame`` and ``/setup/look``"""
    step = step_of(request)
    form = await saved(request, FILE, await read_form(request), _FIELDS[step])
    return go(f"/setup/{after(step)}") if form.saved else await _page(request, step, form)


async def done(request: Request) -> Response:
    """``GET /setup/done``: what is left to do, and the frame."""
    found = await ask(request, "plugin list", {"plugins": []})
    return await page(
        request,
        "setup_done.html",
        parts=("setup-photos",),
        steps=STEPS,
        step="done",
        plugins=found["plugins"],
        off=[row for row in found["plugins"] if not row["enabled"]],
        overview=await overview_of(request),
        jobs=[job for job in await ask(request, "job list", []) if job["running"]],
    )


def step_of(request: Request) -> str:
    """Which step the address names."""
    return request.url.path.rstrip("/").rpartition("/")[2]


def after(step: str) -> str:
    """The step that comes next."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def _with_guess(request: Request, fields: Sequence[Field]) -> list[Field]:
    """While nothing of this step was chosen yet, the browser's language is offered, and spoken."""
    is_new = all(one.facts["value"] == one.facts["default"] for one in fields)
    found = []
    for one in fields:
        if one.path == "language" and is_new:
            guess = preferred(request.headers.get("accept-language", ""), context(request).language)
            request.state.language = guess
            one = replace(one, entered=(guess,))
        found.append(one)
    return found


async def _page(request: Request, step: str, form: SettingsForm) -> Response:
    return await page(
        request,
        "setup_settings.html",
        steps=STEPS,
        step=step,
        next=after(step),
        fields_of_step=form.fields,
        zones=await zones(request) if step == "frame" else (),
        **form.model,
    )


routes = [
    Route("/setup", begin, methods=["GET"]),
    *(Route(f"/setup/{step}", settings, methods=["GET"]) for step in _FIELDS),
    *(Route(f"/setup/{step}", save, methods=["POST"]) for step in _FIELDS),
    Route("/setup/done", done, methods=["GET"]),
]
