"""How much memory does showing 24 and 48 MP photos take at its peak?

    python -m tests.bench.display_memory [--pictures 12]

VmHWM of a fresh process with a 1080p screen, stage, painter, cache and two pictures ahead, fading through large photos.
The rest of artframe (plugins, scheduler, client) is not in it: tests/bench has a measurement of the whole process.
Baseline: the same process before the first photo.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path

if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ["SDL_VIDEODRIVER"] = "dummy"

from artframe.core.clock import SystemClock
from artframe.display.layout import Size
from artframe.display.look import Look
from artframe.display.memory import tame_allocator
from artframe.display.painter import Painter
from artframe.display.panels import PanelOptions, create
from artframe.display.stage import Presented, Stage
from artframe.library.cache import Renditions
from artframe.library.photo import LocalPhoto, Photo


def peak() -> float:
    """The process's largest resident size so far, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this needs Linux: /proc/self/status has no VmHWM here")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument(
        "photos", nargs="*", type=Path, help="JPEG files (default: those of display_photos, made before)"
    )
    arguments = parser.parse_args()
    paths = arguments.photos
    if not paths:  # made in another process: drawing them takes ten times the memory of showing them
        os.system(f'{sys.executable} -c "from tests.bench.display_photos import *; [photo(n) for n in SIZES]"')
        paths = [Path(tempfile.gettempdir()) / f"artframe-bench-{name}-3.jpg" for name in ("24mp", "48mp")]
    print(f"$ python -m tests.bench.display_memory --pictures {arguments.pictures}   # Python {sys.version.split()[0]}")
    tame_allocator()
    panel = create("screen", PanelOptions(window=Size(1920, 1080)))
    arrived, opened = threading.Semaphore(0), threading.Event()
    stage = Stage(panel, SystemClock(), lambda message: arrived.release() if isinstance(message, Presented) else None)

    def direct() -> None:
        opened.wait(30)
        print(f"before the first photo {peak():.0f} MB")
        with tempfile.TemporaryDirectory() as folder:
            painter = Painter(panel, Renditions(Path(folder), limit=10**8))
            ahead: deque[object] = deque()
            for number in range(arguments.pictures):
                path = paths[number % len(paths)]
                local = LocalPhoto(source="bench", path=path, photo=Photo(id=str(number), name=path.name, version="1"))
                ahead.append(painter.paint(local, Look()))  # while the one before still fades
                if len(ahead) > 2:
                    if number > 3:
                        arrived.acquire(timeout=30)
                    stage.present(ahead.popleft(), token=number, fade_seconds=0.5)
        stage.stop()

    director = threading.Thread(target=direct)
    director.start()
    stage.run(opened.set)
    director.join()
    print(f"peak {peak():.0f} MB (goal for the whole process: 150 MB)")


if __name__ == "__main__":
    main()
