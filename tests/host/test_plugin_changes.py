"""Plugins come and go by command: through the same files, under the same rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from artframe.config.home import init_home
from artframe.config.problem import ConfigRefused, UnknownFile
from artframe.config.store import ConfigStore
from artframe.core.events import EventBus
from artframe.errors import CommandError, NotThere
from artframe.host.discovery import KindInfo, PluginKinds
from artframe.host.plugin_changes import PluginChanges
from artframe.plugin import Plugin, PluginSettings, Secret, setting
from artframe.testing import ManualClock


class Lamp(Plugin):
    """A kind with one setting that must be given, and a secret."""

    class Settings(PluginSettings):
        """What a lamp needs."""

        settings_version = 2
        host: str = setting(title="Host")
        key: Secret | None = setting(None, title="Key")
        rooms: tuple[str, ...] = setting((), title="Rooms")


def broken() -> type[Plugin]:
    raise ImportError("no such library")


class House:
    """A home and its commands."""

    def __init__(self, home: Path) -> None:
        init_home(home)
        self.home = home
        self.kinds = PluginKinds.of({"lamp": Lamp})
        self.kinds.add(PluginKinds([KindInfo(kind="rusty", distribution="-", version="-", summary="", source=broken)]))
        self.store = ConfigStore(
            home,
            events=EventBus(),
            clock=ManualClock(),
            kinds=self.kinds.settings,
            known_kinds=lambda: tuple(self.kinds),
        )
        self.store.load()
        self.plugins = PluginChanges(self.store, self.kinds)

    def file(self, instance: str) -> Path:
        return self.home / "config" / "plugins" / f"{instance}.json"

    def content(self, instance: str) -> Any:
        return json.loads(self.file(instance).read_text())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "home")


def test_a_plugin_is_added_with_its_settings_and_its_secret_apart(house: House) -> None:
    result = house.plugins.add("lamp", "hall", ("host=nas", "key=hush", 'settings.rooms=["a"]'))
    assert house.content("hall") == {
        "version": 2,
        "plugin": "lamp",
        "enabled": True,
        "settings": {"host": "nas", "key": {"$secret": "hall-key"}, "rooms": ["a"]},
    }
    assert (result["instance"], result["kind"], result["enabled"]) == ("hall", "lamp", True)
    assert result["secrets"] == {"settings.key": "hall-key"}
    assert house.store.config.plugins["hall"].enabled
    assert "hush" not in json.dumps(result)


def test_a_plugin_that_rests_from_the_start_must_be_complete_too(house: House) -> None:
    with pytest.raises(ConfigRefused) as refused:
        house.plugins.add("lamp", "hall", ("key=hush",), disabled=True)
    assert [problem.path for problem in refused.value.problems] == ["settings.host"]
    assert not house.file("hall").exists()
    assert "hush" not in (house.home / "config" / "secrets.json").read_text()
    house.plugins.add("lamp", "hall", ("host=nas",), disabled=True)
    assert not house.store.config.plugins["hall"].enabled


@pytest.mark.parametrize(
    ("kind", "instance", "hint"),
    [
        ("lmap", "hall", "did you mean 'lamp'?"),
        ("zzz", "hall", "installed: lamp, rusty"),
        ("lamp", "Hall Way", "did you mean 'hall-way'?"),
        ("lamp", "../x", "did you mean 'x'?"),
        ("lamp", "", "small letters"),
        ("lamp", "frame", "small letters"),
        ("lamp", "secrets", "small letters"),
        ("lamp", "x" * 65, "did you mean"),
        ("lamp", "there", "choose another name"),
    ],
)
def test_what_cannot_be_added_is_told_with_what_could(house: House, kind: str, instance: str, hint: str) -> None:
    house.plugins.add("lamp", "there", ("host=nas",))
    before = sorted((house.home / "config").rglob("*"))
    with pytest.raises(CommandError) as refused:
        house.plugins.add(kind, instance, ("host=nas",))
    assert hint in refused.value.hint
    assert sorted((house.home / "config").rglob("*")) == before


def test_a_kind_that_is_broken_is_not_added_and_its_trouble_is_named(house: House) -> None:
    with pytest.raises(CommandError, match="installed, but broken") as refused:
        house.plugins.add("rusty", "hall")
    assert "ImportError" in refused.value.hint


def test_a_broken_file_is_not_replaced_by_a_new_plugin(house: House) -> None:
    house.file("hall").write_text("{")
    with pytest.raises(CommandError, match="already"):
        house.plugins.add("lamp", "hall", ("host=nas",))
    assert house.file("hall").read_text() == "{"


def test_a_removed_plugin_comes_back_by_the_version_that_was_named(house: House) -> None:
    house.plugins.add("lamp", "hall", ("host=nas",))
    before = house.file("hall").read_bytes()
    data = house.home / "plugins" / "lamp" / "hall" / "photos"
    data.mkdir(parents=True)
    (data / "a.jpg").write_bytes(b"photo")
    removed = house.plugins.remove("hall")
    assert not house.file("hall").exists()
    assert house.store.config.plugins == {}
    assert (data / "a.jpg").read_bytes() == b"photo"
    house.store.rollback("hall", removed["version"])
    assert house.file("hall").read_bytes() == before
    assert house.store.config.plugins.keys() == {"hall"}


def test_a_plugin_whose_file_is_broken_may_be_removed_and_that_file_comes_back(house: House) -> None:
    house.plugins.add("lamp", "hall", ("host=nas",))
    house.file("hall").write_text("{oops")
    house.store.reload()
    removed = house.plugins.remove("hall")
    kept = [one for one in house.store.history("hall") if one.id == removed["version"]]
    assert [one.path.read_text() for one in kept] == ["{oops"]
    assert not house.file("hall").exists()


def test_the_mark_of_a_removal_is_no_version_to_go_back_to(house: House) -> None:
    house.plugins.add("lamp", "hall", ("host=nas",))
    house.plugins.remove("hall")
    [mark] = [one.id for one in house.store.history("hall") if one.kind.word == "removed"]
    with pytest.raises(UnknownFile, match="only tells that the file was removed"):
        house.store.rollback("hall", mark)


def test_a_removed_plugin_does_not_come_back_by_itself_when_a_broken_file_takes_its_place(house: House) -> None:
    house.plugins.add("lamp", "hall", ("host=nas",))
    house.plugins.remove("hall")
    house.file("hall").write_text("{oops")
    house.store.reload()
    assert house.store.config.plugins == {}


def test_a_plugin_rests_and_works_again_and_its_file_keeps_its_form(house: House) -> None:
    text = '{"plugin": "lamp",  "version": 2,\n "enabled":  true, "_note": "mine", "settings": {"host": "nas"}}'
    house.file("hall").write_text(text)
    house.store.reload()
    assert house.plugins.disable("hall")["changed"] is True
    assert house.file("hall").read_text() == text.replace("true", "false")
    assert not house.store.config.plugins["hall"].enabled
    assert house.plugins.disable("hall")["changed"] is False
    assert house.plugins.enable("hall")["changed"] is True
    assert house.file("hall").read_text() == text


def test_a_plugin_whose_file_does_not_say_so_is_enabled_already(house: House) -> None:
    house.file("hall").write_text('{"plugin": "lamp", "version": 2, "settings": {"host": "nas"}}')
    house.store.reload()
    assert house.plugins.enable("hall")["changed"] is False
    assert house.plugins.disable("hall")["changed"] is True
    assert house.content("hall")["enabled"] is False


def test_a_duplicate_is_a_copy_to_the_letter_and_shares_nothing_but_references(house: House) -> None:
    text = '{"plugin": "lamp", "version": 2,  "_note": "mine", "settings": {"host": "nas", "key": "plain"}}'
    house.file("hall").write_text(text)
    house.store.reload()
    result = house.plugins.duplicate("hall", "attic")
    assert house.file("attic").read_text() == text
    assert (result["like"], result["kind"], result["enabled"]) == ("hall", "lamp", True)
    rests = house.plugins.duplicate("hall", "cellar", disabled=True)
    assert rests["enabled"] is False
    assert house.content("cellar") == {**json.loads(text), "enabled": False}
    assert house.file("hall").read_text() == text
    with pytest.raises(CommandError, match="already"):
        house.plugins.duplicate("hall", "attic")


def test_what_is_not_there_cannot_be_changed(house: House) -> None:
    house.plugins.add("lamp", "hall", ("host=nas",))
    for instance in ("hal", "../secrets", "frame", ""):
        for change in (house.plugins.remove, house.plugins.enable, house.plugins.disable):
            with pytest.raises(NotThere):
                change(instance)
        with pytest.raises(NotThere):
            house.plugins.duplicate(instance, "new")
    with pytest.raises(NotThere) as refused:
        house.plugins.enable("hal")
    assert refused.value.hint == "did you mean 'hall'?"
    assert (house.home / "config" / "frame.json").exists()
