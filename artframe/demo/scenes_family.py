"""Which demo pictures show people, and where do their faces stand?"""

from __future__ import annotations

import numpy as np

from artframe.demo import nature
from artframe.demo.canvas import Canvas, curve
from artframe.demo.colour import Stops, mix, shade
from artframe.demo.people import draw
from artframe.demo.sitter import Look, Sitter

EMMA = Look(skin="#f0c3a0", hair="#8a4a2c", style="long", top="#c9533f")
JONAS = Look(skin="#e3ad86", hair="#3b2a26", style="short", top="#2f5d73", beard=True)
LINA = Look(skin="#f3c7a6", hair="#c98a45", style="bob", top="#f2b84a", child=True)
MAX = Look(skin="#eeb993", hair="#6a3f2a", style="tuft", top="#4f9a86", child=True)
RUTH = Look(skin="#efc6a8", hair="#d9d4d0", style="bun", top="#7a5f9a", glasses=True)
PAUL = Look(skin="#e9b897", hair="#cfcac6", style="bald", top="#6d7f5a", glasses=True)
AMARA = Look(skin="#8f5a3c", hair="#241a1c", style="curls", top="#e9a23f")
KENJI = Look(skin="#e8bd92", hair="#1d1a22", style="short", top="#f1eadc")

GARDEN = (
    Sitter(name="Jonas Berg", face=(0.555, 0.240, 0.665, 0.425), look=JONAS),
    Sitter(name="Emma Berg", face=(0.345, 0.285, 0.450, 0.460), look=EMMA, mood=1.3),
    Sitter(name="Lina Berg", face=(0.465, 0.500, 0.555, 0.645), look=LINA, mood=1.3),
    Sitter(name="Max Berg", face=(0.700, 0.530, 0.785, 0.665), look=MAX),
)
GRANDPARENTS = (
    Sitter(name="Paul Berg", face=(0.560, 0.300, 0.700, 0.535), look=PAUL, mood=0.8),
    Sitter(name="Ruth Berg", face=(0.310, 0.335, 0.445, 0.560), look=RUTH, mood=1.1),
)
BEACH = (
    Sitter(name="Lina Berg", face=(0.285, 0.390, 0.405, 0.590), look=LINA, mood=1.3),
    Sitter(name="Max Berg", face=(0.560, 0.440, 0.670, 0.620), look=MAX, mood=1.3),
)
PORTRAIT = (Sitter(name="Amara Obi", face=(0.340, 0.270, 0.660, 0.545), look=AMARA, mood=0.8),)
BIRTHDAY = (
    Sitter(name="Emma Berg", face=(0.140, 0.255, 0.255, 0.450), look=EMMA, mood=1.1),
    Sitter(name="Kenji Mori", face=(0.735, 0.230, 0.850, 0.425), look=KENJI, mood=1.0),
    Sitter(name="Lina Berg", face=(0.430, 0.330, 0.560, 0.545), look=LINA, mood=1.4),
)
SUMMIT = (
    Sitter(name="Kenji Mori", face=(0.235, 0.415, 0.465, 0.590), look=KENJI, mood=1.1),
    Sitter(name="Amara Obi", face=(0.560, 0.455, 0.780, 0.620), look=AMARA, mood=1.3),
)


def garden_party(canvas: Canvas) -> None:
    canvas.sky(((0, "#f6e3b5"), (0.5, "#e9dfa0"), (1, "#9db768")), 0.75)
    rng = canvas.rng
    greens = ("#8fae5c", "#b9c46a", "#6f9a58", "#d8cf7d", "#a3bd66", "#f3e6ad")
    for _ in range(64):
        x, y = rng.random(), rng.uniform(0.0, 0.62)
        canvas.spot(x, y, rng.uniform(0.04, 0.12), str(rng.choice(greens)), rng.uniform(0.15, 0.45))
    canvas.lighten(canvas.halo(0.12, 0.05, 0.9, 1.0), "#ffe9a8", 0.55)
    _lanterns(canvas)
    for sitter in GARDEN:
        draw(canvas, sitter)
    for _ in range(26):
        x, y = rng.random(), rng.uniform(0.86, 1.02)
        canvas.spot(x, y, rng.uniform(0.02, 0.05), str(rng.choice(("#e9738a", "#f7f0e3", "#f2c14e", "#7fa35a"))), 0.55)


