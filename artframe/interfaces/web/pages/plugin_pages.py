"""Which plugins are there, how are they, and what can be done with each?"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.errors import ArtframeError, CommandError
from artframe.interfaces.web.context import run
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.actions import button
from artframe.interfaces.web.pages.addresses import file_of, plugin_page
from artframe.interfaces.web.pages.attachments import picture
from artframe.interfaces.web.pages.remedies import told
from artframe.interfaces.web.pages.rendering import ask, go, overview_of, page

_RUNS = 10
_HOUR = 3600


async def plugins(request: Request) -> Response:
    """``GET /plugins``"""
    found = await run(request, "plugin list")
    overview = await overview_of(request)
    stats = await _stats(request)
    jobs = await ask(request, "job list", [])
    return await page(
        request,
        "plugins.html",
        parts=("plugins-list",),
        overview=overview,
        plugins=found["plugins"],
        broken_kinds=[kind for kind in found["kinds"] if kind["error"]],
        problems={row["instance"]: _problems_of(row, overview, found["plugins"]) for row in found["plugins"]},
        stats=stats,
        jobs={row["instance"]: [job for job in jobs if job["owner"] == row["instance"]] for row in found["plugins"]},
    )


async def plugin(request: Request) -> Response:
    """``GET /plugins/{instance}``"""
    return await plugin_view(request, request.path_params["instance"])


async def plugin_view(
    request: Request, instance: str, *, error: ArtframeError | None = None, new: str = ""
) -> Response:
    """The page of one plugin; ``error`` is why a copy of it named ``new`` was not made."""
    found = await run(request, "plugin list")
    row = next((row for row in found["plugins"] if row["instance"] == instance), None)
    if row is None:
        raise CommandError(f"there is no plugin '{instance}'", "perhaps it was removed")
    overview = await overview_of(request)
    # The file tells at once what was switched; the plugin itself takes a moment to follow.
    switch = await ask(request, "config get", {"value": row["enabled"]}, file=file_of(instance), path="enabled")
    row = {**row, "enabled": switch["value"] is not False}
    jobs = [job for job in await ask(request, "job list", []) if job["owner"] == instance]
    runs = [run for job in jobs for run in await ask(request, "job history", [], job=job["job"], count=_RUNS)]
    return await page(
        request,
        "plugin.html",
        parts=("plugin-state",),
        overview=overview,
        status=200 if error is None else 422,
        plugin=row,
        kind=next((kind for kind in found["kinds"] if kind["kind"] == row["kind"]), None),
        problems=_problems_of(row, overview, found["plugins"]),
        stats=(await _stats(request)).get(instance),
        jobs=jobs,
        runs=sorted(runs, key=lambda one: str(one["started"]), reverse=True)[:_RUNS],
        error=error,
        new=new,
    )


async def check(request: Request) -> Response:
    """``GET /plugins/{instance}/check``: the test, and what it found."""
    instance = request.path_params["instance"]
    result = await run(request, "plugin check", instance=instance)
    return await page(request, "plugin_check.html", parts=("plugin-check",), instance=instance, result=result)


async def duplicate(request: Request) -> Response:
    """``POST /plugins/{instance}/duplicate``"""
    instance, new = request.path_params["instance"], (await read_form(request)).get("new").strip()
    try:
        await run(request, "plugin duplicate", instance=instance, new=new)
    except ArtframeError as error:
        return await plugin_view(request, instance, error=error, new=new)
    return go(f"{plugin_page(new)}/edit", "duplicated")


async def answer(request: Request) -> Response:
    """``POST /plugins/{instance}/answer?key=…``: what settles a problem is done, if it is still the problem."""
    instance, key = request.path_params["instance"], request.query_params.get("key", "")
    overview = await overview_of(request)
    found = [one for one in overview["problems"] if (one["owner"], one["key"]) == (instance, key) and one.get("answer")]
    if not found:
        raise CommandError("this is no problem any more; nothing was done", "look at what is shown now")
    await run(request, found[0]["answer"], confirmed=True, **found[0]["arguments"])
    return go(plugin_page(instance), "answered")


async def thumbnail(request: Request) -> Response:
    """``GET /plugins/{instance}/thumbnail?picture=…``: the cover of something to pick."""
    wanted = request.query_params.get("picture", "")
    found = await run(request, "plugin thumbnail", instance=request.path_params["instance"], picture=wanted)
    return picture(request, found, keep_seconds=_HOUR)


async def problems(request: Request) -> Response:
    """``GET /problems``: all that wants attention."""
    overview = await overview_of(request)
    return await page(
        request,
        "problems.html",
        parts=("problems-list",),
        overview=overview,
        problems=told(overview["problems"], overview["plugins"]),
    )


def _problems_of(row: dict[str, Any], overview: dict[str, Any], rows: list[dict[str, Any]]) -> list[Any]:
    """The plugin's own problems, and those of its file."""
    file = f"config/plugins/{row['instance']}.json"
    in_file = [one for one in overview["problems"] if one["owner"] == "config" and one["key"].startswith(file)]
    return told([*row["problems"], *in_file], rows)


async def _stats(request: Request) -> dict[str, Any]:
    found = await ask(request, "library stats", {"sources": []})
    return {source["source"]: source for source in found["sources"]}


routes = [
    Route("/problems", problems, methods=["GET"]),
    Route("/plugins", plugins, methods=["GET"]),
    Route("/plugins/{instance}", plugin, methods=["GET"]),
    Route("/plugins/{instance}/check", check, methods=["GET"]),
    Route("/plugins/{instance}/thumbnail", thumbnail, methods=["GET"]),
    Route("/plugins/{instance}/duplicate", duplicate, methods=["POST"]),
    Route("/plugins/{instance}/answer", answer, methods=["POST"]),
    *(
        button(f"/plugins/{{instance}}/{word}", f"plugin {word}", back="/plugins/{instance}", said=word)
        for word in ("retry", "reload", "enable", "disable")
    ),
    button(
        "/plugins/{instance}/confirm", "plugin confirm", back="/plugins/{instance}", said="confirmed", confirmed=True
    ),
    button("/plugins/{instance}/remove", "plugin remove", back="/plugins", said="removed", confirmed=True),
]
