"""Which demo pictures could hang as prints on the wall?"""

from __future__ import annotations

import numpy as np

from artframe.demo.canvas import Canvas, Point, curve
from artframe.demo.colour import Array, mix, ramp, shade
from artframe.demo.noise import cloudy, soften, wavy

PAPER = "#f3ebdc"


def _sheet(canvas: Canvas, tone: str = PAPER) -> None:
    """Laid paper, a little uneven."""
    canvas.px[:] = shade(
        canvas.noise(6, 5) * 0.5 + canvas.noise(150, 2) * 0.5,
        ((0, mix(tone, "#8a7a60", 0.10)), (1, mix(tone, "#ffffff", 0.18))),
    )


def _ink(canvas: Canvas, mask: Array, tone: str, strength: float = 0.94) -> None:
    """Printing ink: slightly uneven, never quite opaque."""
    canvas.blend(mask * (0.86 + 0.14 * np.clip(canvas.noise(120, 2) * 1.6, 0, 1)), tone, strength)


def sun_and_arches(canvas: Canvas) -> None:
    """Terracotta arches under a sun, in the manner of the middle of the last century."""
    _sheet(canvas)
    width, height, u = canvas.width, canvas.height, canvas.unit
    _ink(canvas, canvas.stencil().ellipse(width * 0.66, height * 0.235, u * 0.155).mask(), "#e2733f")
    cx, foot = width * 0.42, height * 0.90
    for radius, tone in (
        (0.36, "#27455c"),
        (0.295, "#d9a066"),
        (0.23, "#b9543c"),
        (0.165, "#efd3ae"),
        (0.10, "#5f7f78"),
    ):
        r = radius * u
        rise = foot - height * 0.30
        arch = canvas.stencil().ellipse(cx, rise, r).box(cx - r, rise, cx + r, foot)
        _ink(canvas, arch.mask(), tone)
    line = 0.84 - 0.05 * np.sin(canvas.x[0] * 5.2 + 0.4)
    _ink(canvas, canvas.below(line.astype(np.float32)), "#8f3f35")
    line = 0.91 - 0.035 * np.sin(canvas.x[0] * 6.0 + 2.2)
    _ink(canvas, canvas.below(line.astype(np.float32)), "#1f3347")
    stem = curve([(width * 0.80, height * 0.90), (width * 0.79, height * 0.70), (width * 0.83, height * 0.48)], 20)
    plant = canvas.stencil().line(stem, u * 0.007)
    for step in range(8):
        at = stem[4 + step * 4]
        for side in (-1, 1):
            tip = (at[0] + side * u * (0.115 - 0.009 * step), at[1] - u * 0.075)
            plant.polygon(
                curve(
                    [
                        at,
                        ((at[0] + tip[0]) / 2, at[1] - u * 0.065),
                        tip,
                        ((at[0] + tip[0]) / 2 + side * u * 0.012, at[1] - u * 0.016),
                        at,
                    ],
                    8,
                )
            )
    _ink(canvas, plant.mask(), "#35564a")
    _margin(canvas, 0.045)


def _margin(canvas: Canvas, share: float, tone: str = PAPER) -> None:
    edge = canvas.unit * share
    inner = canvas.stencil().box(edge, edge, canvas.width - edge, canvas.height - edge).mask()
    canvas.blend(1 - inner, mix(tone, "#ffffff", 0.25))


