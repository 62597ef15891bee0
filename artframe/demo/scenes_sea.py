"""Which demo pictures show the sea, its boats and its coasts?"""

from __future__ import annotations

import numpy as np

from artframe.demo import nature
from artframe.demo.canvas import Canvas, curve
from artframe.demo.colour import Stops, mix, shade
from artframe.demo.noise import wavy


def sea_sunset(canvas: Canvas) -> None:
    horizon = 0.56
    canvas.sky(((0, "#2b3a6b"), (0.35, "#7a5f8f"), (0.62, "#d9798a"), (0.82, "#f9a66c"), (1, "#ffd98f")), horizon)
    fire: Stops = ((0, "#5d4470"), (0.35, "#a95f7c"), (0.7, "#f58f6b"), (1, "#ffe0a0"))
    nature.clouds(canvas, lit=fire, horizon=horizon, cover=0.55, light=(0.2, 1.0), strength=0.85)
    nature.sun(canvas, 0.57, 0.50, radius=0.045, core="#fff6d0", glow="#ffb45c", reach=0.6)
    nature.water(canvas, horizon, tint=((0, "#e58f74"), (0.3, "#7a4c72"), (1, "#1b1f45")), strength=0.45, ripple=1.0)
    nature.glitter(canvas, 0.57, horizon, colour="#ffe9b0", width=0.05, strength=0.9)
    _sailboat(canvas, 0.30, 0.585, 0.13, hull="#2a1f38", sail="#5a3a50")


def _sailboat(canvas: Canvas, x: float, y: float, tall: float, *, hull: str, sail: str) -> None:
    """A small yacht and its broken mirror image."""
    cx, cy, u = x * canvas.width, y * canvas.height, tall * canvas.unit
    for way, strength in ((-1, 0.35), (1, 1.0)):
        body, cloth = canvas.stencil(), canvas.stencil()
        body.polygon(
            [
                (cx - u * 0.34, cy - way * u * 0.07),
                (cx + u * 0.36, cy - way * u * 0.07),
                (cx + u * 0.24, cy),
                (cx - u * 0.26, cy),
            ]
        )
        body.line([(cx, cy), (cx, cy - way * u)], u * 0.014)
        stern = curve(
            [
                (cx + u * 0.03, cy - way * u * 0.96),
                (cx + u * 0.24, cy - way * u * 0.5),
                (cx + u * 0.34, cy - way * u * 0.14),
            ],
            8,
        )
        cloth.polygon([*stern, (cx + u * 0.03, cy - way * u * 0.12)])
        bow = curve(
            [
                (cx - u * 0.02, cy - way * u * 0.86),
                (cx - u * 0.15, cy - way * u * 0.45),
                (cx - u * 0.31, cy - way * u * 0.12),
            ],
            8,
        )
        cloth.polygon([*bow, (cx - u * 0.02, cy - way * u * 0.14)])
        torn = 1.0 if way == 1 else np.clip(canvas.noise(60, 2, stretch=6) * 1.8 - 0.3, 0, 1)
        canvas.blend(cloth.mask() * torn, sail, strength)
        canvas.blend(body.mask() * torn, hull, strength)


def regatta(canvas: Canvas) -> None:
    horizon = 0.44
    canvas.sky(((0, "#3f8cc9"), (0.6, "#9ccbe6"), (1, "#e6f0ee")), horizon)
    nature.clouds(
        canvas, lit=((0, "#b6c9d8"), (0.5, "#f0f5f7"), (1, "#ffffff")), horizon=horizon, cover=0.50, light=(-0.8, -0.5)
    )
    nature.ridge(canvas, base=horizon + 0.005, height=0.05, cells=3, stops=((0, "#8fb0bf"), (1, "#a9c4cc")), sharp=0.3)
    nature.water(canvas, horizon, tint=((0, "#8fc4d0"), (0.25, "#3f9db5"), (1, "#0b4a78")), strength=0.8, ripple=1.1)
    rng = canvas.rng
    sails = ("#fdfaf2", "#f2643d", "#fdfaf2", "#f5c542", "#fdfaf2", "#2d5d9f", "#fdfaf2")
    for index, (x, share) in enumerate(
        ((0.14, 0.1), (0.86, 0.15), (0.52, 0.2), (0.27, 0.35), (0.72, 0.5), (0.42, 0.95))
    ):
        y = horizon + 0.018 + share**1.4 * 0.33
        _sailboat(
            canvas,
            x + rng.uniform(-0.02, 0.02),
            y,
            0.07 + 0.42 * share**1.2,
            hull="#1f3f5c",
            sail=sails[index % len(sails)],
        )


