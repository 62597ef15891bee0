"""How does an answer go on while things happen? Streams: how many, for whom, until when, and over which wire format."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from artframe.core.first import first
from artframe.errors import ArtframeError
from artframe.interfaces.web.failures import Refused
from artframe.interfaces.web.limits import Limits

EVENT_STREAM = "text/event-stream"
JSON_LINES = "application/x-ndjson"


class OpenStream:
    """One of the streams that are open. Whoever opened it closes it."""

    def __init__(self, streams: Streams, credential: str, holds: Callable[[], bool]) -> None:
        self.credential = credential
        self.holds = holds
        self.ended = asyncio.Event()
        self._streams = streams

    def close(self) -> None:
        """It is over; harmless to repeat."""
        self._streams.forget(self)


class Streams:
    """All open streams. Lives on the loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: set[OpenStream] = set()

    def __len__(self) -> int:
        return len(self._open)

    def open(self, request: Request) -> OpenStream:
        """Count one more stream of whoever asks. Raises Refused (429) beyond the limits."""
        state = request.state
        own = sum(stream.credential == state.credential for stream in self._open)
        if own >= self._limits.streams_of_one or len(self._open) >= self._limits.streams:
            raise Refused(
                429,
                "too many pages or programs follow the frame at the same time",
                "close some of them, or try again soon",
                headers={"Retry-After": "30"},
            )
        stream = OpenStream(self, state.credential, state.holds)
        self._open.add(stream)
        return stream

    def forget(self, stream: OpenStream) -> None:
        """It counts no more."""
        self._open.discard(stream)

    def check(self) -> None:
        """End the streams of those who are signed out, or whose token is gone."""
        for stream in tuple(self._open):
            if not stream.holds():
                stream.ended.set()

    def end_all(self) -> None:
        """The server stops."""
        for stream in tuple(self._open):
            stream.ended.set()


class LiveResponse(Response):
    """Sends chunks as they come, until they end, the visitor goes, or the stream is ended.

    ``failed`` makes the last chunk of an error that comes when it is too late for a status.
    """

    def __init__(
        self,
        chunks: AsyncGenerator[bytes, None],
        stream: OpenStream,
        *,
        media_type: str,
        failed: Callable[[ArtframeError], bytes],
    ) -> None:
        super().__init__(media_type=media_type, headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._chunks = chunks
        self._stream = stream
        self._failed = failed
        self._first: asyncio.Future[bytes | None] | None = None

    async def begin(self, seconds: float) -> None:
        """Wait so long for the first chunk: an error until then is raised here, in time for a status of its own."""
        self._first = asyncio.ensure_future(_next(self._chunks))
        try:
            await asyncio.wait({self._first}, timeout=seconds)
            if self._first.done():
                self._first.result()
        except BaseException:
            await self._end()
            raise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] != "HEAD":
                await self._send_until_the_end(receive, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await self._end()

    async def _send_until_the_end(self, receive: Receive, send: Send) -> None:
        await first(self._pump(send), gone(receive), self._stream.ended.wait())

    async def _pump(self, send: Send) -> None:
        try:
            chunk = await (self._first or _next(self._chunks))
            while chunk is not None:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await asyncio.sleep(0)  # neither sending nor a busy command waits for anything by itself
                chunk = await _next(self._chunks)
        except ArtframeError as error:
            await send({"type": "http.response.body", "body": self._failed(error), "more_body": True})

    async def _end(self) -> None:
        self._stream.close()
        if self._first is not None:
            self._first.cancel()
            await asyncio.gather(self._first, return_exceptions=True)
        await self._chunks.aclose()


async def _next(chunks: AsyncGenerator[bytes, None]) -> bytes | None:
    return await anext(chunks, None)


async def gone(receive: Receive) -> None:
    """Wait until the visitor has gone; what is left of the body is skipped."""
    while (await receive())["type"] != "http.disconnect":
        pass


def json_bytes(value: Any) -> bytes:
    """JSON on one line. What no UTF-8 can hold (half a character of a broken file name) becomes a question mark."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def event_text(data: Any, *, id: str = "", type: str = "") -> bytes:
    """One server-sent event; the data is one line of JSON, so nothing in it can end the event early."""
    head = (f"id: {id}\n" if id else "") + (f"event: {type}\n" if type else "")
    return head.encode() + b"data: " + json_bytes(data) + b"\n\n"
