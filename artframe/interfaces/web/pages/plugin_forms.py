"""How is a plugin added, and how are its settings changed? Forms made from what ``config form`` says of its kind."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.config.problem import ConfigProblem, ConfigRefused
from artframe.errors import ArtframeError
from artframe.interfaces.web.context import run
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.addresses import file_of, file_page, plugin_page
from artframe.interfaces.web.pages.fields import (
    Field,
    changes,
    entered,
    fields_of,
    sections_of,
    with_picks,
    with_problems,
)
from artframe.interfaces.web.pages.rendering import go, page
from artframe.interfaces.web.pages.settings_form import SettingsForm, opened, saved

PATIENCE = 6.0
"""Seconds that a form waits for what there is to pick from before it does without."""


async def edit(request: Request) -> Response:
    """``GET /plugins/{instance}/edit``"""
    instance = request.path_params["instance"]
    try:
        form = await opened(request, file_of(instance))
    except ConfigRefused:
        # What cannot be read has no form; it is mended as a text.
        return go(file_page(file_of(instance)))
    return await _edit_page(request, form)


async def save(request: Request) -> Response:
    """``POST /plugins/{instance}/edit``"""
    instance = request.path_params["instance"]
    form = await saved(request, file_of(instance), await read_form(request))
    if not form.saved:
        return await _edit_page(request, form)
    return go(plugin_page(instance), "saved" if form.changed else "unchanged")


async def kinds(request: Request) -> Response:
    """``GET /add``: which kinds there are."""
    found = await run(request, "plugin list")
    return await page(request, "plugin_kinds.html", kinds=[kind for kind in found["kinds"] if not kind["error"]])


async def blank(request: Request) -> Response:
    """``GET /add/{kind}``: the form of a plugin that is not there yet."""
    kind = request.path_params["kind"]
    form = await run(request, "config form", kind=kind)
    return await _add_page(request, kind, form, fields_of(form), name=await free_name(request, kind))


async def add(request: Request) -> Response:
    """``POST /add/{kind}``"""
    kind = request.path_params["kind"]
    sent = await read_form(request)
    name = sent.get("instance").strip()
    form = await run(request, "config form", kind=kind)
    try:
        await run(request, "plugin add", kind=kind, instance=name, changes=changes(form, sent))
    except ArtframeError as error:
        problems = error.problems if isinstance(error, ConfigRefused) else ()
        fields, others = with_problems(entered(fields_of(form), sent), problems)
        told = None if isinstance(error, ConfigRefused) else error
        return await _add_page(request, kind, form, fields, name=name, problems=others, error=told, status=422)
    has_more = any(facts["picker"] for facts in form["fields"])
    return go(f"{plugin_page(name)}/edit" if has_more else plugin_page(name), "added_pick" if has_more else "added")


async def picked(request: Request, instance: str, fields: Sequence[Field]) -> list[Field]:
    """The fields with what there is to pick from, all asked at once; one that does not answer goes without."""
    return list(await asyncio.gather(*(_asked(request, instance, one) for one in fields)))


async def _asked(request: Request, instance: str, one: Field) -> Field:
    if not one.facts["picker"]:
        return one
    try:
        asking = run(request, "plugin choices", instance=instance, setting=one.path)
        return with_picks(one, await asyncio.wait_for(asking, PATIENCE))
    except TimeoutError:
        return replace(one, unasked="slow")
    except ArtframeError as error:
        return replace(one, unasked=error.message)


async def free_name(request: Request, kind: str) -> str:
    """A name for a new plugin that no other has: its kind, or with a number."""
    found = await run(request, "plugin list")
    taken = {row["instance"] for row in found["plugins"]}
    names = (kind, *(f"{kind}-{number}" for number in range(2, 1000)))
    return next((name for name in names if name not in taken), "")


async def _edit_page(request: Request, form: SettingsForm) -> Response:
    instance = request.path_params["instance"]
    fields = await picked(request, instance, form.fields)
    return await page(request, "plugin_edit.html", instance=instance, sections=sections_of(fields), **form.model)


async def _add_page(
    request: Request,
    kind: str,
    form: dict[str, Any],
    fields: Sequence[Field],
    *,
    name: str,
    problems: Sequence[ConfigProblem] = (),
    error: ArtframeError | None = None,
    status: int = 200,
) -> Response:
    return await page(
        request,
        "plugin_add.html",
        status=status,
        kind=kind,
        form=form,
        sections=sections_of(one for one in fields if not one.facts["picker"]),
        name=name,
        problems=problems,
        error=error,
        has_wrong=bool(problems) or any(one.wrong for one in fields),
    )


routes = [
    Route("/add", kinds, methods=["GET"]),
    Route("/add/{kind}", blank, methods=["GET"]),
    Route("/add/{kind}", add, methods=["POST"]),
    Route("/plugins/{instance}/edit", edit, methods=["GET"]),
    Route("/plugins/{instance}/edit", save, methods=["POST"]),
]
