"""Which photo was that? One photo with all that is known of it, and those that are never shown."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.errors import CommandError
from artframe.interfaces.web.context import run
from artframe.interfaces.web.pages.actions import button
from artframe.interfaces.web.pages.attachments import picture
from artframe.interfaces.web.pages.rendering import ask, page

_SIZES = {"small": 320, "large": 1024}
_DAY = 86400


async def photo(request: Request) -> Response:
    """``GET /photo?source=…&id=…``: one photo that was shown, or is hidden."""
    source, id = request.query_params.get("source", ""), request.query_params.get("id", "")
    hidden = await ask(request, "photo hidden", [])
    is_hidden = any((one["source"], one["id"]) == (source, id) for one in hidden)
    known = [*await ask(request, "photo history", [], count=200), *hidden]
    found: dict[str, Any] | None = next((one for one in known if (one["source"], one["id"]) == (source, id)), None)
    if found is None:
        raise CommandError("this photo was not shown lately", "the page of the frame lists those that were")
    return await page(request, "photo.html", parts=("dialog-body",), photo=found, is_hidden=is_hidden)


async def hidden(request: Request) -> Response:
    """``GET /photo/hidden``"""
    return await page(request, "hidden.html", photos=await ask(request, "photo hidden", []))


async def thumbnail(request: Request) -> Response:
    """``GET /photo/thumbnail?source=…&id=…&size=small|large``"""
    size = _SIZES.get(request.query_params.get("size", ""), _SIZES["small"])
    source, id = request.query_params.get("source", ""), request.query_params.get("id", "")
    return picture(request, await run(request, "photo thumbnail", source=source, id=id, size=size), keep_seconds=_DAY)


routes = [
    Route("/photo", photo, methods=["GET"]),
    Route("/photo/hidden", hidden, methods=["GET"]),
    Route("/photo/thumbnail", thumbnail, methods=["GET"]),
    # Both name the photo that the page showed: by now another one may hang there.
    button("/photo/hide", "photo hide", back="/", said="hidden", form=("source", "id")),
    button("/photo/unhide", "photo unhide", back="/photo/hidden", said="unhidden", form=("source", "id")),
]
