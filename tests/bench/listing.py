"""How much memory does it take to list 100,000 assets and to compare them with what is here?

    python -m tests.bench.listing [--assets 100000]

Measured in a fresh process: VmRSS after the client, plugin and database are there, against VmHWM after a whole sync's
listing (nothing is downloaded: a floor larger than the disk leaves no room). Baseline: the same ids as a Python list.
Goal: growth under 60 MB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from artframe.core.task import Task
from artframe.immich.simulator import Simulator
from artframe.library.space import Limits
from tests.bench.mirror import PERMISSIONS, Ours

GOAL_MB = 60.0


def memory(name: str) -> float:
    """A line of /proc/self/status in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


def child(home: Path, url: str, key: str) -> None:
    """List once, in this process; prints what it took."""
    ours = Ours(home, url, key)
    ours.mirror.limits = Limits(downloads=4, min_free_bytes=1 << 60)
    before = memory("VmRSS")
    start = time.perf_counter()
    report = ours.mirror.sync(ours.plugin, Task())
    took = time.perf_counter() - start
    growth = memory("VmHWM") - before
    listed = report.no_room + report.skipped
    start = time.perf_counter()
    ids = [local.photo.id for local in ours.plugin.frame.library.photos()]
    again = time.perf_counter() - start
    ours.close()
    print(f"{listed} {growth:.1f} {took:.1f} {len(ids)} {again:.1f}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        home, url, key = arguments.child
        child(Path(home), url, key)
        return 0
    print(" ".join(["python -m tests.bench.listing", *sys.argv[1:]]))
    before = memory("VmRSS")
    ids = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(arguments.assets)]
    baseline = memory("VmRSS") - before
    del ids
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with Simulator(root / "server") as simulator:
            user = simulator.add_user("Bench", "bench@example.com", "password")
            simulator.add_assets_in_bulk(user, arguments.assets)
            key = simulator.create_key(user, PERMISSIONS)
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.listing", "--child", str(root / "home"), simulator.url, key],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
    listed, growth, took, *_ = done.stdout.split()
    print(f"{listed} of {arguments.assets} photos listed and written down in {took} s")
    print(f"memory growth {growth} MB; baseline, the bare ids: {baseline:.1f} MB")
    reached = float(growth) < GOAL_MB and int(listed) == arguments.assets
    print(f"goal under {GOAL_MB:.0f} MB: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
