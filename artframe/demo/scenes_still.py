"""Which demo pictures are still lifes? Vessels and fruit in the light of one window on the left."""

from __future__ import annotations

import numpy as np

from artframe.demo.canvas import Canvas, curve
from artframe.demo.colour import Array, Stops, mix, shade
from artframe.demo.vessels import fruit, room, turned


def bottles(canvas: Canvas) -> None:
    """Quiet vessels in chalky colours."""
    room(
        canvas,
        ((0, "#d9cdb9"), (0.5, "#c2b39f"), (1, "#8a7d72")),
        ((0, "#e6d9c3"), (0.5, "#cdbba3"), (1, "#9a8574")),
        0.66,
    )
    width, height, u = canvas.width, canvas.height, canvas.unit
    slender = [
        (0, 0.15),
        (0.05, 0.165),
        (0.40, 0.165),
        (0.55, 0.13),
        (0.66, 0.05),
        (0.95, 0.045),
        (0.97, 0.058),
        (1, 0.058),
    ]
    jug = [(0, 0.22), (0.12, 0.31), (0.38, 0.36), (0.62, 0.26), (0.80, 0.18), (0.95, 0.21), (1, 0.23)]
    bowl = [(0, 0.28), (0.10, 0.30), (0.45, 0.72), (0.80, 0.92), (1, 0.95)]
    vase = [(0, 0.14), (0.15, 0.24), (0.42, 0.30), (0.66, 0.17), (0.82, 0.09), (0.94, 0.10), (1, 0.14)]
    turned(canvas, width * 0.34, height * 0.735, u * 0.50, slender, ((0, "#46545c"), (0.5, "#8fa3a6"), (1, "#e4ebe6")))
    turned(canvas, width * 0.52, height * 0.725, u * 0.40, vase, ((0, "#5f3a33"), (0.5, "#b9745c"), (1, "#f0c7a8")))
    turned(canvas, width * 0.685, height * 0.745, u * 0.47, slender, ((0, "#6d5f52"), (0.5, "#d6c7ae"), (1, "#fffaf0")))
    turned(canvas, width * 0.43, height * 0.815, u * 0.27, jug, ((0, "#5a5a6a"), (0.5, "#b5b5bb"), (1, "#fbf8f0")), 0.8)
    turned(
        canvas, width * 0.60, height * 0.845, u * 0.115, bowl, ((0, "#3a4a5c"), (0.5, "#6f8aa3"), (1, "#cfe0e8")), 0.8
    )


def oranges(canvas: Canvas) -> None:
    room(
        canvas,
        ((0, "#3f5f6a"), (0.5, "#2c4650"), (1, "#16242c")),
        ((0, "#8a5f45"), (0.5, "#6a4534"), (1, "#3a2622")),
        0.62,
    )
    width, height, u = canvas.width, canvas.height, canvas.unit
    zest: Stops = ((0, "#5a1f10"), (0.35, "#b84a12"), (0.65, "#f08a24"), (1, "#ffd58a"))
    lemon: Stops = ((0, "#5f4a10"), (0.35, "#c99a1c"), (0.65, "#f4d043"), (1, "#fff3b0"))
    jug = [(0, 0.20), (0.10, 0.27), (0.40, 0.33), (0.64, 0.24), (0.80, 0.15), (0.95, 0.18), (1, 0.20)]
    turned(
        canvas,
        width * 0.33,
        height * 0.735,
        u * 0.50,
        jug,
        ((0, "#1f2c4a"), (0.45, "#4a6a9a"), (0.75, "#a9c0d6"), (1, "#f4f7f6")),
        1.0,
    )
    fruit(canvas, width * 0.55, height * 0.755, u * 0.105, zest, pores=0.16)
    fruit(canvas, width * 0.715, height * 0.770, u * 0.098, zest, pores=0.16)
    fruit(canvas, width * 0.470, height * 0.850, u * 0.082, lemon, pores=0.12, tall=0.86)
    fruit(canvas, width * 0.635, height * 0.870, u * 0.108, zest, pores=0.16)
    fruit(canvas, width * 0.845, height * 0.835, u * 0.080, lemon, pores=0.12, tall=0.86)


def pears(canvas: Canvas) -> None:
    room(
        canvas,
        ((0, "#e3d3a9"), (0.5, "#c7ae7f"), (1, "#7f6a50")),
        ((0, "#f3ead8"), (0.5, "#dccdb6"), (1, "#a08d7c")),
        0.60,
    )
    width, height, u = canvas.width, canvas.height, canvas.unit
    shape = [
        (0, 0.16),
        (0.06, 0.28),
        (0.25, 0.385),
        (0.45, 0.345),
        (0.64, 0.20),
        (0.82, 0.135),
        (0.94, 0.11),
        (1, 0.012),
    ]
    skins: tuple[Stops, ...] = (
        ((0, "#3a3a10"), (0.4, "#8f8f2a"), (0.7, "#d3c658"), (1, "#fbf3b5")),
        ((0, "#5a2a12"), (0.4, "#b8772a"), (0.7, "#e9bb55"), (1, "#fff0bd")),
        ((0, "#2f3f14"), (0.4, "#76893a"), (0.7, "#b9c26a"), (1, "#f1f2c0")),
    )
    for (x, foot, tall), skin in zip(((0.32, 0.79, 0.44), (0.68, 0.80, 0.41), (0.50, 0.86, 0.47)), skins, strict=True):
        px, py, size = x * width, foot * height, tall * u
        turned(canvas, px, py, size, shape, skin, 0.25)
        stalk = curve(
            [(px, py - size * 0.97), (px + size * 0.03, py - size * 1.06), (px + size * 0.10, py - size * 1.15)], 8
        )
        canvas.blend(canvas.stencil().taper(stalk, size * 0.022, size * 0.036).mask(), "#4a3423")
    canvas.multiply(np.clip(canvas.noise(220, 2) - 0.78, 0, 1) * (canvas.y > 0.3), 0.10)


