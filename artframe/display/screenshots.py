"""What is seen on the panel now, as a file? Asked often and by many, it must not be felt in a fade."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal, Protocol

from PIL import Image

from artframe.core.clock import Clock
from artframe.display.cards import Card, draw_card
from artframe.display.encoding import jpeg, png
from artframe.display.layout import Rotation, canvas_of
from artframe.display.painter import turned
from artframe.display.panels import Frame, Panel
from artframe.display.roles import RunBlocking
from artframe.display.stage import Capture
from artframe.errors import NotReady

Kind = Literal["jpeg", "png"]

QUALITY = 85
# During a fade every look would be another picture: one so young will do.
RECENT_SECONDS = 0.5
# A main thread that takes longer than this hangs; the watchdog tells why.
PATIENCE_SECONDS = 10.0
_KEPT_BYTES = 4 << 20


class Shown(Protocol):
    """What pictures are taken of (see ``Stage``)."""

    @property
    def version(self) -> int: ...
    @property
    def fading(self) -> bool: ...
    def capture(self) -> Future[Capture]: ...


@dataclass(frozen=True, kw_only=True)
class _Shot:
    version: int
    taken: float
    data: bytes


class Screenshots:
    """Takes them, one at a time; lives on the loop.

    The main thread only copies pixels; turning, scaling and encoding happen in a worker. As long as nothing else is
    seen, everybody gets the same bytes. ``rotation`` is how the panel hangs: the picture is as people see it. Where
    ``instead`` gives a card, that is pictured: the wall shows a code that is only for those who stand before it.
    """

    def __init__(
        self,
        stage: Shown,
        panel: Panel,
        clock: Clock,
        run_blocking: RunBlocking,
        rotation: Callable[[], Rotation],
        instead: Callable[[], Card | None] = lambda: None,
    ) -> None:
        self._stage = stage
        self._panel = panel
        self._clock = clock
        self._run_blocking = run_blocking
        self._rotation = rotation
        self._instead = instead
        self._lane = asyncio.Lock()
        self._kept: dict[tuple[Kind, int | None], _Shot] = {}

    async def take(self, kind: Kind, width: int | None = None) -> bytes:
        """What is seen now, at most ``width`` pixels wide. Raises NotReady when the panel does not answer."""
        async with self._lane:
            card = self._instead()
            if card is not None:
                return bytes(await self._run_blocking(self._of_card, card, kind, width, self._rotation()))
            known = self._kept.get((kind, width))
            if known is not None and self._still_seen(known):
                return known.data
            try:
                seen = await asyncio.wait_for(asyncio.wrap_future(self._stage.capture()), PATIENCE_SECONDS)
            except TimeoutError:
                raise NotReady(
                    "the display does not answer, so nobody knows what it shows", "look at 'artframe status'"
                ) from None
            shot = _Shot(
                version=seen.version,
                taken=self._clock.monotonic(),
                data=await self._run_blocking(self._encoded, seen.frame, kind, width, self._rotation()),
            )
            self._keep((kind, width), shot)
            return shot.data

    def _still_seen(self, shot: _Shot) -> bool:
        if shot.version == self._stage.version:
            return True
        return self._stage.fading and self._clock.monotonic() - shot.taken < RECENT_SECONDS

    def _keep(self, key: tuple[Kind, int | None], shot: _Shot) -> None:
        self._kept.pop(key, None)
        room = _KEPT_BYTES - len(shot.data)
        kept = {key: shot} if room >= 0 else {}
        for other, known in reversed(self._kept.items()):
            room -= len(known.data)
            if room >= 0 and self._still_seen(known):
                kept = {other: known, **kept}
        self._kept = kept

    def _encoded(self, frame: Frame, kind: Kind, width: int | None, rotation: Rotation) -> bytes:
        return _file(upright(self._panel.picture(frame), rotation), kind, width)

    def _of_card(self, card: Card, kind: Kind, width: int | None, rotation: Rotation) -> bytes:
        return _file(draw_card(card, canvas_of(self._panel.size, rotation)), kind, width)


def _file(picture: Image.Image, kind: Kind, width: int | None) -> bytes:
    if width is not None and width < picture.width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return jpeg(picture, QUALITY) if kind == "jpeg" else png(picture)


def upright(picture: Image.Image, rotation: Rotation) -> Image.Image:
    """Turn what is on the panel back to how people see it."""
    back: dict[Rotation, Rotation] = {0: 0, 90: 270, 180: 180, 270: 90}
    return turned(picture, back[rotation])
