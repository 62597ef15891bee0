"""Which bytes of a file does a request get, and with which headers?"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from email.message import Message
from email.utils import formatdate, parsedate_to_datetime
from typing import IO
from urllib.parse import quote

from artframe.immich.simulator.reply import FileContent

CACHE = "private, max-age=86400, no-transform, stale-while-revalidate=2592000, stale-if-error=2592000"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, kw_only=True)
class FileAnswer:
    """Status and headers for a file, and which part of it follows them. ``beyond``: an error body follows instead."""

    status: int
    headers: dict[str, str]
    start: int = 0
    length: int = 0
    beyond: bool = False

    @classmethod
    def of(cls, reply: FileContent, file: IO[bytes], asked: Message) -> FileAnswer:
        """Weigh If-None-Match, If-Modified-Since, If-Range and Range as Express' ``send`` does."""
        size = os.fstat(file.fileno()).st_size + len(reply.tail)
        etag = f'W/"{size:x}-{reply.modified // 1000:x}"'
        headers = {"Cache-Control": CACHE, "Content-Type": reply.media_type, "Accept-Ranges": "bytes"}
        if reply.file_name is not None:
            headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(reply.file_name, safe='')}"
        headers |= {"Last-Modified": formatdate(reply.modified // 1_000_000, usegmt=True), "ETag": etag}
        if _is_known(asked, etag, reply.modified):
            del headers["Content-Type"]
            return cls(status=304, headers=headers)
        whole = cls(status=200, headers={**headers, "Content-Length": str(size)}, length=size)
        wanted = asked.get("Range")
        if not wanted or not _still_the_same(asked.get("If-Range"), etag, reply.modified):
            return whole
        match = _RANGE.fullmatch(wanted.replace(" ", ""))
        if not match or not any(match.groups()):
            return whole  # several ranges, or nonsense: everything
        first, last = match.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last), size - 1) if first and last else size - 1
        if start >= size or end < start:
            return cls._beyond(reply, headers, size)
        part = {"Content-Range": f"bytes {start}-{end}/{size}", "Content-Length": str(end - start + 1)}
        return cls(status=206, headers={**headers, **part}, start=start, length=end - start + 1)

    @classmethod
    def _beyond(cls, reply: FileContent, headers: dict[str, str], size: int) -> FileAnswer:
        """A range past the end is a 500 with the image's content type, not a 416: Immich's error handler misses it."""
        changed = {
            "Cache-Control": "none",
            "Content-Type": f"{reply.media_type}; charset=utf-8",
            "Content-Range": f"bytes */{size}",
        }
        return cls(status=500, headers={**headers, **changed}, beyond=True)


def _is_known(asked: Message, etag: str, modified: int) -> bool:
    tags = asked.get("If-None-Match")
    if tags:
        return tags.strip() == "*" or etag.removeprefix("W/") in [
            tag.strip().removeprefix("W/") for tag in tags.split(",")
        ]
    since = asked.get("If-Modified-Since")
    return bool(since) and _seconds(since or "") >= modified // 1_000_000


def _still_the_same(condition: str | None, etag: str, modified: int) -> bool:
    if not condition:
        return True
    if '"' in condition:
        return condition.removeprefix("W/") == etag.removeprefix("W/")
    return _seconds(condition) >= modified // 1_000_000


def _seconds(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return -1.0
