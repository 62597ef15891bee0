"""What memory does folder sync need at its worst: the first download, the first upload, and many deletions?

    python -m tests.bench.folder_sync_memory [--files 100000] [--deletions 10000] [--only download upload]

VmHWM of a fresh process with one pair, for each of them; the server is the embedded Immich in a process of its own.
``download``: so many new photos of Immich are counted, held for a word, shown by ``plan``, and brought down when it is
given. ``upload``: so many small files, half of them in one folder, are sent to an empty Immich; then ``--deletions`` of
them are deleted in the folder, held, and moved to Immich's trash when a word is given. Goal: 150 MB.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from artframe.immich.simulator import Simulator
from tests.bench.folder_sync import PERMISSIONS, Ours, make_files, verdict
from tests.bench.immich_process import ImmichProcess, fill

GOAL = 150


def told(what: str, answer: dict[str, Any]) -> bool:
    """One line about a run."""
    facts = f"{answer['done']} in {answer['seconds']:.0f} s (CPU {answer['cpu']:.0f} s) {answer['said'][:2] or ''}"
    return verdict(f"{what}: {answer['peak']:.0f} MB, goal {GOAL} MB; {facts}", good=answer["peak"] < GOAL)


def download(base: Path, count: int) -> bool:
    """Photos that are only in Immich."""
    with Simulator(base / "server") as simulator:
        user = simulator.add_user("Bench", "bench@example.com", "password")
        key = simulator.create_key(user, PERMISSIONS)
        simulator.add_assets_in_bulk(user, count, data=b"a photo that is no picture")
    (base / "folder").mkdir()
    good = []
    with ImmichProcess(base / "server") as server:
        for what, word in (
            ("the first download, counted and held", "run"),
            ("the same, shown by plan", "plan"),
            ("the same, brought down", "confirm"),
            ("a run when all are there", "run"),
        ):
            ours = Ours(base / "folder", base / "state", server, user, key, download_everything=True)
            good.append(told(what, ours.run(word)))
            ours.close()
    return all(good)


def upload(base: Path, count: int, deletions: int) -> bool:
    """Files that are only in the folder; then some of them are deleted there."""
    root = base / "folder"
    make_files(root / "many folders", count // 2, 1000)
    make_files(root / "one", count - count // 2, 1000)
    flat = root / "flat"
    flat.mkdir()
    for path in (root / "one").rglob("*.jpg"):
        path.rename(flat / path.name)
    user, key, _ = fill(base / "server", [], PERMISSIONS)
    good = []
    with ImmichProcess(base / "server") as server:
        ours = Ours(root, base / "state", server, user, key)
        good.append(told("the first upload", ours.run()))
        ours.close()
        if deletions:
            for path in sorted(root.rglob("*.jpg"))[:deletions]:
                path.unlink()
            ours = Ours(root, base / "state", server, user, key, delete_grace_seconds=0, max_deletions_percent=1.0)
            ours.run()
            good.append(told("deletions in the folder, held", ours.run()))
            ours.close()
            ours = Ours(root, base / "state", server, user, key, delete_grace_seconds=0, max_deletions_percent=1.0)
            good.append(told("the same, carried out", ours.run("confirm")))
            ours.close()
    return all(good)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--deletions", type=int, default=10_000)
    parser.add_argument("--only", nargs="*", default=["download", "upload"])
    arguments = parser.parse_args()
    print(" ".join(["python -m tests.bench.folder_sync_memory", *sys.argv[1:]]))
    good = []
    if "download" in arguments.only:
        with tempfile.TemporaryDirectory() as place:
            good.append(download(Path(place), arguments.files))
    if "upload" in arguments.only:
        with tempfile.TemporaryDirectory() as place:
            good.append(upload(Path(place), arguments.files, arguments.deletions))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
