"""What do the display's benchmarks decode? Photos made here that compress and blur like a camera's."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZES = {"24 MP": (6000, 4000), "48 MP": (8064, 6048)}
# Grain at which quality 92 gives what cameras write: 8 MB for 24 megapixels, 13 MB for 48.
GRAIN = {"24 MP": 5.5, "48 MP": 4.2}
LENS = 1.0  # radius in pixels: no lens draws an edge that is sharp to the pixel


def photo(name: str, folder: Path | None = None) -> Path:
    """Return the baseline JPEG of this name, made at the first call (some seconds) and kept in the temporary folder."""
    path = (folder or Path(tempfile.gettempdir())) / f"artframe-bench-{name.replace(' ', '').lower()}-3.jpg"
    if not path.exists():
        partial = path.with_suffix(".part")
        _draw(*SIZES[name], GRAIN[name]).save(partial, "JPEG", quality=92)
        partial.rename(path)
    return path


def _draw(width: int, height: int, grain: float) -> Image.Image:
    """Clouds of every size (natural images have a 1/f spectrum), sharp edges, and a sensor's grain."""
    rng = np.random.default_rng(1)
    picture = np.zeros((height, width, 3), np.float32)
    for octave in range(2, 12):
        cells = (max(2, 2**octave * height // width), 2**octave)
        for band in range(3):
            noise = Image.fromarray(rng.normal(size=cells).astype(np.float32))
            picture[..., band] += np.asarray(noise.resize((width, height), Image.Resampling.BICUBIC)) * 0.75**octave
    picture -= picture.min()
    picture *= 255 / picture.max()
    image = Image.fromarray(picture.astype(np.uint8))
    del picture
    draw = ImageDraw.Draw(image)
    for _ in range(300):
        x, y = rng.integers(width), rng.integers(height)
        dx, dy = rng.integers(-width // 12, width // 12, 2)
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        draw.line((x, y, x + dx, y + dy), fill=colour, width=int(rng.integers(1, 9)))
    noisy = np.asarray(image.filter(ImageFilter.GaussianBlur(LENS))).astype(np.int16)
    noisy += rng.normal(0, grain, size=(height, width, 1)).astype(np.int16)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
