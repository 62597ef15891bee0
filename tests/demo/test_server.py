"""Does the demo's Immich come up early, stay the same over restarts and leave with its parent?"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from artframe.demo.home import fill, hang, move_in
from artframe.demo.picture import ALBUMS, LIVING_ROOM, DemoPicture
from artframe.immich import Immich
from artframe.immich.simulator import Simulator

Library = tuple[Path, tuple[DemoPicture, ...]]
pytestmark = pytest.mark.timeout(900)


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "artframe.demo.server", "--folder", str(folder)]


class Running:
    """A server process and what it said when it was ready."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            command(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.said: dict[str, Any] = json.loads(self.process.stdout.readline())

    def get(self, path: str) -> Any:
        request = urllib.request.Request(self.said["url"] + "/api" + path, headers={"x-api-key": self.said["key"]})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def wait_for_all(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if "pictures hang" in line:
                return
        raise AssertionError("the server ended before all pictures were in")

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(60)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        return code


def hanging(folder: Path, said: dict[str, Any]) -> dict[str, Counter[str]]:
    """The file names in each album, read from the server's store after its process has ended."""
    with Simulator(folder / "server") as server:
        return {name: Counter(_names(server, album)) for name, album in said["albums"].items()}


def _names(server: Simulator, album: str) -> Iterator[str]:
    for one in server.album_asset_ids(album):
        asset = server.asset(one)
        assert asset is not None
        yield asset["originalFileName"]


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    server = Running(folder)
    try:
        yield server
    finally:
        server.end()


def test_first_pictures_are_served_while_the_others_are_painted(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert list(server.said["albums"]) == list(ALBUMS)
        album = server.get(f"/albums/{server.said['albums'][LIVING_ROOM]}")
        assert album["albumName"] == LIVING_ROOM
        assert album["assetCount"] >= 4
        assert _asset(server, "DSC_0102.jpg")["type"] == "IMAGE"
        assert server.end() == 0
    assert not list(tmp_path.rglob("*.tmp"))


def test_restarts_paint_on_where_the_last_run_stopped_and_hang_nothing_twice(tmp_path: Path, library: Library) -> None:
    painted, whole = library
    with running(tmp_path) as server:
        key, albums = server.said["key"], server.said["albums"]
        server.end(signal.SIGKILL)
    # As if the painters had been quick: the rest of the pictures lies ready.
    for path in painted.iterdir():
        shutil.copy(path, tmp_path / "pictures")
    with running(tmp_path) as server:
        server.wait_for_all()
        assert (server.said["key"], server.said["albums"]) == (key, albums)
    full = hanging(tmp_path, server.said)
    for name in ALBUMS:
        assert full[name] == Counter(one.file_name for one in whole if name in one.albums)
    with running(tmp_path) as server:
        assert not list((tmp_path / "pictures").iterdir())
        photo = _asset(server, "DSC_0102.jpg")
        assert photo["exifInfo"]["city"] == "Lisbon"
        assert photo["exifInfo"]["description"] == "Sailing home"
        assert photo["isFavorite"]
        film = _asset(server, "IMG_0031.mov")
        assert (film["type"], film["width"]) == ("VIDEO", 640)
        assert _asset(server, "DSC_1344.jpg")["livePhotoVideoId"]
        portrait = _asset(server, "print-arches.jpg")
        assert (portrait["width"], portrait["height"]) == (2400, 3000)
    assert hanging(tmp_path, server.said) == full


def _asset(server: Running, name: str) -> Any:
    request = urllib.request.Request(
        server.said["url"] + "/api/search/metadata",
        data=json.dumps({"originalFileName": name, "withExif": True}).encode(),
        headers={"x-api-key": server.said["key"], "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        (found,) = json.load(answer)["assets"]["items"]
    return server.get(f"/assets/{found['id']}")


def test_people_stand_on_the_server_with_their_face_boxes(tmp_path: Path, library: Library) -> None:
    painted, whole = library
    (family,) = (one for one in whole if one.file_name == "IMG_3001.jpg")
    with Simulator(tmp_path / "server") as server:
        home = hang(server, move_in(server, date(2026, 1, 1)), family, painted)
        (asset_id,) = server.asset_ids(home.jonas)
        request = urllib.request.Request(
            f"{server.url}/api/faces?id={asset_id}", headers={"x-api-key": server.create_key(home.jonas)}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            faces = json.load(answer)
    boxes = {}
    for face in faces:
        box = [face[f"boundingBox{corner}"] for corner in ("X1", "Y1", "X2", "Y2")]
        boxes[face["person"]["name"]] = tuple(box)
        assert (face["imageWidth"], face["imageHeight"]) == family.size
    assert boxes == dict(family.face_boxes())


def test_each_of_the_two_knows_some_of_the_people(tmp_path: Path, library: Library) -> None:
    painted, whole = library
    with Simulator(tmp_path / "server") as server:
        home = fill(server, [one for one in whole if one.people], painted, today=date(2026, 1, 1))
        for user in (home.emma, home.jonas):
            with Immich(server.url, server.create_key(user)) as client:
                assert len(client.account.people()) >= 2, "the picker of the demo's plugin has somebody to pick"


def test_filling_puts_everything_in_at_once(tmp_path: Path, library: Library) -> None:
    painted, whole = library
    with Simulator(tmp_path / "server", generation="2.7") as server:
        home = fill(server, whole[:6], painted, today=date(2026, 1, 1))
        assert home.filled == tuple(one.file_name for one in whole[:6])
        assert len(server.album_asset_ids(home.albums[LIVING_ROOM])) == 6


def test_what_a_person_removed_stays_removed_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        photo = _asset(server, "DSC_0102.jpg")
        request = urllib.request.Request(
            f"{server.said['url']}/api/albums/{server.said['albums'][LIVING_ROOM]}/assets",
            data=json.dumps({"ids": [photo["id"]]}).encode(),
            headers={"x-api-key": server.said["key"], "content-type": "application/json"},
            method="DELETE",
        )
        urllib.request.urlopen(request, timeout=60).close()
        server.end()
    with running(tmp_path) as server:
        pass
    assert "DSC_0102.jpg" not in hanging(tmp_path, server.said)[LIVING_ROOM]


def test_half_made_home_is_made_anew(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.end(signal.SIGKILL)
    (tmp_path / "home.json").write_text('{"today": "20')
    with running(tmp_path) as server:
        assert server.get(f"/albums/{server.said['albums'][LIVING_ROOM]}")["assetCount"] >= 4
    assert set(hanging(tmp_path, server.said)[LIVING_ROOM].values()) == {1}


def test_server_ends_when_its_standard_input_closes(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert server.process.stdin is not None
        server.process.stdin.close()
        assert server.process.wait(60) == 0


def test_server_and_painters_end_when_the_parent_is_killed(tmp_path: Path) -> None:
    parent_source = (
        "import subprocess, sys\n"
        f"server = subprocess.Popen({command(tmp_path)!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "server.stdout.readline()\n"
        "print(server.pid, flush=True)\n"
        "server.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent_source], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        painters = [int(line) for line in Path(f"/proc/{server}/task/{server}/children").read_text().split()]
        handles = [os.pidfd_open(pid) for pid in (server, *painters)]
        parent.kill()
        try:
            for handle in handles:
                ended, _, _ = select.select([handle], [], [], 60)
                assert ended, "a process outlived its parent"
        finally:
            for handle in handles:
                os.close(handle)


def test_home_file_with_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    with running(tmp_path):
        assert (tmp_path / "home.json").stat().st_mode & 0o777 == 0o600
