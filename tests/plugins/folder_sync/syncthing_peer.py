"""How do tests run real Syncthing: without discovery, relays, reports or any address but loopback?"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

PROGRAM = shutil.which("syncthing")
FOLDER = "photos"
WAIT = 60.0
"""Seconds until a test gives up; nothing takes that long."""
QUIET = {
    "globalAnnounceEnabled": "false",
    "localAnnounceEnabled": "false",
    "relaysEnabled": "false",
    "natEnabled": "false",
    "stunKeepaliveStartS": "0",
    "urAccepted": "-1",
    "crashReportingEnabled": "false",
    "autoUpgradeIntervalH": "0",
    "startBrowser": "false",
    "setLowPriority": "false",
    "reconnectionIntervalS": "1",
}


class LocalConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket: Syncthing's REST API needs no port."""

    def __init__(self, path: Path) -> None:
        super().__init__("syncthing", timeout=WAIT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class Peer:
    """One Syncthing with one folder. It neither watches nor rescans by itself: ``exchange`` says when."""

    def __init__(self, home: Path, folder: Path, *, versioning: bool = False) -> None:
        assert PROGRAM is not None
        self.home = home
        self.folder = folder
        self._versioning = versioning
        self._socket = home / "api"
        self._process: subprocess.Popen[bytes] | None = None
        self._seen = 0
        home.mkdir()
        folder.mkdir(exist_ok=True)
        # STNOUPGRADE: it would ask the internet for a newer one.
        self._environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "STNOUPGRADE": "1",
            "STNODEFAULTFOLDER": "1",
        }
        subprocess.run(
            [PROGRAM, "generate", "--home", str(home)], check=True, capture_output=True, env=self._environment
        )
        config = ET.parse(home / "config.xml").getroot()
        self.device = str(next(device.get("id") for device in config.iter("device")))
        self._api_key = str(config.findtext("gui/apikey"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"

    def start(self, other: Peer) -> None:
        """Run, knowing the other one and its address; returns when the API answers."""
        assert PROGRAM is not None
        self._configure(other)
        self._process = subprocess.Popen(
            [PROGRAM, "serve", "--home", str(self.home), "--no-browser", "--no-restart"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
        )
        assert self._process.stdout is not None
        log = []
        for line in self._process.stdout:
            log.append(line.decode(errors="replace"))
            if "GUI and API listening" in log[-1] or "gui and api listening" in log[-1].lower():
                break
        else:
            raise RuntimeError("".join(log))
        # Nobody reads on: what it says from here on must not fill the pipe.
        self._drain = subprocess.Popen(["cat"], stdin=self._process.stdout, stdout=subprocess.DEVNULL)
        self._process.stdout.close()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(WAIT)
            self._drain.wait(WAIT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.stop()

    def _configure(self, other: Peer) -> None:
        path = self.home / "config.xml"
        tree = ET.parse(path)
        config = tree.getroot()
        options, gui = config.find("options"), config.find("gui")
        assert options is not None and gui is not None
        for name, value in {**QUIET, "listenAddress": self.address}.items():
            for old in options.findall(name):
                options.remove(old)
            ET.SubElement(options, name).text = value
        gui.set("enabled", "true")
        gui.set("tls", "false")
        (gui.find("address") if gui.find("address") is not None else ET.SubElement(gui, "address")).text = str(  # type: ignore[union-attr]
            self._socket
        )
        peer = ET.SubElement(config, "device", id=other.device, name="other", compression="never")
        ET.SubElement(peer, "address").text = other.address
        folder = ET.SubElement(
            config,
            "folder",
            id=FOLDER,
            label=FOLDER,
            path=str(self.folder),
            type="sendreceive",
            rescanIntervalS="0",
            fsWatcherEnabled="false",
        )
        for one in (self.device, other.device):
            ET.SubElement(folder, "device", id=one)
        ET.SubElement(folder, "minDiskFree", unit="").text = "0"
        ET.SubElement(folder, "maxConflicts").text = "10"
        if self._versioning:
            ET.SubElement(folder, "versioning", type="trashcan")
        tree.write(path)

    def ask(self, method: str, path: str, **query: object) -> Any:
        """One call of the REST API."""
        connection = LocalConnection(self._socket)
        try:
            connection.request(method, f"/rest/{path}?{urlencode(query)}", headers={"X-API-Key": self._api_key})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, f"{path}: {answer.status} {body!r}"
            return json.loads(body) if body.strip() else None
        finally:
            connection.close()

    def wait_for_event(self) -> None:
        """Until something happened since the last call; Syncthing keeps what happened in between."""
        events = self.ask("GET", "events", since=self._seen, timeout=int(WAIT))
        assert events, "Syncthing had nothing to tell for a minute"
        self._seen = events[-1]["id"]

    def has_nothing_for(self, other: Peer) -> bool:
        """Whether the other one is here and has told that it has all we know of."""
        if not self.is_connected(other):
            return False
        completion = self.ask("GET", "db/completion", folder=FOLDER, device=other.device)
        return completion["needItems"] == 0 and completion["needDeletes"] == 0 and completion["completion"] == 100

    def is_connected(self, other: Peer) -> bool:
        return bool(self.ask("GET", "system/connections")["connections"].get(other.device, {}).get("connected"))

    def part_from(self, other: Peer) -> None:
        """Break the connection and keep it broken; returns when both have noticed."""
        self.ask("POST", "system/pause", device=other.device)
        for one, its_other in ((self, other), (other, self)):
            while one.is_connected(its_other):
                one.wait_for_event()

    def meet(self, other: Peer) -> None:
        """Connect again."""
        self.ask("POST", "system/resume", device=other.device)

    def scan(self) -> None:
        """Look through the folder now."""
        self.ask("POST", "db/scan", folder=FOLDER)


def exchange(*peers: Peer) -> None:
    """Scan on both and wait until each has what the other one has."""
    first, second = peers
    for peer in peers:
        peer.scan()
    while not first.has_nothing_for(second):
        first.wait_for_event()
    while not second.has_nothing_for(first):
        second.wait_for_event()
