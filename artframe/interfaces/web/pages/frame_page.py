"""What does the frame show now, why, and what came before? The first page, and its buttons."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.interfaces.web.context import run
from artframe.interfaces.web.pages.actions import button
from artframe.interfaces.web.pages.attachments import picture
from artframe.interfaces.web.pages.remedies import told
from artframe.interfaces.web.pages.rendering import ask, overview_of, page

HISTORY = 50
WIDTH = 1280
"""Pixels: sharp on a phone and on a desk, without sending a large panel's picture in full."""
_NOTHING = {"photo": None, "since": None, "paused": False, "next_in_seconds": None}


async def frame(request: Request) -> Response:
    """``GET /``"""
    overview = await overview_of(request)
    history = await ask(request, "photo history", [], count=HISTORY)
    return await page(
        request,
        "frame.html",
        parts=("frame-now", "frame-strip", "frame-attention"),
        now={"asleep": False, **await ask(request, "photo current", _NOTHING)},
        history=history[:HISTORY],
        hidden=len(await ask(request, "photo hidden", [])),
        overview=overview,
        problems=told(overview["problems"], overview["plugins"]),
    )


async def screen(request: Request) -> Response:
    """``GET /photo/screen``: the picture as it hangs."""
    return picture(request, await run(request, "display screenshot", format="jpeg", width=WIDTH))


routes = [
    Route("/", frame, methods=["GET"]),
    Route("/photo/screen", screen, methods=["GET"]),
    *(button(f"/photo/{name}", f"photo {name}", back="/") for name in ("next", "previous", "pause", "resume")),
    *(button(f"/photo/{name}", f"display {name}", back="/") for name in ("sleep", "wake")),
]
