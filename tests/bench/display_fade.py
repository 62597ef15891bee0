"""What does a frame of a crossfade cost, and does it stay smooth while photos are decoded beside it?

    python -m tests.bench.display_fade [--rounds 200] [--screenshots 0.2] [--quiet]

Baseline of the cost: the two bare blits of the same surfaces. The gap is measured with a real stage on the main thread
(the screen panel on DISPLAY where there is one, else on SDL's dummy driver) while a worker decodes 24 MP photos
without a pause and another one writes and syncs files. With ``--screenshots`` somebody looks at the display that often
meanwhile, as the web page does (JPEG, 1280 pixels wide); what that costs the main thread is measured for both panels.
``--quiet`` leaves the decoding and syncing out: in real life nothing is decoded during a fade.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ["SDL_VIDEODRIVER"] = "dummy"

import pygame
from PIL import Image

from artframe.core.clock import SystemClock
from artframe.core.files import write_atomic
from artframe.display.encoding import jpeg
from artframe.display.layout import Size
from artframe.display.look import Look
from artframe.display.painter import Painter
from artframe.display.panels import Frame, PanelOptions
from artframe.display.panels.png import PngPanel
from artframe.display.panels.screen import ScreenPanel
from artframe.display.screenshots import Screenshots
from artframe.display.stage import Presented, Pressed, Stage
from artframe.library.photo import LocalPhoto, Photo
from tests.bench.display_photos import photo

SIZE = Size(1920, 1080)


class Timed(ScreenPanel):
    """The screen panel, noting when each frame of a fade was presented."""

    def __init__(self) -> None:
        super().__init__(PanelOptions(window=SIZE))
        self.moments: list[float] = []

    def blend(self, old: Frame, new: Frame, fraction: float, badge: object = None) -> None:
        super().blend(old, new, fraction)
        self.moments.append(time.monotonic())


def cost(rounds: int) -> None:
    panel = Timed()
    panel.open()
    old, new = (panel.prepare(Image.effect_noise(SIZE, spread).convert("RGB")) for spread in (40, 80))
    screen = pygame.display.get_surface()
    assert screen is not None
    ours, bare, flips = [], [], []
    for _ in range(rounds):
        start = time.process_time()
        panel.blend(old, new, 0.4)
        ours.append(time.process_time() - start)
        start = time.process_time()
        pygame.display.flip()
        flips.append(time.process_time() - start)
        new.set_alpha(102)
        start = time.process_time()
        screen.blit(old, (0, 0))
        screen.blit(new, (0, 0))
        bare.append(time.process_time() - start)
        new.set_alpha(None)
    panel.close()
    # Handing the finished frame to the display server is not ours: both sides are compared with it.
    flip = statistics.median(flips)
    mine, base = statistics.median(ours), statistics.median(bare) + flip
    print(
        f"crossfade frame {mine * 1e3:.2f} ms  two bare blits {(base - flip) * 1e3:.2f} ms (flip {flip * 1e3:.2f} ms)  "
        f"ratio {mine / base:.2f} (goal 1.15)"
    )


def look_cost(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        options = PanelOptions(window=SIZE, file=Path(folder) / "screen.png")
        for panel in (ScreenPanel(options), PngPanel(options)):
            panel.open()
            frame = panel.prepare(Image.effect_noise(SIZE, 60).convert("RGB"))
            panel.show(frame)
            spent, whole = [], []
            for _ in range(rounds):
                start, busy = time.perf_counter(), time.thread_time()
                captured = panel.capture()
                spent.append(time.thread_time() - busy)
                picture = panel.picture(captured)
                jpeg(picture.resize((1280, 720), Image.Resampling.BICUBIC, reducing_gap=2.0), 85)
                whole.append(time.perf_counter() - start)
            panel.close()
            print(
                f"a look at {type(panel).__name__}: main thread {statistics.median(spent) * 1e3:.2f} ms (longest "
                f"{max(spent) * 1e3:.2f} ms), with the worker's part {statistics.median(whole) * 1e3:.1f} ms"
            )


async def look_each(seconds: float, stage: Stage, panel: ScreenPanel, stop: threading.Event) -> int:
    shots = Screenshots(stage, panel, SystemClock(), asyncio.to_thread, lambda: 0)
    count = 0
    while not stop.is_set():
        await shots.take("jpeg", 1280)
        count += 1
        await asyncio.sleep(seconds)
    return count


def gap(fades: int, look_seconds: float, quiet: bool) -> None:
    panel = Timed()
    arrived: set[int] = set()
    done = threading.Event()

    def tell(message: Presented | Pressed) -> None:
        if isinstance(message, Presented):
            arrived.add(message.token)
            done.set()

    stage = Stage(panel, SystemClock(), tell)
    opened = threading.Event()
    longest: list[float] = []
    looks: list[int] = []

    def direct() -> None:
        opened.wait(30)
        painter = Painter(panel)
        paths = [photo("24 MP"), photo("48 MP")]
        locals_ = [
            LocalPhoto(source="bench", path=path, photo=Photo(id=path.name, name=path.name, version="1"))
            for path in paths
        ]
        frames = [painter.paint(local, Look()) for local in locals_]
        stop = threading.Event()

        def decode() -> None:
            while not stop.is_set():
                painter.paint(locals_[0], Look(show_date=True))

        def sync() -> None:
            with tempfile.TemporaryDirectory() as folder:
                while not stop.is_set():
                    write_atomic(Path(folder) / "photo.jpg", bytes(2_000_000))

        def look() -> None:
            looks.append(asyncio.run(look_each(look_seconds, stage, panel, stop)))

        works = [*([] if quiet else [decode, sync]), *([look] if look_seconds else [])]
        workers = [threading.Thread(target=work) for work in works]
        for worker in workers:
            worker.start()
        for token in range(fades):
            done.clear()
            panel.moments.clear()
            stage.present(frames[token % 2], token=token, fade_seconds=1.5)
            done.wait(30)
            moments = list(panel.moments)
            longest.extend(b - a for a, b in itertools.pairwise(moments))
        stop.set()
        for worker in workers:
            worker.join()
        stage.stop()

    director = threading.Thread(target=direct)
    director.start()
    stage.run(opened.set)
    director.join()
    longest.sort()
    print(
        f"gaps between {len(longest)} frames of {fades} fades{'' if quiet else ' while decoding and syncing'}"
        f"{f', {looks[0]} looks meanwhile' if looks else ''}: "
        f"median {statistics.median(longest) * 1e3:.1f} ms, 99 % {longest[int(len(longest) * 0.99)] * 1e3:.1f} ms, "
        f"longest {longest[-1] * 1e3:.1f} ms (goal 50)"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--fades", type=int, default=8)
    parser.add_argument("--screenshots", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--quiet", action="store_true")
    arguments = parser.parse_args()
    print(
        f"$ python -m tests.bench.display_fade --rounds {arguments.rounds} --fades {arguments.fades}"
        f"{f' --screenshots {arguments.screenshots:g}' if arguments.screenshots else ''}"
        f"{' --quiet' if arguments.quiet else ''}"
        f"   # Python {sys.version.split()[0]}, {os.environ.get('SDL_VIDEODRIVER') or 'display server'}"
    )
    cost(arguments.rounds)
    if arguments.screenshots:
        look_cost(arguments.rounds)
    gap(arguments.fades, arguments.screenshots, arguments.quiet)


if __name__ == "__main__":
    main()
