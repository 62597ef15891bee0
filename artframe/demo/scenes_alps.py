"""Which demo pictures show high mountains? Those with real relief, lit by one sun."""

from __future__ import annotations

import numpy as np

from artframe.demo import nature, terrain
from artframe.demo.canvas import Canvas
from artframe.demo.colour import Array, Stops, shade
from artframe.demo.noise import wavy

DAY_SNOW: Stops = ((0, "#4b6fa8"), (0.40, "#93b2dc"), (0.68, "#eef3fa"), (1, "#fffdf6"))
DAY_ROCK: Stops = ((0, "#1d2940"), (0.5, "#4a5870"), (0.8, "#8d8a86"), (1, "#bdb09c"))
GLOW_SNOW: Stops = ((0, "#4a4f86"), (0.42, "#8479a6"), (0.66, "#f0a58e"), (1, "#ffe0bd"))
GLOW_ROCK: Stops = ((0, "#262747"), (0.5, "#54436a"), (0.8, "#b56a62"), (1, "#e8a07a"))


def range_of_peaks(canvas: Canvas, *, middle: float, tall: float, cells: float = 4) -> Array:
    """Heights of a chain whose highest summit stands at ``middle`` (0..1 across the map)."""
    field = terrain.mountains(canvas.rng, cells=cells)
    across = np.linspace(0, 1, field.shape[0], dtype=np.float32)
    along = across[:, None]
    massif = np.exp(-((((across[None, :] - middle) / 0.15) ** 2) + ((along - 0.52) / 0.18) ** 2))
    plain = np.clip((along - 0.16) * 2.2, 0.02, 1)
    return np.asarray(field * plain * (0.55 + 0.9 * massif) * tall + massif * tall * 0.28, dtype=np.float32)


def snow_and_rock(snow: Stops, rock: Stops, *, line: float, meadow: Stops) -> terrain.Surface:
    """Snow where it is high and not too steep, meadow and wood in the valley, rock between."""

    def surface(view: terrain.View) -> Array:
        turned = np.clip(view.light * 0.55 + 0.47, 0, 1)
        colours = shade(turned, rock)
        valley = np.clip((line * 0.62 - view.height) * 9, 0, 1)[..., None]
        colours = colours + (shade(turned, meadow) - colours) * valley
        lying = np.clip((view.height - line) * 5, 0, 1) * np.clip((1.15 - view.steep + view.height * 0.9) * 1.8, 0, 1)
        return np.asarray(colours + (shade(turned, snow) - colours) * lying[..., None], dtype=np.float32)

    return surface


def snowy_summit(canvas: Canvas) -> None:
    canvas.sky(((0, "#1f5a9e"), (0.5, "#5b97cd"), (1, "#d7e8f2")), 0.62)
    white: Stops = ((0, "#a9bfd4"), (0.5, "#e3edf4"), (1, "#ffffff"))
    nature.clouds(canvas, lit=white, horizon=0.66, cover=0.46, light=(-1, -0.6), strength=0.9)
    terrain.render(
        canvas,
        range_of_peaks(canvas, middle=0.47, tall=0.185),
        terrain.Camera(horizon=0.64, eye=0.05, near=0.14, far=0.98, spread=0.62),
        sun=(-0.9, 0.05, 0.45),
        surface=snow_and_rock(DAY_SNOW, DAY_ROCK, line=0.30, meadow=((0, "#14303a"), (1, "#5f7f62"))),
        haze=((0, "#6f95bd"), (1, "#d5e5ef")),
        haze_depth=0.75,
    )
    nature.mist(canvas, 0.80, 0.05, "#dfeaf0", 0.6)
    for base, colour, tall in ((0.86, "#52767c", 0.05), (0.92, "#2c5157", 0.09), (0.99, "#122d33", 0.16)):
        low = base - (wavy(canvas.rng, canvas.width, cells=3) * 0.5 + 0.5) * 0.07
        canvas.blend(nature.treeline(canvas, low, height=tall, density=3.6), colour)
        nature.mist(canvas, base + 0.01, 0.03, "#cfdfe4", 0.22)


