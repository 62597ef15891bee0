"""How does a file that a command made get to the browser: as a picture of a page, or to be kept?"""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from artframe.core.exchange import Attachment
from artframe.interfaces.web.context import context
from artframe.interfaces.web.files import AttachmentResponse

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
_ANYTHING = "application/octet-stream"


def picture(request: Request, attachment: Attachment, *, keep_seconds: int = 0) -> Response:
    """A picture of a page; what is no picture that browsers know is not handed on as one.

    ``keep_seconds``: how long the browser may keep it without asking.
    """
    if attachment.media_type not in PICTURES:
        attachment = replace(attachment, media_type=_ANYTHING)
    cache = f"private, max-age={keep_seconds}" if keep_seconds else "no-store"
    return AttachmentResponse(attachment, context(request).caller, cache=cache)


def download(request: Request, attachment: Attachment) -> Response:
    """A file to be kept: the browser saves it under its name."""
    return AttachmentResponse(replace(attachment, media_type=_ANYTHING), context(request).caller)