def moonlit_sea(canvas: Canvas) -> None:
    horizon = 0.60
    canvas.sky(((0, "#060b1f"), (0.5, "#14264f"), (0.85, "#37557f"), (1, "#6784a0")), horizon)
    nature.stars(canvas, count=420, below=0.5)
    silver: Stops = ((0, "#0e1a38"), (0.5, "#35507c"), (1, "#c4d3e4"))
    nature.clouds(canvas, lit=silver, horizon=horizon, cover=0.46, light=(0.3, -0.5), strength=0.8)
    nature.moon(canvas, 0.62, 0.26, radius=0.055, glow="#a8c0e6")
    nature.water(canvas, horizon, tint=((0, "#4a678c"), (0.3, "#172c55"), (1, "#040917")), strength=0.55, ripple=1.0)
    nature.glitter(canvas, 0.62, horizon, colour="#e9eef4", width=0.07, strength=0.85)
    for base, height, start, colour in ((0.605, 0.06, 0.0, "#101c38"), (0.615, 0.10, -0.18, "#070d1f")):
        fall = np.clip((canvas.x[0] - 0.02 - start) * 2.1, 0, 1)
        line = base - height * (1 - fall) * (0.8 + 0.35 * wavy(canvas.rng, canvas.width, cells=8))
        canvas.blend(canvas.below(line.astype(np.float32)) * (canvas.y < base) * (fall < 0.98), colour)


def lighthouse(canvas: Canvas) -> None:
    horizon = 0.68
    canvas.sky(((0, "#1a2552"), (0.4, "#4a5594"), (0.72, "#c77f9b"), (0.92, "#f6ab82"), (1, "#fbd29a")), horizon)
    nature.stars(canvas, count=160, below=0.32)
    dusk: Stops = ((0, "#3d3d70"), (0.5, "#8f6590"), (1, "#f3a88f"))
    nature.clouds(canvas, lit=dusk, horizon=horizon, cover=0.45, light=(0.4, 1), strength=0.8)
    nature.water(canvas, horizon, tint=((0, "#d08a86"), (0.35, "#5b4f83"), (1, "#141a3c")), strength=0.5, ripple=0.9)
    width, height, u = canvas.width, canvas.height, canvas.unit
    lamp_x, foot, top = 0.68, 0.615, 0.235
    _beam(canvas, lamp_x, top, u)
    rough = wavy(canvas.rng, width, cells=9, octaves=7, sharp=0.6)
    land = 0.60 + np.clip(0.44 - canvas.x[0], 0, 1) ** 0.7 * 0.95 + rough * 0.022
    nature.ridge(
        canvas,
        base=0,
        height=0.30,
        cells=4,
        line=land.astype(np.float32),
        stops=((0, "#2c2a4e"), (0.12, "#191a38"), (1, "#0a0c20")),
    )
    cx, wide = lamp_x * width, u * 0.040
    tower = canvas.stencil().polygon(
        [
            (cx - wide, foot * height),
            (cx - wide * 0.62, top * height),
            (cx + wide * 0.62, top * height),
            (cx + wide, foot * height),
        ]
    )
    body = tower.mask()
    side = np.clip((canvas.x * width - cx) / (wide * 2) + 0.5, 0, 1)
    canvas.blend(body, shade(np.broadcast_to(side, body.shape), ((0, "#fbe9dc"), (0.4, "#e6d3d6"), (1, "#6a6590"))))
    bands = canvas.stencil()
    for start in (0.14, 0.48, 0.80):
        bands.box(
            cx - wide * 1.2,
            height * (top + (foot - top) * start),
            cx + wide * 1.2,
            height * (top + (foot - top) * (start + 0.16)),
        )
    red = shade(np.broadcast_to(side, body.shape), ((0, "#d4483f"), (0.4, "#b83a40"), (1, "#4a2346")))
    canvas.blend(bands.mask() * body, red)
    gallery, y = canvas.stencil(), top * height
    gallery.box(cx - wide * 0.95, y - u * 0.006, cx + wide * 0.95, y + u * 0.008)
    gallery.polygon([(cx - wide * 0.66, y - u * 0.058), (cx, y - u * 0.098), (cx + wide * 0.66, y - u * 0.058)])
    for bar in (-0.5, -0.17, 0.17, 0.5):
        gallery.line([(cx + wide * bar, y), (cx + wide * bar, y - u * 0.058)], u * 0.004)
    canvas.blend(canvas.stencil().box(cx - wide * 0.5, y - u * 0.056, cx + wide * 0.5, y).mask(), "#ffe9a8")
    canvas.blend(gallery.mask(), "#1a1836")
    canvas.lighten(canvas.halo(lamp_x, top - 0.028, 0.10, 0.9), "#ffd98a", 0.75)
    house = canvas.stencil().box(cx + wide * 1.4, height * (foot - 0.045), cx + wide * 4.4, height * (foot + 0.01))
    house.polygon(
        [
            (cx + wide * 1.1, height * (foot - 0.043)),
            (cx + wide * 2.9, height * (foot - 0.088)),
            (cx + wide * 4.7, height * (foot - 0.043)),
        ]
    )
    canvas.blend(house.mask(), "#2a2546")
    windows = canvas.stencil()
    for step in (1.9, 3.3):
        windows.box(cx + wide * step, height * (foot - 0.032), cx + wide * (step + 0.55), height * (foot - 0.012))
    canvas.blend(windows.mask(), "#ffd27a")


