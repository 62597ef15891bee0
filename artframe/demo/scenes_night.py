"""Which demo pictures are taken after dark?"""

from __future__ import annotations

import numpy as np

from artframe.demo import nature
from artframe.demo.canvas import Canvas, curve
from artframe.demo.colour import Array, Stops, mix, ramp, rgb, shade
from artframe.demo.noise import soften, wavy


def northern_lights(canvas: Canvas) -> None:
    horizon = 0.70
    canvas.sky(((0, "#050a1e"), (0.6, "#0c1f3c"), (1, "#1d4a58")), horizon)
    nature.stars(canvas, count=700, below=0.70)
    for centre, sway, reach, strength, seed in (
        (0.20, 0.07, 0.30, 0.75, 5),
        (0.34, 0.10, 0.40, 1.0, 3),
        (0.46, 0.05, 0.22, 0.6, 7),
    ):
        _curtain(canvas, centre, sway, reach, strength, seed)
    nature.ridge(canvas, base=horizon + 0.01, height=0.13, cells=4, stops=((0, "#0b1a2c"), (1, "#12303c")))
    shore = horizon - 0.012 - 0.02 * np.abs(wavy(canvas.rng, canvas.width, cells=3))
    canvas.blend(nature.treeline(canvas, shore.astype(np.float32), height=0.08, density=4.5), "#040b14")
    nature.water(canvas, horizon + 0.005, tint=((0, "#12333c"), (1, "#030812")), strength=0.40, ripple=0.8)
    bank = (
        1.03
        - 0.12 * np.exp(-(((canvas.x[0] - 0.06) / 0.09) ** 2))
        - 0.12 * np.exp(-(((canvas.x[0] - 0.98) / 0.09) ** 2))
    )
    trees = nature.treeline(canvas, bank.astype(np.float32), height=0.34, density=2.4, spread=0.7)
    canvas.blend(trees * ((canvas.x < 0.24) | (canvas.x > 0.80)), "#02060c")


def _curtain(canvas: Canvas, centre: float, sway: float, reach: float, strength: float, folds: int) -> None:
    """A veil of light with a sharp lower edge that dissolves upwards in rays."""
    foot = centre + 0.20 + wavy(canvas.rng, canvas.width, cells=folds * 0.6, octaves=3) * sway
    rays = 0.55 + 0.45 * wavy(canvas.rng, canvas.width, cells=folds * 9, octaves=4)
    folded = np.clip(0.50 + 1.5 * wavy(canvas.rng, canvas.width, cells=folds, octaves=3), 0.02, 1.3)
    height = np.clip((foot[None, :] - canvas.y) / (reach * (0.5 + 0.8 * rays[None, :])), -1, 4)
    rising = np.clip(height, 0, None)
    veil = np.exp(-rising * 1.7) * np.clip(rising * 14, 0, 1)
    veil = veil * (0.35 + 0.65 * rays[None, :]) * folded[None, :]
    colours: Stops = ((0, "#b8ffcf"), (0.18, "#4df59a"), (0.45, "#24b8a0"), (0.7, "#6a59c9"), (1, "#b04fae"))
    tones = shade(np.clip(height / 2.0, 0, 1).astype(np.float32), colours)
    light = veil[..., None] * tones * np.float32(strength)
    canvas.px[:] = 1 - (1 - canvas.px) * (1 - np.clip(light, 0, 0.95))


def milky_way(canvas: Canvas) -> None:
    canvas.sky(((0, "#040714"), (0.55, "#0d1836"), (0.85, "#27355f"), (1, "#5b4a6a")), 0.86)
    across = (canvas.x - 0.62) * canvas.width / canvas.unit + (canvas.y - 0.35) * canvas.height / canvas.unit * 0.62
    band = np.exp(-((across / 0.20) ** 2)).astype(np.float32)
    core = np.exp(-((across / 0.08) ** 2)).astype(np.float32)
    dust = canvas.noise(4, 7)
    lanes = np.clip((canvas.noise(9, 6, gain=0.62) - 0.44) * 3, 0, 1) * core
    canvas.lighten(band * (0.25 + 0.75 * dust), "#5d6fa8", 0.55)
    canvas.lighten(core * dust**1.5, "#e8c6b0", 0.62)
    canvas.multiply(lanes, 0.45)
    nature.stars(canvas, count=1500, below=0.95, faintest=0.14)
    fine = canvas.rng.random((canvas.height, canvas.width), dtype=np.float32)
    canvas.lighten(((fine > 0.9965 - 0.010 * band) * fine**40 * (0.25 + 0.6 * band)).astype(np.float32), "#dfe6ff")
    canvas.lighten(np.clip(canvas.y - 0.55, 0, 1) ** 1.5, "#e0a070", 0.9)
    line = 0.88 + wavy(canvas.rng, canvas.width, cells=3) * 0.035
    canvas.blend(nature.treeline(canvas, line, height=0.15, density=2.4, spread=0.7), "#05070f")
    _tent(canvas, 0.30, 0.915)


