"""Which demo pictures show gardens, fields and snow?"""

from __future__ import annotations

import numpy as np

from artframe.demo import nature
from artframe.demo.canvas import Canvas, curve
from artframe.demo.colour import Array, Stops, shade
from artframe.demo.noise import wavy


def lavender_field(canvas: Canvas) -> None:
    horizon = 0.42
    canvas.sky(((0, "#5e7fc0"), (0.5, "#c9b3d2"), (0.8, "#fbc9a4"), (1, "#ffe0a6")), horizon)
    warm: Stops = ((0, "#9a8fb8"), (0.5, "#f2bfae"), (1, "#fff0d2"))
    nature.clouds(canvas, lit=warm, horizon=horizon, cover=0.46, light=(0.3, 1), strength=0.85)
    nature.sun(canvas, 0.74, 0.345, radius=0.034, core="#fff8dc", glow="#ffcf85", reach=0.6)
    nature.ridge(canvas, base=horizon + 0.02, height=0.11, cells=3, stops=((0, "#8f86b0"), (1, "#d9b3b0")), sharp=0.2)
    nature.ridge(canvas, base=horizon + 0.025, height=0.05, cells=4, stops=((0, "#6d7d78"), (1, "#a99a86")), sharp=0.2)
    ground = canvas.below(np.full(canvas.width, horizon + 0.015, dtype=np.float32))
    depth = np.clip((canvas.y - horizon) / (1 - horizon), 0.004, 1)
    across = (canvas.x - 0.56) * canvas.width / canvas.height / depth
    tuft = canvas.noise(70, 4, gain=0.7) - 0.5
    row = np.cos((across * 1.0 + tuft * 0.18 * (0.5 + depth)) * 2 * np.pi * 2.2)
    bloom = np.clip(row * 1.3 + 0.62 + tuft * 0.7, 0, 1)
    side = np.clip(0.5 + 0.5 * np.sin((across + tuft * 0.2) * 2 * np.pi * 2.2 + 0.5) + tuft, 0, 1)
    flowers = shade(side.astype(np.float32), ((0, "#3a2a6b"), (0.4, "#5f48a3"), (0.75, "#8e6cc4"), (1, "#c9a0da")))
    earth = shade(
        np.clip(0.5 + tuft * 1.4, 0, 1).astype(np.float32), ((0, "#2f3a30"), (0.5, "#56663f"), (1, "#93905a"))
    )
    canvas.blend(ground, (earth + (flowers - earth) * bloom[..., None]).astype(np.float32))
    canvas.blend(ground * np.exp(-depth * 7), "#f0c3b4", 0.75)
    canvas.lighten(canvas.halo(0.74, horizon, 0.7, 1.0) * ground, "#ffc98a", 0.35)
    _lone_tree(canvas, 0.27, horizon + 0.075)


def _lone_tree(canvas: Canvas, x: float, y: float) -> None:
    cx, cy, u = x * canvas.width, y * canvas.height, canvas.unit * 0.105
    trunk = canvas.stencil().taper([(cx, cy), (cx + u * 0.03, cy - u * 0.5), (cx, cy - u * 0.95)], u * 0.16, u * 0.05)
    canvas.blend(trunk.mask(), "#3d2f36")
    canvas.blend(canvas.stencil().ellipse(cx - u * 0.35, cy + u * 0.04, u * 0.95, u * 0.10).mask(), "#2a1c48", 0.5)
    nature.crown(canvas, cx, cy - u * 1.30, u * 0.80, u * 0.72, dark="#243a36", bright="#8f9a5c", leaves=110)


