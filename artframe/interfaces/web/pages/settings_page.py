"""How are the settings of the frame itself changed, without writing JSON?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.config.problem import ConfigProblem, ConfigRefused, ConflictError
from artframe.interfaces.web.context import run
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.fields import (
    Field,
    changes,
    entered,
    fields_of,
    sections_of,
    with_conflicts,
    with_problems,
)
from artframe.interfaces.web.pages.rendering import go, page

FILE = "frame.json"


async def settings(request: Request) -> Response:
    """``GET /settings``"""
    form = await run(request, "config form", file=FILE)
    return await _page(request, form, fields_of(form))


async def save(request: Request) -> Response:
    """``POST /settings``"""
    sent = await read_form(request)
    form = await run(request, "config form", file=FILE)
    wanted = changes(form, sent)
    filled = entered(fields_of(form), sent)
    try:
        if wanted:
            await run(request, "config change", file=FILE, changes=wanted, basis=sent.get("basis") or None)
    except ConfigRefused as refused:
        fields, others = with_problems(filled, refused.problems)
        return await _page(request, {**form, "basis": sent.get("basis")}, fields, problems=others, status=422)
    except ConflictError:
        return await _page(request, form, with_conflicts(filled, form), conflict=True, status=409)
    return go("/settings", "saved" if wanted else "unchanged")


def zones() -> list[str]:
    """The time zones that people live in."""
    areas = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return sorted(name for name in available_timezones() if name.startswith(areas))


async def _page(
    request: Request,
    form: dict[str, Any],
    fields: Sequence[Field],
    *,
    problems: Sequence[ConfigProblem] = (),
    conflict: bool = False,
    status: int = 200,
) -> Response:
    return await page(
        request,
        "settings.html",
        status=status,
        form=form,
        sections=sections_of(fields),
        problems=problems,
        conflict=conflict,
        has_wrong=bool(problems) or any(one.wrong for one in fields),
        zones=zones(),
    )


routes = [Route("/settings", settings, methods=["GET"]), Route("/settings", save, methods=["POST"])]
