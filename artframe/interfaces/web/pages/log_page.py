"""What does the log say, now and as it goes on?"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.interfaces.web.context import run
from artframe.interfaces.web.pages.rendering import ask, fragment, page

LEVELS = ("debug", "info", "warning", "error")
COUNT = 200


async def log(request: Request) -> Response:
    """``GET /log?plugin=…&level=…``: the last lines, the newest first."""
    plugin, level = _filter(request)
    lines = await run(request, "logs", plugin=plugin, level=level, count=COUNT)
    found = await ask(request, "plugin list", {"plugins": []})
    return await page(
        request,
        "log.html",
        lines=lines[::-1],
        latest=_latest(lines, 0),
        plugin=plugin,
        level=level,
        levels=LEVELS,
        plugins=sorted({row["instance"] for row in found["plugins"]} | ({plugin} if plugin else set())),
    )


async def more(request: Request) -> Response:
    """``GET /log/more?after=…``: what came since, for the script that keeps the page up to date."""
    plugin, level = _filter(request)
    digits = request.query_params.get("after", "")
    after = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else 0
    # After a restart of the frame the numbers begin anew: what is there then is all new.
    fresh = await run(request, "logs", plugin=plugin, level=level, count=COUNT, after=after)
    latest = _latest(fresh, 0) or after
    return await fragment(request, "parts/log-more.html", lines=fresh[::-1], latest=latest, plugin=plugin, level=level)


def _filter(request: Request) -> tuple[str, str]:
    level = request.query_params.get("level", "")
    return request.query_params.get("plugin", ""), level if level in LEVELS else "info"


def _latest(lines: list[dict[str, Any]], known: int) -> int:
    return max((int(line["id"]) for line in lines), default=known)


routes = [Route("/log", log, methods=["GET"]), Route("/log/more", more, methods=["GET"])]
