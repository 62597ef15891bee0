"""How does a photo of this frame become a small picture, cheaply enough for a page full of them?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PIL import Image

from artframe.core.clock import Clock
from artframe.display.decode import PhotoGone, UnreadablePhoto
from artframe.display.encoding import jpeg
from artframe.display.roles import RunBlocking
from artframe.errors import CommandError, NotThere
from artframe.library.cache import Renditions, rendition_key
from artframe.library.library import Library
from artframe.library.photo import LocalPhoto

SIZES = (160, 320, 640, 1280)
"""Longest edges in pixels; what is asked for in between is made a little larger, so that few are kept."""
LIMIT_BYTES = 48 << 20
_SPARE_BYTES = 16 << 20
"""So much of the disk is not for thumbnails, however full it is."""
QUALITY = 82
PATIENCE_SECONDS = 3.0
_LOOK_SECONDS = 0.1
_UNREADABLE = 65  # EX_DATAERR


class Reducer(Protocol):
    """Makes small pictures (see ``Painter``)."""

    def reduced(self, local: LocalPhoto, size: int) -> Image.Image: ...


class Thumbnails:
    """Small upright JPEGs without metadata, kept in a folder of their own. Lives on the loop; works in workers.

    One is made at a time, never while the slideshow decodes (two decoded photos need the memory of two), and not while
    a picture fades in (``fading``), unless that takes longer than anybody wants to wait.
    """

    def __init__(
        self,
        folder: Path,
        library: Library,
        reducer: Reducer,
        run_blocking: RunBlocking,
        clock: Clock,
        fading: Callable[[], bool] = lambda: False,
    ) -> None:
        self._clock = clock
        self._fading = fading
        self._library = library
        self._reducer = reducer
        self._run_blocking = run_blocking
        self._kept = Renditions(folder, limit=LIMIT_BYTES, spare=_SPARE_BYTES)
        self._lane = asyncio.Lock()

    async def of(self, source: str, photo_id: str, size: int) -> bytes:
        """The photo's thumbnail; raises CommandError for a photo that is not here or cannot be decoded."""
        edge = next((one for one in SIZES if one >= size), SIZES[-1])
        known: bytes | None = await self._run_blocking(self._known, source, photo_id, edge)
        if known is not None:
            return known
        async with self._lane:
            await self._calm()
            made: bytes = await self._run_blocking(self._made, source, photo_id, edge)
            return made

    async def _calm(self) -> None:
        until = self._clock.monotonic() + PATIENCE_SECONDS
        while self._fading() and self._clock.monotonic() < until:
            await self._clock.sleep(_LOOK_SECONDS)

    def _known(self, source: str, photo_id: str, edge: int) -> bytes | None:
        return self._kept.get(rendition_key(self._find(source, photo_id), f"thumbnail-{edge}"))

    def _made(self, source: str, photo_id: str, edge: int) -> bytes:
        local = self._find(source, photo_id)
        key = rendition_key(local, f"thumbnail-{edge}")
        known = self._kept.get(key)  # somebody else wanted the same one
        if known is not None:
            return known
        try:
            data = jpeg(self._reducer.reduced(local, edge), QUALITY)
        except PhotoGone as error:
            raise _not_here(source, photo_id) from error
        except UnreadablePhoto as error:
            raise CommandError(error.message, error.hint, exit_code=_UNREADABLE) from error
        self._kept.put(key, data)
        return data

    def _find(self, source: str, photo_id: str) -> LocalPhoto:
        local = self._library.find(source, photo_id)
        if local is None or not local.path.exists():
            raise _not_here(source, photo_id)
        return local


def _not_here(source: str, photo_id: str) -> NotThere:
    return NotThere(
        f"no photo of '{source}' with the id '{photo_id}' is on this frame",
        "'artframe photo history --json' tells the ids",
    )
