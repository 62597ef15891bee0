"""How long is a new file in the folder before it is in Immich, beyond the settle time?

    python -m tests.bench.folder_sync_latency [--files 9] [--settle 2]

A real host with the plugin, real events of the kernel, the embedded Immich in a process of its own, 1,000 files in the
folder already. Baseline: one bare upload of the same file by the client. Goal: settle time + 2 s.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from artframe.host.states import State
from artframe.immich import Immich
from artframe.testing.host import PluginHost
from tests.bench.folder_sync import PERMISSIONS, make_files
from tests.bench.immich_process import ImmichProcess, fill

GOAL = 2.0
_PATIENCE = 60.0


def wait_for(server: ImmichProcess, user: str, count: int) -> float:
    """Seconds until the server has so many assets."""
    start = time.perf_counter()
    while server.ask("assets", user) < count:
        if time.perf_counter() - start > _PATIENCE:
            raise TimeoutError(f"waited {_PATIENCE:.0f} s in vain for asset {count}")
        time.sleep(0.02)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=9)
    parser.add_argument("--settle", type=float, default=2.0)
    arguments = parser.parse_args()
    print(" ".join(["python -m tests.bench.folder_sync_latency", *sys.argv[1:]]))
    waits, bare = [], []
    with tempfile.TemporaryDirectory() as place:
        base = Path(place)
        known = make_files(base / "folder", 1000, 10_000)
        user, key, ids = fill(base / "server", known, PERMISSIONS)
        with ImmichProcess(base / "server") as server, Immich(server.url, key) as client:
            host = PluginHost(base / "home")
            settings = {
                "immich_url": server.url,
                "api_keys": [key],
                "folders": [str(base / "folder")],
                "settle_seconds": arguments.settle,
            }
            host.configure("family", "folder_sync", settings)
            host.start()
            host.wait_for("family", State.RUNNING)
            host.witness.wait_until(lambda: bool(host.jobs.history.runs("family/folder")), "the first run", 120)
            count = len(ids)
            for number in range(arguments.files):
                content = os.urandom(2_000_000)
                (base / "folder" / f"new-{number}.jpg").write_bytes(content)
                count += 1
                waits.append(wait_for(server, user, count) - arguments.settle)
                file = base / "bare.jpg"
                file.write_bytes(os.urandom(2_000_000))
                moment = datetime.now(UTC)
                start = time.perf_counter()
                client.upload(file, file_name=f"bare-{number}.jpg", created_at=moment, modified_at=moment)
                bare.append(time.perf_counter() - start)
                count += 1
            host.stop()
    typical, worst = statistics.median(waits), max(waits)
    print(f"a bare upload: {statistics.median(bare):.2f} s")
    print(
        f"in Immich {typical:.2f} s after the settle time, at worst {worst:.2f} s, goal {GOAL} s: "
        f"{'reached' if worst <= GOAL else 'MISSED'}"
    )
    return 0 if worst <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
