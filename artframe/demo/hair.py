"""How is hair drawn, behind the head and before it?"""

from __future__ import annotations

import numpy as np

from artframe.demo.colour import mix
from artframe.demo.sitter import Sketch


def back_hair(sketch: Sketch) -> None:
    look = sketch.look
    back = mix(look.hair, "#1a1018", 0.25)
    if look.style == "long":
        sketch.fill(
            back,
            (0, -1.28),
            (-0.85, -1.05),
            (-1.20, -0.2),
            (-1.22, 0.9),
            (-1.32, 1.9),
            (-0.7, 2.1),
            (0, 1.9),
            (0.7, 2.1),
            (1.32, 1.9),
            (1.22, 0.9),
            (1.20, -0.2),
            (0.85, -1.05),
            (0, -1.28),
        )
    elif look.style == "bob":
        sketch.fill(
            back,
            (0, -1.26),
            (-0.85, -1.06),
            (-1.20, -0.2),
            (-1.18, 0.75),
            (-0.6, 0.98),
            (0.6, 0.98),
            (1.18, 0.75),
            (1.20, -0.2),
            (0.85, -1.06),
            (0, -1.26),
        )
    elif look.style == "bun":
        sketch.oval(back, 0.05, -1.36, 0.46, 0.40)
        sketch.oval(mix(look.hair, "#ffffff", 0.10), -0.02, -1.42, 0.30, 0.22, 0.6)
    elif look.style == "curls":
        for angle in np.linspace(-0.35, np.pi + 0.35, 13):
            sketch.oval(back, float(np.cos(angle)) * 1.02, -0.28 - float(np.sin(angle)) * 0.90, 0.36, 0.33)


def front_hair(sketch: Sketch) -> None:
    look, hair = sketch.look, sketch.look.hair
    bright = mix(hair, "#ffe2b8", 0.22)
    if look.style in ("long", "bob", "bun"):
        for side in (-1, 1):
            low = 0.55 if look.style != "bun" else -0.05
            sketch.fill(
                hair,
                (side * -0.10, -1.22),
                (side * 0.62, -1.06),
                (side * 1.08, -0.50),
                (side * 1.10, low),
                (side * 0.93, low),
                (side * 0.88, -0.30),
                (side * 0.52, -0.62),
                (side * -0.10, -0.86),
                (side * -0.10, -1.22),
            )
        sketch.stroke(bright, 0.06, (-0.70, -0.86), (-0.35, -1.04), (0.05, -1.09), strength=0.6)
    elif look.style == "short":
        sketch.fill(
            hair,
            (-1.02, 0.05),
            (-1.08, -0.55),
            (-0.72, -1.14),
            (0.02, -1.32),
            (0.74, -1.16),
            (1.08, -0.55),
            (1.02, 0.05),
            (0.90, -0.30),
            (0.66, -0.66),
            (0.10, -0.74),
            (-0.40, -0.60),
            (-0.80, -0.56),
            (-0.92, -0.30),
            (-1.02, 0.05),
        )
        sketch.stroke(bright, 0.06, (-0.62, -1.00), (-0.20, -1.14), (0.30, -1.12), strength=0.55)
    elif look.style == "curls":
        for angle in np.linspace(0.25, np.pi - 0.25, 8):
            sketch.oval(hair, float(np.cos(angle)) * 0.82, -0.36 - float(np.sin(angle)) * 0.62, 0.29, 0.25)
        for angle in np.linspace(0.6, 2.2, 4):
            sketch.oval(
                bright, float(np.cos(angle + 0.5)) * 0.80 - 0.05, -0.44 - float(np.sin(angle)) * 0.60, 0.12, 0.09, 0.5
            )
    elif look.style == "bald":
        for side in (-1, 1):
            sketch.fill(
                hair,
                (side * 0.80, -0.62),
                (side * 1.04, -0.40),
                (side * 1.08, 0.02),
                (side * 0.93, 0.10),
                (side * 0.90, -0.25),
                (side * 0.80, -0.62),
            )
    elif look.style == "tuft":
        sketch.fill(
            hair,
            (-1.01, 0.0),
            (-1.04, -0.5),
            (-0.66, -1.06),
            (0, -1.20),
            (0.66, -1.06),
            (1.04, -0.5),
            (1.01, 0.0),
            (0.92, -0.42),
            (0.60, -0.78),
            (0.0, -0.86),
            (-0.60, -0.78),
            (-0.92, -0.42),
            (-1.01, 0.0),
        )
        sketch.fill(
            hair,
            (-0.62, -0.82),
            (-0.30, -1.12),
            (0.10, -1.34),
            (0.02, -1.10),
            (0.42, -1.20),
            (0.68, -0.86),
            (0.30, -0.82),
            (0.05, -0.68),
            (-0.25, -0.80),
            (-0.62, -0.82),
        )
