"""Which parts of nature do several pictures share? Suns, stars, clouds, ridges, water and trees."""

from __future__ import annotations

import numpy as np

from artframe.demo.canvas import Canvas, Stencil
from artframe.demo.colour import Array, Stops, ramp, rgb, shade
from artframe.demo.noise import enlarge, wavy


def sun(canvas: Canvas, x: float, y: float, *, radius: float, core: str, glow: str, reach: float = 0.6) -> None:
    """A sun with a wide, a middle and a near glow."""
    canvas.lighten(canvas.halo(x, y, reach, 0.9), glow, 0.45)
    canvas.lighten(canvas.halo(x, y, radius * 3.2, 1.2), glow, 0.55)
    canvas.blend(canvas.disc(x, y, radius, soft=canvas.unit * 0.004), core)


def moon(canvas: Canvas, x: float, y: float, *, radius: float, colour: str = "#f6efdc", glow: str = "#9fb4d8") -> None:
    """A full moon with its grey seas."""
    canvas.lighten(canvas.halo(x, y, radius * 5, 0.8), glow, 0.35)
    disc = canvas.disc(x, y, radius, soft=2)
    canvas.blend(disc, colour)
    seas = np.clip(canvas.noise(1 / radius * 1.3, 4) - 0.46, 0, 1) * 2.2
    canvas.blend(disc * np.clip(seas, 0, 1), "#b9b3a6", 0.55)


def stars(canvas: Canvas, *, count: int, below: float = 1.0, faintest: float = 0.25) -> None:
    """Stars of many magnitudes and slightly different temperatures, fading towards ``below``."""
    rng, size = canvas.rng, canvas.unit
    temperatures = ramp(((0, "#ffd9b0"), (0.45, "#ffffff"), (1, "#b9d2ff")), 256)
    for _ in range(count):
        x, y = rng.random(), rng.random() * below
        brightness = faintest + (1 - faintest) * rng.random() ** 5
        brightness *= min(1.0, (1 - y / below) * 2.2 + 0.08)
        colour = temperatures[int(rng.random() * 255)]
        radius = size * (0.0007 + 0.0013 * brightness**1.5)
        _dot(canvas, x * canvas.width, y * canvas.height, radius, colour, brightness)


def _dot(canvas: Canvas, x: float, y: float, radius: float, colour: Array, brightness: float) -> None:
    reach = int(radius * 4) + 2
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    part = canvas.px[top : int(y) + reach + 1, left : int(x) + reach + 1]
    if not part.size:
        return
    rows = np.arange(top, top + part.shape[0])[:, None] - y
    columns = np.arange(left, left + part.shape[1])[None, :] - x
    light = np.exp(-(rows**2 + columns**2) / (2 * radius**2 + 0.15)) * brightness
    part += (1 - part) * (light[..., None] * colour).astype(np.float32)


def clouds(
    canvas: Canvas,
    *,
    lit: Stops,
    horizon: float,
    cover: float = 0.5,
    size: float = 1.0,
    light: tuple[float, float] = (0.0, -1.0),
    strength: float = 1.0,
) -> Array:
    """Clouds on a plane overhead, so that they shrink towards the horizon; returns where they are.

    ``lit`` runs from a cloud's shadow to its edge towards the light, which comes from the direction ``light``.
    """
    sheet = 1024
    field = _tile(canvas.rng, sheet, 5, 7)
    lighter = np.roll(field, (int(-light[1] * -14), int(-light[0] * -14)), axis=(0, 1))
    distance = np.clip(horizon - canvas.y, 0.004, 1)
    depth = 0.09 / (distance + 0.035) / size
    v = np.broadcast_to(depth * sheet * 0.62, (canvas.height, canvas.width))
    u = ((canvas.x - 0.5) * canvas.width / canvas.height) * (depth + 0.25 / size) * sheet * 0.42 + sheet / 2
    density, towards = _sample(field, u, v), _sample(lighter, u, v)
    body = np.clip((density - (1 - cover)) * 5, 0, 1)
    body = body * body * (3 - 2 * body) * np.clip(distance * 14, 0, 1)
    brightness = np.clip(0.55 + (density - towards) * 3.2 - (density - (1 - cover)) * 0.9, 0, 1)
    canvas.blend(body, shade(brightness, lit), strength)
    return np.asarray(body, dtype=np.float32)


