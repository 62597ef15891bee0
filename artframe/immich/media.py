"""How do the bytes of a photo come, from the start or from where an earlier try ended?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import requests

from artframe.immich import flow
from artframe.immich.answers import Refusal, explain, looks_like_page, page_instead
from artframe.immich.errors import CutBody, MalformedAnswer
from artframe.immich.wire import Wire

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_BEYOND = re.compile(r"bytes \*/(\d+)")
_FILE_NAME = re.compile(r"filename\*=UTF-8''([^;]+)", re.IGNORECASE)


class Rendition(Enum):
    """Which form of a photo. Only ORIGINAL is the file as uploaded; the others are upright and web formats."""

    ORIGINAL = ("original", None)
    FULLSIZE = ("thumbnail", "fullsize")
    """All pixels; the server sends the original where that is a web format, or the preview where it has no other."""
    PREVIEW = ("thumbnail", "preview")
    """The shorter side at most 1440 pixels unless the server is set otherwise."""
    THUMBNAIL = ("thumbnail", "thumbnail")
    """The shorter side 250 pixels unless the server is set otherwise."""

    def __init__(self, route: str, size: str | None) -> None:
        self.route = route
        self.size = size


class Body:
    """The bytes of one rendition from ``offset`` on, where the server really resumes (0 when it does not).

    ``total``: bytes of the whole file, or None. ``etag``: give it to ``open`` when resuming, so that a file that
    changed meanwhile starts anew. ``file_name``: as the server calls it, never to be used as a path.
    Close it, or use it as a context manager: it holds one of the client's connections.
    """

    def __init__(
        self,
        response: requests.Response | None,
        *,
        offset: int,
        total: int | None,
        stall_timeout: float,
    ) -> None:
        headers = response.headers if response is not None else requests.structures.CaseInsensitiveDict[str]()
        self.offset = offset
        self.total = total
        self.content_type = headers.get("Content-Type", "").partition(";")[0].strip()
        self.etag = headers.get("ETag")
        match = _FILE_NAME.search(headers.get("Content-Disposition", ""))
        self.file_name = unquote(match.group(1)) if match else None
        self.ends_visibly = response is None or total is not None or "chunked" in headers.get("Transfer-Encoding", "")
        """Whether an end that comes too early would show; False: the server just hangs up when it is done."""
        self._response = response
        self._stall_timeout = stall_timeout

    def chunks(self) -> Iterator[bytes]:
        """The bytes as they arrive. Raises CutBody when fewer come than announced, StalledBody when none come."""
        if self._response is None:
            return
        position = self.offset
        for piece in flow.pieces(self._response, stall_timeout=self._stall_timeout, decode=False):
            position += len(piece)
            yield piece
        if self.total is not None and position != self.total:
            raise CutBody(f"{position} of {self.total} bytes arrived", "the rest is fetched later")

    def close(self) -> None:
        """Give the connection back (it is not reused if bytes are left in it)."""
        if self._response is not None:
            self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_rendition(
    wire: Wire, asset_id: str, rendition: Rendition, *, offset: int, size: int | None, etag: str | None, edited: bool
) -> Body:
    """The body of a rendition; see ``Immich.open``."""
    if offset < 0:
        raise ValueError(f"offset {offset} is before the start of the file")
    stall = wire.read_timeout
    if size is not None and offset == size:
        # A range that begins at the end is answered with 500.
        return Body(None, offset=offset, total=size, stall_timeout=stall)
    if size is not None and offset > size:
        offset = 0
    query = {name: value for name, value in (("size", rendition.size), ("edited", "true" if edited else None)) if value}
    path = f"/assets/{asset_id.lower()}/{rendition.route}"
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
        if etag:
            headers["If-Range"] = etag
    response = wire.open(path, query=query, headers=headers, accept=(416, 500) if offset else ())
    if response.status_code >= 400:
        with response:
            refused = flow.whole(response, stall_timeout=stall)
        beyond = _BEYOND.fullmatch(response.headers.get("Content-Range", ""))
        if beyond is None:
            raise explain(
                Refusal(status=response.status_code, headers=response.headers, body=refused, request=f"GET {path}")
            )
        if int(beyond.group(1)) == offset:
            return Body(None, offset=offset, total=offset, stall_timeout=stall)
        return open_rendition(wire, asset_id, rendition, offset=0, size=None, etag=None, edited=edited)
    body = _body(response, f"GET {path}", stall)
    if body.offset not in (0, offset):
        body.close()
        raise MalformedAnswer(f"the server sends the file from byte {body.offset} on instead of from {offset}")
    return body


def _body(response: requests.Response, request: str, stall: float) -> Body:
    if looks_like_page(response.headers.get("Content-Type", ""), b""):
        with response:
            raise page_instead(flow.whole(response, stall_timeout=stall), request)
    part = _RANGE.fullmatch(response.headers.get("Content-Range", "")) if response.status_code == 206 else None
    if part is not None:
        total = None if part.group(2) == "*" else int(part.group(2))
        return Body(response, offset=int(part.group(1)), total=total, stall_timeout=stall)
    length = response.headers.get("Content-Length", "")
    return Body(response, offset=0, total=int(length) if length.isdigit() else None, stall_timeout=stall)
