"""How does an address become a square that a phone's camera reads?"""

from __future__ import annotations

import functools

import segno
from PIL import Image

QUIET = 4
"""Modules of free space that a camera needs on each side of the code."""
SMALLEST = 2
"""Pixels of a module: fewer are not read from a panel."""


@functools.lru_cache(maxsize=2)
def _matrix(text: str) -> tuple[bytes, ...]:
    # Of the corrections that fit into the same size, segno takes the strongest.
    return tuple(bytes(row) for row in segno.make_qr(text, error="M").matrix)


def qr_side(text: str, room: int) -> int:
    """The largest side, quiet zone included, that fits into so many pixels; 0 if none that can be read does."""
    modules = len(_matrix(text)) + 2 * QUIET
    size = room // modules
    return size * modules if size >= SMALLEST else 0


def qr_mask(text: str, side: int) -> Image.Image:
    """The code as a mask (255: dark) for a square of ``side`` pixels, as ``qr_side`` gives them."""
    matrix = _matrix(text)
    modules = len(matrix)
    mask = Image.new("L", (modules + 2 * QUIET, modules + 2 * QUIET))
    code = Image.frombytes("L", (modules, modules), bytes(255 * one for row in matrix for one in row))
    mask.paste(code, (QUIET, QUIET))
    return mask.resize((side, side), Image.Resampling.NEAREST)