def _tent(canvas: Canvas, x: float, y: float) -> None:
    cx, cy, u = x * canvas.width, y * canvas.height, canvas.unit * 0.062
    canvas.lighten(canvas.halo(x, y - 0.015, 0.12, 1.0), "#ffb35c", 0.6)
    body = (
        canvas.stencil()
        .polygon(
            curve(
                [
                    (cx - u * 1.15, cy),
                    (cx - u * 0.55, cy - u * 0.62),
                    (cx, cy - u),
                    (cx + u * 0.6, cy - u * 0.6),
                    (cx + u * 1.2, cy),
                ],
                10,
            )
        )
        .mask()
    )
    canvas.blend(
        body,
        shade(
            np.broadcast_to(np.clip((canvas.y * canvas.height - cy + u) / u, 0, 1), canvas.shape),
            ((0, "#c0562c"), (0.55, "#ff9d45"), (1, "#ffdc8c")),
        ),
    )
    seam = (
        canvas.stencil()
        .line([(cx, cy - u), (cx + u * 0.1, cy)], u * 0.03)
        .line([(cx, cy - u), (cx - u * 0.5, cy)], u * 0.02)
    )
    canvas.blend(seam.mask(), "#6a2a1c")
    canvas.blend(
        canvas.stencil().box(cx - u * 1.25, cy - u * 0.03, cx + u * 1.3, cy + u * 0.12, u * 0.05).mask(), "#05070f"
    )


def night_city(canvas: Canvas) -> None:
    shore = 0.68
    canvas.sky(((0, "#0a1030"), (0.5, "#2b2a63"), (0.8, "#7a4a86"), (1, "#e08a7c")), shore)
    nature.stars(canvas, count=120, below=0.3)
    nature.moon(canvas, 0.80, 0.17, radius=0.035)
    layers = ((0.30, 0.10, "#6a4a86", 0.10), (0.40, 0.12, "#3d3268", 0.35), (0.36, 0.14, "#1a1a40", 0.8))
    for step, (tall, low, colour, lit) in enumerate(layers):
        _skyline(canvas, shore, tall, low, colour, lit, 26 - 5 * step)
        nature.mist(canvas, shore, 0.07, "#c97a8c", 0.35 * (1 - step / 2))
    canvas.lighten(np.exp(-(((canvas.y - shore) / 0.012) ** 2)) * np.ones_like(canvas.x), "#ffb878", 0.5)
    nature.water(canvas, shore, tint=((0, "#6a3f70"), (0.4, "#221d4e"), (1, "#080a20")), strength=0.42, ripple=0.85)


def _skyline(canvas: Canvas, shore: float, tall: float, low: float, colour: str, lit: float, count: int) -> None:
    """A row of buildings; every window is a lamp of its own colour, most are dark."""
    rng, width, height = canvas.rng, canvas.width, canvas.height
    walls, edges = canvas.stencil(), canvas.stencil()
    lamps = [canvas.stencil() for _ in range(3)]
    x = -rng.random() * width / count
    pane = canvas.unit * 0.0062
    while x < width:
        wide = width / count * rng.uniform(0.6, 1.35)
        top = shore * height - height * (
            low + (tall - low) * rng.random() ** 1.7 * (0.45 + 0.55 * np.sin(np.pi * min(max(x / width, 0), 1)))
        )
        walls.box(x, top, x + wide, shore * height + 2)
        if rng.random() < 0.30:
            walls.box(x + wide * 0.25, top - height * 0.022, x + wide * 0.75, top + 2)
        if rng.random() < 0.22:
            walls.line([(x + wide / 2, top), (x + wide / 2, top - height * 0.07)], pane * 0.35)
        edges.box(x, top, x + pane * 0.35, shore * height)
        if lit > 0.2:
            for row in np.arange(top + pane * 1.6, shore * height - pane, pane * 2.1):
                for column in np.arange(x + pane, x + wide - pane * 1.4, pane * 1.9):
                    if rng.random() < lit * 0.42:
                        lamps[int(rng.random() ** 1.6 * 3)].box(column, row, column + pane, row + pane * 1.15)
        x += wide + (pane * rng.random() * 2 if rng.random() < 0.4 else 0)
    canvas.blend(walls.mask(), colour)
    canvas.blend(edges.mask(), mix(colour, "#ffb0a0", 0.3), 0.6)
    for lamp, tone in zip(lamps, ("#ffd991", "#ffb765", "#d5e6ff"), strict=True):
        panes = lamp.mask()
        canvas.lighten(soften(panes, canvas.unit * 0.012), tone, 0.55)
        canvas.blend(panes, tone, 0.55 + 0.4 * lit)