def cherry_blossom(canvas: Canvas) -> None:
    canvas.sky(((0, "#a9cfe4"), (0.6, "#d5e6ea"), (1, "#f4ece6")))
    rng, width, height, u = canvas.rng, canvas.width, canvas.height, canvas.unit
    for _ in range(26):
        x, y = rng.random(), rng.random()
        canvas.spot(x, y, rng.uniform(0.05, 0.14), "#f6c9d4", rng.uniform(0.10, 0.32), 3.0)
    ways = (
        [(-0.05, 0.66), (0.16, 0.52), (0.34, 0.49), (0.55, 0.36), (0.80, 0.30), (1.02, 0.16)],
        [(0.30, 0.50), (0.42, 0.62), (0.60, 0.68), (0.78, 0.80)],
        [(0.16, 0.52), (0.24, 0.34), (0.36, 0.22), (0.44, 0.06)],
        [(0.55, 0.36), (0.64, 0.50), (0.80, 0.54), (0.93, 0.60)],
        [(0.58, 0.35), (0.66, 0.20), (0.74, 0.10)],
    )
    for index, way in enumerate(ways):
        points = curve([(x * width, y * height) for x, y in way], 16)
        thick = u * (0.030 if index == 0 else 0.014)
        canvas.blend(canvas.stencil().taper(points, thick, thick * 0.25).mask(), "#4a3238")
        shifted = [(x, y - thick * 0.22) for x, y in points]
        canvas.blend(canvas.stencil().taper(shifted, thick * 0.35, thick * 0.06).mask(), "#8a6660", 0.8)
        steps = len(points)
        for at in np.sort(rng.random(15 if index == 0 else 12)):
            px, py = points[int(at * (steps - 1))]
            for _ in range(int(rng.integers(2, 5))):
                spread = u * 0.045
                _blossom(canvas, px + rng.normal(0, spread), py + rng.normal(0, spread), u * rng.uniform(0.017, 0.034))
    for _ in range(22):
        x, y, turn = rng.random() * width, rng.random() * height, rng.random() * 3.14
        dx, dy = np.cos(turn) * u * 0.010, np.sin(turn) * u * 0.010
        part = canvas.window(x - u * 0.02, y - u * 0.02, x + u * 0.02, y + u * 0.02)
        petal = part.stencil().polygon(
            curve(
                [
                    (x - dx, y - dy),
                    (x - dy * 0.5, y + dx * 0.5),
                    (x + dx, y + dy),
                    (x + dy * 0.5, y - dx * 0.5),
                    (x - dx, y - dy),
                ],
                6,
            )
        )
        part.blend(petal.mask(), "#f7bccb", 0.9)