def colour_field(canvas: Canvas) -> None:
    """Two floating fields that glow where they meet."""
    canvas.px[:] = shade(
        np.clip(canvas.noise(5, 6) * 0.6 + canvas.y * 0.4, 0, 1), ((0, "#7a2430"), (0.5, "#96303a"), (1, "#5f1a2c"))
    )
    width, height, u = canvas.width, canvas.height, canvas.unit
    for top, low, first, second in (
        (0.07, 0.50, "#f08a3c", "#f6b352"),
        (0.53, 0.72, "#c93f45", "#e2604a"),
        (0.75, 0.93, "#3a1f4a", "#5a2a5c"),
    ):
        field = canvas.stencil().box(width * 0.085, height * top, width * 0.915, height * low, u * 0.02).mask()
        feather = np.clip(soften(field, u * 0.022) * 1.5 - 0.25 + (canvas.noise(18, 5, stretch=2) - 0.5) * 0.55, 0, 1)
        feather = np.minimum(feather, np.clip(soften(field, u * 0.012) * 2.2, 0, 1))
        washes = canvas.noise(7, 6, stretch=3)
        canvas.blend(
            feather,
            shade(np.clip(washes * 1.1, 0, 1), ((0, mix(first, "#6a1a2a", 0.22)), (0.5, first), (1, second))),
            0.95,
        )


def quarter_circles(canvas: Canvas) -> None:
    """A grid of quarter circles in seven colours."""
    _sheet(canvas)
    palette = ("#e4572e", "#17324d", "#f2b134", "#2f8f83", "#f3ebdc", "#e9a6a0", "#8a3b4c")
    rng = canvas.rng
    columns = max(4, round(6 * canvas.width / canvas.unit))
    cell = canvas.width / columns
    rows = int(np.ceil(canvas.height / cell))
    for row in range(rows):
        for column in range(columns):
            first, second, third = (palette[int(i)] for i in rng.choice(len(palette), 3, replace=False))
            x, y = column * cell, row * cell
            part = canvas.window(x - 1, y - 1, x + cell + 1, y + cell + 1)
            part.blend(part.stencil().box(x, y, x + cell + 1, y + cell + 1).mask(), first)
            inside = part.stencil().box(x, y, x + cell + 1, y + cell + 1).mask()
            cx, cy = x + cell * int(rng.integers(2)), y + cell * int(rng.integers(2))
            kind = rng.random()
            if kind < 0.62:
                part.blend(part.stencil().ellipse(cx, cy, cell).mask() * inside, second)
                if kind < 0.34:
                    part.blend(part.stencil().ellipse(cx, cy, cell * 0.52).mask() * inside, third)
            elif kind < 0.82:
                part.blend(part.stencil().ellipse(x + cell / 2, y + cell / 2, cell * 0.40).mask(), second)
            else:
                part.blend(
                    part.stencil().polygon([(x, y), (x + cell + 1, y + cell + 1), (x, y + cell + 1)]).mask(), second
                )
    canvas.px *= (0.93 + 0.10 * canvas.noise(140, 2))[..., None]
    _margin(canvas, 0.05)


def eucalyptus(canvas: Canvas) -> None:
    """Branches in watercolour."""
    _sheet(canvas, "#f7f1e6")
    width, height, u = canvas.width, canvas.height, canvas.unit
    rng = canvas.rng
    tones = ("#6f9a8a", "#8fb3a0", "#5a857c", "#a9c2a9", "#7a9f7f", "#c9b48a")
    ways = (
        [(0.50, 0.97), (0.47, 0.70), (0.40, 0.42), (0.26, 0.10)],
        [(0.51, 0.97), (0.54, 0.66), (0.62, 0.38), (0.75, 0.12)],
        [(0.50, 0.97), (0.505, 0.62), (0.50, 0.34), (0.52, 0.08)],
    )
    for index, way in enumerate(ways):
        stem = curve([(x * width, y * height) for x, y in way], 20)
        canvas.blend(canvas.stencil().taper(stem, u * 0.010, u * 0.004).mask(), "#7d6a52", 0.85)
        count = 17
        for step in range(2, count):
            at = step / count
            x, y = stem[int(at * (len(stem) - 1))]
            ahead = stem[min(int(at * (len(stem) - 1)) + 2, len(stem) - 1)]
            along = np.arctan2(ahead[1] - y, ahead[0] - x)
            for side in (-1, 1):
                size = u * (0.105 - 0.062 * at) * rng.uniform(0.85, 1.15)
                _wash_leaf(
                    canvas,
                    (x, y),
                    along + side * rng.uniform(0.75, 1.15),
                    size,
                    str(tones[int(rng.integers(len(tones)))]),
                    rounder=0.50 if index != 2 else 0.30,
                )