def alpenglow_lake(canvas: Canvas) -> None:
    shore = 0.60
    canvas.sky(((0, "#243a72"), (0.45, "#6d6ba0"), (0.75, "#d99aa4"), (1, "#f7cfa8")), shore)
    rosy: Stops = ((0, "#6a5f8f"), (0.5, "#d08f9c"), (1, "#ffd2b0"))
    nature.clouds(canvas, lit=rosy, horizon=shore, cover=0.42, light=(1, 0.3), strength=0.7)
    terrain.render(
        canvas,
        range_of_peaks(canvas, middle=0.54, tall=0.135),
        terrain.Camera(horizon=shore - 0.02, eye=0.012, near=0.2, far=0.98, spread=0.60),
        sun=(0.9, -0.1, 0.30),
        surface=snow_and_rock(GLOW_SNOW, GLOW_ROCK, line=0.28, meadow=((0, "#1d2440"), (1, "#6b4f5a"))),
        haze=((0, "#7a6d9c"), (1, "#e8b3a6")),
        haze_depth=0.7,
    )
    nature.mist(canvas, shore - 0.005, 0.018, "#e9b9b0", 0.75)
    low = shore - 0.004 - np.clip(np.abs(canvas.x[0] - 0.55) - 0.16, 0, 1) * 0.10
    band = nature.treeline(canvas, low.astype(np.float32), height=0.055, density=4.5)
    canvas.blend(band, "#1c2038")
    nature.water(canvas, shore, tint=((0, "#b98ba0"), (0.4, "#4a4a80"), (1, "#141d42")), strength=0.42, ripple=0.6)
    _stones(canvas)


def _stones(canvas: Canvas) -> None:
    """Boulders of the near shore, each lit a little from the right."""
    width, height, rng = canvas.width, canvas.height, canvas.rng
    body, lit = canvas.stencil(), canvas.stencil()
    for _ in range(34):
        x = rng.random()
        y = 0.99 - abs(rng.normal(0, 0.035)) - 0.05 * abs(x - 0.5)
        size = canvas.unit * (0.012 + 0.05 * rng.random() ** 2) * (0.4 + (y - 0.82) * 4)
        angles = np.linspace(0, 2 * np.pi, 15)[:-1]
        reach = size * (0.85 + 0.3 * rng.random(14))
        outline = [
            (x * width + np.cos(a) * r, y * height + np.sin(a) * r * 0.5) for a, r in zip(angles, reach, strict=True)
        ]
        body.polygon(outline)
        lit.polygon([(px + size * 0.12, py - size * 0.16) for px, py in outline[8:]] + [outline[12]])
    ground = canvas.below(0.985 - 0.05 * np.abs(canvas.x[0] - 0.5) + 0.01 * wavy(rng, width, cells=9))
    canvas.blend(np.maximum(ground, body.mask()), "#12152c")
    canvas.blend(lit.mask() * body.mask(), "#6d5570", 0.5)


def alpine_panorama(canvas: Canvas) -> None:
    canvas.sky(((0, "#4d86bf"), (0.6, "#a9cbe2"), (1, "#f0ead8")), 0.55)
    white: Stops = ((0, "#b4c3d3"), (0.5, "#eef1f2"), (1, "#ffffff"))
    nature.clouds(canvas, lit=white, horizon=0.58, cover=0.47, light=(0.8, -0.6), strength=0.9)
    field = terrain.mountains(canvas.rng, cells=7, size=1500)
    along = np.linspace(0, 1, 1500, dtype=np.float32)[:, None]
    heights = field * np.clip((along - 0.1) * 1.5, 0.03, 1) * 0.15
    meadows = ((0, "#2d4a34"), (0.5, "#5d7f45"), (0.8, "#9fae5c"), (1, "#c9c67a"))
    terrain.render(
        canvas,
        heights.astype(np.float32),
        terrain.Camera(horizon=0.58, eye=0.055, near=0.10, far=0.98, spread=0.30),
        sun=(0.85, 0.1, 0.5),
        surface=snow_and_rock(DAY_SNOW, DAY_ROCK, line=0.36, meadow=meadows),
        haze=((0, "#86a8c6"), (1, "#e4e6e0")),
        haze_depth=0.95,
    )
    for base, colour, tall in ((0.93, "#3f5f46", 0.10), (1.0, "#1d3829", 0.19)):
        low = base - (wavy(canvas.rng, canvas.width, cells=6) * 0.5 + 0.5) * 0.10
        canvas.blend(nature.treeline(canvas, low, height=tall, density=2.2), colour)