def _lanterns(canvas: Canvas) -> None:
    width, height, u = canvas.width, canvas.height, canvas.unit
    for start, sag in ((0.06, 0.12), (0.00, 0.22)):
        way = curve(
            [(-5, height * start), (width * 0.5, height * (start + sag)), (width + 5, height * start * 0.6)], 40
        )
        canvas.blend(canvas.stencil().line(way, u * 0.0022).mask(), "#6a5a4a", 0.7)
        for x, y in way[4:-2:7]:
            canvas.spot(x / width, (y + u * 0.012) / height, 0.036, "#ffe3a0", 0.75, 2.0)
            part = canvas.window(x - u * 0.03, y - u * 0.02, x + u * 0.03, y + u * 0.05)
            part.blend(part.stencil().ellipse(x, y + u * 0.012, u * 0.010).mask(), "#fff6d8")


def grandparents(canvas: Canvas) -> None:
    """On the bench before the lake, towards evening."""
    horizon = 0.52
    canvas.sky(((0, "#8fb2cf"), (0.55, "#f1d3b3"), (1, "#f9dca4")), horizon)
    nature.clouds(
        canvas, lit=((0, "#b9b3c4"), (0.5, "#f2d9c7"), (1, "#fff4e0")), horizon=horizon, cover=0.44, strength=0.7
    )
    nature.ridge(canvas, base=horizon, height=0.20, cells=3, stops=((0, "#93a0b5"), (1, "#d9c3b3")), sharp=0.4)
    nature.ridge(canvas, base=horizon + 0.01, height=0.10, cells=3, stops=((0, "#6d8a82"), (1, "#a9b091")), sharp=0.2)
    nature.water(
        canvas, horizon + 0.005, tint=((0, "#d9c3a8"), (0.5, "#7f9faa"), (1, "#4f7f8f")), strength=0.4, ripple=0.6
    )
    grass = canvas.below(np.full(canvas.width, 0.80, dtype=np.float32) + 0.02 * np.sin(canvas.x[0] * 7))
    canvas.blend(grass, shade(canvas.noise(30, 4), ((0, "#52703f"), (0.5, "#7d9a4f"), (1, "#b3b866"))))
    bench = canvas.stencil()
    for y in (0.66, 0.72, 0.78):
        bench.box(
            canvas.width * 0.14, canvas.height * y, canvas.width * 0.86, canvas.height * (y + 0.035), canvas.unit * 0.01
        )
    for x in (0.17, 0.81):
        bench.box(canvas.width * x, canvas.height * 0.63, canvas.width * (x + 0.02), canvas.height)
    canvas.blend(bench.mask(), "#8a5a3c")
    for sitter in GRANDPARENTS:
        draw(canvas, sitter)


def beach_children(canvas: Canvas) -> None:
    horizon = 0.40
    canvas.sky(((0, "#3f9bd6"), (0.6, "#9ed3ec"), (1, "#e9f4f0")), horizon)
    white: Stops = ((0, "#bcd3e2"), (0.5, "#f3f8fa"), (1, "#ffffff"))
    nature.clouds(canvas, lit=white, horizon=horizon, cover=0.50, light=(-0.8, -0.6), strength=0.95)
    nature.water(canvas, horizon, tint=((0, "#5fc0c9"), (0.3, "#2fa5b5"), (1, "#8fe0d4")), strength=0.85, ripple=0.7)
    for step, y in enumerate((0.60, 0.66)):
        shore = y + 0.016 * np.sin(canvas.x[0] * 9 + step * 2) + 0.010 * np.sin(canvas.x[0] * 23 + step)
        canvas.blend(canvas.below((shore - 0.012).astype(np.float32)), "#f9fdfb", 0.85)
        canvas.blend(canvas.below(shore.astype(np.float32)), ("#9be0d6", "#e2c48f")[step])
    sand = canvas.below((0.668 + 0.016 * np.sin(canvas.x[0] * 9 + 2)).astype(np.float32))
    canvas.blend(sand, shade(canvas.noise(220, 2), ((0, "#d4ae74"), (0.5, "#ecd09a"), (1, "#faeac2"))))
    _parasol(canvas, 0.86, 0.20)
    for sitter in BEACH:
        draw(canvas, sitter)
    _sandcastle(canvas, 0.43, 0.93)


