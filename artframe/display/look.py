"""Which settings decide what a prepared picture looks like?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from artframe.display.layout import Fit, Rotation, Size


class DisplaySettings(Protocol):
    """The display's settings, as the slideshow reads them. ``background`` is ``#rrggbb``."""

    @property
    def fit(self) -> Fit: ...
    @property
    def rotation(self) -> Rotation: ...
    @property
    def interval_seconds(self) -> float: ...
    @property
    def transition(self) -> Literal["crossfade", "cut"]: ...
    @property
    def transition_seconds(self) -> float: ...
    @property
    def show_date(self) -> bool: ...
    @property
    def show_caption(self) -> bool: ...
    @property
    def show_badge(self) -> bool: ...
    @property
    def background(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Look:
    """What of the settings goes into the pixels: two equal looks make equal pictures."""

    fit: Fit = "blur"
    rotation: Rotation = 0
    background: tuple[int, int, int] = (0, 0, 0)
    show_date: bool = False
    show_caption: bool = False
    language: str = "en"

    def layout_key(self, canvas: Size) -> str:
        """Name what a rendition without texts depends on; the number changes when the drawing itself does."""
        colour = "{:02x}{:02x}{:02x}".format(*self.background)
        return f"1:{canvas.width}x{canvas.height}:{self.fit}:{colour}"


def look_of(settings: DisplaySettings, language: str = "en") -> Look:
    """Take the look out of the settings."""
    colour = int(settings.background.removeprefix("#"), 16)
    return Look(
        fit=settings.fit,
        rotation=settings.rotation,
        background=(colour >> 16 & 255, colour >> 8 & 255, colour & 255),
        show_date=settings.show_date,
        show_caption=settings.show_caption,
        language=language,
    )
