"""Where does a photo go on the panel, and which part of it is seen? Pure arithmetic, no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Fit = Literal["contain", "cover", "blur"]
Rotation = Literal[0, 90, 180, 270]

# Bars thinner than this share of the canvas look like a mistake, not like a mount: the photo loses them instead.
SLIVER = 0.015


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


class Focus(NamedTuple):
    """The point of a photo that a crop keeps in sight, as shares of its width and height from the top left.

    People in photos are usually above the middle, hence the default.
    """

    x: float = 0.5
    y: float = 0.38


class Region(NamedTuple):
    """A rectangle in a photo, in pixels that may be fractions: ``left <= x < right``."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def scaled(self, x: float, y: float) -> Region:
        """Return the same part of the photo after it was scaled by these factors."""
        return Region(self.left * x, self.top * y, self.right * x, self.bottom * y)


class Bar(NamedTuple):
    """A rectangle of the canvas that the photo leaves free, in whole pixels."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, kw_only=True)
class Placement:
    """How one photo lies on one canvas.

    ``crop`` is the part of the upright photo that is seen; it fills the rectangle of ``size`` whose top left corner is
    ``position``. ``blurred`` says whether the bars around it show the photo blurred or the plain background.
    """

    canvas: Size
    crop: Region
    position: tuple[int, int]
    size: Size
    blurred: bool

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The free rectangles at the sides or above and below; none when the photo fills the canvas."""
        left, top = self.position
        right, bottom = left + self.size.width, top + self.size.height
        width, height = self.canvas
        bars = (
            Bar(0, 0, width, top),
            Bar(0, bottom, width, height),
            Bar(0, top, left, bottom),
            Bar(right, top, width, bottom),
        )
        return tuple(bar for bar in bars if bar.left < bar.right and bar.top < bar.bottom)


def canvas_of(panel: Size, rotation: Rotation) -> Size:
    """Return the size of the picture as the viewer sees it on a panel that hangs turned by ``rotation`` degrees."""
    return Size(panel.height, panel.width) if rotation in (90, 270) else panel


def place(photo: Size, canvas: Size, fit: Fit, focus: Focus | None = None) -> Placement:
    """Lay an upright photo onto a canvas.

    ``contain`` and ``blur`` show all of it, ``cover`` fills the canvas around ``focus``. Any shape works: a photo of
    10000 x 5 pixels becomes a line one pixel high, never nothing. Raises ValueError for sizes below one pixel.
    """
    if min(*photo, *canvas) < 1:
        raise ValueError(f"a photo of {photo} or a canvas of {canvas} has no pixels")
    if fit != "cover":
        scale = min(canvas.width / photo.width, canvas.height / photo.height)
        width = min(canvas.width, max(1, round(photo.width * scale)))
        height = min(canvas.height, max(1, round(photo.height * scale)))
        free = (canvas.width - width) / canvas.width, (canvas.height - height) / canvas.height
        if max(free) > SLIVER:
            return Placement(
                canvas=canvas,
                crop=Region(0.0, 0.0, float(photo.width), float(photo.height)),
                position=((canvas.width - width) // 2, (canvas.height - height) // 2),
                size=Size(width, height),
                blurred=fit == "blur",
            )
    crop = covering(photo, canvas, focus)
    return Placement(canvas=canvas, crop=crop, position=(0, 0), size=canvas, blurred=False)


def covering(photo: Size, canvas: Size, focus: Focus | None = None) -> Region:
    """Return the largest part of a photo that has the shape of the canvas, as near to ``focus`` as its edges allow."""
    focus = focus or Focus()
    scale = max(canvas.width / photo.width, canvas.height / photo.height)
    width = min(float(photo.width), canvas.width / scale)
    height = min(float(photo.height), canvas.height / scale)
    left = min(max(0.0, focus.x * photo.width - width / 2), photo.width - width)
    top = min(max(0.0, focus.y * photo.height - height / 2), photo.height - height)
    return Region(left, top, left + width, top + height)


def badge_position(panel: Size, rotation: Rotation, badge: Size) -> tuple[int, int]:
    """Return where a badge's top left corner goes on the panel so that the viewer sees it at the top right."""
    margin = round(min(panel) * 0.025)
    right, bottom = panel.width - badge.width - margin, panel.height - badge.height - margin
    # The picture is turned clockwise by ``rotation``: the viewer's top right corner wanders with it.
    return {0: (right, margin), 90: (right, bottom), 180: (margin, bottom), 270: (margin, margin)}[rotation]
