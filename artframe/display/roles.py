"""Who plays which part in a slideshow? What it expects of the playlist, the painter and the stage."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from artframe.core.sentence import Sentence
from artframe.display.cards import Card
from artframe.display.look import Look
from artframe.display.panels import Badge, Frame
from artframe.library.photo import LocalPhoto

RunBlocking = Callable[..., Awaitable[Any]]
"""Runs a blocking function with its arguments in a worker thread: ``Caller.call`` or ``asyncio.to_thread``."""


class Slide(Protocol):
    """A photo that was chosen, and why, in a sentence for people."""

    @property
    def local(self) -> LocalPhoto: ...
    @property
    def reason(self) -> Sentence: ...


class Playlist(Protocol):
    """Chooses photos. All calls block; the slideshow makes them one at a time, in worker threads."""

    def next(self) -> Slide | None:
        """Choose and reserve a photo, so that two choices ahead differ; None when there is none to choose."""
        ...

    def previous(self) -> Slide | None:
        """Return and reserve what was shown before this run (each time one more back), or None."""
        ...

    def shown(self, slide: Any) -> None:
        """The slide was really presented."""
        ...

    def failed(self, slide: Any, problem: str) -> None:
        """The photo is gone or unreadable: not to be chosen again until its version changes."""
        ...

    def release(self, slide: Any) -> None:
        """The slide was reserved and will not be shown after all."""
        ...

    def is_hidden(self, slide: Any) -> bool:
        """Whether a person said not to show this photo, since it was chosen or shown. Answers at once."""
        ...


class Artist(Protocol):
    """Makes frames (see ``Painter``); all calls block."""

    def paint(self, local: LocalPhoto, look: Look) -> Frame: ...
    def card(self, card: Card, look: Look) -> Frame: ...
    def badge(self, look: Look) -> Badge: ...


class Wall(Protocol):
    """Takes frames and shows them (see ``Stage``); never blocks."""

    def present(self, frame: Frame, *, token: int, fade_seconds: float) -> None: ...
    def set_badge(self, badge: Badge | None) -> None: ...
    def sleep(self, asleep: bool) -> None: ...
