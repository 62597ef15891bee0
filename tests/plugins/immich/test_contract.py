"""The album plugin keeps the contract that every plugin signs, on a real host, against Immich of both generations."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from artframe.immich.simulator import Simulator
from artframe.plugin import Plugin
from artframe.testing import PluginContract
from artframe_immich import ImmichAlbum
from tests.plugins.immich.conftest import Album


class TestContract(PluginContract):
    @pytest.fixture
    def plugin_class(self) -> type[Plugin]:
        return ImmichAlbum

    @pytest.fixture
    def good_settings(self, immich: Simulator, user: str, upload: Callable[..., str]) -> dict[str, Any]:
        ids = [upload(f"{number}.jpg", day=number) for number in range(3)]
        key = immich.create_key(user, ("album.read", "asset.read", "asset.download", "asset.view"))
        return {
            "immich_url": immich.url,
            "immich_api_key": key,
            "album_id": immich.create_album(user, "Summer", ids),
        }

    @pytest.fixture
    def unreachable_settings(self, good_settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
        with socket.socket() as taken:
            # Bound and not listening: nobody answers there, and nobody else gets the port meanwhile.
            taken.bind(("127.0.0.1", 0))
            yield {**good_settings, "immich_url": f"http://127.0.0.1:{taken.getsockname()[1]}"}

    @pytest.fixture
    def refused_settings(self, good_settings: dict[str, Any]) -> dict[str, Any]:
        return {**good_settings, "immich_api_key": "a key that was revoked"}

    @pytest.fixture
    def served_from(self, immich: Simulator) -> list[Path]:
        return [immich.folder]

    @pytest.fixture
    def world_state(self, immich: Simulator, user: str) -> Callable[[], Any]:
        """A request that only reads changes nothing on the server."""
        return lambda: [
            (method, path) for method, path in immich.requests if method != "GET" and path != "/api/search/metadata"
        ]


def test_stopped_plugin_opens_no_new_connection(
    immich: Simulator, upload: Callable[..., str], album: Callable[..., Album]
) -> None:
    upload("a.jpg")
    frame = album()
    frame.plugin.stop()
    immich.requests.clear()
    with pytest.raises(Exception, match="stopped"):
        frame.sync()
    assert list(immich.requests) == []
    assert frame.plugin.diagnostics()["connected"] is False
