"""How fast does the client of Immich upload 2,000 files of 1 MB, and how much memory does a file of 1 GiB take?

    python -m tests.bench.uploads [--files 2000] [--megabytes 1] [--rounds 3] [--gigabytes 1]

Baseline: ``curl --parallel`` with the same number of connections, sending the same files to the same server (the
embedded Immich, in a process of its own), each round to a user of its own, the ways taking turns. Ours computes each
SHA-1 while it sends and has the server confirm it, a hundred at a time; the way that confirms each file by itself is
measured, too. Wall time, medians. Goals: at least 0.8x of curl's speed; a growth of VmHWM under 20 MB for the large
file, in a fresh process.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from artframe.immich import Immich, Particulars, Upload
from tests.bench.listing import memory

CONNECTIONS = 4
AT_ONCE = 100
GOAL = 0.8
GOAL_MB = 20.0
WHEN = datetime(2024, 2, 29, 12, tzinfo=UTC)
SERVER = (
    "import sys, pathlib; from artframe.immich.simulator import Simulator\n"
    "with Simulator(pathlib.Path(sys.argv[1])) as s:\n"
    "    print(s.url, flush=True)\n"
    "    for number, _ in enumerate(sys.stdin):\n"
    "        print(s.create_key(s.add_user('B', f'b{number}@example.com', 'pw')), flush=True)\n"
)
Send = Callable[[str, str, Sequence[Path]], None]


class Server:
    """An embedded Immich of its own process."""

    def __init__(self, stdin: IO[str], stdout: IO[str], folder: Path) -> None:
        self._stdin, self._stdout, self._folder = stdin, stdout, folder
        self.url = stdout.readline().strip()

    def key(self) -> str:
        """The key of a new user, after everything that was uploaded before is off the disk."""
        shutil.rmtree(self._folder / "media", ignore_errors=True)
        self._stdin.write("\n")
        self._stdin.flush()
        return self._stdout.readline().strip()


@contextmanager
def serve(folder: Path) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Server(process.stdin, process.stdout, folder)
    finally:
        process.communicate()


def with_curl(url: str, key: str, files: Sequence[Path]) -> None:
    """Send all files with curl."""
    when = WHEN.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    fields = {"deviceAssetId": "a", "deviceId": "b", "fileCreatedAt": when, "fileModifiedAt": when}
    form = "".join(f'form = "{name}={value}"\n' for name, value in fields.items())
    each = [
        f'url = "{url}/api/assets"\nheader = "x-api-key: {key}"\noutput = "/dev/null"\nfail\n{form}'
        f'form = "assetData=@{file};filename=IMG.jpg"\n'
        for file in files
    ]
    subprocess.run(
        ["curl", "--silent", "--no-progress-meter", "--parallel", "--parallel-max", str(CONNECTIONS), "--config", "-"],
        input="next\n".join(each), text=True, check=True,
    )  # fmt: skip


def in_batches(url: str, key: str, files: Sequence[Path]) -> None:
    """As folder sync does it: send, and confirm a hundred with one request."""
    with Immich(url, key, connections=CONNECTIONS) as client, ThreadPoolExecutor(CONNECTIONS) as pool:
        sending = pool.map(lambda file: client.send_upload(file, particulars(file)), files)
        while batch := list(itertools.islice(sending, AT_ONCE)):
            assert all(isinstance(one, Upload) for one in client.confirm_uploads(batch))


def one_by_one(url: str, key: str, files: Sequence[Path]) -> None:
    """Each file confirmed by a request of its own."""
    with Immich(url, key, connections=CONNECTIONS) as client, ThreadPoolExecutor(CONNECTIONS) as pool:
        uploads = pool.map(
            lambda file: client.upload(file, file_name=f"{file.name}.jpg", created_at=WHEN, modified_at=WHEN), files
        )
        assert all(not upload.in_trash for upload in uploads)


def particulars(file: Path) -> Particulars:
    return Particulars(file_name=f"{file.name}.jpg", created_at=WHEN, modified_at=WHEN)


def child(url: str, key: str, file: Path) -> None:
    """Upload one large file, in this process; prints what it took."""
    with Immich(url, key) as client:
        client.me()
        before = memory("VmRSS")
        start = time.perf_counter()
        client.upload(file, file_name="large.mp4", created_at=WHEN, modified_at=WHEN)
        print(f"{memory('VmHWM') - before:.1f} {time.perf_counter() - start:.1f}")


def seconds(send: Send, server: Server, files: Sequence[Path]) -> float:
    key = server.key()
    os.sync()
    start = time.perf_counter()
    send(server.url, key, files)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        url, key, file = arguments.child
        child(url, key, Path(file))
        return 0
    if shutil.which("curl") is None:
        print("curl is not installed, so there is no baseline; nothing was measured")
        return 1
    print(" ".join(["python -m tests.bench.uploads", *sys.argv[1:]]))
    size = int(arguments.megabytes * 1_000_000)
    ways: dict[Send, list[float]] = {with_curl: [], in_batches: [], one_by_one: []}
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / "server") as server:
        files = [Path(folder) / f"file-{number:05}" for number in range(arguments.files)]
        noise = os.urandom(size)
        for number, file in enumerate(files):
            file.write_bytes(number.to_bytes(8, "big") + noise[8:])
        for _ in range(arguments.rounds):
            for send, times in ways.items():
                times.append(seconds(send, server, files))
        large = Path(folder) / "large"
        with large.open("wb") as out:
            for _ in range(int(arguments.gigabytes * 1024)):
                out.write(os.urandom(1 << 20))
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.uploads", "--child", server.url, server.key(), str(large)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    curl, batches, singly = (statistics.median(times) for times in ways.values())
    total = size * arguments.files / 1_000_000
    print(f"curl --parallel: {curl:.2f} s ({total / curl:.0f} MB/s)")
    print(f"ours, confirmed by the hundred: {batches:.2f} s ({total / batches:.0f} MB/s); one by one: {singly:.2f} s")
    fast = curl / batches >= GOAL
    print(f"ours is {curl / batches:.2f}x as fast, goal {GOAL}x: {'reached' if fast else 'MISSED'}")
    growth, took = map(float, done.stdout.split())
    small = growth < GOAL_MB
    print(
        f"{arguments.gigabytes:g} GiB in {took:.1f} s: memory grows by {growth} MB, goal {GOAL_MB:.0f} MB: "
        f"{'reached' if small else 'MISSED'}"
    )
    return 0 if fast and small else 1


if __name__ == "__main__":
    sys.exit(main())
