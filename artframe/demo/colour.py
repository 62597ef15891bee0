"""Which colours does a demo picture use, and how does one run into the next?

Ramps are mixed in OKLab (Björn Ottosson, 2020), where the way from orange to blue passes a soft rose
instead of grey mud.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

# Single precision wherever it is stored; what NumPy computes on the way may be wider.
Array = npt.NDArray[np.floating[Any]]
Stops = Sequence[tuple[float, str]]

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def rgb(code: str) -> Array:
    """``"#rrggbb"`` as three sRGB values 0..1."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)], dtype=np.float32)


def mix(first: str, second: str, share: float) -> str:
    """The colour ``share`` (0..1) of the way from the first to the second, mixed in OKLab."""
    red, green, blue = ramp(((0, first), (1, second)), 257)[round(min(max(share, 0), 1) * 256)]
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def ramp(stops: Stops, steps: int = 1024) -> Array:
    """A table of shape (steps, 3) that runs evenly through the stops ``(position 0..1, colour)``."""
    places = np.array([place for place, _ in stops])
    lab = _to_lab(np.array([rgb(code) for _, code in stops], dtype=np.float64))
    at = np.linspace(0, 1, steps)
    mixed = np.stack([np.interp(at, places, lab[:, i]) for i in range(3)], axis=1)
    return _from_lab(mixed).astype(np.float32)


def shade(values: Array, stops: Stops) -> Array:
    """Colours of shape (..., 3) for values 0..1 looked up in the ramp."""
    table = ramp(stops, 2048)
    return table[np.clip(values * 2047, 0, 2047).astype(np.int32)]


def linear(srgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """sRGB values 0..1 as light (IEC 61966-2-1)."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def encoded(light: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Light 0..1 as sRGB values; the inverse of :func:`linear`."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def _to_lab(srgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.cbrt(linear(srgb) @ _LMS.T) @ _LAB.T, dtype=np.float64)


def _from_lab(lab: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return encoded((lab @ np.linalg.inv(_LAB).T) ** 3 @ np.linalg.inv(_LMS).T)