def rain_window(canvas: Canvas) -> None:
    """City lights out of focus behind a wet pane."""
    canvas.sky(((0, "#0d1733"), (0.5, "#1e2547"), (0.75, "#3a2a4a"), (1, "#140f22")))
    rng, width, height, u = canvas.rng, canvas.width, canvas.height, canvas.unit
    colours = ("#ffb347", "#ff7a45", "#ffd98a", "#e8455a", "#57c7d4", "#fff0cf", "#8f7bd8")
    for _ in range(110):
        x, y = rng.random(), float(np.clip(rng.normal(0.60, 0.15), 0.05, 0.98))
        radius = u * rng.uniform(0.018, 0.062)
        distance = np.hypot((canvas.x - x) * width, (canvas.y - y) * height)
        left, right = max(0, int(x * width - radius - 3)), int(x * width + radius + 3)
        top, low = max(0, int(y * height - radius - 3)), int(y * height + radius + 3)
        ring = distance[top:low, left:right]
        light = np.clip((radius - ring) / 3 + 0.5, 0, 1) * (0.62 + 0.38 * (ring / radius) ** 4)
        part = canvas.px[top:low, left:right]
        tone = rgb(colours[int(rng.random() ** 1.3 * len(colours))])
        part += (1 - part) * np.clip(light * rng.uniform(0.25, 0.78), 0, 1)[..., None] * tone
    _drops(canvas, 300)


def _drops(canvas: Canvas, count: int) -> None:
    """Drops on the pane: each shows the scene upside down, with a dark upper rim and a bright spot below."""
    rng, width, height, u = canvas.rng, canvas.width, canvas.height, canvas.unit
    scene = canvas.px.copy()
    for index in range(count):
        radius = u * (0.003 + 0.017 * rng.random() ** 4) if index else u * 0.02
        x, y = int(rng.random() * width), int(rng.random() * height)
        reach = int(radius * 1.3) + 2
        if not (reach < x < width - reach and reach < y < height - reach):
            continue
        grid = np.arange(-reach, reach + 1, dtype=np.float32)
        dx, dy = grid[None, :] / radius, grid[:, None] / (radius * 1.15)
        distance = np.hypot(dx, dy)
        mask = np.clip((1 - distance) * radius + 0.5, 0, 1)[..., None]
        rows = np.clip(y - dy * height * 0.20, 0, height - 1).astype(np.int32)
        columns = np.clip(x - dx * width * 0.10, 0, width - 1).astype(np.int32)
        inside = scene[rows, columns] * (1.10 + 0.35 * np.clip(dy, -1, 1))[..., None] + 0.07
        spark = np.exp(-(((dx + 0.32) / 0.22) ** 2 + ((dy + 0.42) / 0.22) ** 2))[..., None] * 0.55
        part = canvas.px[y - reach : y + reach + 1, x - reach : x + reach + 1]
        part += (np.clip(inside + spark, 0, 1) - part) * mask * 0.9


