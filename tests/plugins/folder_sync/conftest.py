"""A world of either generation for every test, and the watch over what no run may ever ask for."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artframe.immich.simulator import Simulator, moments
from artframe.immich.simulator.request import Request
from artframe.testing import ManualClock, PluginHost
from tests.plugins.folder_sync.hosted import Hosted
from tests.plugins.folder_sync.stage import Stage
from tests.plugins.folder_sync.world import ServerTime, World


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory where that is possible: a pair puts each step on the disk before the next one, which takes its time."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < 60 << 20:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="folder-sync-", dir=memory) as place:
        yield Path(place)


@pytest.fixture(scope="session", params=["2.7", "3.0"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("immich"), generation=request.param) as simulator:
        yield simulator


@pytest.fixture
def immich(server: Simulator) -> Iterator[Simulator]:
    """An embedded Immich without faults or requests from other tests."""
    server.start()
    server.requests.clear()
    yield server
    server.faults.clear()


@pytest.fixture(autouse=True)
def never_forced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """I6: nothing that came to the server asked it to delete for good, or to touch the trash as a whole."""
    asked: list[str] = []
    load = Request.load_json

    def watch(request: Request) -> None:
        load(request)
        body = request._json
        if isinstance(body, dict) and body.get("force") not in (None, False):
            asked.append(f"{request.method} {request.path} {body}")
        if request.path in ("/trash/empty", "/trash/restore"):
            asked.append(f"{request.method} {request.path}")

    monkeypatch.setattr(Request, "load_json", watch)
    yield
    assert asked == []


@pytest.fixture(params=["2.7", "3.0"])
def stage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A world of its own, before a run that does everything."""
    stage = Stage(tmp_path, request.param, monkeypatch)
    yield stage
    stage.world.close()
    stage.server.stop()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def plugin_clock(clock: ManualClock) -> ManualClock:
    """The time of ``plugin_host``."""
    return clock


@pytest.fixture
def hosted(
    plugin_host: PluginHost, immich: Simulator, clock: ManualClock, server_time: ServerTime, tmp_path: Path
) -> Hosted:
    """A real host that knows the plugin."""
    return Hosted(plugin_host, immich, clock, tmp_path)


@pytest.fixture
def server_time(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> ServerTime:
    """The server's clock goes with the test's."""
    time = ServerTime(clock)
    monkeypatch.setattr(moments, "now", time.now)
    return time


@pytest.fixture
def person(
    tmp_path: Path, immich: Simulator, clock: ManualClock, server_time: ServerTime
) -> Iterator[Callable[[str], World]]:
    """Worlds of several people on one server, by name."""
    worlds: list[World] = []

    def make(name: str) -> World:
        worlds.append(World(tmp_path, immich, clock, name))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(person: Callable[[str], World]) -> World:
    """A folder and an account, both empty, that never met."""
    return person("anna")
