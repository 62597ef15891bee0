"""Where does the irregularity of nature come from? Value noise in one and two dimensions."""

from __future__ import annotations

import numpy as np
from PIL import Image

from artframe.demo.colour import Array


def cloudy(
    rng: np.random.Generator,
    height: int,
    width: int,
    *,
    cells: float,
    octaves: int = 5,
    stretch: float = 1,
    gain: float = 0.5,
) -> Array:
    """Fractal noise of shape (height, width), 0..1, mean near 0.5.

    ``cells`` is the number of largest features over the height, ``stretch`` how much longer they are than high.
    """
    total = np.zeros((height, width), dtype=np.float32)
    weight, sum_of_weights = 1.0, 0.0
    for octave in range(octaves):
        rows = max(2, round(cells * 2**octave))
        columns = max(2, round(cells * 2**octave * width / height / stretch))
        if octave and (rows > height or columns > width):
            break
        total += weight * enlarge(rng.random((rows + 2, columns + 2), dtype=np.float32), height, width)
        sum_of_weights += weight
        weight *= gain
    total /= sum_of_weights
    # Octaves average out towards grey; stretch back so that callers can rely on the range.
    return np.asarray(np.clip((total - 0.5) * (1.2 + 0.16 * octaves) + 0.5, 0, 1), dtype=np.float32)


def enlarge(values: Array, height: int, width: int) -> Array:
    """The same field, smoothly interpolated to (height, width)."""
    picture = Image.fromarray(np.ascontiguousarray(values, dtype=np.float32))
    return np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)


def soften(values: Array, radius: float) -> Array:
    """A cheap wide blur: down by ``radius`` pixels, then smoothly up again."""
    height, width = values.shape
    small = (max(2, round(width / max(radius, 1))), max(2, round(height / max(radius, 1))))
    picture = Image.fromarray(np.ascontiguousarray(values, dtype=np.float32))
    return enlarge(np.asarray(picture.resize(small, Image.Resampling.HAMMING), dtype=np.float32), height, width)


def wavy(
    rng: np.random.Generator, length: int, *, cells: float, octaves: int = 6, gain: float = 0.5, sharp: float = 0
) -> Array:
    """A line of ``length`` values around 0 in -1..1; ``sharp`` 1 turns soft hills into pointed peaks."""
    total = np.zeros(length, dtype=np.float64)
    weight, sum_of_weights = 1.0, 0.0
    at = np.linspace(0, 1, length)
    for octave in range(octaves):
        knots = max(2, round(cells * 2**octave))
        if knots > length:
            break
        values = rng.random(knots + 3) * 2 - 1
        place = at * knots + rng.random()
        base = np.minimum(place.astype(np.int64), knots + 1)
        part = place - base
        # Pointed peaks keep straight slopes; hills are eased at both ends.
        part = (1 - sharp) * part * part * (3 - 2 * part) + sharp * part
        total += weight * (values[base] * (1 - part) + values[base + 1] * part)
        sum_of_weights += weight
        weight *= gain
    return (total / sum_of_weights).astype(np.float32)
