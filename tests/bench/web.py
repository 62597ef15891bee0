"""What does the web page cost, how soon does it answer, and does the fade stay smooth while it is attacked?

    python -m tests.bench.web [--seconds 20] [--pages 100]

Real frames with the screen panel (SDL's dummy driver without a display), six photos of an embedded Immich, fades all
the time. Memory: of a quiet frame whose page is opened again and again, against one whose page is switched off
(medians of three each); and what its code takes in a process that has loaded the rest. First byte: of the page
after signing in, on one connection. The gap: between two frames of a fade, as the panel itself notes it, while another
process opens 1,000 idle connections, sends headers and bodies slowly, bodies that are too large and wrong passwords,
all at once and from many addresses of loopback; against the same frame left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import itertools
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.bench.web_attack import attack
from tests.frame.running import Running, environment, eventually, jpeg

PANEL = '''
import dataclasses, os, time
from artframe.display.layout import Size
from artframe.display.panels.screen import ScreenPanel

class Made(ScreenPanel):
    """The screen, noting when each frame of a fade was presented."""

    def __init__(self, options):
        super().__init__(dataclasses.replace(options, window=Size(1920, 1080)))

    def blend(self, old, new, fraction, badge=None):
        super().blend(old, new, fraction, badge)
        moment = time.monotonic()
        with open(os.environ["MOMENTS"], "a") as file:
            file.write(f"{moment:.4f}\\n")
'''
SERVER = """
import sys
from pathlib import Path
from artframe.immich.simulator import Simulator
with Simulator(Path(sys.argv[1])) as server:
    user = server.add_user("Ada", "ada@example.com", "secret-password")
    ids = [server.add_asset(user, Path(file).read_bytes(), Path(file).name) for file in sys.argv[2:]]
    print(server.url, server.create_key(user), server.create_album(user, "Album", ids), flush=True)
    sys.stdin.read()
"""
IMPORTS = """
import artframe.access.access, artframe.display.stage, artframe.host.entries, artframe.interfaces.control
import artframe.interfaces.feed, artframe.jobs.jobs, artframe.library.library, http.client, ssl
def resident():
    line = next(line for line in open("/proc/self/smaps_rollup") if line.startswith("Rss:"))
    return int(line.split()[1])
