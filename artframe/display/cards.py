"""What does the frame show while it has no photo? A drawn card: its name, what is going on, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw

from artframe.display.card_art import GREY, IVORY, SAND, emblem, ground, ticket
from artframe.display.layout import Size
from artframe.display.typeface import DISPLAY, TEXT, drawable, drawing, font_for, wrap

_GAP = 0.07  # between texts and ticket, as a share of the canvas's shorter side
_BESIDE = 1.2  # canvases at least so much wider than high have the ticket at the right of the texts

_SMALLEST = 9  # pixels of letters that can still be told apart


@dataclass(frozen=True, kw_only=True)
class Card:
    """The texts of a card; every one may be empty.

    ``title`` is the frame's name, ``message`` one sentence about what is going on, ``steps`` what the person can do, in
    order, ``addresses`` where the frame is reached, ``footer`` a small last line. ``code`` is shown in large figures,
    ``qr`` as a square to scan.
    """

    title: str
    message: str = ""
    steps: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    footer: str = ""
    code: str = field(default="", repr=False)
    qr: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class _Line:
    text: str
    file: Path
    size: int
    colour: tuple[int, int, int]
    before: int  # free pixels above
    paragraph: int
    indent: int = 0
    number: str = ""

    @property
    def height(self) -> int:
        return self.before + round(self.size * 1.3)

    @property
    def width(self) -> float:
        return font_for(self.text, self.file, self.size).getlength(self.text) + self.indent


def draw_card(card: Card, canvas: Size) -> Image.Image:
    """Draw the card for a canvas of any size and shape; long texts wrap, and shrink until all of them fit."""
    picture = ground(canvas)
    beside = canvas.width >= canvas.height * _BESIDE
    paper = ticket(card.qr, card.code, _room_for_ticket(canvas, beside)) if card.qr or card.code else None
    gap = round(min(canvas) * _GAP) if paper is not None else 0
    margin = round(min(canvas) * 0.07)
    measure, room = _measure(canvas), canvas.height - 2 * margin
    if paper is not None and beside:
        measure = min(measure, canvas.width - 2 * margin - gap - paper.size.width)
    elif paper is not None:
        room -= gap + paper.size.height
    head, lines = _fitting(card, canvas, measure, room)
    width = round(max([head.width, *_widths(lines)]))
    height = head.height + sum(line.height for line in lines)
    if paper is not None and beside:
        left = (canvas.width - width - gap - paper.size.width) // 2
        paper.draw(picture, left + width + gap, (canvas.height - paper.size.height) // 2)
        top = (canvas.height - height) // 2
    elif paper is not None:
        left = (canvas.width - max(width, paper.size.width)) // 2
        top = (canvas.height - height - gap - paper.size.height) // 2
        paper.draw(picture, left, top + height + gap)
    else:
        left, top = max(round(canvas.width * 0.08), (canvas.width - width) // 2), (canvas.height - height) // 2
    _write(picture, head, lines, left, top)
    return picture


def _fitting(card: Card, canvas: Size, measure: int, room: int) -> tuple[Image.Image, list[_Line]]:
    """The emblem and the lines, as large as they fit into the height; on a very small panel the first ones only."""
    full = round(min(canvas) * 0.15)
    scale, lines = 1.0, _lines(card, canvas, 1.0, measure)
    while full * scale + sum(line.height for line in lines) > room and scale > 0.4:
        scale *= 0.93
        lines = _lines(card, canvas, scale, measure)
    while len(lines) > 1 and full * scale + sum(line.height for line in lines) > room:
        # What matters most comes first; and half a sentence, or half an address, is worse than none.
        first, last = lines[0].paragraph, lines[-1].paragraph
        lines = lines[:-1] if first == last else [line for line in lines if line.paragraph != last]
    return emblem(max(16, round(full * scale))), lines


def _write(picture: Image.Image, head: Image.Image, lines: list[_Line], left: int, top: int) -> None:
    picture.paste(SAND, (left, top), head)
    y = top + head.height
    draw = ImageDraw.Draw(picture)
    with drawing:
        for line in lines:
            y += line.before
            face = font_for(line.text, line.file, line.size)
            if line.number:
                draw.text((left, y), line.number, fill=SAND, font=font_for(line.number, TEXT, line.size))
            draw.text((left + line.indent, y), line.text, fill=line.colour, font=face)
            y += line.height - line.before


def _lines(card: Card, canvas: Size, scale: float, measure: int) -> list[_Line]:
    unit = min(canvas.width / 1.25, canvas.height) * scale
    body, small = max(12, round(unit * 0.036)), max(11, round(unit * 0.027))
    lines: list[_Line] = []

    def add(text: str, file: Path, size: int, colour: tuple[int, int, int], before: float, number: str = "") -> None:
        indent = round(size * 1.5) if number else 0
        face = font_for(text, file, size)
        paragraph = len(lines)
        for index, piece in enumerate(wrap(drawable(text, file), face, measure - indent, 6)):
            gap = round(before) if index == 0 else 0
            lines.append(
                _Line(
                    text=piece,
                    file=file,
                    size=size,
                    colour=colour,
                    before=gap,
                    paragraph=paragraph,
                    indent=indent,
                    number=number,
                )
            )
            number = ""

    def add_whole(text: str, size: int, colour: tuple[int, int, int], before: float, indent: int = 0) -> None:
        """What is no use when it is cut (an address) gets smaller until it fits, and goes on in the next line."""
        room, paragraph = measure - indent, len(lines)
        for index, (piece, fitting) in enumerate(_pieces(drawable(text, TEXT), size, room)):
            gap = round(before) if index == 0 else 0
            lines.append(
                _Line(
                    text=piece,
                    file=TEXT,
                    size=fitting,
                    colour=colour,
                    before=gap,
                    paragraph=paragraph,
                    indent=indent,
                )
            )

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
        # An address that the last of the steps speaks of stands below its text.
        below = card.code and len(card.steps) > 1
        gap = unit * (0.01 if index else 0.016 if below else 0.045)
        add_whole(address, body, SAND, gap, round(body * 1.5) if below else 0)
    add_whole(card.footer, small, GREY, unit * 0.05)
    return lines


def _pieces(text: str, size: int, room: int) -> list[tuple[str, int]]:
    """The whole text in lines no wider than ``room``, with their size: one line if letters can be small enough."""
    with drawing:
        while size > _SMALLEST and font_for(text, TEXT, size).getlength(text) > room:
            size -= 1
        face = font_for(text, TEXT, size)
        pieces = []
        while text:
            end = len(text)
            while end > 1 and face.getlength(text[:end]) > room:
                end -= 1
            pieces.append((text[:end], size))
            text = text[end:].lstrip()
    return pieces


def _measure(canvas: Size) -> int:
    """The width of a line of text: long lines are hard to read, so a wide panel does not use all of its width."""
    return round(min(canvas.width * 0.84, canvas.height * 1.25))


def _room_for_ticket(canvas: Size, beside: bool) -> Size:
    if beside:
        return Size(round(canvas.width * 0.36), round(canvas.height * 0.76))
    return Size(round(canvas.width * 0.62), round(canvas.height * 0.44))


def _widths(lines: list[_Line]) -> list[float]:
    with drawing:
        return [line.width for line in lines]
