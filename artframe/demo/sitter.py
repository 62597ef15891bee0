"""Who sits for a picture, and by which measures is a person drawn?

The box is the face from chin to hairline and from ear to ear, as face recognition reports it: x1, y1, x2, y2 in
fractions of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

from artframe.demo.canvas import Canvas, Point, curve

Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one member of the family looks like in every picture."""

    skin: str
    hair: str
    style: str
    """short, long, bun, bob, curls, bald, tuft"""
    top: str
    beard: bool = False
    glasses: bool = False
    child: bool = False


@dataclass(frozen=True, kw_only=True)
class Sitter:
    """A person in one picture."""

    name: str
    face: Box
    look: Look
    mood: float = 1.0


class Sketch:
    """One person's own measures: the middle of the face and half its width, in pixels."""

    def __init__(self, canvas: Canvas, sitter: Sitter) -> None:
        x1, y1, x2, y2 = sitter.face
        self.x, self.y = (x1 + x2) / 2 * canvas.width, (y1 + y2) / 2 * canvas.height
        self.u, self.v = (x2 - x1) / 2 * canvas.width, (y2 - y1) / 2 * canvas.height
        self.look, self.mood = sitter.look, sitter.mood
        reach = 3.4 * self.u
        self.canvas = canvas.window(self.x - reach, self.y - 2.4 * self.v, self.x + reach, canvas.height)

    def at(self, x: float, y: float) -> Point:
        return self.x + x * self.u, self.y + y * self.v

    def smooth(self, *points: Point) -> list[Point]:
        return curve([self.at(x, y) for x, y in points], 12)

    def fill(self, colour: str, *points: Point, strength: float = 1.0) -> None:
        self.canvas.blend(self.canvas.stencil().polygon(self.smooth(*points)).mask(), colour, strength)

    def oval(self, colour: str, x: float, y: float, rx: float, ry: float, strength: float = 1.0) -> None:
        px, py = self.at(x, y)
        self.canvas.blend(self.canvas.stencil().ellipse(px, py, rx * self.u, ry * self.v).mask(), colour, strength)

    def stroke(self, colour: str, width: float, *points: Point, strength: float = 1.0) -> None:
        stencil = self.canvas.stencil().line(self.smooth(*points), width * self.u)
        self.canvas.blend(stencil.mask(), colour, strength)