def dunes(canvas: Canvas) -> None:
    canvas.sky(((0, "#3d6fa6"), (0.55, "#a7c0cc"), (0.9, "#f5d9ae"), (1, "#f9cf98")), 0.42)
    canvas.lighten(canvas.halo(0.02, 0.36, 0.9, 1.0), "#ffd596", 0.45)
    size = 1300
    across = np.linspace(0, 1, size, dtype=np.float32)
    wander = (
        wavy(canvas.rng, size, cells=5, octaves=3)[None, :] * 0.05
        + wavy(canvas.rng, size, cells=4, octaves=3)[:, None] * 0.06
    )
    phase = (across[:, None] * 6.5 + across[None, :] * 2.4 + wander * 9) % 1.0
    # A dune climbs gently with the wind and falls off steeply behind its crest.
    wind, lee = phase / 0.70, (1 - phase) / 0.30
    crest = np.minimum(wind, lee)
    crest = crest * crest * (3 - 2 * crest)
    swell = terrain.mountains(canvas.rng, cells=3, size=size, octaves=2)
    heights = (crest * (0.022 + 0.045 * swell) + swell * 0.035).astype(np.float32)

    def sand(view: terrain.View) -> Array:
        wind_marks = np.sin((view.along * 1.0 + view.across * 0.35) * 900 + np.sin(view.across * 60) * 3)
        fine = wind_marks * np.exp(-view.distance * 9) * 0.05
        tones: Stops = ((0, "#5b2f33"), (0.30, "#8f4a38"), (0.52, "#d6894f"), (0.75, "#f2b974"), (1, "#ffe3ae"))
        return shade(np.clip(view.light * 0.78 + 0.16 + fine, 0, 1), tones)

    camera = terrain.Camera(horizon=0.40, eye=0.125, near=0.13, far=0.98, spread=0.8)
    haze: Stops = ((0, "#e3a878"), (1, "#f7d3a2"))
    terrain.render(canvas, heights, camera, sun=(-0.9, -0.25, 0.34), surface=sand, haze=haze, haze_depth=0.9)
    _caravan(canvas, 0.62, 0.455)


def _caravan(canvas: Canvas, x: float, y: float) -> None:
    """Four camels, far away: what gives the sand its size."""
    stencil, u = canvas.stencil(), canvas.unit * 0.011
    for index in range(4):
        cx, cy = x * canvas.width + index * u * 3.4, y * canvas.height + np.sin(index * 1.3) * u * 0.2
        stencil.ellipse(cx, cy, u * 0.95, u * 0.42).ellipse(cx - u * 0.05, cy - u * 0.42, u * 0.42, u * 0.42)
        for leg in (-0.7, -0.5, 0.45, 0.65):
            stencil.line([(cx + leg * u, cy), (cx + leg * u * 1.05, cy + u * 1.35)], u * 0.16)
        stencil.line([(cx - u * 0.8, cy), (cx - u * 1.35, cy - u * 0.2), (cx - u * 1.5, cy - u * 0.95)], u * 0.24)
        stencil.ellipse(cx - u * 1.68, cy - u * 0.98, u * 0.34, u * 0.17)
    canvas.blend(stencil.mask(), "#3a2026", 0.92)