def _blossom(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Five notched petals, darker towards the middle, and a few stamens; worked on a small part of the canvas."""
    rng = canvas.rng
    reach = int(radius * 1.25) + 2
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    part = canvas.px[top : int(y) + reach, left : int(x) + reach]
    if part.shape[0] < 4 or part.shape[1] < 4:
        return
    dx = (np.arange(left, left + part.shape[1])[None, :] - x) / radius
    dy = (np.arange(top, top + part.shape[0])[:, None] - y) / radius * rng.uniform(1.0, 1.35)
    distance, angle = np.hypot(dx, dy), np.arctan2(dy, dx) + rng.random() * 6.28
    lobe = np.abs(((angle * 5 / (2 * np.pi)) % 1) - 0.5) * 2
    edge = 0.98 - 0.36 * lobe**2.2 - 0.12 * np.exp(-((lobe / 0.13) ** 2))
    mask = np.clip((edge - distance) * radius * 0.8 + 0.5, 0, 1)
    depth = np.clip(distance - 0.10 * (1 - lobe), 0, 1).astype(np.float32)
    colours = shade(depth, ((0, "#c4456f"), (0.22, "#ea8fad"), (0.55, "#fbd0da"), (1, "#fff3f3")))
    colours = colours * (0.92 + 0.08 * (1 - lobe))[..., None]
    part += (colours - part) * mask[..., None].astype(np.float32)
    for turn in rng.random(9) * 6.28:
        spot = np.exp(-(((dx - np.cos(turn) * 0.30) / 0.05) ** 2 + ((dy - np.sin(turn) * 0.30) / 0.05) ** 2))
        part += (np.array([0.98, 0.86, 0.45], dtype=np.float32) - part) * np.clip(spot, 0, 1)[..., None].astype(
            np.float32
        )


def winter_cabin(canvas: Canvas) -> None:
    canvas.sky(((0, "#2a3d70"), (0.45, "#6f7fb0"), (0.75, "#d6a9b8"), (1, "#f6cdb4")), 0.62)
    nature.stars(canvas, count=90, below=0.3)
    for step in range(3):
        tone = ("#9a9cc4", "#7c87b6", "#5e719f")[step]
        line = 0.56 + 0.05 * step - (wavy(canvas.rng, canvas.width, cells=3) * 0.5 + 0.5) * 0.12
        canvas.blend(nature.treeline(canvas, line, height=0.05 + 0.03 * step, density=4.5), tone)
        nature.mist(canvas, 0.62 + 0.04 * step, 0.04, "#e4cfdb", 0.4)
    for base, upper, lower in (
        (0.70, "#e3dfee", "#a9b5da"),
        (0.80, "#eef0f8", "#8fa3d3"),
        (0.92, "#f4f5fb", "#7f95cb"),
    ):
        line = base - (wavy(canvas.rng, canvas.width, cells=1.6, octaves=3) * 0.5 + 0.5) * 0.07
        mask = canvas.below(line)
        depth = np.clip((canvas.y - line[None, :]) / 0.22, 0, 1)
        canvas.blend(mask, shade(depth, ((0, upper), (1, lower))))
        if base == 0.80:
            _cabin(canvas, 0.60, float(line[int(canvas.width * 0.60)]) + 0.045)
            _snowy_trees(canvas, line)
    _snowfall(canvas)


def _cabin(canvas: Canvas, x: float, y: float) -> None:
    cx, cy, u = x * canvas.width, y * canvas.height, canvas.unit * 0.10
    canvas.lighten(canvas.halo(x, y - 0.03, 0.20, 1.0), "#ffb45f", 0.6)
    canvas = canvas.window(cx - u * 2, cy - u * 4, cx + u * 2.5, cy + u * 0.3)
    canvas.blend(canvas.stencil().box(cx - u, cy - u * 0.72, cx + u, cy).mask(), "#5a3a38")
    logs = canvas.stencil()
    for step in range(1, 6):
        logs.line([(cx - u, cy - u * 0.12 * step), (cx + u, cy - u * 0.12 * step)], u * 0.018)
    canvas.blend(logs.mask(), "#3a2530", 0.8)
    canvas.blend(canvas.stencil().box(cx + u * 0.42, cy - u * 1.52, cx + u * 0.66, cy - u * 0.9).mask(), "#4a3640")
    canvas.blend(
        canvas.stencil().box(cx + u * 0.38, cy - u * 1.58, cx + u * 0.70, cy - u * 1.48, u * 0.04).mask(), "#eef0f8"
    )
    roof = canvas.stencil().polygon(
        [
            (cx - u * 1.28, cy - u * 0.62),
            (cx - u * 0.1, cy - u * 1.42),
            (cx + u * 0.1, cy - u * 1.42),
            (cx + u * 1.28, cy - u * 0.62),
            (cx + u * 1.2, cy - u * 0.52),
            (cx - u * 1.2, cy - u * 0.52),
        ]
    )
    canvas.blend(
        roof.mask(),
        shade(
            np.broadcast_to(np.clip((canvas.x * canvas.width - cx) / u / 2.4 + 0.5, 0, 1), canvas.shape),
            ((0, "#f8f3f4"), (1, "#b3c0e2")),
        ),
    )
    panes = canvas.stencil()
    for left, right, top, low in ((-0.72, -0.28, -0.52, -0.20), (0.34, 0.76, -0.52, -0.20), (-0.12, 0.18, -0.56, 0.0)):
        panes.box(cx + left * u, cy + top * u, cx + right * u, cy + low * u, u * 0.02)
    canvas.blend(panes.mask(), "#ffcf70")
    bars = canvas.stencil()
    for middle in (-0.50, 0.55):
        bars.line([(cx + middle * u, cy - u * 0.52), (cx + middle * u, cy - u * 0.20)], u * 0.025)
        bars.line([(cx + (middle - 0.21) * u, cy - u * 0.36), (cx + (middle + 0.21) * u, cy - u * 0.36)], u * 0.025)
    canvas.blend(bars.mask(), "#6a3f34")
    for step in range(16):
        rise = step / 15
        px = cx + u * (0.54 + 0.5 * rise**1.4 + 0.10 * np.sin(rise * 9))
        canvas.spot(
            px / canvas.width,
            (cy - u * (1.62 + 1.9 * rise)) / canvas.height,
            0.010 + 0.028 * rise,
            "#e9dfea",
            0.30 * (1 - rise),
            2.0,
        )


def _snowy_trees(canvas: Canvas, line: Array) -> None:
    rng = canvas.rng
    for x, tall in (
        (0.10, 0.34),
        (0.20, 0.24),
        (0.03, 0.27),
        (0.285, 0.17),
        (0.82, 0.30),
        (0.91, 0.38),
        (0.985, 0.26),
        (0.74, 0.17),
    ):
        size = tall * canvas.height
        px, foot = (
            x * canvas.width,
            (float(line[min(int(x * canvas.width), canvas.width - 1)]) + 0.02 + tall * 0.07) * canvas.height,
        )
        state = rng.bit_generator.state
        part = canvas.window(px - size * 0.35, foot - size * 1.1, px + size * 0.35, foot + size * 0.05)
        tree, cap = part.stencil(), part.stencil()
        nature.conifer(tree, rng, px, foot, size)
        rng.bit_generator.state = state
        nature.conifer(cap, rng, px - size * 0.012, foot - size * 0.028, size)
        body = tree.mask()
        part.blend(body, "#22395c")
        part.blend(np.clip(cap.mask() - np.roll(body, int(size * 0.030), axis=0) * 0.92, 0, 1) * body, "#eef1fa", 0.95)


def _snowfall(canvas: Canvas) -> None:
    rng = canvas.rng
    for radius, count, strength in ((0.0016, 260, 0.8), (0.0030, 90, 0.7), (0.0065, 26, 0.35)):
        flakes = canvas.stencil()
        for _ in range(count):
            flakes.ellipse(rng.random() * canvas.width, rng.random() * canvas.height, radius * canvas.unit)
        canvas.blend(flakes.mask(), "#ffffff", strength)
