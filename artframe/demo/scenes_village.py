"""Which demo pictures show balloons, boats and houses?"""

from __future__ import annotations

import numpy as np

from artframe.demo import nature
from artframe.demo.canvas import Canvas, curve
from artframe.demo.colour import Stops, mix, rgb, shade


def balloons(canvas: Canvas) -> None:
    canvas.sky(((0, "#4f86c2"), (0.45, "#a9c7df"), (0.75, "#f6dcc0"), (1, "#fbcf9c")), 0.72)
    soft: Stops = ((0, "#b9b4c9"), (0.5, "#f3dfd2"), (1, "#fff6e8"))
    nature.clouds(canvas, lit=soft, horizon=0.72, cover=0.43, light=(-1, 0.2), strength=0.8)
    canvas.lighten(canvas.halo(0.10, 0.62, 0.75, 1.0), "#ffdca0", 0.4)
    for step in range(5):
        share = step / 4
        tone = mix("#b7a6b5", "#2c4a3c", share)
        stops = ((0, tone), (1, mix(tone, "#f5d3ac", 0.5 * (1 - share))))
        nature.ridge(canvas, base=0.76 + 0.06 * step, height=0.12, cells=3, stops=stops, sharp=0.15, octaves=5)
        nature.mist(canvas, 0.80 + 0.05 * step, 0.035, "#f9dcbb", 0.5 * (1 - share))
    schemes = (
        ("#d6453d", "#f6c453", "#f4efe2"),
        ("#23608f", "#7fb7be", "#f6f1e1"),
        ("#e9883a", "#f7d08a", "#b5432f"),
        ("#5b4a8a", "#c990b2", "#f3e3d7"),
        ("#2f8376", "#f1d27b", "#e5673f"),
        ("#c63f55", "#f5ece0", "#37546d"),
        ("#f0b73f", "#d8572d", "#f6e7c3"),
    )
    places = (
        (0.71, 0.20, 0.025),
        (0.90, 0.46, 0.030),
        (0.44, 0.15, 0.034),
        (0.13, 0.30, 0.046),
        (0.57, 0.52, 0.040),
        (0.82, 0.22, 0.070),
        (0.33, 0.38, 0.115),
    )
    for (x, y, size), scheme in zip(places, schemes, strict=True):
        _balloon(canvas, x, y, size, scheme)


def _balloon(canvas: Canvas, x: float, y: float, size: float, scheme: tuple[str, ...]) -> None:
    """A balloon of sixteen gores; the sun stands on the left."""
    cx, cy, r = x * canvas.width, y * canvas.height, size * canvas.unit
    canvas = canvas.window(cx - r * 1.1, cy - r * 1.1, cx + r * 1.1, cy + r * 1.9)
    at = np.linspace(-1, 1.32, 90)
    girth = np.where(at < 0.2, np.sqrt(np.clip(1 - ((at - 0.0) / 1.0) ** 2, 0, 1)), 0)
    lower = np.clip((1.32 - at) / 1.12, 0, 1)
    girth = np.where(at >= 0.2, 0.98 * (0.14 + 0.86 * np.sin(lower * np.pi / 2) ** 1.15), girth)
    outline = [(cx + g * r, cy + a * r) for g, a in zip(girth, at, strict=True)]
    outline += [(cx - g * r, cy + a * r) for g, a in zip(girth[::-1], at[::-1], strict=True)]
    body = canvas.stencil().polygon(outline).mask()
    level = (canvas.y * canvas.height - cy) / r
    width_here = np.interp(level, at, girth, left=0.0, right=0.14)
    across = np.clip((canvas.x * canvas.width - cx) / r / np.maximum(width_here, 1e-3), -1, 1)
    turn = (np.arcsin(across) / np.pi + 0.5) * 12
    gore = np.floor(turn).astype(np.int32)
    belt = np.broadcast_to(np.abs(level - 0.12) < 0.17, gore.shape)
    colours = np.stack([rgb(tone) for tone in scheme])[(gore % 2 + belt) % len(scheme)]
    light = np.clip(0.86 - across * 0.42 - 0.12 * np.clip(level, -1, 1.3), 0.35, 1.22)
    seams = 1 - 0.10 * np.exp(-(((turn % 1) / 0.06) ** 2))
    canvas.blend(body, np.clip(colours * (light * seams)[..., None], 0, 1).astype(np.float32))
    basket = canvas.stencil()
    for side in (-1, 1):
        basket.line([(cx + side * r * 0.13, cy + r * 1.30), (cx + side * r * 0.10, cy + r * 1.58)], max(1.0, r * 0.016))
    basket.box(cx - r * 0.115, cy + r * 1.56, cx + r * 0.115, cy + r * 1.75, r * 0.03)
    canvas.blend(basket.mask(), "#4a3326")


