"""How does a page say what went wrong?"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from artframe.interfaces.web.pages.rendering import fragment_now, signed_in, words
from artframe.interfaces.web.pages.sign_in_page import here

_HEADINGS = {400: "bad", 401: "unknown", 403: "forbidden", 404: "missing", 405: "missing", 409: "not_done"}
_HEADINGS |= {413: "too_large", 421: "bad", 422: "not_done", 429: "too_many", 500: "bug", 503: "not_ready"}


def render_error(request: Request, status: int, message: str, hint: str) -> Response:
    """The page that says what went wrong; also for requests without a session, and before routing.

    A script that asked for a part of a page gets the words alone, which it shows over the page as it is.
    """
    if "hx-request" in request.headers:
        text = f"{message}\n{hint}" if hint else message
        return Response(text, status, media_type="text/plain", headers={"cache-control": "no-store"})
    heading = words(request).text(f"error.{_HEADINGS.get(status, 'not_done')}")
    return fragment_now(
        request,
        "error.html",
        status=status,
        overview={"problems": []},
        heading=heading,
        message=message,
        hint=hint,
        back=_back(request) if signed_in(request) else "",
    )


def _back(request: Request) -> str:
    """The page that led here, if that is one of ours."""
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc != request.headers.get("host"):
        return ""
    page = here(came_from.path + (f"?{came_from.query}" if came_from.query else ""))
    return page if page != request.url.path else ""
