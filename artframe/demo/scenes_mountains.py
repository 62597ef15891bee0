"""Which demo pictures show mountains and hills?"""

from __future__ import annotations

import numpy as np

from artframe.demo import nature
from artframe.demo.canvas import Canvas
from artframe.demo.colour import Array, mix
from artframe.demo.noise import wavy


def alpine_dawn(canvas: Canvas) -> None:
    canvas.sky(((0, "#3f5f96"), (0.35, "#8fa3c6"), (0.62, "#f0c4ae"), (0.82, "#fbd9a4"), (1, "#fdeac6")), 0.62)
    nature.clouds(
        canvas, lit=((0, "#8f8fb0"), (0.5, "#e8b3a6"), (1, "#ffe9c9")), horizon=0.6, cover=0.44, strength=0.75
    )
    nature.sun(canvas, 0.70, 0.47, radius=0.030, core="#fffbe6", glow="#ffc678", reach=0.55)
    far, near, haze = "#b9a7b8", "#1f3342", "#f6d3b0"
    for step, (base, height, cells) in enumerate(
        ((0.64, 0.24, 5), (0.69, 0.20, 4), (0.75, 0.18, 4), (0.83, 0.16, 3), (0.93, 0.15, 3))
    ):
        share = step / 4
        crest = mix(far, near, share**0.8)
        stops = (
            (0, crest),
            (0.55, mix(crest, haze, 0.35 * (1 - share))),
            (1, mix(crest, haze, 0.75 * (1 - share * 0.75))),
        )
        nature.ridge(canvas, base=base, height=height, cells=cells, stops=stops)
        nature.mist(canvas, base + 0.035, 0.045, haze, 0.55 * (1 - share))
    line = 0.97 - (wavy(canvas.rng, canvas.width, cells=3) * 0.5 + 0.5) * 0.09
    canvas.blend(nature.treeline(canvas, line, height=0.11, density=3.2), "#101d26")


def misty_forest(canvas: Canvas) -> None:
    canvas.sky(((0, "#cfdcd8"), (0.45, "#e9ece2"), (1, "#f3efe0")))
    nature.sun(canvas, 0.32, 0.20, radius=0.035, core="#fffdf4", glow="#fff1cf", reach=0.7)
    far, near = "#bccbc6", "#0e2b2a"
    for step in range(7):
        share = step / 6
        slope = (canvas.x[0] - 0.5) * (0.25 if step % 2 else -0.22)
        line = 0.34 + share * 0.56 + slope + wavy(canvas.rng, canvas.width, cells=2.5) * 0.05
        mask = nature.treeline(canvas, line.astype(np.float32), height=0.09 + share * 0.22, density=3.6, spread=0.65)
        canvas.blend(mask, mix(far, near, share**1.1))
        nature.mist(canvas, 0.50 + share * 0.52, 0.07, "#e6ebe3", 0.62 * (1 - share * 0.85))


def blue_hour_hills(canvas: Canvas) -> None:
    canvas.sky(((0, "#16244d"), (0.4, "#3d4f8a"), (0.7, "#a77fa5"), (0.9, "#efa58c"), (1, "#f8c690")), 0.66)
    nature.stars(canvas, count=260, below=0.34)
    nature.moon(canvas, 0.24, 0.22, radius=0.038)
    far, near = "#a9789a", "#0d1330"
    for step in range(7):
        share = step / 6
        crest = mix(far, near, share**0.75)
        nature.ridge(
            canvas,
            base=0.66 + 0.055 * step + 0.02,
            height=0.10 + 0.03 * share,
            cells=3.5 - share,
            stops=((0, crest), (1, mix(crest, "#d99a9a", 0.35 * (1 - share)))),
            sharp=0.15,
            octaves=5,
        )
    cottage_light(canvas, 0.66, 0.885)


def cottage_light(canvas: Canvas, x: float, y: float) -> None:
    """A small house with lit windows; the warm point in a cold picture."""
    u = canvas.unit
    left, top = x * canvas.width, y * canvas.height
    walls = canvas.stencil().box(left, top, left + u * 0.050, top + u * 0.030)
    walls.polygon([(left - u * 0.006, top), (left + u * 0.025, top - u * 0.026), (left + u * 0.056, top)])
    walls.box(left + u * 0.036, top - u * 0.028, left + u * 0.042, top)
    canvas.blend(walls.mask(), "#070b1c")
    canvas.lighten(canvas.halo(x + 0.025 * u / canvas.width, y + 0.017, 0.055, 1.0), "#ffb050", 0.65)
    windows = canvas.stencil()
    for step in (0.009, 0.027):
        windows.box(left + u * step, top + u * 0.009, left + u * (step + 0.011), top + u * 0.020)
    canvas.blend(windows.mask(), "#ffdf8e")


