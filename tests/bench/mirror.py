"""How fast does the mirror fetch 1,000 photos of 2 MB, and what does a second sync with nothing new cost?

    python -m tests.bench.mirror [--photos 1000] [--megabytes 2] [--rounds 3]

Baseline: ``curl --parallel`` with the same number of connections against the same server (the embedded Immich, in a
process of its own), writing the same files to the same disk. Ours verifies each SHA-1, syncs each file to the disk and
commits it. Wall time, medians, the ways taking turns. Goals: at least 0.8x of curl's speed; a second sync asks at most
ceil(n / 1000) + 2 questions.
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from artframe.core.clock import SystemClock
from artframe.core.task import Task
from artframe.immich.simulator import Simulator
from artframe.library.database import Database
from artframe.library.library import Library
from artframe.library.mirror import Mirror
from artframe.library.report import SyncReport
from artframe.library.space import Limits
from artframe_immich import ImmichAlbum, ImmichSettings

CONNECTIONS = 4
GOAL = 0.8
PERMISSIONS = ("album.read", "asset.read", "asset.download", "asset.view")


class Bystander:
    """The frame of a plugin that is alone."""

    instance, kind, panel_size = "bench", "immich", (1920, 1080)
    clock = SystemClock()

    def __init__(self, home: Path, database: Database) -> None:
        self.data_dir = home / "plugins" / "immich" / "bench"
        self.library = Library(database)

    def problem(self, *_: str) -> None: ...
    def clear_problem(self, _: str) -> None: ...


class Ours:
    """A mirror with the album plugin, in a folder of its own."""

    def __init__(self, home: Path, url: str, key: str) -> None:
        self.database = Database(home / "state" / "library.db")
        self.plugin = ImmichAlbum()
        self.plugin.settings = ImmichSettings.model_validate({"immich_url": url, "immich_api_key": key})
        self.plugin.frame = Bystander(home, self.database)  # type: ignore[assignment]
        self.plugin.log = logging.LoggerAdapter(logging.getLogger("bench"))
        self.mirror = Mirror(
            instance="bench", folder=self.plugin.frame.data_dir / "photos", database=self.database,
            clock=SystemClock(), publish=lambda event: None, limits=Limits(downloads=CONNECTIONS),
        )  # fmt: skip
        self.plugin.start()

    def sync(self) -> SyncReport:
        return self.mirror.sync(self.plugin, Task())

    def close(self) -> None:
        self.plugin.stop()
        self.database.close()


def serve(folder: Path, photos: int, size: int) -> tuple[subprocess.Popen[str], str, str, list[str]]:
    """An embedded Immich of its own process, filled; returns it, its address, a key and the ids."""
    with Simulator(folder) as simulator:
        user = simulator.add_user("Bench", "bench@example.com", "password")
        key = simulator.create_key(user, PERMISSIONS)
        noise = os.urandom(size)
        ids = [
            simulator.add_asset(user, number.to_bytes(8, "big") + noise[8:], f"IMG_{number}.jpg")
            for number in range(photos)
        ]
    script = (
        "import sys, pathlib; from artframe.immich.simulator import Simulator;"
        "s = Simulator(pathlib.Path(sys.argv[1])).start(); print(s.url, flush=True); sys.stdin.read(); s.stop()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip(), key, ids


def with_curl(folder: Path, url: str, key: str, ids: list[str]) -> None:
    """Fetch all originals with curl."""
    folder.mkdir()
    config = "".join(f'url = "{url}/api/assets/{one}/original"\noutput = "{folder / one}"\n' for one in ids)
    subprocess.run(
        ["curl", "--silent", "--fail", "--parallel", "--parallel-max", str(CONNECTIONS), "-H", f"x-api-key: {key}",
         "--config", "-"],
        input=config, text=True, check=True,
    )  # fmt: skip
    assert len(list(folder.iterdir())) == len(ids)


def durable(folder: Path, url: str, key: str, ids: list[str]) -> None:
    """Fetch all originals with curl, and have them on the disk."""
    with_curl(folder, url, key, ids)
    os.sync()


def seconds(work: Callable[[], Any]) -> float:
    os.sync()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def count_requests(root: Path, server: Path, photos: int) -> int:
    """What a second sync with nothing new asks: counted by the server itself, in this process."""
    with Simulator(server) as simulator:
        user = simulator.user_id("bench@example.com")
        assert user is not None
        ours = Ours(root / "count", simulator.url, simulator.create_key(user, PERMISSIONS))
        ours.sync()
        simulator.requests.clear()
        report = ours.sync()
        assert report.kept == photos, report
        count = len(simulator.requests)
        ours.close()
    return count


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--megabytes", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if shutil.which("curl") is None:
        print("curl is not installed, so there is no baseline; nothing was measured")
        return 1
    print(" ".join(["python -m tests.bench.mirror", *sys.argv[1:]]))
    size = int(arguments.megabytes * 1_000_000)
    curl_times, durable_times, our_times = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        process, url, key, ids = serve(root / "server", arguments.photos, size)
        try:
            for number in range(arguments.rounds):
                target = root / f"curl-{number}"
                curl_times.append(seconds(lambda target=target: with_curl(target, url, key, ids)))  # type: ignore[misc]
                shutil.rmtree(target)
                durable_times.append(seconds(lambda target=target: durable(target, url, key, ids)))  # type: ignore[misc]
                shutil.rmtree(target)
                home = root / f"ours-{number}"
                ours = Ours(home, url, key)
                our_times.append(seconds(ours.sync))
                assert ours.mirror.summary().kept == arguments.photos
                ours.close()
                shutil.rmtree(home)
        finally:
            process.communicate()
        requests = count_requests(root, root / "server", arguments.photos)
    curl, own = statistics.median(curl_times), statistics.median(our_times)
    total = size * arguments.photos / 1_000_000
    allowed = math.ceil(arguments.photos / 1000) + 2
    print(f"curl --parallel: {curl:.2f} s ({total / curl:.0f} MB/s)   ours: {own:.2f} s ({total / own:.0f} MB/s)")
    synced = statistics.median(durable_times)
    print(f"curl and then sync(1), which is what ours promises: {synced:.2f} s; ours is {synced / own:.2f}x as fast")
    print(f"ours is {curl / own:.2f}x as fast, goal {GOAL}x: {'reached' if curl / own >= GOAL else 'MISSED'}")
    print(f"second sync: {requests} requests, goal {allowed}: {'reached' if requests <= allowed else 'MISSED'}")
    return 0 if curl / own >= GOAL and requests <= allowed else 1


if __name__ == "__main__":
    sys.exit(main())
