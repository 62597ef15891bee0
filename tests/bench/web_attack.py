"""Everything that is unkind to a web server, at once, from a process of its own and many addresses of loopback.

python -m tests.bench.web_attack <port> <seconds>
"""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.frame.running import environment

IDLE = 1000
LARGE = 4 << 20


class Attack:
    """Goes on until its time is over; ``done`` counts what it did."""

    def __init__(self, port: int, seconds: float) -> None:
        self._port = port
        self._end = time.monotonic() + seconds
        self._addresses = (f"127.1.{number // 250}.{number % 250 + 1}" for number in itertools.count())
        self.done: dict[str, int] = {}

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        """In a thread, for as long as this lasts at most."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def run(self) -> None:
        works = [self.idle, self.slow_headers, self.slow_bodies, self.large_bodies, self.wrong_logins, self.rubbish]
        threads = [threading.Thread(target=self._repeat, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _repeat(self, work: Callable[[], None]) -> None:
        while time.monotonic() < self._end:
            with contextlib.suppress(OSError):
                work()

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    def _open(self) -> socket.socket:
        channel = socket.create_connection(("127.0.0.1", self._port), 5, (next(self._addresses), 0))
        channel.settimeout(1)
        return channel

    def idle(self) -> None:
        with contextlib.ExitStack() as stack:
            for _ in range(IDLE):
                if time.monotonic() > self._end:
                    return
                stack.enter_context(self._open())
                self._count("idle connections")

    def slow_headers(self) -> None:
        with self._open() as channel:
            channel.sendall(b"GET / HTTP/1.1\r\n")
            self._count("slow headers")
            for _ in range(20):
                channel.sendall(b"X-A: b\r\n")
                time.sleep(0.02)

    def slow_bodies(self) -> None:
        with self._open() as channel:
            channel.sendall(self._post("/login", 100_000))
            self._count("slow bodies")
            for _ in range(20):
                channel.sendall(b"a")
                time.sleep(0.02)

    def large_bodies(self) -> None:
        with self._open() as channel:
            self._count("bodies that are too large")
            channel.sendall(self._post("/login", LARGE) + bytes(LARGE))
            channel.recv(1000)

    def wrong_logins(self) -> None:
        body = b"name=ada&password=wrong-password"
        with self._open() as channel:
            channel.sendall(self._post("/login", len(body)) + body)
            self._count("wrong passwords")
            channel.recv(1000)

    def rubbish(self) -> None:
        with self._open() as channel:
            channel.sendall(b"\x16\x03\x01" + bytes(range(256)) + b"\r\n\r\n")
            self._count("requests that are none")
            channel.recv(1000)

    @staticmethod
    def _post(path: str, length: int) -> bytes:
        kind = "application/x-www-form-urlencoded"
        words = [
            f"POST {path} HTTP/1.1",
            "Host: localhost",
            f"Content-Type: {kind}",
            f"Content-Length: {length}",
            "",
            "",
        ]
        return "\r\n".join(words).encode()


def attack(port: int, seconds: float) -> dict[str, Any]:
    """Attack from another process; returns how often what was done."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.web_attack", str(port), str(seconds)],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    one = Attack(int(sys.argv[1]), float(sys.argv[2]))
    one.run()
    print(json.dumps(one.done))
