"""What does the frame show while it has no photo? A drawn card: its name, what is going on, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from artframe.display.layout import Size
from artframe.display.typeface import DISPLAY, TEXT, drawable, drawing, font_for, wrap

TOP, BOTTOM = (38, 34, 33), (17, 16, 18)
IVORY, SAND, GREY = (244, 238, 226), (222, 178, 116), (172, 165, 156)


@dataclass(frozen=True, kw_only=True)
class Card:
    """The texts of a card; every one may be empty.

    ``title`` is the frame's name, ``message`` one sentence about what is going on, ``steps`` what the person can do, in
    order, ``addresses`` where the frame is reached, ``footer`` a small last line.
    """

    title: str
    message: str = ""
    steps: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    footer: str = ""


@dataclass(frozen=True, kw_only=True)
class _Line:
    text: str
    file: Path
    size: int
    colour: tuple[int, int, int]
    before: int  # free pixels above
    indent: int = 0
    number: str = ""

    @property
    def height(self) -> int:
        return self.before + round(self.size * 1.3)


def draw_card(card: Card, canvas: Size) -> Image.Image:
    """Draw the card for a canvas of any size and shape; long texts wrap, and shrink until all of them fit."""
    picture = _ground(canvas)
    emblem_height = round(min(canvas) * 0.15)
    room = canvas.height - round(min(canvas) * 0.14)
    scale, lines = 1.0, _lines(card, canvas, 1.0)
    while emblem_height * scale + sum(line.height for line in lines) > room and scale > 0.4:
        scale *= 0.93
        lines = _lines(card, canvas, scale)
    while len(lines) > 1 and emblem_height * scale + sum(line.height for line in lines) > room:
        lines.pop()  # a very small panel: what matters most comes first
    emblem = _emblem(max(16, round(emblem_height * scale)))
    y = (canvas.height - emblem.height - sum(line.height for line in lines)) // 2
    left = _left(canvas, lines)
    picture.paste(SAND, (left, y), emblem)
    y += emblem.height
    draw = ImageDraw.Draw(picture)
    with drawing:
        for line in lines:
            y += line.before
            face = font_for(line.text, line.file, line.size)
            if line.number:
                draw.text((left, y), line.number, fill=SAND, font=font_for(line.number, TEXT, line.size))
            draw.text((left + line.indent, y), line.text, fill=line.colour, font=face)
            y += line.height - line.before
    return picture


def _lines(card: Card, canvas: Size, scale: float) -> list[_Line]:
    unit = min(canvas.width / 1.25, canvas.height) * scale
    body, small = max(12, round(unit * 0.036)), max(11, round(unit * 0.027))
    lines: list[_Line] = []

    def add(text: str, file: Path, size: int, colour: tuple[int, int, int], before: float, number: str = "") -> None:
        indent = round(size * 1.5) if number else 0
        face = font_for(text, file, size)
        for index, piece in enumerate(wrap(drawable(text, file), face, _measure(canvas) - indent, 6)):
            gap = round(before) if index == 0 else 0
            lines.append(
                _Line(text=piece, file=file, size=size, colour=colour, before=gap, indent=indent, number=number)
            )
            number = ""

    add(card.title, DISPLAY, max(20, round(unit * 0.105)), IVORY, unit * 0.045)
    add(card.message, TEXT, round(body * 1.12), IVORY, unit * 0.03)
    for index, step in enumerate(card.steps):
        add(
            step,
            TEXT,
            body,
            GREY,
            unit * (0.045 if index == 0 else 0.016),
            f"{index + 1}" if len(card.steps) > 1 else "",
        )
    for index, address in enumerate(card.addresses):
        add(address, TEXT, body, SAND, unit * (0.045 if index == 0 else 0.01))
    add(card.footer, TEXT, small, GREY, unit * 0.05)
    return lines


def _measure(canvas: Size) -> int:
    """The width of a line of text: long lines are hard to read, so a wide panel does not use all of its width."""
    return round(min(canvas.width * 0.84, canvas.height * 1.25))


def _left(canvas: Size, lines: list[_Line]) -> int:
    with drawing:
        widest = max(
            (font_for(line.text, line.file, line.size).getlength(line.text) + line.indent for line in lines), default=0
        )
    return max(round(canvas.width * 0.08), round((canvas.width - widest) / 2))


def _ground(canvas: Size) -> Image.Image:
    """A dark, warm gradient with a little grain: without grain a television shows it as stripes."""
    ramp = Image.linear_gradient("L").resize(canvas, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(canvas, 2.5)
    bands = [
        ImageChops.add(ramp.point(lambda value, a=a, b=b: a + (b - a) * value / 255), grain, 1, -128)
        for a, b in zip(TOP, BOTTOM, strict=True)
    ]
    return Image.merge("RGB", bands)


def _emblem(height: int) -> Image.Image:
    """The mask of a small picture frame with hills and a sun, drawn large and reduced for smooth edges."""
    big = height * 4
    width = round(big * 1.3)
    line = max(4, round(big * 0.05))
    mask = Image.new("L", (width, big), 0)
    draw = ImageDraw.Draw(mask)
    draw.rounded_rectangle((0, 0, width - 1, big - 1), radius=big * 0.09, fill=255)
    draw.rounded_rectangle((line, line, width - 1 - line, big - 1 - line), radius=big * 0.05, fill=0)
    inner = line * 2.6
    floor = big - inner
    draw.ellipse((width * 0.64, big * 0.22, width * 0.64 + big * 0.17, big * 0.39), fill=255)
    draw.polygon([(inner, floor), (width * 0.36, big * 0.38), (width * 0.62, floor)], fill=255)
    draw.polygon([(width * 0.5, floor), (width * 0.71, big * 0.54), (width - inner, floor)], fill=170)
    return mask.resize((width // 4, height), Image.Resampling.LANCZOS)
