"""How long does it take to learn what 100,000 assets in Immich are like, and what became of 10,000 of them?

    python -m tests.bench.remote [--assets 100000] [--gone 10000] [--generation 3.0]

The embedded Immich runs in a process of its own; ours is a fresh process, too. Baseline of the listing: the same pages
fetched with ``curl`` one after the other over one connection, and thrown away. Goals, shares of folder sync's own: a
listing of all visibilities under 4 s with no request beyond the pages, its memory growth under 20 MB; 10,000 assets
that were deleted for good found out in under 40 s, their pause of 5 s between two looks included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from artframe.immich import AssetState, Immich
from tests.bench.listing import memory

GOAL_LISTING, GOAL_STATES, GOAL_MB = 4.0, 40.0, 20.0
VISIBILITIES = ("timeline", "archive", "hidden")
SERVER = """
import hashlib, json, pathlib, sys
from datetime import UTC, datetime, timedelta
from artframe.immich.simulator import KnownFile, Simulator
folder, generation, count, gone = sys.argv[1:]
start, sha1s = datetime(2015, 1, 1, tzinfo=UTC), [hashlib.sha1(b"%d" % n).hexdigest() for n in range(int(count))]
files = [
    KnownFile(name=f"IMG_{n}.jpg", sha1=sha1, size=n, taken_at=start + timedelta(minutes=n))
    for n, sha1 in enumerate(sha1s)
]
with Simulator(pathlib.Path(folder), generation) as s:
    user = s.add_user("Bench", "bench@example.com", "password")
    ids = s.add_known_assets(user, files)
    print(s.url, s.create_key(user), flush=True)
    sys.stdin.readline()
    print(len(s.requests), flush=True)
    sys.stdin.readline()
    with s.site.store.writing() as database:
        database.execute("DELETE FROM asset WHERE row <= ?", (int(gone),))
    print(json.dumps(dict(zip(ids[: int(gone)], sha1s))), flush=True)
    sys.stdin.readline()
"""


def with_curl(url: str, key: str, pages: int) -> float:
    """Fetch the pages and throw them away; the seconds."""
    each = [
        f'url = "{url}/api/search/metadata"\nheader = "x-api-key: {key}"\nheader = "Content-Type: application/json"\n'
        f'output = "/dev/null"\ncompressed\nfail\ndata = "{_escaped(page)}"\n'
        for page in range(1, pages + 1)
    ]
    start = time.perf_counter()
    subprocess.run(["curl", "--silent", "--config", "-"], input="next\n".join(each), text=True, check=True)
    return time.perf_counter() - start


def _escaped(page: int) -> str:
    body = {"visibility": "timeline", "withDeleted": True, "withExif": False, "order": "asc", "size": 1000}
    return json.dumps({**body, "page": page}).replace('"', '\\"')


def list_all(url: str, key: str) -> None:
    """List everything, in this process; prints how many, seconds, megabytes."""
    with Immich(url, key) as client:
        client.version()
        before, start = memory("VmRSS"), time.perf_counter()
        count = sum(1 for visibility in VISIBILITIES for _ in client.listed(visibility=visibility))
        print(count, time.perf_counter() - start, memory("VmHWM") - before)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--gone", type=int, default=10_000)
    parser.add_argument("--generation", default="3.0")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        list_all(*arguments.child)
        return 0
    print(" ".join(["python -m tests.bench.remote", *sys.argv[1:]]))
    with tempfile.TemporaryDirectory() as folder:
        options = [str(Path(folder) / "server"), arguments.generation, str(arguments.assets), str(arguments.gone)]
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert server.stdin is not None and server.stdout is not None

        def next_line() -> str:
            assert server.stdin is not None and server.stdout is not None
            server.stdin.write("\n")
            server.stdin.flush()
            return server.stdout.readline()

        url, key = server.stdout.readline().split()
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.remote", "--child", url, key],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        requests = int(next_line())
        bare = with_curl(url, key, -(-arguments.assets // 1000))
        gone: dict[str, str | None] = json.loads(next_line())
        with Immich(url, key) as client:
            start = time.perf_counter()
            states = set(client.asset_states(gone).values())
            judging = time.perf_counter() - start
        assert states == {AssetState.PURGED}, states
        server.communicate("\n")
    count, listing, growth = map(float, done.stdout.split())
    # One answer each from the two visibilities that hold nothing, and the version.
    pages = -(-arguments.assets // 1000) + len(VISIBILITIES)
    reached = [
        listing < GOAL_LISTING and int(count) == arguments.assets and requests <= pages,
        growth < GOAL_MB,
        judging < GOAL_STATES,
    ]
    words = ["reached" if one else "MISSED" for one in reached]
    print(f"{int(count)} assets listed in {listing:.1f} s with {requests} requests, goal {GOAL_LISTING} s: {words[0]}")
    print(f"the bare pages with curl: {bare:.1f} s; memory growth {growth:.1f} MB, goal {GOAL_MB:.0f} MB: {words[1]}")
    print(f"{len(gone)} assets found to be gone in {judging:.1f} s, goal {GOAL_STATES:.0f} s: {words[2]}")
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
