"""How does a file go out? In pieces read in a worker, with headers that keep a browser from running it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from artframe.core.calling import Caller
from artframe.core.exchange import Attachment
from artframe.errors import NotReady
from artframe.interfaces.web.multipart import safe_name
from artframe.interfaces.web.security import FILE_POLICY
from artframe.interfaces.web.streams import gone

_PIECE = 128 * 1024


class AttachmentResponse(Response):
    """A command's file. ``cache``: what Cache-Control says; a temporary file is deleted afterwards, come what may."""

    def __init__(self, attachment: Attachment, caller: Caller, *, cache: str = "no-store") -> None:
        self._attachment = attachment
        self._caller = caller
        name = safe_name(attachment.name) or "file"
        plain = "".join(letter if letter.isascii() and letter not in '"\\' else "_" for letter in name)
        headers = {
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": FILE_POLICY,
            "Cache-Control": cache,
        }
        super().__init__(media_type=attachment.media_type, headers=headers)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        attachment = self._attachment
        try:
            if attachment.path is None:
                await self._start(send, len(attachment.content))
                await send({"type": "http.response.body", "body": attachment.content})
            else:
                await self._send_file(attachment.path, receive, send)
        finally:
            if attachment.temporary:
                # Also when the server stops in the middle of it.
                await asyncio.shield(self._caller.call(attachment.discard))

    async def _send_file(self, path: Path, receive: Receive, send: Send) -> None:
        file = await self._caller.call(_open, path)
        away = asyncio.ensure_future(gone(receive))
        try:
            left = size = await self._caller.call(_size, file)
            await self._start(send, size)
            while left > 0:
                piece = await self._caller.call(file.read, min(_PIECE, left))
                if not piece or away.done():
                    return  # the file became shorter, or nobody is there: the answer is broken off
                left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            away.cancel()
            await self._caller.call(file.close)

    async def _start(self, send: Send, size: int) -> None:
        self.headers["content-length"] = str(size)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise NotReady(f"the file cannot be read: {error.strerror or error}", "try again") from error


def _size(file: BinaryIO) -> int:
    end = file.seek(0, 2)
    file.seek(0)
    return end
