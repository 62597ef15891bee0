"""A small real playlist and the surroundings of a slideshow, for its tests."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from artframe.core.sentence import Sentence
from artframe.display.cards import Card
from artframe.display.decode import PhotoGone, UnreadablePhoto
from artframe.display.layout import Fit, Rotation
from artframe.display.look import Look
from artframe.display.panels import Badge
from artframe.display.slideshow import Slideshow
from artframe.display.stage import Presented
from artframe.errors import NotReady
from artframe.library.photo import LocalPhoto
from artframe.testing import ManualClock


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The display's settings, as the slideshow reads them."""

    fit: Fit = "blur"
    rotation: Rotation = 0
    interval_seconds: float = 60.0
    transition: Literal["crossfade", "cut"] = "crossfade"
    transition_seconds: float = 1.5
    show_date: bool = False
    show_caption: bool = False
    show_badge: bool = True
    background: str = "#000000"


@dataclass(frozen=True, kw_only=True, eq=False)
class AlbumSlide:
    local: LocalPhoto
    reason: Sentence


@dataclass
class Album:
    """Goes through its photos in order, round and round; nothing is chosen twice while it is reserved."""

    photos: list[LocalPhoto]
    before: list[LocalPhoto] = field(default_factory=list)
    broken: bool = False
    forgetful: bool = False
    reserved: list[AlbumSlide] = field(default_factory=list)
    shown_ids: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    queue: deque[LocalPhoto] = field(default_factory=deque)
    hidden: set[str] = field(default_factory=set)

    def next(self) -> AlbumSlide | None:
        if self.broken:
            raise OSError("the database is away")
        for _ in range(2):
            if not self.queue:
                self.queue.extend(self.photos)
            while self.queue:
                photo = self.queue.popleft()
                if photo not in self.photos or photo.photo.id in self.failures | dict.fromkeys(self.hidden):
                    continue
                if any(slide.local == photo for slide in self.reserved):
                    continue
                slide = AlbumSlide(local=photo, reason=Sentence(english=f"{photo.photo.id} is next in the album"))
                self.reserved.append(slide)
                return slide
        return None

    def previous(self) -> AlbumSlide | None:
        if not self.before:
            return None
        slide = AlbumSlide(local=self.before.pop(), reason=Sentence(english="shown yesterday"))
        self.reserved.append(slide)
        return slide

    def shown(self, slide: AlbumSlide) -> None:
        if self.forgetful:
            raise NotReady("the disk is full")
        self.reserved.remove(slide)
        self.shown_ids.append(slide.local.photo.id)

    def failed(self, slide: AlbumSlide, problem: str) -> None:
        if slide in self.reserved:
            self.reserved.remove(slide)
        if self.broken:
            raise OSError("the database is away")
        self.failures[slide.local.photo.id] = problem

    def release(self, slide: AlbumSlide) -> None:
        self.reserved.remove(slide)
        self.queue.appendleft(slide.local)

    def is_hidden(self, slide: AlbumSlide) -> bool:
        return slide.local.photo.id in self.hidden


@dataclass
class Easel:
    """Paints instantly: a frame is the photo's id and the look."""

    unreadable: set[str] = field(default_factory=set)
    crashing: set[str] = field(default_factory=set)
    painted: list[str] = field(default_factory=list)

    def paint(self, local: LocalPhoto, look: Look) -> tuple[str, Look]:
        name = local.photo.id
        self.painted.append(name)
        if name in self.crashing:
            raise RuntimeError("a fault in the decoder")
        if not local.path.exists():
            raise PhotoGone(f"{name} is no longer there")
        if name in self.unreadable:
            raise UnreadablePhoto(f"{name} is damaged")
        return name, look

    def card(self, card: Card, look: Look) -> tuple[str, Look]:
        return f"card: {card.message}", look

    def badge(self, look: Look) -> Badge:
        return Badge(image=None, position=(0, 0))  # type: ignore[arg-type]


class Wall:
    """Notes what it is handed; shows it at once, or when told."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, Look]] = []
        self.fades: list[float] = []
        self.badge: Badge | None = None
        self.tell: Callable[[Presented], None] = lambda message: None
        self.instant = True
        self.asleep = False
        self.token = 0

    def present(self, frame: Any, *, token: int, fade_seconds: float) -> None:
        self.frames.append(frame)
        self.fades.append(fade_seconds)
        self.token = token
        if self.instant:
            asyncio.get_running_loop().call_soon(self.finish, token)

    def finish(self, token: int | None = None) -> None:
        self.tell(Presented(token=token or self.token))

    def set_badge(self, badge: Badge | None) -> None:
        self.badge = badge

    def sleep(self, asleep: bool) -> None:
        self.asleep = asleep

    @property
    def seen(self) -> str:
        return self.frames[-1][0] if self.frames else ""

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.frames]


class Room:
    """A slideshow with everything it needs, on the running loop; ``settle`` lets it come to rest."""

    def __init__(self, album: Album, *, settings: Settings | None = None, easel: Easel | None = None) -> None:
        self.album = album
        self.easel = easel or Easel()
        self.wall = Wall()
        self.clock = ManualClock()
        self.quits = 0
        self.message = "no photo yet"
        self.patient_until = 0.0
        self.show = Slideshow(
            playlist=album,
            artist=self.easel,
            wall=self.wall,
            clock=self.clock,
            run_blocking=self._run,
            settings=settings or Settings(),
            card=lambda: Card(title="test", message=self.message),
            quit_asked=self._quit,
        )
        self.wall.tell = self.show.hear
        self.task = asyncio.create_task(self.show.run())

    async def __aenter__(self) -> Room:
        await self.settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def settle(self) -> None:
        for _ in range(80):
            await asyncio.sleep(0)

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.settle()

    async def _run(self, function: Callable[..., Any], *arguments: object) -> Any:
        await asyncio.sleep(0)
        return function(*arguments)

    def _quit(self) -> None:
        self.quits += 1


Local = Callable[..., LocalPhoto]
"""Makes a photo: the fixture ``local``."""


def in_room(story: Callable[[Room], Awaitable[None]], album: Album, **more: object) -> None:
    """Have something happen before the wall."""

    async def tell() -> None:
        async with Room(album, **more) as room:  # type: ignore[arg-type]
            await story(room)

    asyncio.run(tell())