def _tile(rng: np.random.Generator, size: int, cells: int, octaves: int) -> Array:
    """Noise 0..1 whose edges meet, so that it can be laid as a plane without seams."""
    total, weight, weights = np.zeros((size, size), dtype=np.float32), 1.0, 0.0
    for octave in range(octaves):
        knots = cells * 2**octave
        grid = np.pad(rng.random((knots, knots), dtype=np.float32), 2, mode="wrap")
        margin = 2 * size / knots
        whole = enlarge(grid, round(size + 2 * margin), round(size + 2 * margin))
        start = round(margin)
        total += weight * whole[start : start + size, start : start + size]
        weights += weight
        weight *= 0.52
    return np.asarray(np.clip((total / weights - 0.5) * 2.3 + 0.5, 0, 1), dtype=np.float32)


def _sample(sheet: Array, u: Array, v: Array) -> Array:
    size = sheet.shape[0]
    column, row = np.floor(u).astype(np.int32), np.floor(v).astype(np.int32)
    du, dv = (u - column).astype(np.float32), (v - row).astype(np.float32)
    column, row = column % size, row % size
    right, lower = (column + 1) % size, (row + 1) % size
    top = sheet[row, column] * (1 - du) + sheet[row, right] * du
    bottom = sheet[lower, column] * (1 - du) + sheet[lower, right] * du
    return np.asarray(top * (1 - dv) + bottom * dv, dtype=np.float32)


def ridge(
    canvas: Canvas,
    *,
    base: float,
    height: float,
    cells: float,
    stops: Stops,
    sharp: float = 0.8,
    octaves: int = 8,
    line: Array | None = None,
) -> Array:
    """One range of hills or mountains across the picture; returns its line.

    ``stops`` colour it from its crest downwards (mist in the valleys).
    """
    if line is None:
        line = base - (wavy(canvas.rng, canvas.width, cells=cells, octaves=octaves, sharp=sharp) * 0.5 + 0.5) * height
    mask = canvas.below(line)
    depth = np.clip((canvas.y - line[None, :]) / max(height * 1.6, 0.02), 0, 1)
    canvas.blend(mask, shade(depth, stops))
    return line


def mist(canvas: Canvas, y: float, spread: float, colour: str, strength: float) -> None:
    """A band of haze, torn a little."""
    band = np.exp(-(((canvas.y - y) / spread) ** 2)) * (0.55 + 0.9 * (canvas.noise(3, 4, stretch=5) - 0.2))
    canvas.blend(np.clip(band, 0, 1).astype(np.float32), colour, strength)


def water(
    canvas: Canvas,
    horizon: float,
    *,
    tint: Stops,
    strength: float = 0.5,
    ripple: float = 1.0,
    bottom: float = 1.0,
) -> None:
    """Everything below the horizon mirrors what is above it, broken by ripples that grow towards us."""
    height, width = canvas.height, canvas.width
    edge, last = round(horizon * height), round(bottom * height)
    rows = np.arange(edge, last)[:, None]
    near = ((rows - edge) / max(last - edge, 1)).astype(np.float32)
    waves = _waves(canvas, near, ripple)
    source_y = 2 * edge - 1 - rows + waves * (0.005 + 0.045 * near) * height * ripple
    source_x = np.arange(width)[None, :] + waves * (0.002 + 0.009 * near) * width * ripple
    source = canvas.px[
        np.clip(source_y, 0, edge - 1).astype(np.int32), np.clip(source_x, 0, width - 1).astype(np.int32)
    ]
    colours = shade(np.broadcast_to(near, waves.shape), tint)
    mixed = source + (colours - source) * np.clip(strength * (0.65 + 0.5 * near), 0, 1)[..., None]
    canvas.px[edge:last] = np.clip(mixed * (1 + 0.10 * ripple * waves[..., None] * (0.3 + near[..., None])), 0, 1)


