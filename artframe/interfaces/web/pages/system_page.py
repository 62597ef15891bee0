"""What does the frame run on, how healthy is it, and how is all of it put away and brought back?"""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.core.exchange import Attachment
from artframe.errors import ArtframeError, CommandError
from artframe.interfaces.web.context import context, run
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.attachments import download
from artframe.interfaces.web.pages.rendering import go, overview_of, page

RESTORE = "/system/restore"


async def system(request: Request) -> Response:
    """``GET /system``"""
    return await system_view(request)


async def system_view(request: Request, error: ArtframeError | None = None) -> Response:
    """The page; ``error`` is why a backup was not restored."""
    overview = await overview_of(request)
    return await page(
        request,
        "system.html",
        parts=("system-facts",),
        status=200 if error is None else 422,
        overview=overview,
        urls=overview.get("web", {}).get("urls", ()),
        facts=await run(request, "system info"),
        error=error,
    )


async def doctor(request: Request) -> Response:
    """``GET /system/doctor``: looks at everything, which takes its time."""
    return await page(request, "doctor.html", parts=("doctor-found",), result=await run(request, "doctor"))


async def backup(request: Request) -> Response:
    """``POST /system/backup``: the backup as a file."""
    made: Attachment = await run(request, "backup create")
    return download(request, made)


async def restore(request: Request) -> Response:
    """``POST /system/restore``: a backup takes the place of what is there; the page asked before."""
    form = await read_form(request)
    try:
        if form.get("sure") != "yes":
            raise CommandError("nothing was restored", "tick that it may replace what is there")
        if "file" not in form.files:
            raise CommandError("no file was chosen; nothing was restored", "choose a backup of this or another frame")
        await run(request, "backup restore", confirmed=True, file=form.files["file"])
    except ArtframeError as error:
        return await system_view(request, error)
    return go("/system", "restored")


async def diagnostics(request: Request) -> Response:
    """``GET /system/diagnostics``: the facts for somebody who helps, as a file."""
    facts = await run(request, "diagnostics")
    text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    day = context(request).clock.now().astimezone().date().isoformat()
    name = f"artframe-diagnostics-{day}.json"
    return download(request, Attachment(name=name, media_type="application/json", content=text.encode()))


routes = [
    Route("/system", system, methods=["GET"]),
    Route("/system/doctor", doctor, methods=["GET"]),
    Route("/system/backup", backup, methods=["POST"]),
    Route(RESTORE, restore, methods=["POST"]),
    Route("/system/diagnostics", diagnostics, methods=["GET"]),
]