def _parasol(canvas: Canvas, x: float, y: float) -> None:
    cx, cy, u = x * canvas.width, y * canvas.height, canvas.unit * 0.28
    part = canvas.window(cx - u * 1.3, cy - u, cx + u * 1.3, canvas.height)
    part.blend(part.stencil().line([(cx, cy), (cx - u * 0.10, cy + u * 2.1)], u * 0.035).mask(), "#efe7d6")
    for gore in range(6):
        left, right = -1 + gore / 3, -1 + (gore + 1) / 3
        dome = [
            (cx + left * u, cy + u * 0.36),
            (cx + left * u * 0.72, cy - u * 0.10),
            (cx, cy - u * 0.36),
            (cx + right * u * 0.72, cy - u * 0.10),
            (cx + right * u, cy + u * 0.36),
        ]
        middle = (left + right) / 2
        tone = mix("#e4523f" if gore % 2 else "#fbf3e2", "#4a2a3c", 0.05 + 0.13 * max(middle, 0))
        rim = curve([dome[-1], (cx + middle * u, cy + u * 0.44), dome[0]], 6)
        part.blend(part.stencil().polygon([*curve(dome[:3], 8), *curve(dome[2:], 8), *rim]).mask(), tone)


def _sandcastle(canvas: Canvas, x: float, y: float) -> None:
    cx, cy, u = x * canvas.width, y * canvas.height, canvas.unit * 0.11
    part = canvas.window(cx - u * 2, cy - u * 2.2, cx + u * 2, cy + u)
    for left, right, tall in ((-1.15, -0.45, 0.85), (0.45, 1.15, 0.85), (-0.42, 0.42, 1.30), (-1.3, 1.3, 0.42)):
        tower = part.stencil().polygon(
            [
                (cx + left * u * 1.06, cy + u * 0.3),
                (cx + left * u, cy - tall * u),
                (cx + right * u, cy - tall * u),
                (cx + right * u * 1.06, cy + u * 0.3),
            ]
        )
        for tooth in np.arange(left, right - 0.1, 0.28):
            tower.box(cx + tooth * u, cy - (tall + 0.12) * u, cx + (tooth + 0.15) * u, cy - tall * u + 1)
        mask = tower.mask()
        across = np.clip((part.x * part.width - cx) / u - left, 0, right - left) / (right - left)
        part.blend(mask, shade(np.broadcast_to(across, mask.shape), ((0, "#f3d9a2"), (0.5, "#dcb578"), (1, "#a97f50"))))
    part.blend(part.stencil().line([(cx, cy - u * 1.3), (cx, cy - u * 2.0)], u * 0.05).mask(), "#6a4a3a")
    part.blend(
        part.stencil().polygon([(cx, cy - u * 2.0), (cx + u * 0.5, cy - u * 1.82), (cx, cy - u * 1.64)]).mask(),
        "#2f7fa3",
    )


def portrait(canvas: Canvas) -> None:
    """A painted portrait before a warm wall with leaves."""
    canvas.px[:] = shade(
        np.clip(canvas.y * 0.7 + canvas.noise(3, 5) * 0.35, 0, 1), ((0, "#2f6a66"), (0.5, "#27564f"), (1, "#173a3a"))
    )
    canvas.lighten(canvas.halo(0.30, 0.25, 0.75, 1.2), "#7fae8f", 0.5)
    rng = canvas.rng
    for tone in ("#1f4a44", "#2f6b5a", "#3f8468"):
        for _ in range(9):
            x, y, turn = rng.random() * canvas.width, rng.random() * canvas.height, rng.random() * 6.28
            size = canvas.unit * rng.uniform(0.12, 0.22)
            tip = (x + np.cos(turn) * size, y + np.sin(turn) * size)
            side = (np.sin(turn) * size * 0.22, -np.cos(turn) * size * 0.22)
            middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
            part = canvas.window(
                min(x, tip[0]) - size, min(y, tip[1]) - size, max(x, tip[0]) + size, max(y, tip[1]) + size
            )
            leaf = curve(
                [
                    (x, y),
                    (middle[0] + side[0], middle[1] + side[1]),
                    tip,
                    (middle[0] - side[0], middle[1] - side[1]),
                    (x, y),
                ],
                10,
            )
            part.blend(part.stencil().polygon(leaf).mask(), tone, 0.75)
            part.blend(part.stencil().line([(x, y), tip], size * 0.012).mask(), mix(tone, "#a9d0a0", 0.35), 0.8)
    for sitter in PORTRAIT:
        draw(canvas, sitter)


