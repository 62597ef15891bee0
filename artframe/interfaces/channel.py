"""How do messages and files travel over one connection to the frame? JSON lines, and counted bytes between them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from artframe.core.calling import Caller
from artframe.core.exchange import Attachment
from artframe.errors import Cancelled, CommandError

LONGEST_LINE = 1 << 20
_PIECE = 1 << 16
_WAITING = 1 << 18
"""Bytes that may wait for a caller who does not read; what is only news is left out beyond that."""


class Channel:
    """The frame's end of a connection; lives on the loop. Raises ConnectionError when the caller goes away."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, caller: Caller) -> None:
        self._reader = reader
        self._writer = writer
        self._caller = caller

    async def send(self, message: dict[str, Any]) -> None:
        """Send one message, and wait while the caller is slow to read."""
        self._put(message)
        await self._writer.drain()

    def mention(self, message: dict[str, Any]) -> None:
        """Send what is worth little a moment later: it is left out for a caller who is slow to read."""
        if not self._writer.is_closing() and self._writer.transport.get_write_buffer_size() < _WAITING:
            self._put(message)

    async def receive(self) -> dict[str, Any]:
        """The caller's next message. Raises Cancelled if they went away, ValueError for what is no message."""
        line = await self._reader.readline()
        if not line:
            raise Cancelled
        message = json.loads(line)
        if not isinstance(message, dict):
            raise TypeError("no message")
        return message

    async def content(self) -> AsyncIterator[bytes]:
        """Bytes that the caller sends in counted pieces: ``{"bytes": n}`` and n bytes, until an n of 0."""
        while count := int((await self.receive())["bytes"]):
            while count > 0:
                piece = await self._reader.read(min(count, _PIECE))
                if not piece:
                    raise Cancelled
                count -= len(piece)
                yield piece

    async def send_file(self, attachment: Attachment) -> dict[str, Any]:
        """Send name, type and size, then the bytes, without ever holding all of them; returns what was told.

        A file that shrinks meanwhile ends the connection: the caller sees that bytes are missing.
        """
        with contextlib.ExitStack() as opened:
            try:
                size = await self._caller.call(lambda: attachment.size)
                file = await self._caller.call(attachment.open)
            except OSError as error:
                raise CommandError(f"the file {attachment.name} cannot be read: {error.strerror or error}") from None
            opened.enter_context(file)
            told = {"name": attachment.name, "media_type": attachment.media_type, "size": size}
            await self.send({"attachment": told})
            while size > 0:
                piece = await self._caller.call(file.read, min(size, _PIECE))
                if not piece:
                    raise ConnectionError("the file became shorter while it was sent")
                size -= len(piece)
                self._writer.write(piece)
                await self._writer.drain()
        return told

    async def gone(self) -> None:
        """Return when the caller has gone; whatever they say meanwhile is no part of the conversation."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(_PIECE):
                pass

    def close(self) -> None:
        """End the connection; what was sent still arrives."""
        self._writer.close()

    async def ended(self) -> None:
        """Wait until the connection has ended and the last bytes are on their way."""
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    def _put(self, message: dict[str, Any]) -> None:
        # Letters beyond ASCII go as escapes: words that are no valid text (a file's odd name) arrive as they are.
        self._writer.write(json.dumps(message).encode() + b"\n")


@contextlib.contextmanager
def discarding(attachment: Attachment) -> Iterator[None]:
    """Whatever happens inside, a temporary file is gone afterwards."""
    try:
        yield
    finally:
        attachment.discard()
