"""How does a landscape of heights look to somebody standing in it? Mountains and dunes with true perspective.

Every column of the picture looks along a line over a field of heights, front to back; the highest outline so far hides
what lies behind it. The work is done for all columns at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from artframe.demo.canvas import Canvas
from artframe.demo.colour import Array, Stops, shade
from artframe.demo.noise import enlarge

Surface = Callable[["View"], Array]


@dataclass(frozen=True, kw_only=True)
class View:
    """What is known about the ground at every (slice, column): all arrays have that shape and no unit.

    ``light`` is the cosine to the sun (-1..1), ``steep`` the slope's tangent, ``height`` 0..1 of the range,
    ``distance`` 0..1, ``across`` and ``along`` the place on the map.
    """

    light: Array
    steep: Array
    height: Array
    distance: Array
    across: Array
    along: Array


@dataclass(frozen=True, kw_only=True)
class Camera:
    """Where we stand. Heights are in the unit of the map's width; ``horizon`` is a fraction of the picture."""

    horizon: float
    eye: float
    near: float
    far: float
    spread: float = 1.0
    slices: int = 620


def mountains(rng: np.random.Generator, *, cells: float, size: int = 1200, octaves: int = 8) -> Array:
    """A field of heights 0..1 with crests and gullies (ridged multifractal noise after Musgrave)."""
    total = np.zeros((size, size), dtype=np.float32)
    weight = np.ones_like(total)
    share = 0.55
    for octave in range(octaves):
        knots = max(2, round(cells * 2**octave))
        if knots > size // 2:
            break
        crest = 1 - np.abs(2 * enlarge(rng.random((knots + 2, knots + 2), dtype=np.float32), size, size) - 1)
        crest = np.clip(crest, 0, 1) ** 2 * weight
        total += share * crest
        weight = np.clip(crest * 2.4 + 0.12, 0, 1)
        share *= 0.53
    total -= total.min()
    return np.asarray(total / total.max(), dtype=np.float32)


def render(
    canvas: Canvas,
    heights: Array,
    camera: Camera,
    *,
    sun: tuple[float, float, float],
    surface: Surface,
    haze: Stops,
    haze_depth: float = 1.6,
) -> Array:
    """Paint the heights; returns the mask of the ground.

    ``surface`` gives colours for the ground, ``haze`` the colour that distance adds, from near to far.
    """
    view, outline = _survey(canvas, heights, camera, sun)
    colours = surface(view)
    fog = (1 - np.exp(-((view.distance * haze_depth) ** 1.5)))[..., None]
    colours = colours + (shade(view.distance, haze) - colours) * fog
    return _project(canvas, outline, colours.astype(np.float32))


def _survey(canvas: Canvas, heights: Array, camera: Camera, sun: tuple[float, float, float]) -> tuple[View, Array]:
    size = heights.shape[0]
    aspect = canvas.width / canvas.height
    depth = camera.near * (camera.far / camera.near) ** np.linspace(0, 1, camera.slices, dtype=np.float32)[:, None]
    column = (np.clip(0.5 + (canvas.x - 0.5) * aspect * depth * camera.spread, 0, 1) * (size - 2)).astype(np.float32)
    row = np.broadcast_to(np.clip(depth, 0, 1) * (size - 2), column.shape).astype(np.float32)
    ground = _bilinear(heights, column, row)
    slope_y, slope_x = (np.asarray(part * size, dtype=np.float32) for part in np.gradient(heights))
    dx, dy = _bilinear(slope_x, column, row), _bilinear(slope_y, column, row)
    length = np.sqrt(dx * dx + dy * dy + 1)
    towards = np.array(sun) / np.linalg.norm(sun)
    light = (-dx * towards[0] - dy * towards[1] + towards[2]) / length
    outline = camera.horizon - (ground - camera.eye) / (depth * camera.spread)
    view = View(
        light=light.astype(np.float32),
        steep=np.hypot(dx, dy),
        height=ground / heights.max(),
        distance=np.broadcast_to((depth - camera.near) / (camera.far - camera.near), ground.shape),
        across=column / size,
        along=row / size,
    )
    return view, outline.astype(np.float32)


def _bilinear(field: Array, column: Array, row: Array) -> Array:
    left, top = column.astype(np.int32), row.astype(np.int32)
    dx, dy = column - left, row - top
    upper = field[top, left] * (1 - dx) + field[top, left + 1] * dx
    lower = field[top + 1, left] * (1 - dx) + field[top + 1, left + 1] * dx
    return np.asarray(upper * (1 - dy) + lower * dy, dtype=np.float32)


def _project(canvas: Canvas, outline: Array, colours: Array) -> Array:
    """Hide what lies behind higher ground and put the rest on the canvas."""
    height, width = canvas.height, canvas.width
    seen = np.minimum.accumulate(outline * height, axis=0)
    slices = seen.shape[0]
    # How many slices end below each pixel row, counted once per column, is the index of the slice that the row shows.
    row = np.clip(np.ceil(seen - 0.5), 0, height).astype(np.int32)
    counts = np.bincount((row * width + np.arange(width)[None, :]).ravel(), minlength=(height + 1) * width)
    index = slices - np.cumsum(counts.reshape(height + 1, width), axis=0)[:height]
    ground = index < slices
    front, columns = np.clip(index, 0, slices - 1), np.arange(width)[None, :]
    back = np.clip(index - 1, 0, slices - 1)
    high, low = seen[front, columns], seen[back, columns]
    middle = np.arange(height)[:, None] + 0.5
    share = np.clip((low - middle) / np.maximum(low - high, 1e-3), 0, 1)[..., None]
    painted = colours[back, columns] * (1 - share) + colours[front, columns] * share
    mask = np.clip(middle - seen[-1][None, :] + 0.5, 0, 1) * ground
    canvas.blend(mask.astype(np.float32), painted.astype(np.float32))
    return np.asarray(mask, dtype=np.float32)
