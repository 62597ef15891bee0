"""A configured home in a temporary folder, with two kinds of plugins, for all tests of the configuration."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from artframe.config.home import init_home
from artframe.config.problem import ConfigProblem
from artframe.config.schema import PluginSettings, Secret, SourceSettings, setting
from artframe.config.store import ConfigChanged, ConfigStore
from artframe.core.events import EventBus
from artframe.testing import ManualClock


class AlbumSettings(SourceSettings):
    """Shaped like the album plugin's settings."""

    immich_url: str = setting(title="Server", help="Where the server is.")
    immich_api_key: Secret = setting(title="Key", help="What opens it.")
    selection_mode: Literal["random", "sequential", "newest", "oldest"] = setting(
        "random", title="Order", help="Which."
    )
    max_photos: int = setting(0, title="Limit", help="How many.", ge=0)
    albums: tuple[str, ...] = setting((), title="Albums", help="Which albums.")


class FolderSettings(PluginSettings):
    """A second kind."""

    folder: str = setting(title="Folder", help="Which folder.")
    passphrase: Secret | None = setting(None, title="Passphrase", help="If it is encrypted.")


KINDS: dict[str, type[PluginSettings]] = {"album": AlbumSettings, "folder": FolderSettings}
KEY = "kEy-0123456789-never-shown"


class Home:
    """An ARTFRAME_HOME with a store, and what the store published."""

    def __init__(self, path: Path) -> None:
        self.path = path
        init_home(path)
        self.clock = ManualClock()
        self.kinds = dict(KINDS)
        self.migrations: dict[str, Callable[[int, dict[str, Any]], dict[str, Any]]] = {}
        self.changes: list[ConfigChanged] = []
        self.store = self.new_store()

    def new_store(self, **more: Any) -> ConfigStore:
        """Like after a restart: nothing is known but what is on the disk."""
        events = EventBus()
        events.listen(ConfigChanged, self.changes.append)
        self.store = ConfigStore(
            self.path,
            events=events,
            clock=self.clock,
            kinds=self.kinds.get,
            known_kinds=lambda: self.kinds,
            migrations=self.migrations.get,
            **more,
        )
        return self.store

    def file(self, name: str) -> Path:
        return self.path / "config" / name

    def put(self, name: str, content: Any) -> Path:
        """Write a file the way a person's editor would: a text as it is, anything else as JSON."""
        path = self.file(name)
        text = content if isinstance(content, str) else json.dumps(content, indent=2) + "\n"
        path.write_text(text, encoding="utf-8")
        return path

    def put_album(self, instance: str = "family", **settings: Any) -> Path:
        full = {"immich_url": "http://nas:2283", "immich_api_key": KEY, **settings}
        return self.put(f"plugins/{instance}.json", {"version": 1, "plugin": "album", "settings": full})

    def problem(self) -> ConfigProblem:
        """The one problem that there is."""
        [problem] = self.store.problems
        return problem


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def key() -> str:
    return KEY
