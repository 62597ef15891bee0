"""Changes through artframe: checked, backed up, saved whole, told to those whom they concern."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from artframe.config.problem import ConfigRefused, ConflictError, UnknownFile
from artframe.config.store import Config
from artframe.errors import ConfigError

if TYPE_CHECKING:
    from tests.config.conftest import Home


def settings(home: Home, instance: str = "family") -> Any:
    return home.store.config.plugins[instance].settings


def choose(mode: Any) -> Any:
    def change(data: dict[str, Any]) -> None:
        data["settings"]["selection_mode"] = mode

    return change


def test_a_fresh_home_goes_by_its_defaults(home: Home) -> None:
    config = home.store.load()
    assert config == Config()
    assert home.store.problems == ()
    assert config.frame.display.fit == "blur"


@pytest.mark.parametrize("file", ["config/secrets.json", "plugins/immich/family/photos/IMG_1.JPG", "png", ".png"])
def test_the_panels_picture_file_cannot_be_named_like_anything_else(home: Home, file: str) -> None:
    home.store.load()
    with pytest.raises(ConfigRefused, match=r"display\.png_file: its name must end in \.png"):
        home.store.modify("frame", lambda data: {**data, "display": {"png_file": file}}, reason="test")
    home.store.modify("frame", lambda data: {**data, "display": {"png_file": "out/wall.PNG"}}, reason="test")


def test_a_change_is_saved_put_in_force_and_told(home: Home) -> None:
    home.put_album()
    home.put_album("other")
    home.store.load()
    home.store.modify("family", choose("newest"), reason="web page")
    assert settings(home).selection_mode == "newest"
    assert json.loads(home.file("plugins/family.json").read_text())["settings"]["selection_mode"] == "newest"
    [change] = home.changes
    assert (change.frame, change.added, change.removed, change.changed) == (
        False,
        frozenset(),
        frozenset(),
        frozenset({"family"}),
    )
    assert change.config is home.store.config


def test_the_file_keeps_notes_order_and_formatting(home: Home) -> None:
    text = (
        '{\n    "_why": "for the hall",\n    "plugin": "album",   "version": 1,\n\n'
        '    "settings": {"immich_url": "http://nas", "_old": [1,2], "immich_api_key": "k"}\n}'
    )
    home.put("plugins/family.json", text)
    home.store.load()
    home.store.modify("family", lambda data: data["settings"].update(immich_url="http://new"), reason="web page")
    assert home.file("plugins/family.json").read_text() == text.replace("http://nas", "http://new")


def test_a_wrong_change_is_refused_with_all_its_problems_and_nothing_happens(home: Home) -> None:
    path = home.put_album()
    home.store.load()
    before = path.read_bytes()
    with pytest.raises(ConfigRefused) as refused:
        home.store.modify("family", lambda data: data["settings"].update(selection_mode="x", zzz=1), reason="web page")
    assert [problem.path for problem in refused.value.problems] == ["settings.selection_mode", "settings.zzz"]
    assert path.read_bytes() == before
    assert home.changes == []
    assert len(home.store.history("family")) == 1


def test_a_change_that_fails_halfway_changes_nothing(home: Home) -> None:
    home.put_album()
    config = home.store.load()

    def change(data: dict[str, Any]) -> None:
        data["settings"].clear()
        raise KeyError("oops")

    with pytest.raises(KeyError):
        home.store.modify("family", change, reason="web page")
    assert home.store.config is config


def test_a_change_that_changes_nothing_writes_nothing(home: Home) -> None:
    path = home.put_album()
    home.store.load()
    before = path.stat()
    home.store.modify("family", lambda data: None, reason="web page")
    assert path.stat().st_ino == before.st_ino
    assert home.changes == []


def test_a_changed_note_is_saved_but_no_plugin_is_told(home: Home) -> None:
    path = home.put_album()
    home.store.load()
    home.store.modify("family", lambda data: data.update(_note="hello"), reason="web page")
    assert "hello" in path.read_text()
    assert home.changes == []
    assert home.store.config.plugins["family"].raw["_note"] == "hello"


def test_a_new_file_is_a_new_plugin_and_a_removed_one_a_plugin_gone(home: Home) -> None:
    home.store.load()
    folder = {"version": 1, "plugin": "folder", "settings": {"folder": "/photos"}}
    home.store.modify("usb", lambda data: folder, reason="web page")
    assert settings(home, "usb").folder == "/photos"
    home.store.remove("usb", reason="web page")
    assert not home.file("plugins/usb.json").exists()
    assert home.store.config.plugins == {}
    assert [(set(change.added), set(change.removed)) for change in home.changes] == [({"usb"}, set()), (set(), {"usb"})]
    home.store.rollback("usb", home.store.history("usb")[-1].id)
    assert settings(home, "usb").folder == "/photos"
    assert home.new_store().load().plugins.keys() == {"usb"}


def test_only_a_plugins_file_can_be_removed(home: Home) -> None:
    home.store.load()
    for name in ("frame.json", "secrets.json", "nobody"):
        with pytest.raises(UnknownFile):
            home.store.remove(name, reason="web page")


def test_the_frames_own_settings_change_alike(home: Home) -> None:
    home.store.load()
    home.store.modify("frame", lambda data: data["display"].update(rotation=90), reason="web page")
    assert home.store.config.frame.display.rotation == 90
    [change] = home.changes
    assert change.frame
    assert '"_rotation"' in home.file("frame.json").read_text()


def test_a_guard_may_refuse_a_change(home: Home) -> None:
    home.put_album()
    home.store.load()
    seen: list[tuple[str, str]] = []

    def guard(old: Config, new: Config) -> None:
        seen.append((settings(home).selection_mode, new.plugins["family"].settings.model_dump()["selection_mode"]))
        if new.plugins["family"].settings.model_dump()["selection_mode"] == "oldest":
            raise ConfigError("the oldest photos are too sad", "choose others")

    release = home.store.guard(guard)
    with pytest.raises(ConfigRefused, match="too sad"):
        home.store.modify("family", choose("oldest"), reason="web page")
    assert seen == [("random", "oldest")]
    assert "oldest" not in home.file("plugins/family.json").read_text()
    home.store.modify("family", choose("newest"), reason="web page")
    release()
    home.store.modify("family", choose("oldest"), reason="web page")
    assert settings(home).selection_mode == "oldest"


def test_a_guard_refuses_a_hand_edit_too_and_the_last_good_settings_stay(home: Home) -> None:
    home.put_album()
    home.store.load()

    def guard(old: Config, new: Config) -> None:
        if new.frame.display.rotation:
            raise ConfigError("the panel cannot be turned")

    home.store.guard(guard)
    home.put("frame.json", {"display": {"rotation": 90}})
    home.put_album(selection_mode="newest")
    home.store.reload()
    assert home.store.config.frame.display.rotation == 0
    assert settings(home).selection_mode == "newest"
    assert home.problem().what == "the panel cannot be turned"
    assert home.problem().effect == "the last good settings stay in force"


def test_a_guard_that_is_broken_stops_nobody(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    home.put_album()
    home.store.load()

    def guard(old: Config, new: Config) -> None:
        raise RuntimeError("hush")

    home.store.guard(guard)
    home.store.modify("family", choose("newest"), reason="web page")
    assert settings(home).selection_mode == "newest"
    assert "RuntimeError" in caplog.text
    assert "hush" not in caplog.text


def test_what_an_editor_saved_meanwhile_is_never_overwritten(home: Home) -> None:
    path = home.put_album()
    home.store.load()
    home.put_album(selection_mode="oldest")
    theirs = path.read_text()
    attempts: list[Callable[[], object]] = [
        lambda: home.store.modify("family", choose("newest"), reason="web page"),
        lambda: home.store.write("family", "{}", reason="web page"),
        lambda: home.store.remove("family", reason="web page"),
        lambda: home.store.rollback("family", "1"),
    ]
    for attempt in attempts:
        with pytest.raises(ConflictError) as conflict:
            attempt()
        assert conflict.value.texts.theirs == theirs
        assert path.read_text() == theirs
    home.store.reload()
    home.store.modify("family", choose("newest"), reason="web page")
    assert settings(home).selection_mode == "newest"


def test_a_file_that_appeared_meanwhile_is_not_overwritten_either(home: Home) -> None:
    home.store.load()
    path = home.put_album()
    with pytest.raises(ConflictError):
        home.store.modify("family", lambda data: {"plugin": "folder", "settings": {"folder": "x"}}, reason="web page")
    assert "immich" in path.read_text()


def test_an_editor_that_saves_in_the_very_moment_of_a_save_wins(home: Home) -> None:
    path = home.put_album()
    home.store.load()

    def slow_guard(old: Config, new: Config) -> None:
        home.put_album(selection_mode="oldest")

    home.store.guard(slow_guard)
    with pytest.raises(ConflictError):
        home.store.modify("family", choose("newest"), reason="web page")
    assert "oldest" in path.read_text()


def test_a_page_that_was_opened_long_ago_does_not_overwrite_newer_settings(home: Home) -> None:
    home.put_album()
    home.store.load()
    basis = home.store.read("family")
    home.store.modify("family", choose("oldest"), reason="elsewhere")
    with pytest.raises(ConflictError) as conflict:
        home.store.write("family", basis.replace("http://nas", "http://new"), reason="web page", basis=basis)
    assert "http://new" in conflict.value.texts.ours
    assert settings(home).selection_mode == "oldest"
    basis = home.store.read("family")
    home.store.write("family", basis.replace("oldest", "newest"), reason="web page", basis=basis)
    assert settings(home).selection_mode == "newest"


def test_a_file_that_cannot_be_parsed_is_not_modified_but_may_be_replaced_and_is_kept(home: Home) -> None:
    home.put_album()
    home.store.load()
    good = home.file("plugins/family.json").read_text()
    home.put("plugins/family.json", "{oops")
    home.store.reload()
    with pytest.raises(ConfigRefused, match="double quotes"):
        home.store.modify("family", choose("newest"), reason="web page")
    home.store.write("family", good.replace("nas", "new"), reason="web page")
    assert home.store.problems == ()
    kept = [version for version in home.store.history("family") if version.kind.word == "replaced"]
    assert [version.path.read_text() for version in kept] == ["{oops"]


def test_a_change_may_mend_what_was_wrong(home: Home) -> None:
    home.put_album(selection_mode="newst")
    home.store.load()
    home.store.modify("family", choose("newest"), reason="artframe config set")
    assert home.store.problems == ()
    assert settings(home).selection_mode == "newest"


def test_the_rights_of_a_file_stay_as_they_are_and_a_link_stays_a_link(home: Home) -> None:
    home.put_album()
    target = home.path / "elsewhere.json"
    home.file("plugins/family.json").rename(target)
    target.chmod(0o640)
    home.file("plugins/family.json").symlink_to(target)
    home.store.load()
    home.store.modify("family", choose("newest"), reason="web page")
    assert home.file("plugins/family.json").is_symlink()
    assert "newest" in target.read_text()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["../secrets", "plugins/../frame", "a/b", "", ".hidden", "UPPER", "x" * 65, "plugins"])
def test_a_name_that_leads_elsewhere_is_no_file_of_the_configuration(home: Home, name: str) -> None:
    home.store.load()
    if name == "plugins":
        assert home.store.layout.file(name) == "plugins/plugins.json"
        return
    with pytest.raises(UnknownFile):
        home.store.read(name)


def test_files_go_by_short_names_as_well(home: Home) -> None:
    names = {"frame": "frame.json", "config/frame.json": "frame.json", "secrets.json": "secrets.json",
             "family": "plugins/family.json", "plugins/frame.json": "plugins/frame.json"}  # fmt: skip
    assert {name: home.store.layout.file(name) for name in names} == names


def test_a_file_that_is_not_there_is_not_shown_as_an_empty_one(home: Home) -> None:
    home.put_album(max_photos=0)
    home.store.load()
    with pytest.raises(UnknownFile) as caught:
        home.store.shown("famly")
    assert caught.value.hint == "did you mean 'family'?"
    home.store.layout.path("frame.json").unlink(missing_ok=True)
    assert home.store.shown("frame") == {}, "all defaults"


def test_many_threads_save_one_after_the_other(home: Home) -> None:
    home.put_album(max_photos=0)
    home.store.load()

    def count() -> None:
        for _ in range(5):
            home.store.modify("family", add_one, reason="thread")

    def add_one(data: dict[str, Any]) -> None:
        data["settings"]["max_photos"] += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert settings(home).max_photos == 20
    assert [change.config.plugins["family"].raw["settings"]["max_photos"] for change in home.changes] == list(
        range(1, 21)
    )
