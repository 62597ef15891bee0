"""What does folder sync cost with 100,000 files: the first look, one without changes, 10,000 deletions in Immich?

    python -m tests.bench.folder_sync [--files 100000] [--kilobytes 120] [--deletions 10000]

Baseline of the first run: ``sha1sum`` over the same files with as many processes as we have threads, everything in the
page cache for both. The server is the embedded Immich in a process of its own; it holds all the files already, as after
an earlier upload, so the first run hashes, asks and links. Ours runs in a fresh process, whose memory is its alone.
The first scan is that part of the first run which looks through the folder and reads it; the run also lists Immich,
asks for each content, and writes down the links. Goals: first scan at least 0.7x of sha1sum; second run under 5 s and
no request beyond paging; 150 MB; 10,000 deletions in under 60 s.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from artframe.core.clock import SystemClock
from artframe.core.task import Task
from artframe.immich import Immich
from artframe.immich.simulator import KnownFile
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.pair import Pair
from artframe_folder_sync.records import DownloadRule, PairConfig
from artframe_folder_sync.renderings import plain
from artframe_folder_sync.run.local import Local
from tests.bench.immich_process import ImmichProcess, fill

PERMISSIONS = (
    *("asset.upload", "asset.read", "asset.delete", "asset.copy", "asset.download", "asset.update", "user.read"),
    *("album.read", "album.create", "albumAsset.create", "albumAsset.delete", "stack.create", "person.read"),
)
THREADS = 2
SETTLED = datetime(2026, 1, 1, tzinfo=UTC)


def make_files(root: Path, count: int, size: int) -> list[KnownFile]:
    """Different bytes in every file, 500 files to a folder."""
    noise, known = os.urandom(size), []
    for number in range(count):
        folder = root / f"{number // 500:04d}"
        if number % 500 == 0:
            folder.mkdir(parents=True)
        content = number.to_bytes(8, "big") + noise[8:]
        path = folder / f"IMG_{number:06d}.jpg"
        path.write_bytes(content)
        os.utime(path, (SETTLED.timestamp() + number, SETTLED.timestamp() + number))
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        known.append(KnownFile(name=path.name, sha1=sha1, size=size, taken_at=SETTLED + timedelta(seconds=number)))
    return known


def sha1sum(root: Path) -> float:
    """Seconds that sha1sum takes for all of them."""
    start = time.perf_counter()
    subprocess.run(
        f"find {root} -name '*.jpg' -print0 | xargs -0 -P {THREADS} -n 250 sha1sum > /dev/null", shell=True, check=True
    )
    return time.perf_counter() - start


class Ours:
    """A pair in a process of its own, which runs when it is told to and says how long that took and what it holds."""

    def __init__(self, root: Path, state: Path, server: ImmichProcess, user: str, key: str, **options: Any) -> None:
        words = json.dumps([str(root), str(state), server.url, user, key, options])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.folder_sync", "--child", words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, word: str = "run") -> dict[str, Any]:
        """``run``, or one of the other words of ``child``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate()