before = resident()
import artframe.interfaces.web.face
print((resident() - before) / 1024)
"""
FADE_SECONDS = 2.5
SAME_FADE = 0.5
"""Frames further apart than this belong to two fades."""
PASSWORD = "a long password"
PAGES = ("/", "/plugins", "/jobs", "/system")
ROUNDS = 3


class Bench:
    """A frame on a home of its own, showing photos of the server: fading all the time, or quiet for an hour."""

    def __init__(self, folder: Path, server: str, *, web: bool, fades: bool) -> None:
        self.frame = Running(folder / "home")
        self.moments = folder / "moments"
        display: dict[str, Any] = {"interval_seconds": 3600}
        if fades:
            self.frame.install("timed", PANEL, "artframe.panels")
            display = {"panel": "timed", "interval_seconds": 3, "transition_seconds": FADE_SECONDS}
        self.frame.write("frame.json", {"display": display, "web": {"enabled": web, "host": "127.0.0.1"}})
        url, key, album = server.split()
        self.frame.configure("family", immich_url=url, immich_api_key=key, album_id=album)
        screen = {"SDL_VIDEODRIVER": "dummy"}
        if os.environ.get("DISPLAY"):
            screen = {"DISPLAY": os.environ["DISPLAY"]}
        self.frame.start(() if fades else ("--headless",), MOMENTS=str(self.moments), **screen)
        self.frame.wait_for_photos(6)
        self.frame.wait_for_photo()
        if fades:
            eventually(self.moments.exists, "a fade has begun")

    @property
    def port(self) -> int:
        found = re.search(r"served at http://127\.0\.0\.1:(\d+)", self.frame.output)
        assert found is not None, self.frame.output
        return int(found[1])

    def resident(self) -> float:
        """MB, as the kernel counts them."""
        assert self.frame.process is not None
        return resident_kb(self.frame.process.pid) / 1024

    def gaps(self, since: float) -> list[float]:
        """Between frames of the same fade, sorted."""
        moments = [float(line) for line in self.moments.read_text().split()]
        pairs = itertools.pairwise(moments)
        return sorted(b - a for a, b in pairs if a >= since and b - a < SAME_FADE)


class Person:
    """Signs in with the pairing code and opens pages on one connection."""

    def __init__(self, bench: Bench) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", bench.port, timeout=30)
        code = bench.frame.result("pair")["code"]
        form = {"code": code, "name": "ada", "password": PASSWORD, "again": PASSWORD, "repeat": PASSWORD}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", "/pair", urlencode(form), headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert "Set-Cookie" in answer.headers, body.decode()
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]

    def open(self, path: str) -> float:
        """Seconds to the first byte of the page."""
        start = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Accept": "text/html"})
        answer = self.connection.getresponse()
        seconds = time.perf_counter() - start
        answer.read()
        assert answer.status == 200, (path, answer.status)
        return seconds


def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Rss:")).split()[1])


def memory(folder: Path, server: str, pages: int) -> None:
    found: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ROUNDS):
        for web in (True, False):
            quiet = Bench(folder / f"quiet-{number}-{web}", server, web=web, fades=False)
            try:
                if web:
                    person = Person(quiet)
                    for _ in range(pages):
                        for path in PAGES:
                            person.open(path)
                    person.connection.close()
                found[web].append(quiet.resident())
            finally:
                quiet.frame.stop()
    imports = subprocess.run(
        [sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True, env=environment()
    )
    used = statistics.median(found[True]) - statistics.median(found[False])
    code = float(imports.stdout)
    print(
        f"memory: {statistics.median(found[True]):.1f} MB with the page after {len(PAGES) * pages} page loads, "
        f"{statistics.median(found[False]):.1f} MB with it switched off ({used:+.1f}); its code, which both have "
        f"loaded, {code:.1f} MB: {used + code:.1f} MB in all (goal 12)"
    )


def first_byte(person: Person, pages: int) -> None:
    seconds = sorted(person.open("/") for _ in range(pages))
    print(
        f"first byte of the page: median {statistics.median(seconds) * 1e3:.1f} ms, "
        f"90 % {seconds[int(len(seconds) * 0.9)] * 1e3:.1f} ms (goal 50)"
    )


def attacked(bench: Bench, seconds: float) -> None:
    begun = time.monotonic()
    time.sleep(seconds)
    alone = bench.gaps(begun)
    begun = time.monotonic()
    done: dict[str, Any] = attack(bench.port, seconds)
    under = bench.gaps(begun)
    done_text = ", ".join(f"{count:,} {what}" for what, count in done.items())
    print(f"attack of {seconds:.0f} s: {done_text}")
    for name, gaps in (("left alone", alone), ("attacked", under)):
        print(
            f"  {name}: {len(gaps)} gaps between frames of fades, median {statistics.median(gaps) * 1e3:.1f} ms, "
            f"99 % {gaps[int(len(gaps) * 0.99)] * 1e3:.1f} ms, longest {gaps[-1] * 1e3:.1f} ms (goal 100)"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--pages", type=int, default=100)
    wanted = parser.parse_args()
    print(f"$ python -m tests.bench.web   # Python {sys.version.split()[0]}, {os.environ.get('DISPLAY') or 'dummy'}")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        files = []
        for number in range(6):
            file = folder / f"IMG_{number}.jpg"
            file.write_bytes(jpeg((40 * number, 120, 200 - 30 * number), (1920, 1080), number))
            files.append(str(file))
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(folder / "immich"), *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )
        stack.callback(server.kill)
        assert server.stdout is not None
        line = server.stdout.readline().decode()
        memory(folder, line, wanted.pages)
        on = Bench(folder / "attacked", line, web=True, fades=True)
        stack.callback(on.frame.kill)
        person = Person(on)
        first_byte(person, wanted.pages)
        attacked(on, wanted.seconds)
        person.connection.close()
        start = time.monotonic()
        on.frame.stop()
        print(f"the frame stopped in {time.monotonic() - start:.2f} s")


if __name__ == "__main__":
    main()
