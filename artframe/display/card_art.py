"""What is drawn on a card besides its texts: the ground, the emblem, and the ticket with the pairing code."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from artframe.display.layout import Size
from artframe.display.qr import qr_mask, qr_side
from artframe.display.typeface import DISPLAY, drawing, font

TOP, BOTTOM = (38, 34, 33), (17, 16, 18)
IVORY, SAND, GREY = (244, 238, 226), (222, 178, 116), (172, 165, 156)
INK = (33, 29, 28)

_DIGITS_ROOM = 0.27
"""Height of the digits' part of the ticket, as a share of its width; the code's quiet zone above it comes on top."""


def ground(canvas: Size) -> Image.Image:
    """A dark, warm gradient with a little grain: without grain a television shows it as stripes."""
    ramp = Image.linear_gradient("L").resize(canvas, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(canvas, 2.5)
    bands = [
        ImageChops.add(ramp.point(lambda value, a=a, b=b: a + (b - a) * value / 255), grain, 1, -128)
        for a, b in zip(TOP, BOTTOM, strict=True)
    ]
    return Image.merge("RGB", bands)


def emblem(height: int) -> Image.Image:
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


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """An ivory piece of paper with a square to scan, the code's digits below it, or one of the two."""

    qr: str
    digits: str
    side: int
    """Width in pixels, and the height of the square's part."""

    @property
    def size(self) -> Size:
        digits = round(self.side * _DIGITS_ROOM) if self.digits else 0
        margin = 0 if self.qr else round(self.side * 0.09)
        return Size(self.side, (self.side if self.qr else 0) + digits + margin)

    def draw(self, picture: Image.Image, left: int, top: int) -> None:
        """Put it onto the picture."""
        width, height = self.size
        picture.paste(IVORY, (left, top), _rounded(self.size, max(4, width // 28)))
        if self.qr:
            picture.paste(INK, (left, top), qr_mask(self.qr, self.side))
        if self.digits:
            with drawing:
                size = max(8, round(width * 0.2))
                face = font(DISPLAY, size)
                while face.getlength(self.digits) > width * 0.84 and size > 8:
                    size -= 1
                    face = font(DISPLAY, size)
                room = round(width * _DIGITS_ROOM)
                # Above the square's quiet zone ends; the digits stand in the middle between it and the paper's edge.
                centre = top + height - round(room * (0.62 if self.qr else 0.5)) - (0 if self.qr else width * 9 // 200)
                ImageDraw.Draw(picture).text((left + width / 2, centre), self.digits, fill=INK, font=face, anchor="mm")


def ticket(qr: str, digits: str, room: Size) -> Ticket | None:
    """The largest ticket that fits; None if there is nothing to put on it.

    On a very small panel the square (which holds the digits) comes before the digits; where even that could not be
    read, only they are left.
    """
    for shown in dict.fromkeys((digits, "")) if qr else ():
        side = qr_side(qr, min(room.width, round(room.height / (1 + (_DIGITS_ROOM if shown else 0)))))
        if side:
            return Ticket(qr=qr, digits=shown, side=side)
    if not digits:
        return None
    return Ticket(qr="", digits=digits, side=min(room.width, round(room.height / (_DIGITS_ROOM + 0.09))))


def _rounded(size: Size, radius: int) -> Image.Image:
    big = Image.new("L", (size.width * 2, size.height * 2))
    ImageDraw.Draw(big).rounded_rectangle((0, 0, big.width - 1, big.height - 1), radius=radius * 2, fill=255)
    return big.resize(size, Image.Resampling.BOX)