def cat_at_the_window(canvas: Canvas) -> None:
    canvas.sky(((0, "#33447c"), (0.35, "#8a6d9e"), (0.62, "#e59a8f"), (0.85, "#fbc78a"), (1, "#ffe2a8")), 0.74)
    dusk: Stops = ((0, "#7a6593"), (0.5, "#d98f95"), (1, "#ffd9ac"))
    nature.clouds(canvas, lit=dusk, horizon=0.70, cover=0.46, light=(0.4, 1), strength=0.7)
    nature.sun(canvas, 0.66, 0.56, radius=0.05, core="#fff6d8", glow="#ffbf74", reach=0.6)
    for step, colour in enumerate(("#b98aa0", "#85678f", "#574a78")):
        nature.ridge(
            canvas,
            base=0.70 + 0.05 * step,
            height=0.09,
            cells=3,
            sharp=0.1,
            octaves=4,
            stops=((0, colour), (1, mix(colour, "#f0b090", 0.3))),
        )
    width, height, u = canvas.width, canvas.height, canvas.unit
    frame = canvas.stencil()
    edge = u * 0.05
    for box in (
        (0, 0, width, edge),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
        (0, height * 0.80, width, height),
    ):
        frame.box(*box)
    frame.box(width * 0.5 - u * 0.013, 0, width * 0.5 + u * 0.013, height * 0.82).box(
        0, height * 0.30, width, height * 0.30 + u * 0.02
    )
    wood = shade(
        np.broadcast_to(canvas.y, (height, width)),
        ((0, "#241c38"), (0.79, "#33263f"), (0.805, "#8a5a4c"), (0.83, "#5c3d42"), (1, "#22182c")),
    )
    canvas.blend(frame.mask(), wood)
    _cat(canvas, 0.31, 0.805)
    _plant(canvas, 0.83, 0.815)


def _cat(canvas: Canvas, x: float, y: float) -> None:
    cx, cy, u = x * canvas.width, y * canvas.height, canvas.unit * 0.30
    shape = canvas.stencil()
    side = [(0.06, -0.80), (0.155, -0.68), (0.20, -0.48), (0.27, -0.22), (0.30, -0.05), (0.24, 0.02), (0, 0.03)]
    outline = [(px, py) for px, py in side] + [(-px, py) for px, py in reversed(side)]
    shape.polygon(curve([(cx + px * u, cy + py * u) for px, py in outline], 10))
    shape.ellipse(cx + u * 0.02, cy - u * 0.80, u * 0.175, u * 0.150)
    for ear in (-1, 1):
        shape.polygon(
            [
                (cx + u * (0.02 + ear * 0.165), cy - u * 0.84),
                (cx + u * (0.02 + ear * 0.145), cy - u * 1.06),
                (cx + u * (0.02 + ear * 0.03), cy - u * 0.93),
            ]
        )
    tail = curve(
        [
            (cx + u * 0.18, cy - u * 0.02),
            (cx + u * 0.52, cy + u * 0.02),
            (cx + u * 0.66, cy + u * 0.22),
            (cx + u * 0.52, cy + u * 0.38),
        ],
        14,
    )
    shape.taper(tail, u * 0.10, u * 0.06)
    body: Array = shape.mask()
    canvas.blend(body, "#1b1428")
    rim = np.clip(body - np.roll(body, -max(2, int(u * 0.016)), axis=1), 0, 1)
    canvas.lighten(rim, "#ffb27a", 0.8)


def _plant(canvas: Canvas, x: float, y: float) -> None:
    cx, cy, u = x * canvas.width, y * canvas.height, canvas.unit * 0.20
    rng, tones = canvas.rng, ramp(((0, "#1f2b33"), (1, "#4d5a4a")), 8)
    for index in range(15):
        angle = np.pi * (0.10 + 0.80 * (index / 14)) + rng.normal(0, 0.05)
        reach = u * rng.uniform(0.75, 1.25)
        tip = (cx + np.cos(angle) * reach, cy - u * 0.40 - np.sin(angle) * reach)
        bend = (cx + np.cos(angle) * reach * 0.45, cy - u * 0.45 - np.sin(angle) * reach * 0.68)
        way = curve([(cx, cy - u * 0.38), bend, tip], 10)
        leaf = canvas.stencil().taper(way[8:], u * 0.13, u * 0.01).taper(way[:9], u * 0.02, u * 0.10)
        canvas.blend(leaf.mask(), tones[index * 5 % 8])
    pot = canvas.stencil().polygon(
        [(cx - u * 0.30, cy - u * 0.42), (cx + u * 0.30, cy - u * 0.42), (cx + u * 0.22, cy), (cx - u * 0.22, cy)]
    )
    pot.box(cx - u * 0.33, cy - u * 0.48, cx + u * 0.33, cy - u * 0.36, u * 0.02)
    tone = np.clip((canvas.x * canvas.width - cx) / (u * 0.7) + 0.5, 0, 1)
    canvas.blend(
        pot.mask(),
        shade(np.broadcast_to(tone, (canvas.height, canvas.width)), ((0, "#d98a5c"), (0.3, "#a85a44"), (1, "#4a2a38"))),
    )
