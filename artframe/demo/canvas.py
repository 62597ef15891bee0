"""What is a demo picture painted on? A field of colours with the few strokes all painters share."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from artframe.demo.colour import Array, Stops, rgb, shade
from artframe.demo.noise import cloudy

Point = tuple[float, float]
_FINER = 3


class Canvas:
    """Colours ``px`` of shape (height, width, 3), sRGB 0..1, painted from back to front.

    ``x`` (1, width) and ``y`` (height, 1) run from 0 to 1; ``unit`` is the shorter edge in pixels.
    """

    def __init__(self, width: int, height: int, seed: int) -> None:
        self.width, self.height = width, height
        self.unit = min(width, height)
        self.rng = np.random.Generator(np.random.PCG64(seed))
        self.px: Array = np.zeros((height, width, 3), dtype=np.float32)
        self.x: Array = (np.arange(width, dtype=np.float32) + 0.5)[None, :] / width
        self.y: Array = (np.arange(height, dtype=np.float32) + 0.5)[:, None] / height
        self.corner = (0, 0)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of this canvas, or of the part of it that a window shows."""
        return self.px.shape[0], self.px.shape[1]

    def window(self, left: float, top: float, right: float, bottom: float) -> Canvas:
        """A part of this canvas (given in pixels) to paint a small thing on; all measures stay those of the whole."""
        part = copy.copy(self)
        rows, columns = self.shape
        first, above = self.corner
        across = slice(min(max(0, int(left) - first), columns), min(max(0, int(right) + 1 - first), columns))
        down = slice(min(max(0, int(top) - above), rows), min(max(0, int(bottom) + 1 - above), rows))
        part.px, part.x, part.y = self.px[down, across], self.x[:, across], self.y[down]
        part.corner = (first + across.start, above + down.start)
        return part

    def sky(self, stops: Stops, horizon: float = 1.0) -> None:
        """Fill everything with a ramp that runs from the top edge to the horizon."""
        self.px[:] = shade(np.clip(self.y / horizon, 0, 1), stops)

    def noise(self, cells: float, octaves: int = 5, stretch: float = 1, gain: float = 0.5) -> Array:
        """Fractal noise 0..1 over what this canvas shows; ``cells`` features over its height."""
        return cloudy(self.rng, *self.shape, cells=cells, octaves=octaves, stretch=stretch, gain=gain)

    def blend(self, mask: Array, colour: Array | str, strength: float = 1.0) -> None:
        """Lay a colour, or a field of colours, over the picture where the mask (0..1) allows it."""
        mask = np.broadcast_to(mask, self.shape)
        rows = np.flatnonzero(mask.any(axis=1))
        if not rows.size:
            return
        part = slice(int(rows[0]), int(rows[-1]) + 1)
        paint = rgb(colour) if isinstance(colour, str) else colour
        if paint.ndim == 3 and paint.shape[:2] == self.shape:
            paint = paint[part]
        below = self.px[part]
        below += (paint - below) * (mask[part] * np.float32(strength))[..., None]

    def lighten(self, mask: Array, colour: Array | str, strength: float = 1.0) -> None:
        """Add light (screen mode): never darker, never burnt out."""
        paint = rgb(colour) if isinstance(colour, str) else colour
        amount = np.broadcast_to(mask, self.shape)[..., None] * (paint * np.float32(strength))
        self.px[:] = 1 - (1 - self.px) * (1 - np.clip(amount, 0, 1))

    def multiply(self, mask: Array, strength: float = 1.0) -> None:
        """Darken by a mask (0 = untouched, 1 = as dark as ``strength`` says)."""
        self.px *= (1 - np.clip(mask, 0, 1) * np.float32(strength))[..., None]

    def halo(self, x: float, y: float, radius: float, power: float = 2.0) -> Array:
        """A round falloff around a place given in fractions; ``radius`` in units of the shorter edge."""
        distance = np.hypot((self.x - x) * self.width, (self.y - y) * self.height) / (radius * self.unit)
        return np.asarray(np.exp(-(distance**power)), dtype=np.float32)

    def spot(self, x: float, y: float, radius: float, colour: str, strength: float, power: float = 4.0) -> None:
        """A soft round dab, worked only where it can be seen."""
        reach = radius * self.unit * (2.6 if power < 3 else 1.6)
        part = self.window(
            x * self.width - reach, y * self.height - reach, x * self.width + reach, y * self.height + reach
        )
        part.blend(part.halo(x, y, radius, power), colour, strength)

    def disc(self, x: float, y: float, radius: float, soft: float = 1.0) -> Array:
        """A smooth-edged disc; ``soft`` is the width of its edge in pixels."""
        distance = np.hypot((self.x - x) * self.width, (self.y - y) * self.height)
        return np.asarray(np.clip((radius * self.unit - distance) / soft + 0.5, 0, 1), dtype=np.float32)

    def below(self, line: Array) -> Array:
        """The mask of everything under a line given as heights (fractions of the picture) per column."""
        return np.asarray(np.clip((self.y - line[None, :]) * self.height + 0.5, 0, 1), dtype=np.float32)

    def stencil(self) -> Stencil:
        return Stencil(self.shape, self.corner)

    def finish(self, *, grain: float = 0.010, vignette: float = 0.12, paper: float = 0.0) -> Image.Image:
        """The picture in 8 bits. The grain hides the steps that 8 bits leave in a soft sky."""
        if vignette:
            distance = (self.x - 0.5) ** 2 + (self.y - 0.5) ** 2
            self.multiply(np.clip(distance * 2, 0, 1) ** 1.5, vignette)
        tile = self.rng.standard_normal((512, 512), dtype=np.float32)
        repeat = (self.height // 512 + 1, self.width // 512 + 1)
        texture = np.tile(tile, repeat)[: self.height, : self.width] * np.float32(grain)
        if paper:
            texture = texture + (self.noise(160, 2) - 0.5) * np.float32(paper)
        self.px += texture[..., None]
        return Image.fromarray((np.clip(self.px, 0, 1) * 255 + 0.5).astype(np.uint8))


class Stencil:
    """Shapes in pixels of the canvas, drawn finer than it and reduced to a smooth-edged mask."""

    def __init__(self, shape: tuple[int, int], corner: tuple[int, int]) -> None:
        self._left, self._top = corner
        self._shape = shape
        self._image = Image.new("L", (max(shape[1], 1) * _FINER, max(shape[0], 1) * _FINER), 0)
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Iterable[Point], value: float = 1.0) -> Stencil:
        self._draw.polygon(self._fine(points), fill=round(value * 255))
        return self

    def ellipse(self, x: float, y: float, rx: float, ry: float | None = None, value: float = 1.0) -> Stencil:
        ry = rx if ry is None else ry
        self._draw.ellipse(self._fine(((x - rx, y - ry), (x + rx, y + ry))), fill=round(value * 255))
        return self

    def box(self, x1: float, y1: float, x2: float, y2: float, radius: float = 0, value: float = 1.0) -> Stencil:
        corners = self._fine(((x1, y1), (max(x2, x1), max(y2, y1))))
        self._draw.rounded_rectangle(corners, radius=radius * _FINER, fill=round(value * 255))
        return self

    def line(self, points: Sequence[Point], width: float, value: float = 1.0) -> Stencil:
        """A brush stroke with round ends and joints."""
        fine = self._fine(points)
        thick = max(1, round(width * _FINER))
        self._draw.line(fine, fill=round(value * 255), width=thick, joint="curve")
        if thick > 3:
            for x, y in (fine[0], fine[-1]):
                radius = thick / 2
                self._draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=round(value * 255))
        return self

    def taper(self, points: Sequence[Point], start: float, end: float) -> Stencil:
        """A stroke that runs from one width to another, such as a branch."""
        steps = max(len(points) - 1, 1)
        for index in range(len(points) - 1):
            self.line(points[index : index + 2], start + (end - start) * index / steps)
        return self

    def _fine(self, points: Iterable[Point]) -> list[Point]:
        return [((x - self._left) * _FINER, (y - self._top) * _FINER) for x, y in points]

    def mask(self) -> Array:
        reduced = np.asarray(self._image.reduce(_FINER), dtype=np.float32) / 255
        return reduced[: self._shape[0], : self._shape[1]]


def curve(points: Sequence[Point], steps: int = 24) -> list[Point]:
    """A smooth way (Catmull-Rom) through the given points."""
    ends = [points[0], *points, points[-1]]
    way: list[Point] = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(steps):
            t = step / steps
            way.append(
                (
                    _spline(a[0], b[0], c[0], d[0], t),
                    _spline(a[1], b[1], c[1], d[1], t),
                )
            )
    way.append(points[-1])
    return way


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
