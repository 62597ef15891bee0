"""An album plugin on a frame's mirror, and the embedded Immich of either generation that it talks to."""

from __future__ import annotations

import io
import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from artframe.core.task import Task
from artframe.immich.simulator import Simulator
from artframe.library.report import SyncReport
from artframe.testing import ManualClock
from artframe_immich import ImmichAlbum, ImmichSettings
from tests.library.shelf import Home

_numbers = itertools.count(1)
START = datetime(2024, 1, 1, 12, tzinfo=UTC)


class HastyClock(ManualClock):
    """Pauses between two tries are over at once."""

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        return event.is_set()


class FrameOfOne:
    """What a plugin sees of a frame that has nothing but a library."""

    kind = "immich"

    def __init__(self, home: Home, instance: str) -> None:
        self.instance = instance
        self.clock = HastyClock()
        self.library = home.library
        self.panel_size = (1920, 1080)
        self.data_dir = home.folder(instance).parent
        self.problems: dict[str, str] = {}

    def problem(self, key: str, message: str, hint: str = "") -> None:
        self.problems[key] = message

    def clear_problem(self, key: str) -> None:
        self.problems.pop(key, None)


class Album:
    """One instance of the plugin with its mirror."""

    def __init__(self, home: Home, settings: dict[str, Any], instance: str) -> None:
        self.home = home
        self.instance = instance
        self.frame = FrameOfOne(home, instance)
        self.mirror = home.mirror(instance)
        self.plugin = ImmichAlbum()
        self.configure(settings)

    def configure(self, settings: dict[str, Any]) -> None:
        """A new plugin object with these settings, as after a change of the file."""
        self.plugin.stop()
        self.plugin = ImmichAlbum()
        self.plugin.read_timeout = 60.0
        self.plugin.settings = ImmichSettings.model_validate(settings)
        self.plugin.frame = self.frame  # type: ignore[assignment]
        self.plugin.log = logging.LoggerAdapter(logging.getLogger("plugin"))
        self.plugin.start()

    def wait_for_the_server(self, seconds: float) -> None:
        """From now on so long, before an answer or a body counts as hanging."""
        self.plugin.stop()
        self.plugin.read_timeout = seconds
        self.plugin.start()

    def sync(self) -> SyncReport:
        return self.mirror.sync(self.plugin, Task())

    @property
    def files(self) -> dict[str, bytes]:
        return self.home.files(self.instance)

    @property
    def names(self) -> list[str]:
        return sorted(self.files)


@pytest.fixture(scope="session", params=["2.7", "3.0"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("immich"), generation=request.param) as simulator:
        yield simulator


@pytest.fixture
def immich(server: Simulator) -> Iterator[Simulator]:
    """An embedded Immich without faults or requests from other tests."""
    server.requests.clear()
    yield server
    server.faults.clear()


@pytest.fixture
def user(immich: Simulator) -> str:
    """A user that no other test has."""
    number = next(_numbers)
    return immich.add_user(f"User {number}", f"user{number}@example.com", "password")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    yield home
    home.close()


@pytest.fixture
def upload(immich: Simulator, user: str) -> Callable[..., str]:
    """Put a picture of its own into the user's library; returns its id."""
    return lambda name="IMG.jpg", day=0, owner=user, **more: immich.add_asset(
        owner, more.pop("data", None) or picture(), name, taken_at=START + timedelta(days=day), **more
    )


@pytest.fixture
def album(immich: Simulator, user: str, home: Home) -> Iterator[Callable[..., Album]]:
    """A started plugin; settings that are not given are the server's address and a key of the user's."""
    made: list[Album] = []

    def make(instance: str = "family", **settings: Any) -> Album:
        settings.setdefault("immich_url", immich.url)
        if "immich_api_key" not in settings:
            settings["immich_api_key"] = immich.create_key(
                user, ("album.read", "asset.read", "asset.download", "asset.view")
            )
        made.append(Album(home, settings, instance))
        return made[-1]

    yield make
    for one in made:
        one.plugin.stop()


def picture(width: int = 64, height: int = 48, kind: str = "JPEG") -> bytes:
    """A small picture like no other."""
    number = next(_numbers)
    image = Image.new("RGB", (width, height), (number % 256, number // 256 % 256, 77))
    buffer = io.BytesIO()
    image.save(buffer, kind)
    # Neighbouring colours give the same JPEG; what follows its end is read by nobody.
    return buffer.getvalue() + str(number).encode()
