"""An embedded Immich in a process of its own, for benchmarks: what it needs of memory and time is not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from artframe.immich.simulator import KnownFile, Simulator


class ImmichProcess:
    """Started on a folder; asked by lines on its standard input. End it with ``close``."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.immich_process", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url: str = self._answer()

    def ask(self, *words: Any) -> Any:
        """One question; see ``_serve``."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


def fill(folder: Path, files: Sequence[KnownFile], permissions: Sequence[str]) -> tuple[str, str, list[str]]:
    """A user, a key and assets with these checksums in the server's folder, before it is started."""
    with Simulator(folder) as simulator:
        user = simulator.add_user("Bench", "bench@example.com", "password")
        key = simulator.create_key(user, permissions)
        return user, key, simulator.add_known_assets(user, files) if files else []


def _serve(folder: Path) -> None:
    with Simulator(folder) as simulator:
        print(json.dumps(simulator.url), flush=True)
        for line in sys.stdin:
            word, *rest = json.loads(line)
            answer: Any = None
            if word == "requests":
                answer = [f"{method} {path}" for method, path in simulator.requests]
                simulator.requests.clear()
            elif word == "trash":
                simulator.trash(rest[0])
            elif word == "purge":
                simulator.purge(rest[0])
            elif word == "user":
                user = simulator.add_user("Bench", f"{rest[0]}@example.com", "password")
                answer = [user, simulator.create_key(user, rest[1])]
            elif word == "assets":
                answer = len(simulator.asset_ids(rest[0]))
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
