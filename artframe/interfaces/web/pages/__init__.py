"""Which pages does the frame have?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
"""Every page, and what its forms send to."""

upload_paths: tuple[str, ...] = ()
"""The paths whose forms may send a file (64 MB instead of 1 MB)."""


def render_error(request: Request, status: int, message: str, hint: str) -> Response:
    """The page that says what went wrong; also for requests without a session, and before routing."""
    return PlainTextResponse(f"{message}\n{hint}\n", status)
