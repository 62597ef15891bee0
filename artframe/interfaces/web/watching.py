"""How does a program follow a command while it works? Item by item, or its progress and then its result."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from starlette.requests import Request

from artframe.core.commands import Command
from artframe.core.exchange import Attachment
from artframe.core.task import Progress
from artframe.errors import ArtframeError
from artframe.interfaces.web.context import actor, context
from artframe.interfaces.web.failures import Refused, error_json
from artframe.interfaces.web.streams import EVENT_STREAM, LiveResponse, event_text, json_bytes
from artframe.interfaces.web.values import Arguments
from artframe.jobs.progress import Throttle

_FIRST_SECONDS = 0.5
"""So long a command may fail with a status of its own; what fails later is told in the stream."""

Message = tuple[str, Any]
"""``item``, ``progress``, ``result`` or ``error``, and what it is."""


async def watch_command(
    request: Request, command: Command, arguments: Arguments, *, confirmed: bool, media_type: str
) -> LiveResponse:
    """The answer that goes on while the command works. A visitor who goes away ends the command."""

    def wire(message: Message) -> bytes:
        kind, told = message
        if media_type == EVENT_STREAM:
            return event_text(told, type=kind)
        return json_bytes(told if kind == "item" else {kind: told}) + b"\n"

    def failed(error: ArtframeError) -> bytes:
        return wire(("error", error_json(error)["error"]))

    messages = _items if command.streams else _progress
    stream = context(request).streams.open(request)

    async def chunks() -> AsyncGenerator[bytes, None]:
        told = messages(request, command, arguments, confirmed)
        try:
            async for message in told:
                yield wire(message)
        finally:
            await told.aclose()

    response = LiveResponse(chunks(), stream, media_type=media_type, failed=failed)
    await response.begin(_FIRST_SECONDS)
    return response


async def _items(
    request: Request, command: Command, arguments: Arguments, confirmed: bool
) -> AsyncGenerator[Message, None]:
    runner = context(request).runner
    items = runner.stream(command, arguments, actor=actor(request), confirmed=confirmed)
    try:
        async for item in items:
            yield "item", item
    finally:
        await items.aclose()


async def _progress(
    request: Request, command: Command, arguments: Arguments, confirmed: bool
) -> AsyncGenerator[Message, None]:
    web = context(request)
    news, latest = asyncio.Event(), list[Progress]()

    def note(progress: Progress) -> None:
        latest[:] = [progress]
        news.set()

    report = Throttle(lambda progress: web.caller.from_thread(note, progress), web.clock)
    run = web.runner.run(command, arguments, actor=actor(request), confirmed=confirmed, on_progress=report)
    work = asyncio.ensure_future(run)
    work.add_done_callback(lambda _: news.set())
    try:
        while not work.done():
            await news.wait()
            news.clear()
            if latest:
                yield "progress", latest.pop().as_json()
        result = work.result()
        if isinstance(result, Attachment):
            result.discard()
            raise Refused(406, f"'{command.name}' answers with a file", "ask for it without following its progress")
        yield "result", result
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
