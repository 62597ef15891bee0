"""How long does ``status`` take over SSH, the handshake included, and what does the SSH server cost in memory?

    python -m tests.bench.ssh

The client is OpenSSH's own. The baseline is the same client against a bare asyncssh server in a process of its own,
which answers any command at once: what no command of a frame can be faster than.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from artframe.config.home import init_home
from tests.frame.running import Running, environment, eventually

RUNS = 10
LIMIT = 0.5
BARE = """
import asyncio, asyncssh, sys

async def serve():
    def answer(process):
        process.stdout.write("hello\\n")
        process.exit(0)

    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_host_keys=[key], authorized_client_keys=sys.argv[1], process_factory=answer, config=None
    )
    print(server.get_port(), flush=True)
    await asyncio.Event().wait()

asyncio.run(serve())
"""


def seconds(port: int, key: Path, *words: str) -> float:
    """One login, one command, and out again."""
    quiet = ["-F", "none", "-o", "LogLevel=ERROR", "-o", "IdentityAgent=none", "-o", "IdentitiesOnly=yes"]
    trust = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    began = time.perf_counter()
    subprocess.run(
        ["ssh", *quiet, *trust, "-i", str(key), "-p", str(port), "127.0.0.1", *words],
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


@contextlib.contextmanager
def bare_server(key: Path) -> Iterator[int]:
    """The port of a server that does nothing."""
    process = subprocess.Popen(
        [sys.executable, "-c", BARE, f"{key}.pub"], stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.terminate()
    process.wait()


def memory(frame: Running) -> float:
    """Resident megabytes."""
    assert frame.process is not None
    status = Path(f"/proc/{frame.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        frame = Running(Path(folder) / "home")
        init_home(frame.home)
        settings = json.loads((frame.home / "config" / "frame.json").read_text())
        frame.write("frame.json", {**settings, "ssh": {"port": 0, "host": "127.0.0.1"}})
        frame.start()
        before = memory(frame)
        frame.result("ssh-key", "add", *key.with_suffix(".pub").read_text().split())
        eventually(lambda: frame.status()["ssh"]["running"], "the SSH server is up")
        up = memory(frame)
        port = int(frame.status()["ssh"]["port"])
        seconds(port, key, "status")  # the first one finds everything cold
        ours = statistics.median(seconds(port, key, "status") for _ in range(RUNS))
        used = memory(frame)
        with bare_server(key) as bare_port:
            seconds(bare_port, key, "hello")
            bare = statistics.median(seconds(bare_port, key, "hello") for _ in range(RUNS))
        frame.stop()
    verdict = "ok" if ours <= LIMIT else "MISSED"
    print(f"status over SSH: {ours * 1000:.0f} ms (limit {LIMIT * 1000:.0f}) {verdict}; bare {bare * 1000:.0f} ms")
    print(f"memory: {up - before:+.1f} MB with the first key, {used - before:+.1f} MB after {RUNS + 1} logins")


if __name__ == "__main__":
    main()