def _beam(canvas: Canvas, x: float, top: float, u: float) -> None:
    dx, dy = (canvas.x - x) * canvas.width / u, (canvas.y - top + 0.028) * canvas.height / u
    for direction, reach in ((-1, 1.1), (1, 0.7)):
        along = np.clip(dx * direction, 0.001, None)
        cone = np.exp(-(((dy + along * 0.05 * direction) / (0.012 + along * 0.11)) ** 2)) * np.exp(-along / reach)
        canvas.lighten((cone * (dx * direction > 0)).astype(np.float32), "#ffe3a3", 0.42)


def great_wave(canvas: Canvas) -> None:
    """A cut in the manner of a woodblock print: swell upon swell, and a mountain far out."""
    horizon = 0.50
    canvas.sky(((0, "#d9c49a"), (0.5, "#ecdcb6"), (1, "#f4e8cb")), 0.62)
    canvas.blend(canvas.disc(0.72, 0.25, 0.085), "#c8452f")
    peak = np.abs(canvas.x[0] - 0.36)
    line = horizon - np.clip(0.22 - peak**0.8 * 0.9, 0, 1) + wavy(canvas.rng, canvas.width, cells=20) * 0.004
    mask = canvas.below(line.astype(np.float32)) * (canvas.y < 0.62)
    canvas.blend(mask, "#4a6a80")
    snowline = horizon - 0.125 + wavy(canvas.rng, canvas.width, cells=26, octaves=3, sharp=1) * 0.035
    canvas.blend(mask * (1 - canvas.below(snowline.astype(np.float32))), "#f7f0dd")
    tones = ("#8fb0a8", "#6a9aa0", "#42778c", "#2b5a78", "#1d4263", "#12304e", "#0c2440")
    for step, tone in enumerate(tones):
        share = step / (len(tones) - 1)
        period = 16 - 11 * share
        phase = canvas.rng.random() * 6.28
        swing = np.sin(canvas.x[0] * period + phase)
        crest = 0.56 + share**1.15 * 0.36 - (0.012 + 0.075 * share) * np.abs(swing) ** 1.8 * np.sign(swing)
        crest = (crest + wavy(canvas.rng, canvas.width, cells=6) * 0.012).astype(np.float32)
        body = canvas.below(crest)
        canvas.blend(body, tone)
        depth = np.clip((canvas.y - crest[None, :]) / (0.05 + 0.10 * share), 0, 1)
        for band, strength in ((0.30, 0.5), (0.55, 0.35), (0.80, 0.22)):
            strip = np.clip(1 - np.abs(depth - band - 0.05 * np.sin(canvas.x * 38 + step)) / 0.055, 0, 1)
            canvas.blend((strip * body).astype(np.float32), mix(tone, "#e9e3cc", 0.55), strength * 0.7)
        foam = (
            np.clip(1 - np.abs(depth - 0.02) / (0.09 - 0.03 * share), 0, 1) * np.clip(swing * 1.6 + 0.1, 0, 1)[None, :]
        )
        lace = np.clip((canvas.noise(45, 3) - 0.30) * 6, 0, 1)
        canvas.blend((foam * lace * body).astype(np.float32), "#f8f2e0")
