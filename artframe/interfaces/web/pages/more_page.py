"""Where is everything that does not fit into the bar of a phone?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.interfaces.web.pages.rendering import page


async def more(request: Request) -> Response:
    """``GET /more``"""
    return await page(request, "more.html")


routes = [Route("/more", more, methods=["GET"])]
