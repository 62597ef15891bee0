"""How long does it take to choose the next photo among 100,000 and to mark it as shown?

    python -m tests.bench.playlist [--photos 100000] [--rounds 300]

Baseline: the bare commit of one row of the same size to a table of its own in the same database, through the same
writer thread. Wall time, medians; the goal is under 1 ms for choosing and marking together.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from artframe.core.clock import SystemClock
from artframe.display.playlist import Playlist, Slide
from artframe.library.database import Connection, Database
from artframe.library.entry import microseconds, new_shuffle_key, to_json
from artframe.library.photo import Photo
from artframe.plugin import Selection

GOAL_MS = 1.0
SELECTIONS: tuple[Selection, ...] = ("random", "sequential", "newest", "oldest")


def fill(database: Database, photos: int) -> None:
    now = microseconds(SystemClock().now())

    def work(connection: Connection) -> None:
        connection.execute("INSERT INTO sources (instance, folder) VALUES ('family', '/nowhere')")
        for number in range(photos):
            photo = Photo(
                id=f"{number:08x}-1111-4111-8111-111111111111",
                name=f"IMG_{number}.jpg",
                version=f"original:{number:040x}",
                sha1=f"{number:040x}",
                size=2_000_000,
                caption="a caption of some length, as people write them",
                place="Paris, France",
                group="Summer",
            )
            connection.execute(
                "INSERT INTO photos (source, id, listed, version, sha1, size, moment, file_name, local_version,"
                " local_sha1, bytes, mtime_ns, fetched_at, round, shuffle_key)"
                " VALUES ('family', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?)",
                (photo.id, to_json(photo), photo.version, photo.sha1, photo.size, now - number * 60_000_000, photo.name,
                 photo.version, photo.sha1, photo.size, now, new_shuffle_key()),
            )  # fmt: skip
        connection.execute("CREATE TABLE bare (number INTEGER, text TEXT)")

    database.change(work)


def timed(work: object, rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()  # type: ignore[operator]
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=300)
    arguments = parser.parse_args()
    print(" ".join(["python -m tests.bench.playlist", *sys.argv[1:]]))
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "library.db")
        fill(database, arguments.photos)
        text = "x" * 200
        bare = timed(
            lambda: database.change(lambda connection: connection.execute("INSERT INTO bare VALUES (1, ?)", (text,))),
            arguments.rounds,
        )
        print(f"baseline, a bare commit of one row: {bare:.3f} ms")
        for selection in SELECTIONS:
            playlist = Playlist(database, SystemClock())
            playlist.set_sources({"family": selection})
            ahead = [playlist.next(), playlist.next()]

            def once(playlist: Playlist = playlist, ahead: list[Slide | None] = ahead) -> None:
                slide = playlist.next()
                assert slide is not None
                ahead.append(slide)
                due = ahead.pop(0)
                assert due is not None
                playlist.shown(due)

            ours = timed(once, arguments.rounds)
            worst = max(worst, ours)
            print(f"{selection}: chosen and marked in {ours:.3f} ms, {ours / bare:.1f}x of the bare commit")
        database.close()
    print(f"goal under {GOAL_MS} ms: {'reached' if worst < GOAL_MS else 'MISSED'} ({worst:.3f} ms)")
    return 0 if worst < GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