def autumn_valley(canvas: Canvas) -> None:
    canvas.sky(((0, "#6fa3c4"), (0.6, "#c9dcdc"), (1, "#f6e8c8")), 0.5)
    nature.clouds(
        canvas, lit=((0, "#b9c3c9"), (0.5, "#eeeae0"), (1, "#ffffff")), horizon=0.5, cover=0.47, light=(0.7, -0.7)
    )
    nature.ridge(canvas, base=0.52, height=0.20, cells=4, stops=((0, "#8c9fb0"), (1, "#d5d3c4")))
    nature.ridge(canvas, base=0.58, height=0.14, cells=4, stops=((0, "#7d8f8a"), (1, "#cdc39b")), sharp=0.4)
    palette = ("#d9a441", "#c8682b", "#e2bf55", "#a8452a", "#8f8f3c", "#b8792e", "#d98a35")
    rng, height = canvas.rng, canvas.height
    for row in range(9):
        share = row / 8
        line = 0.56 + share**1.4 * 0.42 + wavy(rng, canvas.width, cells=2.2) * 0.05
        meadow = mix(mix("#c9b56a", "#9aa04a", share), "#6b7a2e", share * 0.7)
        canvas.blend(canvas.below(line), meadow)
        size = height * (0.014 + 0.046 * share**1.3)
        strip = canvas.window(0, (line.min() * height) - size * 4, canvas.width, line.max() * height + size * 3)
        for colour in rng.permutation(np.array(palette))[:5]:
            tone = mix(str(colour), "#e8dcb8", 0.45 * (1 - share))
            _maples(strip, line, size, tone, int(20 - 13 * share))
        nature.mist(canvas, 0.60 + share * 0.3, 0.05, "#f4e6c2", 0.30 * (1 - share))


def _maples(strip: Canvas, line: Array, size: float, tone: str, count: int) -> None:
    """A loose row of round trees in one colour, dabbed from shadow to light."""
    rng = strip.rng
    trunks, lower, middle, upper = (strip.stencil() for _ in range(4))
    for x in rng.random(count) * strip.width:
        tall = size * rng.uniform(0.75, 1.25)
        foot = float(line[int(x)]) * strip.height + size * rng.uniform(0.0, 0.9)
        trunks.line([(x, foot), (x, foot - tall * 0.9)], max(1.0, tall * 0.09))
        for _ in range(16):
            angle, reach = rng.random() * 6.28, tall * 0.72 * rng.random() ** 0.6
            dx, dy = np.cos(angle) * reach, np.sin(angle) * reach * 1.1
            lower.ellipse(x + dx, foot - tall * 1.3 + dy, tall * 0.26)
            middle.ellipse(x + dx * 0.85 - tall * 0.12, foot - tall * 1.42 + dy * 0.8, tall * 0.17)
            upper.ellipse(x + dx * 0.65 - tall * 0.24, foot - tall * 1.58 + dy * 0.6, tall * 0.09)
    strip.blend(trunks.mask(), mix(tone, "#33221f", 0.7))
    strip.blend(lower.mask(), mix(tone, "#3c2a24", 0.38))
    strip.blend(middle.mask(), tone)
    strip.blend(upper.mask(), mix(tone, "#fff0b8", 0.35))


def tuscan_morning(canvas: Canvas) -> None:
    canvas.sky(((0, "#7fb0c9"), (0.5, "#f3dcb4"), (1, "#fbe7bd")), 0.48)
    nature.sun(canvas, 0.22, 0.36, radius=0.032, core="#fffdf0", glow="#ffd890", reach=0.55)
    far, near = "#d9c59a", "#54682c"
    rng = canvas.rng
    for step in range(7):
        share = step / 6
        line = 0.50 + share**1.2 * 0.42 - (wavy(rng, canvas.width, cells=2.4, octaves=3) * 0.5 + 0.5) * 0.12
        crest = mix(far, near, share)
        depth = np.clip((canvas.y - line[None, :]) / 0.17, 0, 1)
        slope = np.clip(np.gradient(line) * canvas.width * 1.5, -1, 1)[None, :]
        canvas.blend(canvas.below(line), crest)
        canvas.multiply(canvas.below(line) * (0.10 + 0.20 * depth - 0.15 * slope) * (0.35 + 0.65 * share), 0.9)
        if step in (2, 4, 5):
            _cypresses(canvas, line, share)
        nature.mist(canvas, 0.53 + share * 0.34, 0.035, "#fae5bd", 0.62 * (1 - share))
    furrows = np.sin((canvas.x - 0.3) * canvas.width / canvas.height * 40 / np.clip(canvas.y - 0.62, 0.03, 1))
    canvas.multiply(np.clip(furrows, 0, 1) * np.clip((canvas.y - 0.84) * 6, 0, 1), 0.10)


def _cypresses(canvas: Canvas, line: Array, share: float) -> None:
    rng, stencil, lit = canvas.rng, canvas.stencil(), canvas.stencil()
    start = rng.uniform(0.12, 0.62)
    for index in range(9):
        x = (start + index * (0.018 + 0.018 * share) + rng.uniform(-0.004, 0.004)) * canvas.width
        if x >= canvas.width:
            break
        tall = canvas.height * (0.03 + 0.10 * share) * rng.uniform(0.75, 1.15)
        foot = float(line[int(x)]) * canvas.height + tall * 0.08
        for step in range(14):
            at = step / 13
            wide = tall * 0.085 * np.sin(np.pi * min(1, 0.12 + at * 0.9)) ** 0.8
            stencil.ellipse(x, foot - tall * at, wide, tall * 0.06)
            lit.ellipse(x - wide * 0.45, foot - tall * at, wide * 0.45, tall * 0.05)
    tone = mix("#8a8f63", "#26371f", share)
    canvas.blend(stencil.mask(), tone)
    canvas.blend(lit.mask(), mix(tone, "#d8b45c", 0.35), 0.6)
