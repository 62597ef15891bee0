"""What can show a picture? The contract of a panel, and how panels are found by their entry points."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol, cast

from PIL import Image

from artframe.display.layout import Size
from artframe.errors import ConfigError, NotReady

GROUP = "artframe.panels"
FULL_HD = Size(1920, 1080)

# artframe's own panels are found even when it runs from its source tree, where no entry points are recorded.
_OWN = (
    importlib.metadata.EntryPoint("screen", "artframe.display.panels.screen:ScreenPanel", GROUP),
    importlib.metadata.EntryPoint("auto", "artframe.display.panels.auto:AutoPanel", GROUP),
    importlib.metadata.EntryPoint("png", "artframe.display.panels.png:PngPanel", GROUP),
)

Frame = Any
"""A picture in the panel's own form, made by ``Panel.prepare``; only that panel looks inside."""


class PanelUnavailable(NotReady):
    """There is no such panel on this machine, or not now."""


class Input(Enum):
    """What a person asked for at the panel itself."""

    NEXT = "next"
    PREVIOUS = "previous"
    PAUSE = "pause"
    QUIT = "quit"


class Colour(Enum):
    """What colours a panel can show."""

    FULL = "full"
    PALETTE = "palette"
    GREY = "grey"


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a panel can do.

    ``motion`` says whether crossfades make sense and ``rate`` how many frames per second they get;
    ``minimum_seconds`` is the shortest time between two pictures that does the panel no harm.
    """

    size: Size
    colour: Colour = Colour.FULL
    motion: bool = True
    rate: float = 30.0
    minimum_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PanelOptions:
    """What a panel is told when it is made; each takes what concerns it.

    ``window`` asks for a window of that size instead of the whole screen, ``size`` is the size of a panel that has
    none of its own, ``file`` where a panel that writes files writes them, ``title`` the frame's name.
    """

    title: str = "artframe"
    window: Size | None = None
    size: Size = FULL_HD
    file: Path | None = None


@dataclass(frozen=True, eq=False)
class Badge:
    """A small picture with transparency and the place of its top left corner on the panel."""

    image: Image.Image
    position: tuple[int, int]


class Panel(Protocol):
    """Something that shows pictures. All but ``prepare`` and ``picture`` is called on the main thread, between open and
    close."""

    def open(self) -> None:
        """Take hold of the panel. Raises PanelUnavailable."""
        ...

    def close(self) -> None:
        """Let go of it; harmless when it was never opened."""
        ...

    @property
    def size(self) -> Size:
        """The panel's pixels, known once it is open."""
        ...

    @property
    def capabilities(self) -> Capabilities: ...

    def prepare(self, image: Image.Image) -> Frame:
        """Bring an RGB picture of the panel's size into the form that is shown fastest. Any thread."""
        ...

    def show(self, frame: Frame | None, badge: Badge | None = None) -> None:
        """Show a frame, or black for None."""
        ...

    def blend(self, old: Frame, new: Frame, fraction: float, badge: Badge | None = None) -> None:
        """Show a mixture: 0 is all old, 1 all new. Only called when the capabilities say ``motion``."""
        ...

    def capture(self) -> Frame:
        """Return what is seen now, as a frame: a copy of pixels at the most, for it is asked for during fades."""
        ...

    def picture(self, frame: Frame) -> Image.Image:
        """The reverse of ``prepare``: a frame as an RGB picture, which nobody changes. Any thread."""
        ...

    def poll(self) -> list[Input]:
        """Keep the panel alive (window events) and return what people pressed since. Never blocks."""
        ...


def discover() -> Mapping[str, importlib.metadata.EntryPoint]:
    """Return the panels that are installed, by name. Nothing is imported."""
    return {entry.name: entry for entry in (*_OWN, *importlib.metadata.entry_points(group=GROUP))}


def create(name: str, options: PanelOptions) -> Panel:
    """Make the panel of this name, not yet opened. Raises ConfigError for an unknown or broken one."""
    known = discover()
    if name not in known:
        raise ConfigError(f"there is no panel named {name!r}", f"installed are: {', '.join(sorted(known))}")
    try:
        factory = cast("Callable[[PanelOptions], Panel]", known[name].load())
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"the panel {name!r} cannot be loaded: {error}", "install what it needs") from error
    return factory(options)
