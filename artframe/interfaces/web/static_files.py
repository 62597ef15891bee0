"""Which address does a style sheet or script have, so that a browser keeps it until artframe brings another one?

The files are looked up in a table made from our own folder: no path of a request ever becomes one of the file system.
"""

from __future__ import annotations

import functools
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from artframe.interfaces.web.context import context
from artframe.interfaces.web.failures import Refused

FOLDER = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_FOR_EVER = "public, max-age=31536000, immutable"
_SHORTLY = "no-cache"


@dataclass(frozen=True, kw_only=True)
class StaticFile:
    """A file that comes with artframe; ``version`` is another one whenever its content is."""

    path: Path
    version: str
    media_type: str


@functools.cache
def static_files() -> dict[str, StaticFile]:
    """Every file below ``static/``, by its name there."""
    found = {}
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"
            version = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            name = path.relative_to(FOLDER).as_posix()
            found[name] = StaticFile(path=path, version=version, media_type=media_type)
    return found


def static_url(name: str) -> str:
    """``frame.css`` -> ``/static/frame.css?v=0a1b2c3d``: the content's hash, so it may be kept for ever.

    Raises KeyError for a file that is not there, which is a bug of ours.
    """
    return f"/static/{quote(name)}?v={static_files()[name].version}"


async def serve_static(request: Request) -> Response:
    """``GET /static/...``"""
    file = static_files().get(request.path_params["name"])
    if file is None:
        raise Refused(404, "there is no such file")
    current = request.query_params.get("v") == file.version
    etag = f'"{file.version}"'
    headers = {"Cache-Control": _FOR_EVER if current else _SHORTLY, "ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    content = await context(request).caller.call(file.path.read_bytes)
    return Response(content, media_type=file.media_type, headers=headers)