def tulips(canvas: Canvas) -> None:
    room(
        canvas,
        ((0, "#c9d6d0"), (0.5, "#a9bab5"), (1, "#66797a")),
        ((0, "#f0e4d2"), (0.5, "#d6c3ad"), (1, "#94806f")),
        0.74,
    )
    width, height, u = canvas.width, canvas.height, canvas.unit
    heads = (
        (0.24, 0.36, "#e4523f"),
        (0.40, 0.23, "#f2a63b"),
        (0.57, 0.19, "#d9475f"),
        (0.73, 0.29, "#f4d9c0"),
        (0.83, 0.44, "#e4523f"),
        (0.50, 0.39, "#f6c9b8"),
        (0.33, 0.49, "#c93f4f"),
        (0.67, 0.48, "#f2a63b"),
    )
    mouth = (width * 0.52, height * 0.60)
    rng = canvas.rng
    for x, y, _ in heads:
        head = (x * width, y * height)
        way = curve([mouth, ((mouth[0] * 0.6 + head[0] * 0.4), (mouth[1] + head[1]) / 2 + u * 0.02), head], 14)
        canvas.blend(
            canvas.stencil().taper(way, u * 0.014, u * 0.010).mask(), mix("#4f7f45", "#8fae5c", float(rng.random()))
        )
    for start, tip, tone in (
        (-0.02, (0.16, 0.50), "#4f8048"),
        (0.02, (0.90, 0.56), "#3f6f45"),
        (0.0, (0.62, 0.34), "#6a9a55"),
        (0.0, (0.43, 0.34), "#5a8c4c"),
    ):
        end = (tip[0] * width, tip[1] * height)
        foot = (mouth[0] + start * width, mouth[1])
        middle = ((foot[0] + end[0]) / 2, (foot[1] + end[1]) / 2 - u * 0.03)
        leaf = curve(
            [foot, (middle[0] - u * 0.045, middle[1]), end, (middle[0] + u * 0.045, middle[1] + u * 0.02), foot], 14
        )
        canvas.blend(canvas.stencil().polygon(leaf).mask(), tone)
        canvas.blend(
            canvas.stencil().line(curve([foot, middle, end], 10), u * 0.004).mask(), mix(tone, "#dfe9a8", 0.4), 0.7
        )
    for x, y, tone in heads:
        _tulip(canvas, x * width, y * height, u * 0.105, tone)
    vase = [(0, 0.20), (0.08, 0.27), (0.36, 0.33), (0.66, 0.26), (0.86, 0.20), (1, 0.25)]
    turned(
        canvas,
        mouth[0],
        height * 0.86,
        u * 0.40,
        vase,
        ((0, "#27425f"), (0.45, "#5f86a9"), (0.75, "#b9d0dd"), (1, "#fbfdfb")),
        1.0,
    )


def _tulip(canvas: Canvas, x: float, y: float, size: float, tone: str) -> None:
    part = canvas.window(x - size, y - size * 1.2, x + size, y + size * 0.8)
    dark, bright = mix(tone, "#5a1030", 0.42), mix(tone, "#fff3d8", 0.42)
    across: Array = np.broadcast_to(np.clip((part.x * part.width - x) / size + 0.5, 0, 1), part.shape)
    petals = (
        ([(0, 0.34), (-0.36, 0.0), (-0.30, -0.52), (0.02, -0.20), (0.02, 0.34)], 0.35),
        ([(0, 0.34), (0.36, 0.0), (0.30, -0.52), (-0.02, -0.20), (-0.02, 0.34)], 0.5),
        ([(0, 0.36), (-0.46, 0.10), (-0.42, -0.40), (-0.14, -0.18), (0.05, 0.36)], 0.05),
        ([(0, 0.36), (0.46, 0.10), (0.42, -0.40), (0.14, -0.18), (-0.05, 0.36)], 0.45),
        ([(0, 0.38), (-0.27, 0.12), (-0.20, -0.28), (0, -0.50), (0.20, -0.28), (0.27, 0.12), (0, 0.38)], 0.0),
    )
    for points, depth in petals:
        mask = part.stencil().polygon(curve([(x + px * size, y + py * size) for px, py in points], 10)).mask()
        part.blend(mask, shade(np.clip(across * 0.75 + depth * 0.7, 0, 1), ((0, bright), (0.45, tone), (1, dark))))
    for vein in (-0.10, 0.0, 0.10):
        line = part.stencil().line(
            curve(
                [
                    (x + vein * size * 0.4, y + size * 0.3),
                    (x + vein * size * 1.3, y),
                    (x + vein * size, y - size * 0.36),
                ],
                8,
            ),
            size * 0.012,
        )
        part.blend(line.mask(), dark, 0.28)
