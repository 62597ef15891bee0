"""The default configuration of the repository: it loads, a new home gets the same, its README lists everything."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from artframe.config.home import frame_text, init_home, secrets_text
from artframe.config.models import FrameSettings, PluginFile
from artframe.config.schema import PluginSettings, SettingsModel, SourceSettings, settings_of
from artframe.config.store import ConfigStore
from artframe.core.clock import SystemClock
from artframe.core.events import EventBus

CONFIG = Path(__file__).parents[2] / "config"
README = CONFIG / "README.md"


def album_settings() -> type[PluginSettings]:
    return settings_in("artframe_immich.settings")


def folder_settings() -> type[PluginSettings]:
    return settings_in("artframe_folder_sync.settings.whole")


def settings_in(module: str) -> type[PluginSettings]:
    try:
        found = importlib.import_module(module)
    except ImportError:
        pytest.skip(f"the plugin of {module} is not there")
    [model] = {
        value
        for value in vars(found).values()
        if isinstance(value, type) and issubclass(value, SourceSettings) and value.__module__ == found.__name__
    }
    return model


def table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading of the README, without its two head lines."""
    section = re.split(r"^#+ ", README.read_text().split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def expected(model: type[SettingsModel]) -> list[list[str]]:
    rows = []
    for entry in settings_of(model):
        default = "required" if entry.required else f"`{entry.default}`" if entry.default else "–"
        limits = " ".join(part for part in (entry.allowed, "" if entry.unit == "°" else entry.unit) if part)
        rows.append([f"`{entry.path}`", entry.type, default, limits or "–", entry.help])
    return rows


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        pytest.param("frame.json", FrameSettings, id="frame"),
        pytest.param("plugins/<instance>.json", PluginFile, id="file"),
    ],
)
def test_the_readme_lists_every_setting_as_the_model_has_it(heading: str, model: type[SettingsModel]) -> None:
    assert table(heading) == expected(model)


def test_the_readme_lists_every_setting_of_the_album_plugin() -> None:
    assert table("Album plugin: `immich`") == expected(album_settings())


def test_the_readme_lists_every_setting_of_folder_sync() -> None:
    assert table("Folder sync: `folder_sync`") == expected(folder_settings())


def test_the_default_files_are_what_a_new_home_gets(tmp_path: Path) -> None:
    init_home(tmp_path / "home")
    for file, text in (("frame.json", frame_text()), ("secrets.json", secrets_text())):
        assert (tmp_path / "home" / "config" / file).read_text() == text
    assert (CONFIG / "frame.json").read_text() == frame_text()
    assert stat.S_IMODE((tmp_path / "home" / "config" / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "home" / "state").stat().st_mode) == 0o700


def test_a_home_that_is_there_is_left_alone(tmp_path: Path) -> None:
    layout = init_home(tmp_path)
    layout.path("frame.json").write_text("mine")
    layout.path("secrets.json").unlink()
    layout.path("secrets.json").symlink_to(tmp_path / "usb-stick-that-is-not-in")
    layout.state.chmod(0o755)
    init_home(tmp_path)
    assert layout.path("frame.json").read_text() == "mine"
    assert layout.path("secrets.json").is_symlink()
    assert not (tmp_path / "usb-stick-that-is-not-in").exists()
    assert stat.S_IMODE(layout.state.stat().st_mode) == 0o700


def test_the_default_frame_json_says_nothing_but_the_defaults() -> None:
    data = {name: value for name, value in json.loads(frame_text()).items() if name != "version"}
    assert FrameSettings.model_validate(data) == FrameSettings()


def load(home: Path, kind: type[PluginSettings]) -> ConfigStore:
    kinds = {"immich": kind, "folder_sync": folder_settings()}
    store = ConfigStore(home, events=EventBus(), clock=SystemClock(), kinds=kinds.get, known_kinds=lambda: kinds)
    store.load()
    return store


def test_the_example_files_load_without_a_problem(tmp_path: Path) -> None:
    init_home(tmp_path)
    shutil.copytree(CONFIG, tmp_path / "config", dirs_exist_ok=True)
    (tmp_path / "config" / "secrets.json").chmod(0o600)
    store = load(tmp_path, album_settings())
    assert store.problems == ()
    assert store.config.plugins.keys() == {path.stem for path in (CONFIG / "plugins").glob("*.json")}
    assert len(store.config.plugins) >= 3
    assert store.config.frame == FrameSettings()


SEED = [
    {"album_id": "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "selection_mode": "random", "sync_interval_hours": 6},
    {"album_id": "", "selection_mode": "sequential", "sync_interval_hours": 12, "max_photos": 100},
    {"album_id": "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "selection_mode": "newest", "sync_interval_hours": 1},
]


@pytest.mark.parametrize("settings", SEED, ids=["one album", "all photos", "latest"])
def test_the_examples_people_know_are_accepted_as_they_stand(tmp_path: Path, settings: dict[str, Any]) -> None:
    layout = init_home(tmp_path)
    server = {"immich_url": "https://immich.example.com", "immich_api_key": "your-api-key-here"}
    content = {"version": 1, "plugin": "immich", "enabled": True, "settings": {**server, **settings}}
    layout.path("plugins/family.json").write_text(json.dumps(content))
    assert load(tmp_path, album_settings()).problems == ()


def test_every_json_sample_in_the_readme_is_json() -> None:
    samples = re.findall(r"```json\n(.*?)```", README.read_text(), re.DOTALL)
    assert len(samples) >= 3
    for sample in samples:
        json.loads(sample)