def harbour(canvas: Canvas) -> None:
    """Bright houses on a quay, and what the water makes of them."""
    quay = 0.60
    canvas.sky(((0, "#5d9fd0"), (0.6, "#b6d8e6"), (1, "#f1efdf")), quay)
    nature.clouds(
        canvas,
        lit=((0, "#bccad6"), (0.5, "#f2f2ee"), (1, "#ffffff")),
        horizon=quay,
        cover=0.48,
        light=(-0.8, -0.6),
        strength=0.9,
    )
    nature.ridge(
        canvas, base=quay - 0.05, height=0.20, cells=2.5, stops=((0, "#7d9a86"), (1, "#b9c4a0")), sharp=0.1, octaves=6
    )
    rng, width, height = canvas.rng, canvas.width, canvas.height
    tones = (
        "#e2563f",
        "#f2b134",
        "#f4e3c3",
        "#3f8f8a",
        "#d97a4e",
        "#f0d27a",
        "#5d83b0",
        "#e99a86",
        "#f6efe0",
        "#b8433f",
        "#7fa96b",
    )
    x, index = -width * 0.02, 0
    while x < width:
        wide, tall = width * rng.uniform(0.060, 0.092), height * rng.uniform(0.20, 0.34)
        _house(canvas, x, quay * height, wide, tall, tones[index % len(tones)])
        x, index = x + wide, index + 1
    canvas.blend(canvas.stencil().box(0, height * (quay - 0.012), width, height * (quay + 0.004)).mask(), "#a89a86")
    nature.water(canvas, quay, tint=((0, "#8db9b4"), (0.3, "#2f7f8f"), (1, "#0f4460")), strength=0.42, ripple=0.75)
    for place, size, tone in ((0.20, 0.11, "#f6f0e2"), (0.55, 0.14, "#c8463a"), (0.84, 0.12, "#2d5f8f")):
        _rowing_boat(canvas, place, quay + 0.06 + size * 0.75, size, tone)