def birthday(canvas: Canvas) -> None:
    canvas.sky(((0, "#f3cfa8"), (0.6, "#eeb89a"), (1, "#c97f72")), 0.8)
    canvas.lighten(canvas.halo(0.5, 0.62, 0.7, 1.0), "#ffdf9a", 0.5)
    width, height, u = canvas.width, canvas.height, canvas.unit
    for index in range(19):
        at = index / 18
        x, y = at * width, height * (0.05 + 0.36 * at * (1 - at))
        flag = canvas.window(x - u * 0.05, y - 5, x + u * 0.05, y + u * 0.1)
        tone = ("#e4523f", "#f6c453", "#3f8f8a", "#7a5f9a", "#f6efe0")[index % 5]
        flag.blend(flag.stencil().polygon([(x - u * 0.028, y), (x + u * 0.028, y), (x, y + u * 0.066)]).mask(), tone)
    for sitter in BIRTHDAY:
        draw(canvas, sitter)
    table = canvas.below(np.full(width, 0.845, dtype=np.float32))
    canvas.blend(
        table, shade(np.broadcast_to((canvas.y - 0.845) / 0.155, canvas.shape), ((0, "#fbf1e0"), (1, "#dcbfae")))
    )
    _cake(canvas, 0.495, 0.90)


def _cake(canvas: Canvas, x: float, y: float) -> None:
    cx, cy, u = x * canvas.width, y * canvas.height, canvas.unit * 0.17
    part = canvas.window(cx - u * 1.6, cy - u * 2.0, cx + u * 1.6, cy + u * 0.6)
    part.blend(part.stencil().ellipse(cx, cy + u * 0.12, u * 1.35, u * 0.26).mask(), "#f7f4ef")
    part.blend(part.stencil().ellipse(cx, cy + u * 0.09, u * 1.25, u * 0.21).mask(), "#c9b0a8")
    across = np.clip((part.x * part.width - cx) / (2 * u) + 0.5, 0, 1)
    for low, top, tone in ((0.06, -0.62, "#f3a6a0"), (-0.10, -0.20, "#fff4ea"), (-0.34, -0.44, "#fff4ea")):
        ring = part.stencil().ellipse(cx, cy + low * u, u, u * 0.20).box(cx - u, cy + top * u, cx + u, cy + low * u)
        mask = ring.mask()
        part.blend(
            mask,
            shade(
                np.broadcast_to(across, mask.shape),
                ((0, mix(tone, "#ffffff", 0.2)), (0.5, tone), (1, mix(tone, "#7a3f50", 0.35))),
            ),
        )
    part.blend(part.stencil().ellipse(cx, cy - u * 0.62, u, u * 0.20).mask(), "#fff6ee")
    for index in range(7):
        angle = index / 7 * 6.28 + 0.3
        px, py = cx + np.cos(angle) * u * 0.66, cy - u * 0.62 + np.sin(angle) * u * 0.11
        part.blend(
            part.stencil().line([(px, py), (px, py - u * 0.42)], u * 0.05).mask(),
            ("#5a9fb5", "#f2b84a", "#c95f7a")[index % 3],
        )
        part.lighten(part.halo(px / part.width, (py - u * 0.52) / part.height, 0.030, 1.2), "#ffcf70", 0.9)
        flame = curve(
            [
                (px, py - u * 0.42),
                (px - u * 0.04, py - u * 0.50),
                (px, py - u * 0.64),
                (px + u * 0.04, py - u * 0.50),
                (px, py - u * 0.42),
            ],
            6,
        )
        part.blend(part.stencil().polygon(flame).mask(), "#fff3c4")


def summit_selfie(canvas: Canvas) -> None:
    horizon = 0.56
    canvas.sky(((0, "#2f7fc4"), (0.6, "#8fc3e4"), (1, "#e4eff0")), horizon)
    nature.clouds(
        canvas,
        lit=((0, "#b4c9da"), (0.5, "#f2f6f8"), (1, "#ffffff")),
        horizon=horizon,
        cover=0.48,
        light=(-0.8, -0.5),
        strength=0.9,
    )
    for step, (tone, tall) in enumerate((("#9db8cf", 0.16), ("#7b9ab5", 0.18), ("#5f8088", 0.16), ("#4f7358", 0.14))):
        nature.ridge(
            canvas,
            base=0.58 + 0.07 * step,
            height=tall,
            cells=3,
            sharp=0.85,
            stops=((0, tone), (1, mix(tone, "#dfe9ea", 0.5))),
        )
    for sitter in SUMMIT:
        draw(canvas, sitter)