def _wash_leaf(canvas: Canvas, foot: Point, angle: float, size: float, tone: str, rounder: float) -> None:
    """One leaf: wet pigment that dried darker at its edge."""
    tip = (foot[0] + np.cos(angle) * size, foot[1] + np.sin(angle) * size)
    side = (-np.sin(angle) * size * rounder, np.cos(angle) * size * rounder)
    middle = (foot[0] * 0.45 + tip[0] * 0.55, foot[1] * 0.45 + tip[1] * 0.55)
    outline = curve(
        [foot, (middle[0] + side[0], middle[1] + side[1]), tip, (middle[0] - side[0], middle[1] - side[1]), foot], 12
    )
    part = canvas.window(foot[0] - size * 1.4, foot[1] - size * 1.4, foot[0] + size * 1.4, foot[1] + size * 1.4)
    mask = part.stencil().polygon(outline).mask()
    edge = np.clip(mask - np.clip(soften(mask, size * 0.10) * 1.5 - 0.5, 0, 1), 0, 1)
    pool = 0.45 + 0.40 * part.noise(5, 3)
    part.blend(np.clip(mask * pool + edge * 0.30, 0, 1) * mask, tone)
    part.blend(
        part.stencil()
        .line([foot, (foot[0] * 0.15 + tip[0] * 0.85, foot[1] * 0.15 + tip[1] * 0.85)], size * 0.016)
        .mask(),
        mix(tone, "#f7f1e6", 0.6),
        0.6,
    )


def monstera(canvas: Canvas) -> None:
    """Great split leaves, dark on rose."""
    canvas.px[:] = shade(np.clip(canvas.noise(3, 4) * 0.5 + canvas.y * 0.5, 0, 1), ((0, "#f4cdbd"), (1, "#e6a896")))
    for x, y, size, turn, tone in (
        (0.80, 0.12, 0.36, 2.55, "#2f6a55"),
        (0.16, 0.86, 0.40, -0.75, "#2a5f50"),
        (0.20, 0.16, 0.32, 0.9, "#4f8a6a"),
        (0.82, 0.82, 0.38, -2.4, "#1f4f48"),
        (0.50, 0.52, 0.48, -1.25, "#276048"),
    ):
        _split_leaf(canvas, x * canvas.width, y * canvas.height, size * canvas.unit, turn, tone)


