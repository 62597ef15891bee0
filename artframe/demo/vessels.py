"""How do vessels and fruit look in the light of one window on the left?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from artframe.demo.canvas import Canvas, Point, curve
from artframe.demo.colour import Stops, mix, shade
from artframe.demo.noise import soften

_GLAZE = 0.35


def room(canvas: Canvas, wall: Stops, table: Stops, edge: float) -> None:
    """A wall that falls into shade to the right, and a table before it."""
    light = np.clip(canvas.x * 0.75 + canvas.y * 0.25 + (canvas.noise(4, 5) - 0.5) * 0.16, 0, 1)
    canvas.px[:] = shade(light, wall)
    board = canvas.below(np.full(canvas.width, edge, dtype=np.float32))
    grain = (canvas.noise(60, 4, stretch=14) - 0.5) * 0.22
    canvas.blend(board, shade(np.clip((canvas.y - edge) / (1 - edge) * 0.6 + canvas.x * 0.35 + grain, 0, 1), table))
    canvas.multiply(np.exp(-(np.clip(canvas.y - edge, 0, 1) * 60)) * board, 0.30)


def _cast(canvas: Canvas, x: float, foot: float, width: float, height: float) -> None:
    """The long soft shadow to the right and the dark seam under a thing (in pixels)."""
    part = canvas.window(x - width * 2, foot - width * 1.2, x + width * 2 + height, foot + width)
    tip = (x + height * 0.75, foot - height * 0.06)
    long = part.stencil().polygon(
        [
            (x - width * 0.6, foot),
            (x + width * 0.3, foot - width * 0.34),
            tip,
            (x + width, foot + width * 0.10),
            (x, foot + width * 0.22),
        ]
    )
    part.multiply(soften(long.mask(), width * 0.22), 0.42)
    seam = part.stencil().ellipse(x + width * 0.05, foot - width * 0.02, width * 0.92, width * 0.20)
    part.multiply(soften(seam.mask(), width * 0.10), 0.60)


def turned(
    canvas: Canvas, x: float, foot: float, height: float, profile: Sequence[Point], tones: Stops, gloss: float = 0.5
) -> None:
    """A vessel from the potter's wheel: ``profile`` gives (level from foot 0 to rim 1, radius in heights)."""
    levels = np.linspace(0, 1, 200)
    smooth = curve(profile, 16)
    radii = np.interp(levels, [level for level, _ in smooth], [radius for _, radius in smooth])
    widest = float(radii.max()) * height
    _cast(canvas, x, foot, float(radii[2:30].max()) * height, height)
    part = canvas.window(x - widest * 1.1, foot - height * 1.1, x + widest * 1.1, foot + widest * 0.4)
    outline = [(x - r * height, foot - level * height) for level, r in zip(levels, radii, strict=True)]
    outline += [(x + r * height, foot - level * height) for level, r in zip(levels[::-1], radii[::-1], strict=True)]
    base = float(radii[0]) * height
    mask = part.stencil().polygon(outline).ellipse(x, foot, base, base * 0.20).mask()
    level = np.clip((foot - part.y * part.height) / height, 0, 1)
    here = np.interp(level, levels, radii) * height
    lean = np.interp(level, levels, np.gradient(radii, levels))
    across = np.clip((part.x * part.width - x) / np.maximum(here, 1), -1, 1)
    normal_z = np.sqrt(1 - across**2)
    light = (-0.68 * across + 0.62 * normal_z - 0.38 * lean * 0.6) / np.sqrt(1 + (lean * 0.6) ** 2)
    bounce = np.clip(across - 0.72, 0, 1) * 0.55
    part.blend(mask, shade(np.clip(light * 0.62 + 0.30 + bounce, 0, 1).astype(np.float32), tones))
    shine = np.exp(-(((across + 0.48) / 0.09) ** 2)) * np.clip(1 - lean**2 * 0.5, 0, 1)
    part.lighten((shine * mask).astype(np.float32), "#ffffff", gloss * _GLAZE)
    rim = float(radii[-1]) * height
    if rim > height * 0.015:
        top = part.stencil().ellipse(x, foot - height, rim, rim * 0.20).mask()
        part.blend(top, shade(np.full(part.shape, 0.62, dtype=np.float32), tones))
        part.blend(
            part.stencil().ellipse(x, foot - height + rim * 0.02, rim * 0.82, rim * 0.15).mask(),
            shade(np.full(part.shape, 0.10, dtype=np.float32), tones),
        )


def fruit(
    canvas: Canvas,
    x: float,
    foot: float,
    radius: float,
    tones: Stops,
    *,
    blush: str | None = None,
    pores: float = 0.0,
    tall: float = 0.94,
) -> None:
    """A round fruit resting at ``foot`` (pixels), with its stalk."""
    _cast(canvas, x, foot, radius * 0.72, radius * 1.6)
    cy = foot - radius * tall
    part = canvas.window(x - radius * 1.2, cy - radius * 1.5, x + radius * 1.2, foot + radius * 0.3)
    mask = part.stencil().ellipse(x, cy, radius, radius * tall).mask()
    dx = np.clip((part.x * part.width - x) / radius, -1, 1)
    dy = np.clip((part.y * part.height - cy) / (radius * tall), -1, 1)
    dz = np.sqrt(np.clip(1 - dx**2 - dy**2, 0, 1))
    light = -0.58 * dx - 0.50 * dy + 0.60 * dz
    light += pores * (part.noise(70 * part.shape[0] / max(radius * 2, 1) / 3, 2) - 0.5)
    bounce = np.clip(dy - 0.55, 0, 1) * 0.30
    colours = shade(np.clip(light * 0.60 + 0.30 + bounce, 0, 1).astype(np.float32), tones)
    if blush:
        cheek = np.clip(
            np.exp(-(((dx - 0.35) / 0.6) ** 2 + ((dy - 0.1) / 0.8) ** 2))
            * (0.6 + 0.8 * (part.noise(14, 3, stretch=0.3) - 0.5)),
            0,
            1,
        )
        red = shade(
            np.clip(light * 0.60 + 0.34, 0, 1).astype(np.float32),
            ((0, mix(blush, "#2a0f1a", 0.7)), (0.6, blush), (1, mix(blush, "#fff0d0", 0.5))),
        )
        colours = colours + (red - colours) * cheek[..., None]
    part.blend(mask, colours.astype(np.float32))
    part.lighten(
        (np.exp(-(((dx + 0.38) / 0.17) ** 2 + ((dy + 0.44) / 0.13) ** 2)) * mask).astype(np.float32), "#ffffff", 0.42
    )
    dimple = (x + radius * 0.04, cy - radius * tall * 0.80)
    part.multiply(soften(part.stencil().ellipse(*dimple, radius * 0.20, radius * 0.07).mask(), radius * 0.05), 0.5)
    stalk = curve(
        [
            dimple,
            (dimple[0] + radius * 0.05, dimple[1] - radius * 0.22),
            (dimple[0] + radius * 0.16, dimple[1] - radius * 0.40),
        ],
        8,
    )
    part.blend(part.stencil().taper(stalk, radius * 0.05, radius * 0.075).mask(), "#4a3423")
