"""``GET /api/events``: what happens on the frame, as server-sent events, from now or since an event that is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from starlette.requests import Request
from starlette.responses import Response

from artframe.interfaces.feed_events import TYPES
from artframe.interfaces.web.context import WebContext, context
from artframe.interfaces.web.failures import Refused
from artframe.interfaces.web.streams import EVENT_STREAM, LiveResponse, event_text

_RETRY_MILLISECONDS = 3000
_LONGEST_ID = 40


async def serve_events(request: Request) -> Response:
    """Follow along: ``since`` an id (a Last-Event-ID wins over it, as it is the newer one), of some ``types`` only."""
    web = context(request)
    types = [one for one in request.query_params.get("types", "").split(",") if one]
    unknown = [one for one in types if one not in TYPES]
    if unknown:
        raise Refused(400, f"there are no events of the type '{unknown[0][:40]}'", f"the types are: {', '.join(TYPES)}")
    since = request.headers.get("last-event-id") or request.query_params.get("since") or None
    stream = web.streams.open(request)
    told = _told(web, since[:_LONGEST_ID] if since else None, types)
    return LiveResponse(told, stream, media_type=EVENT_STREAM, failed=lambda error: b"")


async def _told(web: WebContext, since: str | None, types: list[str]) -> AsyncGenerator[bytes, None]:
    follower = web.feed.follow(since, types)
    try:
        # Where it begins, so that a connection that breaks before the first event goes on from here.
        begins = f"id: {web.feed.latest}\n" if since is None else ""
        yield f"retry: {_RETRY_MILLISECONDS}\n{begins}\n".encode()
        while True:
            try:
                async with asyncio.timeout(web.limits.heartbeat_seconds):
                    item = await follower.next()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if item is None:
                return
            yield event_text(item.as_json(), id=item.id, type=item.type)
    finally:
        web.feed.leave(follower)
