"""How long from the start of the process to the first locally held picture, and how fast does ``status`` answer?

    python -m tests.bench.start_up

The baseline of each is a bare Python of the same venv that starts, imports the same heavy libraries (start) or connects
to a Unix socket (status) and ends: what no program in Python can be faster than.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from artframe.immich.simulator import Simulator
from tests.frame.running import Running, artframe, environment, jpeg

RUNS = 7
LIBRARIES = "import PIL.Image, pydantic, requests, apscheduler.schedulers.asyncio, watchdog.observers, sqlite3, asyncio"


def seconds(words: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True, env=environment())
    return time.perf_counter() - began


def first_picture(frame: Running) -> float:
    """From the start of the process until the picture's file is there, as a person sees it."""
    screen = frame.home / "screen.png"
    screen.unlink(missing_ok=True)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "artframe", "--home", str(frame.home), "run", "--headless"],
        env=environment(),
        stderr=subprocess.DEVNULL,
    )
    while not screen.exists():
        time.sleep(0.002)
    taken = time.perf_counter() - began
    process.terminate()
    process.wait()
    return taken


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Simulator(Path(folder) / "immich") as server:
        user = server.add_user("Ada", "ada@example.com", "secret")
        photos = [server.add_asset(user, jpeg((90, 120, n), (6000, 4000), n), f"{n}.jpg") for n in range(3)]
        frame = Running(Path(folder) / "home")
        frame.configure(
            "family",
            immich_url=server.url,
            immich_api_key=server.create_key(user),
            album_id=server.create_album(user, "Album", photos),
        )
        frame.start()
        frame.wait_for_photos(3)
        frame.stop()
        server.stop()
        starts = [first_picture(frame) for _ in range(RUNS)]
        floor = [seconds([sys.executable, "-c", LIBRARIES]) for _ in range(RUNS)]
        frame.start()
        frame.wait_for_photo()
        ask = []
        for _ in range(RUNS):
            began = time.perf_counter()
            artframe("status", home=frame.home)
            ask.append(time.perf_counter() - began)
        bare = [seconds([sys.executable, "-c", "import socket, json, argparse, pathlib"]) for _ in range(RUNS)]
        frame.stop()
    for name, ours, baseline, limit in (
        ("process start to first local picture (24 MP, server away)", starts, floor, 2.5),
        ("artframe status", ask, bare, 0.3),
    ):
        our, base = statistics.median(ours), statistics.median(baseline)
        verdict = "ok" if our <= limit else "MISSED"
        print(f"{name}: {our * 1000:.0f} ms (limit {limit * 1000:.0f}) {verdict}; bare {base * 1000:.0f} ms")


if __name__ == "__main__":
    main()
