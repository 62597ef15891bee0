from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from artframe.immich.simulator import Simulator
from tests.frame.running import Running, jpeg

SECRET_COLOURS = [(200, 40, 40), (40, 160, 60), (40, 70, 200), (210, 180, 40), (150, 60, 170), (60, 170, 180)]


@dataclass(frozen=True)
class Album:
    server: Simulator
    user: str
    key: str
    id: str
    photos: list[str]

    @property
    def settings(self) -> dict[str, object]:
        return {"immich_url": self.server.url, "immich_api_key": self.key, "album_id": self.id}


def album_on(server: Simulator) -> Album:
    """Six photos in one album, and a key of the four permissions the README names."""
    user = server.add_user("Ada", "ada@example.com", "secret-password")
    key = server.create_key(user, ("album.read", "asset.read", "asset.download", "asset.view"))
    photos = [
        server.add_asset(user, jpeg(colour, seed=number), f"IMG_{number}.jpg")
        for number, colour in enumerate(SECRET_COLOURS)
    ]
    return Album(server, user, key, server.create_album(user, "Living room", photos), photos)


@pytest.fixture(params=["2.7", "3.0"])
def album(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Album]:
    """The album on an embedded Immich of either generation."""
    with Simulator(tmp_path / "immich", request.param) as server:
        yield album_on(server)


@pytest.fixture
def frame(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "home")
    running.write("frame.json", {"display": {"interval_seconds": 3600, "fit": "cover", "transition": "cut"}})
    yield running
    running.kill()
