"""What does a picture look like in two dozen bytes? (The ThumbHash format: a few cosine terms per colour channel.)"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence

from PIL import Image

SIDE = 32


def thumbhash(picture: Image.Image) -> str:
    """The ThumbHash of an opaque picture, in base64 as the API sends it."""
    small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    width, height = small.size
    raw = small.tobytes()
    pixels = [(raw[i] / 255, raw[i + 1] / 255, raw[i + 2] / 255) for i in range(0, len(raw), 3)]
    longer = max(width, height)
    columns, rows = max(1, round(7 * width / longer)), max(1, round(7 * height / longer))
    light = _encode([sum(pixel) / 3 for pixel in pixels], width, height, max(3, columns), max(3, rows))
    warm = _encode([(r + g) / 2 - b for r, g, b in pixels], width, height, 3, 3)
    green = _encode([r - g for r, g, _ in pixels], width, height, 3, 3)

    landscape = width > height
    head = round(63 * light.mean) | round(31.5 + 31.5 * warm.mean) << 6 | round(31.5 + 31.5 * green.mean) << 12
    head |= round(31 * light.scale) << 18
    tail = (
        (rows if landscape else columns) | round(63 * warm.scale) << 3 | round(63 * green.scale) << 9 | landscape << 15
    )
    nibbles = [round(15 * term) for channel in (light, warm, green) for term in channel.terms]
    nibbles += [0] * (len(nibbles) % 2)
    packed = [low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True)]
    return base64.b64encode(head.to_bytes(3, "little") + tail.to_bytes(2, "little") + bytes(packed)).decode()


class _Channel:
    """The mean of one channel and its cosine terms, scaled to 0..1."""

    def __init__(self, mean: float, terms: Sequence[float]) -> None:
        self.mean = mean
        self.scale = max((abs(term) for term in terms), default=0.0)
        self.terms = [0.5 + 0.5 / self.scale * term if self.scale else 0.5 for term in terms]


def _encode(values: Sequence[float], width: int, height: int, columns: int, rows: int) -> _Channel:
    across = [[math.cos(math.pi / width * i * (x + 0.5)) for x in range(width)] for i in range(columns)]
    down = [[math.cos(math.pi / height * j * (y + 0.5)) for y in range(height)] for j in range(rows)]
    mean = 0.0
    terms: list[float] = []
    for j in range(rows):
        for i in range(columns):
            if i * rows >= columns * (rows - j):
                break  # only the triangle of low frequencies is kept
            total = 0.0
            for y in range(height):
                line = values[y * width : (y + 1) * width]
                total += down[j][y] * sum(a * b for a, b in zip(line, across[i], strict=True))
            term = total / (width * height)
            if i or j:
                terms.append(term)
            else:
                mean = term
    return _Channel(mean, terms)
