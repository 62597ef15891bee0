"""What is written over a picture: when it was taken, its caption, and a dot in the corner when something is wrong."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from artframe.display.typeface import TEXT, drawable, drawing, font_for, wrap

DATE_SIZE = 0.0265  # all sizes are shares of the canvas's shorter side
CAPTION_SIZE = 0.034
MARGIN = 0.045
BADGE_SIZE = 0.02
SMALLEST = 13  # pixels; below that nobody reads it from a sofa
SCRIM = 150  # how dark (of 255) the bottom edge gets behind the text
BADGE_COLOUR = (240, 168, 60)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The lines of an overlay; empty ones take no room."""

    caption: str = ""
    date: str = ""

    def __bool__(self) -> bool:
        return bool(self.caption or self.date)


@dataclass(frozen=True, kw_only=True)
class _Line:
    text: str
    font: int
    opacity: int


def write_texts(canvas: Image.Image, texts: Texts) -> None:
    """Write caption and date at the bottom left, on a soft shade that keeps them legible on snow as on night."""
    short = min(canvas.size)
    lines = [
        _Line(text=line, font=_pixels(CAPTION_SIZE, short), opacity=255) for line in _caption(canvas, texts.caption)
    ]
    if texts.date:
        lines.append(_Line(text=texts.date, font=_pixels(DATE_SIZE, short), opacity=235 if lines else 245))
    if not lines:
        return
    margin = round(short * MARGIN)
    heights = [round(line.font * 1.34) for line in lines]
    block = sum(heights)
    scrim = min(canvas.height, round((block + margin) * 1.9))
    top = canvas.height - scrim
    strip = canvas.crop((0, top, canvas.width, canvas.height))
    strip.paste((0, 0, 0), mask=_shade(canvas.width, scrim))
    ink = Image.new("L", strip.size, 0)
    draw = ImageDraw.Draw(ink)
    y = scrim - margin - block
    with drawing:
        for line, height in zip(lines, heights, strict=True):
            draw.text((margin, y), line.text, fill=line.opacity, font=font_for(line.text, TEXT, line.font))
            y += height
    region = ink.getbbox()
    if region:
        strip.paste((0, 0, 0), region_of(region, strip.size, short), _halo(ink, region, short))
    strip.paste((255, 255, 255), mask=ink)
    canvas.paste(strip, (0, top))


def _caption(canvas: Image.Image, caption: str) -> list[str]:
    text = drawable(caption, TEXT)
    if not text:
        return []
    face = font_for(text, TEXT, _pixels(CAPTION_SIZE, min(canvas.size)))
    return wrap(text, face, canvas.width - 2 * MARGIN * min(canvas.size), 2)


def region_of(box: tuple[int, int, int, int], size: tuple[int, int], short: int) -> tuple[int, int, int, int]:
    """Return the text's rectangle with room for its shadow, inside the strip."""
    room = max(3, short // 90)
    return max(0, box[0] - room), max(0, box[1] - room), min(size[0], box[2] + room), min(size[1], box[3] + room)


def _halo(ink: Image.Image, region: tuple[int, int, int, int], short: int) -> Image.Image:
    """A soft shadow under the letters: it follows them and is not seen as such."""
    soft = ink.crop(region_of(region, ink.size, short)).filter(ImageFilter.GaussianBlur(max(1.2, short / 420)))
    return soft.point(lambda value: min(150, value * 1.1))


@functools.lru_cache(maxsize=4)
def _shade(width: int, height: int) -> Image.Image:
    """Darkness that grows gently from nothing at the top to SCRIM at the bottom."""
    ramp = Image.new("L", (1, height))
    ramp.putdata([round(SCRIM * (row / max(1, height - 1)) ** 1.7) for row in range(height)])
    return ramp.resize((width, height))


def draw_badge(panel_short_side: int) -> Image.Image:
    """Return the dot (RGBA) that says "look at the web page or the command line": seen when sought, else overlooked."""
    diameter = max(9, round(panel_short_side * BADGE_SIZE))
    big = diameter * 4  # drawn large and reduced, for smooth edges
    room = big // 2
    size = (big + 2 * room, big + 2 * room)
    disc = Image.new("L", size, 0)
    ImageDraw.Draw(disc).ellipse((room, room, room + big - 1, room + big - 1), fill=255)
    glow = disc.filter(ImageFilter.GaussianBlur(big / 7)).point(lambda value: value * 0.6)
    badge = Image.new("RGBA", size, BADGE_COLOUR)
    badge.paste((0, 0, 0), mask=ImageChops.invert(disc))
    badge.putalpha(ImageChops.lighter(glow, disc.point(lambda value: value * 0.92)))
    return badge.resize((size[0] // 4, size[1] // 4), Image.Resampling.LANCZOS)


def _pixels(share: float, short: int) -> int:
    return max(SMALLEST, round(share * short))
