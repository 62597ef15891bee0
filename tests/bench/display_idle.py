"""How much of a core does the display take while a picture simply hangs there?

    python -m tests.bench.display_idle [--seconds 20]

Baseline: the same time asleep (``time.sleep``), in the same process with the same threads. CPU time of the process.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ["SDL_VIDEODRIVER"] = "dummy"

from PIL import Image

from artframe.core.clock import SystemClock
from artframe.display.cards import Card
from artframe.display.layout import Size
from artframe.display.painter import Painter
from artframe.display.panels import PanelOptions, create
from artframe.display.slideshow import Slideshow
from artframe.display.stage import Presented, Stage
from artframe.display.watchdog import Watchdog
from artframe.library.photo import LocalPhoto, Photo
from tests.display.album import Album, Settings


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    print(
        f"$ python -m tests.bench.display_idle --seconds {seconds:g}   # Python {sys.version.split()[0]}, "
        f"{os.environ.get('SDL_VIDEODRIVER') or 'display server'}"
    )
    clock = SystemClock()
    panel = create("screen", PanelOptions(window=Size(1920, 1080)))
    seen, opened = threading.Event(), threading.Event()
    loop = asyncio.new_event_loop()

    def tell(message: object) -> None:
        loop.call_soon_threadsafe(show.hear, message)
        if isinstance(message, Presented):
            seen.set()

    stage = Stage(panel, clock, tell)
    with tempfile.TemporaryDirectory() as folder:
        photos = []
        for name in "abcd":
            path = Path(folder) / f"{name}.jpg"
            Image.effect_noise((3000, 2000), 30).convert("RGB").save(path)
            photos.append(LocalPhoto(source="bench", path=path, photo=Photo(id=name, name=path.name, version="1")))
        show = Slideshow(
            playlist=Album(photos),
            artist=Painter(panel),
            wall=stage,
            clock=clock,
            run_blocking=asyncio.to_thread,
            settings=Settings(interval_seconds=3600),
            card=lambda: Card(title="bench"),
        )
        watchdog = Watchdog(stage, clock, stalled=print, recovered=lambda: None)

        async def live() -> None:
            await asyncio.to_thread(opened.wait)
            tasks = [asyncio.create_task(show.run()), asyncio.create_task(watchdog.run())]
            await asyncio.to_thread(finished.wait)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        finished = threading.Event()

        def measure() -> None:
            seen.wait(60)
            time.sleep(3)  # the two pictures ahead are being prepared
            start, cpu = time.monotonic(), time.process_time()
            time.sleep(seconds)
            share = (time.process_time() - cpu) / (time.monotonic() - start)
            print(f"between two pictures {share * 100:.3f} % of one core (goal 0.3 %)")
            finished.set()
            stage.stop()

        threads = [threading.Thread(target=loop.run_until_complete, args=(live(),)), threading.Thread(target=measure)]
        for thread in threads:
            thread.start()
        stage.run(opened.set)
        for thread in threads:
            thread.join()
        loop.close()
        start, cpu = time.monotonic(), time.process_time()
        time.sleep(2)
        share = (time.process_time() - cpu) / (time.monotonic() - start)
        print(f"the process merely asleep {share * 100:.3f} %")


if __name__ == "__main__":
    main()