def memory(what: str) -> float:
    """MB of this process, by the kernel's name for it (VmRSS, VmHWM)."""
    found = re.search(rf"{what}:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) / 1000 if found else 0.0


def timed(work: Callable[..., Any], into: list[float]) -> Callable[..., Any]:
    """The same, and its seconds added to ``into``."""

    def measured(*args: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return work(*args, **options)
        finally:
            into[0] += time.perf_counter() - start

    return measured


def child(root: str, state: str, url: str, user: str, key: str, options: dict[str, Any]) -> None:
    """The process of ``Ours``."""
    everything = DownloadRule(enabled=options.pop("download_everything", False), reserve_bytes=0)
    config = PairConfig(
        folder=Path(root),
        server=url,
        user_id=user,
        key_digest="bench",
        hash_threads=THREADS,
        download=everything,
        **options,
    )
    clock = SystemClock()
    scanning = [0.0]
    Local.look = timed(Local.look, scanning)  # type: ignore[method-assign]
    Local.read = timed(Local.read, scanning)  # type: ignore[method-assign]
    Path(state).mkdir(exist_ok=True)
    with Immich(url, key) as client:
        pair = Pair(config, client, Disk(Path(root)), clock, Journal(Path(state) / "journal.jsonl", clock), Path(state))
        for word in map(str.strip, sys.stdin):
            scanning[0], start, cpu = 0.0, time.perf_counter(), time.process_time()
            if word in ("confirm", "plan"):
                # What the page shows of it, and the button there.
                for held in pair.held():
                    pair.confirm(held.side, held.digest)
            report = pair.run(Task(), full=True, dry=word == "plan")
            if word == "plan":
                len(json.dumps(plain(report.as_json())))
            took, cpu = time.perf_counter() - start, time.process_time() - cpu
            done = {kind.value: count for kind, count in report.done.items() if count}
            said = [*report.notes, *(f"{one.path}: {one.reason}" for one in report.troubles[:3])]
            held = [f"{one.side} {one.count}: {one.reason}" for one in report.held]
            told = {
                "seconds": took,
                "cpu": cpu,
                "scan": scanning[0],
                "done": done,
                "tracked": report.tracked,
                "said": said + held,
            }
            print(json.dumps({**told, "peak": memory("VmHWM")}), flush=True)
        pair.close()


def verdict(text: str, *, good: bool) -> bool:
    print(f"{text}: {'reached' if good else 'MISSED'}", flush=True)
    return good


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--kilobytes", type=int, default=120)
    parser.add_argument("--deletions", type=int, default=10_000)
    parser.add_argument("--child", type=json.loads)
    arguments = parser.parse_args()
    if arguments.child:
        child(*arguments.child)
        return 0
    print(" ".join(["python -m tests.bench.folder_sync", *sys.argv[1:]]))
    good = []
    with tempfile.TemporaryDirectory() as place:
        base = Path(place)
        root = base / "folder"
        known = make_files(root, arguments.files, arguments.kilobytes * 1000)
        user, key, ids = fill(base / "server", known, PERMISSIONS)
        with ImmichProcess(base / "server") as server:
            sha1sum(root)  # the files come into the page cache
            plain = sha1sum(root)
            ours = Ours(root, base / "state", server, user, key, max_deletions=10**6)
            first = ours.run()
            assert first["tracked"] == arguments.files, first
            share = plain / first["scan"]
            print(f"sha1sum: {plain:.1f} s   first run: {first['seconds']:.1f} s   {first['said'] or ''}")
            text = f"first scan {first['scan']:.1f} s, {share:.2f}x of sha1sum's speed, goal 0.7x"
            good.append(verdict(text, good=share >= 0.7))
            server.ask("requests")
            second = ours.run()
            asked = server.ask("requests")
            others = [one for one in asked if "search/metadata" not in one]
            text = f"second run: {second['seconds']:.1f} s (CPU {second['cpu']:.1f} s), {len(asked)} requests"
            text += f", beyond paging: {others}"
            good.append(verdict(f"{text}, goal 5 s", good=second["seconds"] < 5))
            assert not second["done"], second
            ours.close()
            # A process of its own again: the peak is that of a run that changes much.
            ours = Ours(root, base / "state", server, user, key, max_deletions=10**6)
            server.ask("trash", ids[: arguments.deletions])
            trashed = ours.run()
            text = f"{arguments.deletions} trashed in Immich, applied: {trashed['seconds']:.1f} s, {trashed['done']}"
            good.append(verdict(f"{text}, goal 60 s", good=trashed["seconds"] < 60 and bool(trashed["done"])))
            server.ask("purge", ids[arguments.deletions : 2 * arguments.deletions])
            purged = ours.run()
            text = f"{arguments.deletions} deleted for good there, applied: {purged['seconds']:.1f} s, {purged['done']}"
            good.append(verdict(f"{text}, goal 60 s", good=purged["seconds"] < 60 and bool(purged["done"])))
            peak = max(first["peak"], second["peak"], trashed["peak"], purged["peak"])
            good.append(verdict(f"memory at most {peak:.0f} MB, goal 150 MB", good=peak < 150))
            ours.close()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