def _waves(canvas: Canvas, near: Array, ripple: float) -> Array:
    """-1..1 over the water: long and dense far away, broad and open near us."""
    sheet = _tile(canvas.rng, 1024, 20, 5)
    depth = 1 / (near + 0.06)
    v = np.broadcast_to(depth * 300, (near.shape[0], canvas.width))
    u = (canvas.x - 0.5) * depth * 260 + 512
    return (_sample(sheet, u, v) - 0.5) * 2


def glitter(canvas: Canvas, x: float, horizon: float, *, colour: str, width: float, strength: float) -> None:
    """The road of light that a low sun or moon lays on the water."""
    rows = round(horizon * canvas.height)
    near = np.clip((canvas.y[rows:] - horizon) / (1 - horizon), 0, 1)
    sparkle = _waves(canvas, near.astype(np.float32), 1.0)
    reach = width * (0.25 + near * 1.1)
    road = np.exp(-(((canvas.x - x) / reach) ** 2)) * (1 - 0.45 * near)
    light = np.clip(road * 0.42 + road * (sparkle * 2.4 - 0.35), 0, 1)
    part = canvas.px[rows:]
    part += (rgb(colour) - part) * (light * strength)[..., None].astype(np.float32)


def conifer(stencil: Stencil, rng: np.random.Generator, x: float, foot: float, height: float) -> None:
    """One spruce, in pixels: a stem and drooping tiers of uneven branches."""
    width = height * rng.uniform(0.17, 0.24)
    tiers = max(5, min(16, int(height / 9)))
    stencil.polygon([(x - height * 0.012, foot), (x + height * 0.012, foot), (x, foot - height)])
    for tier in range(tiers):
        share = (tier + 0.6) / tiers
        top = foot - height + height * 0.90 * (share - 0.6 / tiers)
        low = top + height * 0.90 / tiers * 1.75
        left, right = (width * share**0.85 * rng.uniform(0.72, 1.12) for _ in range(2))
        stencil.polygon(
            [
                (x, top - height * 0.02),
                (x + right * 0.45, (top + low) / 2),
                (x + right, low),
                (x + right * 0.5, low - height * 0.012),
                (x, low - height * 0.004),
                (x - left * 0.5, low - height * 0.012),
                (x - left, low),
                (x - left * 0.45, (top + low) / 2),
            ]
        )


def treeline(canvas: Canvas, line: Array, *, height: float, density: float, spread: float = 0.5) -> Array:
    """A wood along a line (fractions per column); its mask reaches down to the bottom edge."""
    stencil, rng = canvas.stencil(), canvas.rng
    count = int(density * canvas.width / (height * canvas.height))
    for x in np.sort(rng.random(count)) * canvas.width:
        size = height * canvas.height * (1 - spread * rng.random() ** 1.3)
        foot = float(line[min(int(x), canvas.width - 1)]) * canvas.height + size * 0.12
        conifer(stencil, rng, float(x), foot, size)
    return np.maximum(stencil.mask(), canvas.below(line))


def crown(canvas: Canvas, x: float, y: float, rx: float, ry: float, *, dark: str, bright: str, leaves: int) -> None:
    """A broad-leaved tree's crown, in pixels: dabs of a brush from shadow to light, the light from the upper left."""
    rng = canvas.rng
    canvas = canvas.window(x - rx * 1.3, y - ry * 1.5, x + rx * 1.3, y + ry * 1.3)
    for share in np.linspace(0, 1, 5):
        stencil = canvas.stencil()
        for _ in range(leaves):
            angle, reach = rng.random() * 2 * np.pi, rng.random() ** 0.55 * (1 - 0.22 * share)
            dab = rx * rng.uniform(0.07, 0.15) * (1.15 - 0.6 * share)
            stencil.ellipse(
                x + np.cos(angle) * rx * reach - rx * 0.16 * share,
                y + np.sin(angle) * ry * reach - ry * 0.22 * share,
                dab,
                dab * 0.8,
            )
        table = ramp(((0, dark), (1, bright)), 32)
        canvas.blend(stencil.mask(), table[int(share * 31)], 0.9)
