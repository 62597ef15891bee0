"""How much dearer than the bare scaled decode is a display-ready picture, and is it as good as the slow way?

    python -m tests.bench.display_decode [--rounds 7]

Baseline: libjpeg-turbo's DCT-scaled decode of the same file alone (Pillow ``draft`` and ``load``). Slow way: open,
``exif_transpose`` and LANCZOS at full size. CPU time of this process, medians, ours and the bare decode taking turns.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = "dummy"

import numpy as np
from PIL import Image, ImageOps

from artframe.display.decode import decode
from artframe.display.layout import Fit, Size
from artframe.display.look import Look
from artframe.display.painter import Painter, compose
from artframe.display.panels import Panel, PanelOptions, create
from artframe.library.cache import Renditions
from artframe.library.photo import LocalPhoto, Photo
from tests.bench.display_photos import photo

CANVAS = Size(1920, 1080)
GOALS = {"24 MP": 2.0, "48 MP": 1.5}


def medians(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            way()
            times[name].append(time.process_time() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def bare(path: Path, size: tuple[int, int]) -> None:
    with Image.open(path) as image:
        image.draft("RGB", size)
        image.load()


def slow(path: Path, panel: Panel, size: tuple[int, int]) -> object:
    with Image.open(path) as image:
        full = ImageOps.exif_transpose(image).resize(size, Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", CANVAS)
    canvas.paste(full, ((CANVAS.width - size[0]) // 2, (CANVAS.height - size[1]) // 2))
    return panel.prepare(canvas)


def psnr(one: Image.Image, other: Image.Image) -> float:
    error = np.mean((np.asarray(one, np.float64) - np.asarray(other, np.float64)) ** 2)
    return 10 * math.log10(255**2 / error)


def measure(name: str, panel: Panel, fit: Fit, rounds: int) -> None:
    path = photo(name)
    fitted = decode(path, CANVAS, fit)
    crop, size = fitted.placement.crop, fitted.placement.size
    with Image.open(path) as image:
        whole = (math.ceil(size.width * image.width / crop.width), math.ceil(size.height * image.height / crop.height))
        full = image.convert("RGB").resize(tuple(size), Image.Resampling.LANCZOS, box=crop)
    look = Look(fit=fit)
    result = medians(
        {
            "bare": lambda: bare(path, whole),
            "ours": lambda: panel.prepare(compose(decode(path, CANVAS, fit), look.background)),
        },
        rounds,
    )
    ratio = result["ours"] / result["bare"]
    print(
        f"{name} {fit:8} ours {result['ours'] * 1e3:6.1f} ms  bare decode {result['bare'] * 1e3:6.1f} ms  "
        f"ratio {ratio:.2f} (goal {GOALS[name]:.1f})  PSNR {psnr(fitted.image, full):.1f} dB (goal 48)"
    )


def measure_cache(name: str, panel: Panel, rounds: int) -> None:
    path = photo(name)
    with tempfile.TemporaryDirectory() as folder:
        painter = Painter(panel, Renditions(Path(folder), limit=10**8))
        local = LocalPhoto(source="bench", path=path, photo=Photo(id=name, name=path.name, version="1"))
        look = Look(fit="blur")
        painter.paint(local, look)
        size = decode(path, CANVAS, "contain").placement.size
        # One way after the other: a cached picture right after a full decode would pay for the pages of that one.
        result = medians({"slow": lambda: slow(path, panel, size)}, rounds)
        result |= medians({"cache": lambda: painter.paint(local, look)}, 3 * rounds)
    ratio = result["slow"] / result["cache"]
    print(
        f"{name} cached   ours {result['cache'] * 1e3:6.1f} ms  full decode {result['slow'] * 1e3:6.1f} ms  "
        f"1/{ratio:.0f} (goal 1/40)"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    print(f"$ python -m tests.bench.display_decode --rounds {rounds}   # Python {sys.version.split()[0]}")
    panel = create("screen", PanelOptions(window=CANVAS))
    panel.open()
    fits: tuple[Fit, ...] = ("contain", "cover", "blur")
    for name in GOALS:
        for fit in fits:
            measure(name, panel, fit, rounds)
        measure_cache(name, panel, rounds)
    panel.close()


if __name__ == "__main__":
    main()