def _house(canvas: Canvas, x: float, foot: float, wide: float, tall: float, tone: str) -> None:
    rng, top = canvas.rng, foot - tall
    canvas = canvas.window(x - wide * 0.2, top - wide * 0.7, x + wide * 1.2, foot + 3)
    wall = canvas.stencil().box(x, top, x + wide + 1, foot).mask()
    canvas.blend(
        wall,
        shade(
            np.broadcast_to(np.clip((canvas.x * canvas.width - x) / wide, 0, 1), wall.shape),
            ((0, mix(tone, "#ffffff", 0.14)), (1, mix(tone, "#3a2f45", 0.14))),
        ),
    )
    roof = canvas.stencil()
    if rng.random() < 0.6:
        roof.polygon([(x - wide * 0.03, top), (x + wide / 2, top - wide * 0.52), (x + wide * 1.03, top)])
        canvas.blend(
            canvas.stencil()
            .polygon([(x + wide * 0.04, top + 1), (x + wide / 2, top - wide * 0.42), (x + wide * 0.96, top + 1)])
            .mask(),
            mix(tone, "#ffffff", 0.05),
        )
        roof = canvas.stencil().line(
            [
                (x - wide * 0.04, top + wide * 0.02),
                (x + wide / 2, top - wide * 0.48),
                (x + wide * 1.04, top + wide * 0.02),
            ],
            wide * 0.07,
        )
    else:
        roof.polygon(
            [
                (x - wide * 0.03, top + wide * 0.04),
                (x + wide * 0.08, top - wide * 0.22),
                (x + wide * 0.92, top - wide * 0.22),
                (x + wide * 1.03, top + wide * 0.04),
            ]
        )
    canvas.blend(roof.mask(), "#8a4a3c")
    columns, rows = 3, max(2, int(tall / (wide * 0.62)))
    frames, panes, shutters = canvas.stencil(), canvas.stencil(), canvas.stencil()
    for row in range(rows):
        y = top + tall * (0.07 + row / rows * 0.93)
        for column in range(columns):
            left = x + wide * (0.12 + column * 0.285)
            w, h = wide * 0.16, min(tall / rows * 0.62, wide * 0.34)
            if row == rows - 1 and column == 1:
                panes.box(left - w * 0.1, y, left + w * 1.2, foot - 2, 2)
                continue
            frames.box(left - w * 0.14, y - w * 0.14, left + w * 1.14, y + h + w * 0.14)
            panes.box(left, y, left + w, y + h)
            if row < rows - 1:
                shutters.box(left - w * 0.48, y, left - w * 0.16, y + h).box(left + w * 1.16, y, left + w * 1.48, y + h)
    canvas.blend(frames.mask(), "#f7f1e4")
    canvas.blend(panes.mask(), "#3b4f66")
    canvas.blend(shutters.mask(), mix(tone, "#20404a", 0.6))


def _rowing_boat(canvas: Canvas, x: float, y: float, size: float, tone: str) -> None:
    cx, cy, u = x * canvas.width, y * canvas.height, size * canvas.unit
    canvas = canvas.window(cx - u * 1.2, cy - u * 0.4, cx + u * 1.2, cy + u * 0.5)
    canvas.blend(canvas.stencil().ellipse(cx, cy + u * 0.20, u * 0.95, u * 0.12).mask(), "#0c3850", 0.55)
    rim = curve(
        [
            (cx - u, cy - u * 0.14),
            (cx - u * 0.4, cy + u * 0.01),
            (cx + u * 0.4, cy + u * 0.01),
            (cx + u, cy - u * 0.18),
        ],
        10,
    )
    keel = curve(
        [
            (cx + u, cy - u * 0.18),
            (cx + u * 0.72, cy + u * 0.20),
            (cx, cy + u * 0.26),
            (cx - u * 0.72, cy + u * 0.20),
            (cx - u, cy - u * 0.14),
        ],
        10,
    )
    hull = canvas.stencil().polygon([*rim, *keel]).mask()
    canvas.blend(
        hull,
        shade(
            np.broadcast_to(np.clip((canvas.y * canvas.height - cy) / (u * 0.4) + 0.4, 0, 1), hull.shape),
            ((0, mix(tone, "#ffffff", 0.12)), (1, mix(tone, "#1d2c40", 0.45))),
        ),
    )
    back = curve(
        [
            (cx + u, cy - u * 0.18),
            (cx + u * 0.4, cy - u * 0.12),
            (cx - u * 0.4, cy - u * 0.12),
            (cx - u, cy - u * 0.14),
        ],
        10,
    )
    canvas.blend(canvas.stencil().polygon([*rim, *back]).mask(), "#5a3f33")
    canvas.blend(canvas.stencil().line(rim, u * 0.035).mask(), "#fbf4e4")
    canvas.blend(
        canvas.stencil()
        .box(cx - u * 0.2, cy - u * 0.09, cx - u * 0.04, cy + u * 0.01)
        .box(cx + u * 0.35, cy - u * 0.10, cx + u * 0.5, cy)
        .mask(),
        "#b98a5c",
    )
