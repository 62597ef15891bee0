"""A whole frame reached over SSH, with the real client."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.frame.running import PATIENCE, Running, artframe, eventually

KEY = "ssh_host_ed25519_key"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "id_ed25519"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada@laptop", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def open_frame(frame: Running, key: Path) -> Running:
    """Running, and open to the key."""
    settings = json.loads((frame.home / "config" / "frame.json").read_text())
    frame.write("frame.json", {**settings, "ssh": {"port": 0, "host": "127.0.0.1"}})
    frame.start()
    added = artframe("ssh-key", "add", *key.with_suffix(".pub").read_text().split(), home=frame.home)
    assert added.returncode == 0, added.stderr
    eventually(lambda: reached(frame)["running"], "the SSH server is up")
    return frame


def reached(frame: Running) -> dict[str, Any]:
    found: dict[str, Any] = frame.status()["ssh"]
    return found


def ssh(frame: Running, key: Path, *words: str) -> subprocess.CompletedProcess[str]:
    options = ["-F", "none", "-i", str(key), "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"]
    known = ["-o", f"UserKnownHostsFile={key.parent / 'known_hosts'}", "-o", "StrictHostKeyChecking=accept-new"]
    port = ["-p", str(reached(frame)["port"]), "127.0.0.1"]
    command = ["ssh", *options, *known, "-o", "LogLevel=ERROR", *port, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, input="")


def test_the_frame_is_asked_over_ssh_like_on_the_command_line(open_frame: Running, key: Path) -> None:
    frame = open_frame
    status = json.loads(ssh(frame, key, "status", "--json").stdout)
    assert status["ssh"]["running"]
    assert status["ssh"]["fingerprint"] in frame.ask("status")["text"], "a person compares it at the first login"
    shown = subprocess.run(
        ["ssh-keygen", "-lf", str(frame.home / "state" / KEY)], capture_output=True, text=True, check=True
    ).stdout
    assert shown.split()[1] == status["ssh"]["fingerprint"]
    for words in (("plugin", "enable", "nobody"), ("config", "check"), ("library", "stats")):
        there, here = ssh(frame, key, *words), artframe(*words, home=frame.home)
        assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)
    assert "SSH: ada@laptop came in from 127.0.0.1" in ssh(frame, key, "logs").stdout


def test_the_last_key_takes_the_server_with_it(open_frame: Running, key: Path) -> None:
    frame = open_frame
    [known] = json.loads(ssh(frame, key, "ssh-key", "list", "--json").stdout)
    assert known["comment"] == "ada@laptop"
    assert frame.result("ssh-key", "remove", known["fingerprint"], "--yes")[0]["fingerprint"] == known["fingerprint"]
    eventually(lambda: not reached(frame)["running"], "the SSH server is off")
    assert frame.stop() == 0


def test_a_frame_without_a_key_does_not_load_what_ssh_needs(frame: Running) -> None:
    frame.start()
    assert not reached(frame)["running"]
    assert frame.process is not None
    maps = Path(f"/proc/{frame.process.pid}/maps").read_text()
    assert "cryptography" not in maps
