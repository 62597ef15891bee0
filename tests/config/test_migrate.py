"""Versions: old files come forward and stay in the history, new ones are refused, whatever happens nothing is lost."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from artframe.config.migrate import Formats, Steps, VersionRefused, bring_forward
from artframe.config.schema import PluginSettings, Secret, setting

if TYPE_CHECKING:
    from tests.config.conftest import Home

Data = dict[str, Any]


class ThirdSettings(PluginSettings):
    settings_version: ClassVar[int] = 3
    server: str = setting(title="Server")
    api_key: Secret = setting(title="Key")


def to_third(version: int, settings: Data) -> Data:
    if version < 2:
        settings["server"] = settings.pop("host")
    if settings.get("api_key") == "explode":
        raise ValueError(f"no good: {settings['api_key']}")
    settings["server"] = f"http://{settings['server']}"
    return settings


def put_in_settings(change: Data, data: Data) -> None:
    data["settings"].update(change)


def rename_title(data: Data) -> Data:
    return {("name" if key == "title" else key): value for key, value in data.items()}


def turn_into_group(data: Data) -> Data:
    return {
        **{key: value for key, value in data.items() if key != "rotation"},
        "display": {"rotation": data["rotation"]},
    }


FRAME_STEPS = Steps(current=3, table={2: rename_title, 3: turn_into_group})


@pytest.fixture
def versioned(home: Home) -> Home:
    home.kinds["third"] = ThirdSettings
    home.migrations["third"] = to_third
    return home


OLD = """{
    "_note": "hall",
    "version": 1, "plugin": "third",
    "settings": {"host": "nas", "api_key": "k"}
}
"""


def test_an_older_plugin_file_is_archived_then_brought_forward(versioned: Home) -> None:
    path = versioned.put("plugins/x.json", OLD)
    versioned.store.load()
    assert versioned.store.problems == ()
    assert versioned.store.config.plugins["x"].settings.model_dump()["server"] == "http://nas"
    data = json.loads(path.read_text())
    assert list(data) == ["_note", "version", "plugin", "settings"]
    assert data["version"] == 3
    kept = {version.kind.word: version.path.read_text() for version in versioned.store.history("x")}
    assert kept == {"archived": OLD, "good": path.read_text()}
    text = path.read_text()
    versioned.new_store().load()
    assert path.read_text() == text


def test_the_archived_file_stays_when_ten_newer_ones_came(versioned: Home) -> None:
    versioned.put("plugins/x.json", OLD)
    versioned.store.load()
    for number in range(12):
        change = {"server": f"http://{number}"}
        versioned.store.modify("x", functools.partial(put_in_settings, change), reason="web page")
    archived = [version for version in versioned.store.history("x") if version.kind.word == "archived"]
    assert [version.path.read_text() for version in archived] == [OLD]
    versioned.store.rollback("x", archived[0].id)
    assert versioned.store.config.plugins["x"].settings.model_dump()["server"] == "http://nas"


def test_an_old_file_that_cannot_be_brought_forward_is_left_alone_and_no_secret_told(versioned: Home) -> None:
    text = OLD.replace('"k"', '"explode"')
    path = versioned.put("plugins/x.json", text)
    versioned.store.load()
    assert path.read_text() == text
    assert "failed with ValueError in test_migrate.py, line" in versioned.problem().what
    assert "explode" not in str(versioned.problem())
    assert versioned.store.history("x") == []


def test_an_old_file_whose_new_form_is_wrong_is_left_alone_and_placed_as_it_stands(versioned: Home) -> None:
    text = OLD.replace('"k"', "5")
    path = versioned.put("plugins/x.json", text)
    versioned.store.load()
    assert path.read_text() == text
    assert (versioned.problem().path, versioned.problem().line) == ("settings.api_key", 4)


@pytest.mark.parametrize("version", [4, 99])
def test_a_newer_file_is_refused_and_the_last_good_settings_stay(versioned: Home, version: int) -> None:
    versioned.put("plugins/x.json", OLD)
    versioned.store.load()
    newer = versioned.put("plugins/x.json", OLD.replace('"version": 1', f'"version": {version}'))
    versioned.new_store().load()
    assert versioned.store.config.plugins.keys() == {"x"}
    assert "written for a newer artframe" in versioned.problem().what
    assert (versioned.problem().line, versioned.problem().path) == (3, "version")
    assert f'"version": {version}' in newer.read_text()


@pytest.mark.parametrize("version", ['"1"', "0", "-1", "1.0", "true", "null"])
@pytest.mark.parametrize("file", ["frame.json", "plugins/x.json"])
def test_a_version_is_a_whole_number(versioned: Home, file: str, version: str) -> None:
    versioned.put(file, f'{{"version": {version}, "plugin": "third", "settings": {{}}}}')
    versioned.store.load()
    assert "version is a whole number, at least 1" in versioned.problem().what


def test_an_older_frame_json_takes_all_steps_it_needs(home: Home) -> None:
    formats = Formats(frame=FRAME_STEPS)
    for version, data in ((1, {"title": "Hall", "rotation": 90}), (2, {"name": "Hall", "rotation": 90})):
        home.put("frame.json", {"version": version, "_note": "x", **data})
        store = home.new_store(formats=formats)
        store.load()
        assert (store.problems, store.config.frame.name, store.config.frame.display.rotation) == ((), "Hall", 90)
        written = json.loads(home.file("frame.json").read_text())
        assert written == {"version": 3, "_note": "x", "name": "Hall", "display": {"rotation": 90}}


def test_the_outer_form_of_a_plugins_file_has_its_own_steps(versioned: Home) -> None:
    def kind_to_plugin(data: Data) -> Data:
        return {("plugin" if key == "kind" else key): value for key, value in data.items()}

    path = versioned.put("plugins/x.json", OLD.replace('"plugin"', '"format": 1, "kind"'))
    store = versioned.new_store(formats=Formats(envelope=Steps(current=2, table={2: kind_to_plugin})))
    store.load()
    assert store.problems == ()
    data = json.loads(path.read_text())
    assert (data["format"], data["version"], data["plugin"]) == (2, 3, "third")


def test_a_disk_that_takes_no_copy_leaves_the_old_file_and_says_so(versioned: Home) -> None:
    path = versioned.put("plugins/x.json", OLD)
    (versioned.path / "state" / "config-history").write_text("in the way")
    versioned.store.load()
    assert path.read_text() == OLD
    assert versioned.store.config.plugins.keys() == {"x"}
    assert "no copy could be kept" in " ".join(problem.what for problem in versioned.store.problems)


def test_present_data_is_left_as_it_is() -> None:
    data = {"version": 3}
    assert bring_forward(data, FRAME_STEPS) is data
    with pytest.raises(VersionRefused, match="newer"):
        bring_forward({"version": 4}, FRAME_STEPS)


def test_every_old_file_ever_shipped_is_still_read(versioned: Home) -> None:
    folder = Path(__file__).parent / "old"
    for path in sorted(folder.glob("frame-v*.json")):
        versioned.put("frame.json", path.read_text())
        store = versioned.new_store()
        store.load()
        assert store.problems == (), path.name
        assert store.config.frame.name == "Old hall"
