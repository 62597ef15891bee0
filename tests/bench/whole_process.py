"""How much memory does the whole frame take at its peak, showing 24 and 48 MP photos on a 1080p screen during a sync?

    python -m tests.bench.whole_process [--photos 24] [--shown 20]

VmHWM of a fresh ``artframe run`` with the screen panel (SDL's dummy driver without a display), crossfades, the album
plugin, an embedded Immich in another process, and the sync fetching all the while. Baseline: the same process just
after its start, showing the card.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.display_photos import photo
from tests.frame.running import Running, environment, eventually

SERVER = """
import sys, itertools
from pathlib import Path
from artframe.immich.simulator import Simulator
folder, count, *files = sys.argv[1:]
with Simulator(Path(folder)) as server:
    user = server.add_user("Ada", "ada@example.com", "secret")
    ids = []
    for number, file in zip(range(int(count)), itertools.cycle(files)):
        data = Path(file).read_bytes()
        cut = data[:-2] + b"\\xff\\xfe\\x00\\x06%04d" % number + data[-2:]
        ids.append(server.add_asset(user, cut, f"IMG_{number}.jpg"))
    server.faults.slow(6_000_000, path="/api/assets/*/original")
    print(server.url, server.create_key(user), server.create_album(user, "Album", ids), flush=True)
    sys.stdin.read()
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=24)
    parser.add_argument("--shown", type=int, default=20)
    wanted = parser.parse_args()
    files = [str(photo(name)) for name in ("24 MP", "48 MP")]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, folder, str(wanted.photos), *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )
        assert server.stdout is not None
        url, key, album = server.stdout.readline().decode().split()
        frame = Running(Path(folder) / "home")
        display = {"panel": "screen", "interval_seconds": 1, "transition_seconds": 1.0, "show_date": True}
        frame.write("frame.json", {"display": display})
        display_server = os.environ.get("DISPLAY")
        screen = {"DISPLAY": display_server} if display_server else {"SDL_VIDEODRIVER": "dummy"}
        frame.start(("--window", "1920x1080"), **screen)
        before = memory(frame)
        frame.configure("family", immich_url=url, immich_api_key=key, album_id=album)
        frame.wait_for_photo()
        during = 0
        for _ in range(wanted.shown):
            frame.result("photo", "next")
            during += bool(frame.status()["jobs_running"])
        after = memory(frame)
        eventually(lambda: frame.status()["photos"] == wanted.photos, "all photos are here", 120)
        end = memory(frame)
        frame.stop()
        server.kill()
    print(f"after the start {before['peak']:.0f} MB; {wanted.shown} photos shown, {during} of them during the sync")
    verdict = "ok" if end["peak"] < 150 else "MISSED"
    print(f"peak (VmHWM) {after['peak']:.0f} MB, at the end {end['peak']:.0f} MB (limit 150) {verdict}")


def memory(frame: Running) -> dict[str, Any]:
    found: dict[str, Any] = frame.result("diagnostics")["machine"]["memory_mb"]
    return found


if __name__ == "__main__":
    main()