def _split_leaf(canvas: Canvas, x: float, y: float, size: float, turn: float, tone: str) -> None:
    part = canvas.window(x - size * 1.35, y - size * 1.35, x + size * 1.35, y + size * 1.35)
    cos, sin = np.cos(turn), np.sin(turn)

    def place(along: float, across: float) -> Point:
        return x + (along * cos - across * sin) * size, y + (along * sin + across * cos) * size

    shadow = part.stencil()
    blade = part.stencil()
    at = np.linspace(0, 1, 60)
    half = 0.78 * np.sin(np.pi * at**0.62) ** 0.75
    lower = [
        place(-0.85 + 1.75 * float(a) - 0.30 * float(h) * (1 - float(a)), float(h))
        for a, h in zip(at, half, strict=True)
    ]
    upper = [
        place(-0.85 + 1.75 * float(a) - 0.30 * float(h) * (1 - float(a)), -float(h))
        for a, h in zip(at, half, strict=True)
    ]
    outline = [*lower, *reversed(upper)]
    blade.polygon(outline)
    shadow.polygon([(px + size * 0.05, py + size * 0.07) for px, py in outline])
    for side in (-1, 1):
        for step in range(5):
            root = -0.46 + step * 0.25
            slit = [
                place(root + 0.13, side * 0.16),
                place(root + 0.30, side * 0.55),
                place(root + 0.50, side * 1.1),
                place(root + 0.62, side * 1.1),
                place(root + 0.36, side * 0.50),
            ]
            blade.polygon(slit, 0)
            shadow.polygon([(px + size * 0.05, py + size * 0.07) for px, py in slit], 0)
    part.multiply(soften(shadow.mask(), size * 0.05), 0.30)
    mask = blade.mask()
    across = ((part.x * part.width - x) * -sin + (part.y * part.height - y) * cos) / size
    light = np.clip(0.5 - across * 0.75 + (part.noise(9, 4) - 0.5) * 0.25, 0, 1)
    part.blend(
        mask,
        shade(
            light.astype(np.float32), ((0, mix(tone, "#0f2a2c", 0.45)), (0.5, tone), (1, mix(tone, "#bfe0a0", 0.38)))
        ),
    )
    veins = part.stencil().taper([place(-0.85, 0), place(0.0, 0), place(0.85, 0)], size * 0.020, size * 0.006)
    for side in (-1, 1):
        for step in range(6):
            root = -0.58 + step * 0.25
            veins.line(
                curve([place(root, 0), place(root + 0.14, side * 0.30), place(root + 0.38, side * 0.78)], 8),
                size * 0.007,
            )
    part.blend(veins.mask() * mask, mix(tone, "#e6f2c0", 0.5), 0.7)
    stalk = part.stencil().line([place(-0.5, 0), place(-1.3, 0.06)], size * 0.022)
    part.blend(stalk.mask() * (1 - mask), mix(tone, "#9fbf7a", 0.3))


def contour_lines(canvas: Canvas) -> None:
    """The heights of an invented island, drawn as a map; grey only."""
    field = soften(cloudy(canvas.rng, *canvas.shape, cells=2.2, octaves=4), canvas.unit * 0.02)
    island = field + 0.35 * canvas.halo(0.46, 0.52, 0.55, 2.0) - 0.18
    relief = np.gradient(soften(island, canvas.unit * 0.01), axis=1) * canvas.width
    canvas.px[:] = shade(
        np.clip(0.5 + relief * 0.10, 0, 1).astype(np.float32), ((0, "#8a8a8a"), (0.5, "#e4e4e4"), (1, "#ffffff"))
    )
    steep = np.hypot(*np.gradient(island)) + 1e-5
    for every, wide, strength in ((0.022, 0.8, 0.75), (0.110, 1.7, 0.95)):
        distance = np.abs((island / every + 0.5) % 1 - 0.5) * every / steep
        canvas.blend(np.clip(wide * canvas.unit / 900 - distance + 0.5, 0, 1).astype(np.float32), "#2b2b2b", strength)
    _margin(canvas, 0.05, "#f2f2f2")


def silk(canvas: Canvas) -> None:
    """Folded bands of colour, one behind the other, each with its own shadow."""
    table = ramp(
        ((0, "#12263f"), (0.22, "#1f5f74"), (0.42, "#5fb0a4"), (0.60, "#f2dfb0"), (0.78, "#ef8f5f"), (1, "#8f2f4a")), 40
    )
    canvas.px[:] = table[0]
    for step in range(13):
        share = step / 12
        line = (
            0.04
            + share * 0.92
            + (
                0.13 * np.sin(canvas.x[0] * 3.6 + share * 5.0)
                + 0.05 * np.sin(canvas.x[0] * 8.1 - share * 7)
                + wavy(canvas.rng, canvas.width, cells=1.6, octaves=2) * 0.05
            )
        )
        depth = np.clip((canvas.y - line[None, :].astype(np.float32)), -1, 1)
        canvas.multiply(np.exp(-np.clip(-depth, 0, 1) * 26) * (depth < 0), 0.42)
        tone = table[int(share * 39)]
        sheen = np.clip(1.12 - depth * 1.6, 0.55, 1.2)[..., None]
        canvas.blend(canvas.below(line.astype(np.float32)), np.clip(tone * sheen, 0, 1).astype(np.float32))
