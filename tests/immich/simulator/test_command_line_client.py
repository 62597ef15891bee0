"""Does Immich's own command line client work with the embedded server? We look at what arrived, not at exit codes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from artframe.immich.simulator import Simulator
from tests.immich.simulator import pictures

PACKAGES = ("@immich/cli@3.2.2", "node@22")  # the client wants a newer Node than many systems have; npm brings it
TOOLS = Path(os.environ.get("ARTFRAME_TEST_TOOLS") or Path(__file__).parents[3] / ".cache" / "tools") / "immich-cli"
Cli = Callable[..., str]
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def installed() -> Path:
    """The folder with the client, installed once; skips where npm or its registry cannot be reached."""
    npm = shutil.which("npm")
    client = TOOLS / "node_modules" / "@immich" / "cli"
    node = TOOLS / "node_modules" / "node" / "bin" / "node"
    if not (client.is_dir() and node.is_file()):
        if npm is None:
            pytest.skip("npm is not installed, so Immich's command line client cannot be")
        TOOLS.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(TOOLS), "--no-audit", "--no-fund", "--no-save", *PACKAGES]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip("npm's registry does not answer in time")
        if done.returncode or not node.is_file():
            pytest.skip(f"npm could not install Immich's command line client: {done.stderr.strip()[-300:]}")
    return TOOLS


@pytest.fixture
def cli(installed: Path, tmp_path: Path) -> Cli:
    """Run the client with a configuration folder of its own; its output."""

    def run(*arguments: str) -> str:
        modules = installed / "node_modules"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "IMMICH_CONFIG_DIR": str(tmp_path / "configuration"),
            "NO_COLOR": "1",
        }
        command = [
            str(modules / "node" / "bin" / "node"),
            str(modules / "@immich" / "cli" / "bin" / "immich"),
            *arguments,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)

    return run


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "inner").mkdir(parents=True)
    (folder / "one.jpg").write_bytes(pictures.jpeg(1, taken="2020:05:06 07:08:09"))
    (folder / "two.jpg").write_bytes(pictures.jpeg(2))
    (folder / "inner" / "three.png").write_bytes(pictures.jpeg(3))
    (folder / "clip.mp4").write_bytes(pictures.mp4())
    (folder / "notes.txt").write_text("not a photo", "utf-8")
    return folder


def test_it_logs_in_uploads_and_finds_duplicates(tmp_path: Path, cli: Cli, photos: Path) -> None:
    with Simulator(tmp_path / "immich", "3.0") as server:
        user = server.add_user("Alice", "alice@example.com", "password")
        key = server.create_key(user, ["user.read", "asset.upload", "asset.statistics", "server.about"])
        assert "alice@example.com" in cli("login", f"{server.url}/api", key)
        assert "3.0.0" in cli("server-info")

        cli("upload", "--recursive", str(photos))
        arrived = {name_of(server, one): server.original(one) for one in server.asset_ids(user)}
        assert arrived == {path.name: path.read_bytes() for path in photos.rglob("*.*") if path.suffix != ".txt"}
        dates = [server.asset(one) for one in server.asset_ids(user) if name_of(server, one) == "one.jpg"]
        assert server.jobs.wait_until_idle()
        assert dates[0] is not None

        server.requests.clear()
        cli("upload", "--recursive", str(photos))
        assert server.requests.count("POST", "/api/assets/bulk-upload-check") == 1
        assert server.requests.count("POST", "/api/assets") == 0
        assert len(server.asset_ids(user)) == 4


def test_it_fills_an_album_also_with_what_was_there_before(tmp_path: Path, cli: Cli, photos: Path) -> None:
    with Simulator(tmp_path / "immich", "3.0") as server:
        user = server.add_user("Alice", "alice@example.com", "password")
        key = server.create_key(user)
        cli("login", f"{server.url}/api", key)
        first = server.add_asset(user, photos / "one.jpg", "one.jpg")
        cli("upload", "--recursive", "--album-name", "Holiday", str(photos))
        albums = [entry for entry in server.requests if entry == ("POST", "/api/albums")]
        assert len(albums) == 1
        with server.site.store.reading() as database:
            (album,) = database.execute("SELECT id, name FROM album").fetchall()
        assert album["name"] == "Holiday"
        assert sorted(server.album_asset_ids(album["id"])) == sorted(server.asset_ids(user))
        assert first in server.asset_ids(user)

        cli("upload", "--recursive", "--skip-hash", str(photos))
        assert len(server.asset_ids(user)) == 4  # sent again, and known


def name_of(server: Simulator, asset_id: str) -> str:
    asset = server.asset(asset_id)
    assert asset is not None
    return str(asset["originalFileName"])
