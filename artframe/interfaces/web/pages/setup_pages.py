"""How does a new frame get from its first page to the first album? Steps, each of which can be left for later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from artframe.config.problem import ConfigProblem, ConfigRefused, ConflictError
from artframe.interfaces.web.context import context, run
from artframe.interfaces.web.forms import Form, read_form
from artframe.interfaces.web.pages.fields import Field, changes, entered, fields_of, with_conflicts, with_problems
from artframe.interfaces.web.pages.rendering import ask, go, overview_of, page
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
    form = await run(request, "config form", file=FILE)
    return await _page(request, step, form, _with_guess(request, _of_step(step, fields_of(form))))


async def save(request: Request) -> Response:
    """``POST /setup/frame`` and ``/setup/look``"""
    step, sent = step_of(request), await read_form(request)
    form = await run(request, "config form", file=FILE)
    filled = entered(_of_step(step, fields_of(form)), sent)
    try:
        await _change(request, form, sent)
    except ConfigRefused as refused:
        fields, others = with_problems(filled, refused.problems)
        return await _page(request, step, {**form, "basis": sent.get("basis")}, fields, problems=others, status=422)
    except ConflictError:
        return await _page(request, step, form, with_conflicts(filled, form), conflict=True, status=409)
    return go(f"/setup/{after(step)}")


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


def _of_step(step: str, fields: Sequence[Field]) -> list[Field]:
    return [one for one in fields if one.path in _FIELDS[step]]


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


async def _change(request: Request, form: dict[str, Any], sent: Form) -> None:
    wanted = changes(form, sent)
    if wanted:
        await run(request, "config change", file=FILE, changes=wanted, basis=sent.get("basis") or None)


async def _page(
    request: Request,
    step: str,
    form: dict[str, Any],
    fields: Sequence[Field],
    *,
    problems: Sequence[ConfigProblem] = (),
    conflict: bool = False,
    status: int = 200,
) -> Response:
    return await page(
        request,
        "setup_settings.html",
        status=status,
        steps=STEPS,
        step=step,
        next=after(step),
        form=form,
        fields_of_step=fields,
        zones=zones() if step == "frame" else [],
        problems=problems,
        conflict=conflict,
        has_wrong=bool(problems) or any(one.wrong for one in fields),
    )


routes = [
    Route("/setup", begin, methods=["GET"]),
    *(Route(f"/setup/{step}", settings, methods=["GET"]) for step in _FIELDS),
    *(Route(f"/setup/{step}", save, methods=["POST"]) for step in _FIELDS),
    Route("/setup/done", done, methods=["GET"]),
]
