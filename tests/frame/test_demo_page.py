"""The demo's web page: it says where it is, and asks nobody on this machine for a password."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.frame.running import PATIENCE, environment


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        process = subprocess.Popen(
            [sys.executable, "-m", "artframe", "demo", "--headless"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=tmp_path,
            env=environment(
                ARTFRAME_DEMO_HOME=str(tmp_path / "demo"),
                ARTFRAME_WEB_PORT=str(other.getsockname()[1]),
                PYTHONUNBUFFERED="1",
            ),
            start_new_session=True,
        )
        yield process
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        assert process.stdout is not None
        process.stdout.close()


def test_the_demo_says_where_its_page_is_and_asks_for_no_password(demo: subprocess.Popen[bytes]) -> None:
    assert demo.stdout is not None
    end = time.monotonic() + 200
    line = next(line for line in iter(demo.stdout.readline, b"") if b"open http" in line or time.monotonic() > end)
    port = int(line.decode().split("http://127.0.0.1:")[1].split()[0].rstrip("/"))
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.status == 200, "its own port was taken, so it took another one"
        assert b"<html" in answer.read()
        connection.request("GET", "/", headers={"Host": "evil.example"})
        assert connection.getresponse().status == 421
