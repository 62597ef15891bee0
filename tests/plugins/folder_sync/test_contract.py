"""Folder sync keeps the contract that every plugin signs, on a real host, against Immich of both generations."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from artframe.immich.simulator import Simulator
from artframe.plugin import Plugin
from artframe.testing import PluginContract
from artframe.testing.traces import files_in
from artframe_folder_sync import FolderSync
from artframe_folder_sync.people import PERMISSIONS
from tests.plugins.folder_sync.contents import photo

_numbers = itertools.count(1)


class TestContract(PluginContract):
    @pytest.fixture
    def plugin_class(self) -> type[Plugin]:
        return FolderSync

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "photos"
        folder.mkdir()
        for number in range(3):
            (folder / f"{number}.jpg").write_bytes(photo(number))
        return folder

    @pytest.fixture
    def good_settings(self, immich: Simulator, folder: Path) -> dict[str, Any]:
        user = immich.add_user("Ada", f"ada{next(_numbers)}@folders.example", "password")
        return {
            "immich_url": immich.url,
            "api_keys": [immich.create_key(user, (*PERMISSIONS, "asset.download", "asset.copy"))],
            "folders": [str(folder)],
            "show_on_frame": True,
        }

    @pytest.fixture
    def unreachable_settings(self, good_settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
        with socket.socket() as taken:
            # Bound and not listening: nobody answers there, and nobody else gets the port meanwhile.
            taken.bind(("127.0.0.1", 0))
            yield {**good_settings, "immich_url": f"http://127.0.0.1:{taken.getsockname()[1]}"}

    @pytest.fixture
    def refused_settings(self, good_settings: dict[str, Any]) -> dict[str, Any]:
        return {**good_settings, "api_keys": ["a key that was revoked"]}

    @pytest.fixture
    def served_from(self, immich: Simulator) -> list[Path]:
        return [immich.folder]

    @pytest.fixture
    def world_state(self, immich: Simulator, folder: Path) -> Callable[[], Any]:
        """Neither the server nor the folder."""
        return lambda: (
            [(method, path) for method, path in immich.requests if method != "GET"],
            files_in(folder),
        )
