"""How is a person drawn whose face is known to stand in a given box?"""

from __future__ import annotations

import numpy as np

from artframe.demo.canvas import Canvas, Point
from artframe.demo.colour import mix, shade
from artframe.demo.hair import back_hair, front_hair
from artframe.demo.sitter import Sitter, Sketch


def draw(canvas: Canvas, sitter: Sitter) -> None:
    """One person, head and shoulders and as far down as the picture goes."""
    sketch = Sketch(canvas, sitter)
    back_hair(sketch)
    _body(sketch)
    _head(sketch)
    _features(sketch)
    front_hair(sketch)


def _body(sketch: Sketch) -> None:
    look = sketch.look
    wide = 1.75 if look.child else 2.35
    shadow = mix(look.top, "#2a2238", 0.35)
    # The shoulder is a curve, the sleeve below it a straight line out of the picture.
    left = sketch.smooth((-0.30, 1.30), (-wide * 0.55, 1.60), (-wide * 0.88, 2.05), (-wide * 1.00, 2.90))
    left.append(sketch.at(-wide * 1.06, 14))
    stencil = sketch.canvas.stencil().polygon([*left, *((2 * sketch.x - x, y) for x, y in reversed(left))])
    mask = stencil.mask()
    across = np.clip((sketch.canvas.x * sketch.canvas.width - sketch.x) / (wide * 2 * sketch.u) + 0.5, 0, 1)
    cloth = shade(
        np.broadcast_to(across, mask.shape), ((0, mix(look.top, "#fff4df", 0.14)), (0.5, look.top), (1, shadow))
    )
    sketch.canvas.blend(mask, cloth)
    for side in (-1, 1):
        sketch.stroke(
            shadow, 0.05, (side * wide * 0.66, 2.5), (side * wide * 0.70, 3.4), (side * wide * 0.68, 6.0), strength=0.55
        )
    tone = mix(look.skin, "#8a3f35", 0.20)
    sketch.fill(tone, (-0.40, 0.6), (-0.40, 1.30), (-0.52, 1.52), (0, 1.86), (0.52, 1.52), (0.40, 1.30), (0.40, 0.6))
    sketch.fill(
        mix(look.skin, "#6a2d30", 0.34),
        (-0.40, 0.78),
        (0, 1.22),
        (0.40, 0.78),
        (0.40, 1.06),
        (0, 1.36),
        (-0.40, 1.06),
        strength=0.7,
    )
    sketch.stroke(shadow, 0.07, (-0.55, 1.46), (-0.28, 1.76), (0, 1.88), (0.28, 1.76), (0.55, 1.46), strength=0.8)


def _head(sketch: Sketch) -> None:
    skin = sketch.look.skin
    for side in (-1, 1):
        sketch.oval(mix(skin, "#a04a3c", 0.16), side * 0.96, 0.08, 0.17, 0.20)
    jaw = 0.96 if sketch.look.child else 1.0
    half: list[Point] = [
        (0, -1.02),
        (0.56, -0.88),
        (0.92, -0.42),
        (0.95, 0.12),
        (0.80, 0.60),
        (0.42, jaw - 0.06),
        (0, jaw),
    ]
    points = [*half, *[(-x, y) for x, y in reversed(half[:-1])]]
    mask = sketch.canvas.stencil().polygon(sketch.smooth(*points)).mask()
    across = np.clip((sketch.canvas.x * sketch.canvas.width - sketch.x) / (2 * sketch.u) + 0.5, 0, 1)
    tone = shade(
        np.broadcast_to(across, mask.shape),
        ((0, mix(skin, "#fff1dc", 0.28)), (0.55, skin), (1, mix(skin, "#8a4038", 0.28))),
    )
    sketch.canvas.blend(mask, tone)


def _features(sketch: Sketch) -> None:
    look = sketch.look
    dark = mix(look.skin, "#3a1a20", 0.82)
    low = 0.12 if look.child else 0.02
    for side in (-1, 1):
        px, py = sketch.at(side * 0.58, 0.40)
        blush = sketch.canvas.halo(
            px / sketch.canvas.width, py / sketch.canvas.height, 0.26 * sketch.u / sketch.canvas.unit
        )
        sketch.canvas.blend(blush, "#e0604f", 0.26)
        if sketch.mood > 1.2:
            sketch.stroke(dark, 0.075, (side * 0.26, low + 0.03), (side * 0.40, low - 0.07), (side * 0.54, low + 0.03))
        else:
            sketch.oval(dark, side * 0.40, low, 0.095, 0.105)
            sketch.oval("#ffffff", side * 0.40 - 0.03, low - 0.04, 0.030, 0.030, 0.9)
        brow = mix(look.hair, "#2a1a1a", 0.35)
        sketch.stroke(
            brow, 0.065, (side * 0.24, low - 0.24), (side * 0.42, low - 0.30), (side * 0.60, low - 0.23), strength=0.85
        )
    if look.beard:
        half: list[Point] = [(0.93, 0.16), (0.86, 0.62), (0.46, 1.04), (0, 1.12)]
        inner: list[Point] = [(0, 0.40), (0.30, 0.38), (0.60, 0.46), (0.76, 0.20)]
        ring = [*half, *[(-x, y) for x, y in reversed(half[:-1])], *[(-x, y) for x, y in reversed(inner)], *inner[1:]]
        sketch.fill(look.hair, *ring, (0.93, 0.16))
    sketch.stroke(mix(look.skin, "#8a3a30", 0.5), 0.055, (0.05, low + 0.14), (0.11, 0.31), (-0.03, 0.34))
    _mouth(sketch)
    if look.glasses:
        frame = sketch.canvas.stencil()
        for side in (-1, 1):
            px, py = sketch.at(side * 0.41, low)
            frame.ellipse(px, py, 0.285 * sketch.u, 0.245 * sketch.v).ellipse(
                px, py, 0.235 * sketch.u, 0.200 * sketch.v, value=0
            )
        frame.line([sketch.at(-0.13, low - 0.03), sketch.at(0.13, low - 0.03)], 0.05 * sketch.u)
        sketch.canvas.blend(frame.mask(), "#3d2a2e", 0.92)


def _mouth(sketch: Sketch) -> None:
    wide = 0.30 + 0.05 * min(sketch.mood, 1.4)
    if sketch.mood >= 1.0:
        smile = [(-wide, 0.50), (-wide * 0.5, 0.545), (0, 0.555), (wide * 0.5, 0.545), (wide, 0.50)]
        low = [(wide * 0.72, 0.66), (0, 0.66 + 0.10 * sketch.mood), (-wide * 0.72, 0.66), (-wide, 0.50)]
        sketch.fill("#8f2f36", *smile, *low)
        sketch.fill(
            "#fffaf2",
            (-wide * 0.86, 0.525),
            (0, 0.565),
            (wide * 0.86, 0.525),
            (wide * 0.70, 0.595),
            (0, 0.635),
            (-wide * 0.70, 0.595),
        )
    else:
        sketch.stroke("#9a3a3e", 0.07, (-wide, 0.53), (-wide * 0.4, 0.61), (wide * 0.4, 0.61), (wide, 0.53))
