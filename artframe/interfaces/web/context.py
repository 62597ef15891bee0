"""What does a request have at hand, and how does it run a command?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from artframe.access.access import Access
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.interfaces.feed import Feed
from artframe.interfaces.runner import Actor, OnProgress, Runner
from artframe.interfaces.web.limits import LIMITS, Limits
from artframe.interfaces.web.multipart import UploadFolder
from artframe.interfaces.web.streams import Streams


@dataclass(frozen=True, kw_only=True)
class WebContext:
    """The parts of the frame that its web page works with; one per frame, the same for all requests.

    Pages read and change the frame through commands (``run``); ``store`` is only for what a page needs to be drawn at
    all (language, name). ``demo``: visitors on this machine are signed in without a password.
    """

    home: Path
    runner: Runner
    access: Access
    store: ConfigStore
    feed: Feed
    caller: Caller
    clock: Clock
    uploads: UploadFolder
    streams: Streams
    limits: Limits = LIMITS
    demo: bool = False

    @property
    def language(self) -> str:
        """The language of the texts: ``en`` or ``de``."""
        return self.store.config.frame.language


def context(request: Request) -> WebContext:
    """The frame's parts, for a request."""
    web: WebContext = request.app.state.web
    return web


def actor(request: Request) -> Actor:
    """Who asks: set by the guard for everything that is not public."""
    found: Actor = request.state.actor
    return found


async def run(
    request: Request,
    name: str,
    /,
    *,
    confirmed: bool = False,
    on_progress: OnProgress | None = None,
    **arguments: Any,
) -> Any:
    """Run ``photo next`` (say) as whoever asks; returns its result, JSON data or an Attachment.

    ``confirmed`` is the person's yes to a dangerous command. An argument that is None is left to its default. Raises
    ArtframeError, which the frame answers with a page or with JSON unless the caller does better.
    """
    runner = context(request).runner
    command = runner.registry.get(name)
    return await runner.run(command, arguments, actor=actor(request), confirmed=confirmed, on_progress=on_progress)


async def stream(request: Request, name: str, /, *, confirmed: bool = False, **arguments: Any) -> AsyncIterator[Any]:
    """The items of a command that streams, as they come; closing the iterator ends the command."""
    runner = context(request).runner
    command = runner.registry.get(name)
    async for item in runner.stream(command, arguments, actor=actor(request), confirmed=confirmed):
        yield item
