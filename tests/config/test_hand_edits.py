"""Editing by hand: a mistake costs nothing, a good edit takes effect at once, nothing that was good is lost."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from artframe.config.home import init_home
from artframe.config.problem import ConfigRefused, ConflictError
from tests.config import conftest

if TYPE_CHECKING:
    from tests.config.conftest import Home

BROKEN = [
    pytest.param('{"version": 1, "plugin": "album",', id="cut off"),
    pytest.param("", id="empty"),
    pytest.param("\x00" * 200, id="zeros"),
    pytest.param('{"plugin": "album", "settings": {"immich_url": 3, "immich_api_key": "k"}}', id="wrong type"),
    pytest.param('{"plugin": "albun", "settings": {}}', id="unknown kind"),
    pytest.param('{"plugin": "album", "settings": []}', id="settings no object"),
    pytest.param('{"immich_url": "http://nas", "immich_api_key": "k"}', id="settings without the outer form"),
]


def mode(home: Home) -> str:
    settings: Any = home.store.config.plugins["family"].settings
    return str(settings.selection_mode)


def test_a_good_edit_takes_effect_and_only_what_changed_is_told(home: Home) -> None:
    home.put_album()
    home.put_album("other")
    home.put_album("third")
    home.store.load()
    home.put_album(selection_mode="newest")
    home.file("plugins/other.json").unlink()
    home.put("plugins/usb.json", {"plugin": "folder", "settings": {"folder": "x"}})
    home.store.reload()
    [change] = home.changes
    assert (change.frame, change.added, change.removed, change.changed) == (
        False,
        frozenset({"usb"}),
        frozenset({"other"}),
        frozenset({"family"}),
    )


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_edit_keeps_the_last_good_settings_also_after_a_restart(home: Home, text: str) -> None:
    home.put_album(selection_mode="oldest")
    home.store.load()
    path = home.put("plugins/family.json", text)
    home.store.reload()
    for _ in range(2):
        assert mode(home) == "oldest"
        assert home.store.problems
        assert all(problem.effect == "the last good settings stay in force" for problem in home.store.problems)
        assert {problem.instance for problem in home.store.problems} == {"family"}
        assert path.read_text() == text
        home.new_store().load()
    assert home.changes == []
    home.put_album(selection_mode="newest")
    home.store.reload()
    assert (mode(home), home.store.problems) == ("newest", ())


@pytest.mark.parametrize("text", BROKEN)
def test_a_plugin_that_was_never_good_does_not_run_and_is_told(home: Home, text: str) -> None:
    home.put_album("other")
    home.put("plugins/family.json", text)
    home.store.load()
    assert home.store.config.plugins.keys() == {"other"}
    assert all("does not run" in problem.effect for problem in home.store.problems)


@pytest.mark.parametrize("text", ["{", '{"name": ""}', '{"display": {"fit": "blurr"}}', '{"version": 9}'])
def test_a_broken_frame_json_keeps_what_was_good_or_else_the_defaults(home: Home, text: str) -> None:
    home.put("frame.json", {"name": "Hall", "display": {"rotation": 90}})
    home.store.load()
    home.put("frame.json", text)
    home.store.reload()
    assert home.store.config.frame.name == "Hall"
    home.new_store().load()
    assert home.store.config.frame.display.rotation == 90
    shutil.rmtree(home.path / "state" / "config-history")
    home.new_store().load()
    assert home.store.config.frame.name == "Artframe"
    assert home.problem().effect == "artframe goes by its defaults"


def test_a_frame_json_that_vanished_keeps_what_was_good(home: Home) -> None:
    home.put("frame.json", {"name": "Hall"})
    home.store.load()
    home.file("frame.json").unlink()
    home.store.reload()
    assert home.store.config.frame.name == "Hall"
    init_home(home.path)
    assert not home.file("frame.json").exists()
    home.new_store().load()
    assert home.store.config.frame.name == "Hall"
    assert "rollback frame.json" in home.problem().what
    home.store.rollback("frame", home.store.history("frame")[0].id)
    assert home.store.problems == ()
    assert json.loads(home.file("frame.json").read_text()) == {"name": "Hall"}


def test_a_plugin_that_was_removed_does_not_come_back_with_a_broken_new_file(home: Home) -> None:
    home.put_album()
    home.store.load()
    home.file("plugins/family.json").unlink()
    home.store.reload()
    home.put("plugins/family.json", "{")
    home.store.reload()
    assert home.store.config.plugins == {}
    home.new_store().load()
    assert home.store.config.plugins == {}


def test_a_plugin_removed_while_the_frame_was_off_does_not_come_back_either(home: Home) -> None:
    path = home.put_album()
    home.store.load()
    text = path.read_text()
    path.unlink()
    home.new_store().load()
    path.write_text("{")
    home.new_store().load()
    assert home.store.config.plugins == {}
    path.write_text(text)
    home.store.reload()
    path.write_text("{")
    home.new_store().load()
    assert home.store.config.plugins.keys() == {"family"}


def test_a_folder_that_is_not_there_takes_no_plugin_away(home: Home) -> None:
    home.put_album()
    home.store.load()
    home.file("plugins").rename(home.path / "away")
    home.store.reload()
    assert home.store.config.plugins.keys() == {"family"}
    assert "cannot be read" in home.problem().what
    home.new_store().load()
    assert home.store.config.plugins.keys() == {"family"}
    (home.path / "away").rename(home.file("plugins"))
    home.store.reload()
    assert home.store.problems == ()
    assert home.changes == []


def test_what_editors_leave_behind_is_no_plugin(home: Home) -> None:
    home.put_album()
    names = (".family.json.swp", "family.json~", "#family.json#", ".#family.json", "family.json.tmp", "4913",
             "family.json.bak", ".hidden.json", "readme.txt", "~family.json")  # fmt: skip
    for name in names:
        home.put(f"plugins/{name}", "{")
    home.store.load()
    assert home.store.config.plugins.keys() == {"family"}
    assert home.store.problems == ()


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Family.json", "family.json"),
        ("my photos.json", "my-photos.json"),
        ("-x.json", "x.json"),
        ("a" * 70 + ".json", "a" * 64 + ".json"),
        ("über.json", "ber.json"),
        ("family.JSON", "family.json"),
        ("family.jsonc", "family.json"),
        ("family.yaml", "family.json"),
    ],
)
def test_a_name_that_cannot_be_an_instance_is_a_problem_with_a_better_name(
    home: Home, name: str, suggestion: str
) -> None:
    home.put(f"plugins/{name}", {"plugin": "folder", "settings": {"folder": "x"}})
    home.store.load()
    assert home.store.config.plugins == {}
    assert home.problem().suggestion == suggestion
    assert home.problem().file == f"plugins/{name}" or len(name) > 60


def test_check_tells_all_problems_of_all_files_and_changes_nothing(home: Home) -> None:
    home.put("frame.json", {"display": {"rotatoin": 90, "interval_seconds": 0}})
    home.put_album(selection_mode="newst", max_photos=-1)
    home.put("plugins/other.json", {"version": 1, "plugin": "albun", "enabld": True, "settings": {}})
    home.put("plugins/Third.json", {})
    before = {path: path.stat().st_mtime_ns for path in home.path.rglob("*")}
    problems = home.store.check()
    assert {path: path.stat().st_mtime_ns for path in home.path.rglob("*")} == before
    assert [(problem.file, problem.path, problem.suggestion) for problem in problems] == [
        ("plugins/Third.json", "", "third.json"),
        ("frame.json", "display.rotatoin", '"rotation"'),
        ("frame.json", "display.interval_seconds", ""),
        ("plugins/family.json", "settings.selection_mode", '"newest"'),
        ("plugins/family.json", "settings.max_photos", ""),
        ("plugins/other.json", "plugin", '"album"'),
        ("plugins/other.json", "enabld", '"enabled"'),
    ]
    assert "album, folder" in problems[-2].allowed
    assert home.store.config.plugins == {}


def test_a_kind_that_cannot_be_loaded_harms_nobody_else(home: Home) -> None:
    class Kinds(dict[str, Any]):
        def get(self, kind: str, default: Any = None) -> Any:
            if kind == "folder":
                raise ImportError("hush: no such module")
            return super().get(kind, default)

    home.kinds = Kinds(home.kinds)
    home.put_album()
    home.put("plugins/usb.json", {"plugin": "folder", "settings": {"folder": "x"}})
    home.new_store().load()
    assert home.store.config.plugins.keys() == {"family"}
    assert "cannot be loaded (ImportError)" in home.problem().what


@contextmanager
def as_somebody_else(home: Path) -> Iterator[None]:
    """The rights of a file mean nothing to root, so become nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    for path in [home, *home.rglob("*")]:
        os.chown(path, 65534, 65534)
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def test_a_file_that_artframe_may_not_read_is_a_problem_and_keeps_what_was_good() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home = conftest.Home(Path(folder) / "home")
        path = home.put_album()
        home.store.load()
        path.chmod(0)
        with as_somebody_else(home.path):
            home.store.reload()
            assert home.store.config.plugins.keys() == {"family"}
            assert "not allowed to read" in home.problem().what
            home.new_store().load()
            assert home.store.config.plugins.keys() == {"family"}


def test_who_mends_a_frame_as_root_does_not_lock_it_out(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    home = conftest.Home(tmp_path / "home")
    home.put_album()
    home.put_album("other")
    for path in [home.path, *home.path.rglob("*")]:
        os.chown(path, 65534, 65534)
    home.store.load()
    home.store.modify("family", lambda data: data["settings"].update(max_photos=3), reason="sudo")
    home.store.modify("new", lambda data: {"plugin": "folder", "settings": {"folder": "x"}}, reason="sudo")
    assert {path.stat().st_uid for path in home.path.rglob("*")} == {65534}


class EditsInAnyOrder(RuleBasedStateMachine):
    """Good edits, broken edits, saves, rollbacks, restarts and removals of one plugin's file, in every order."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.home = conftest.Home(Path(self.folder.name) / "home")
        self.home.store.load()
        self.in_force: int | None = None  # max_photos, or None while there is no plugin
        self.on_disk: str | None = None
        self.path = self.home.file("plugins/family.json")

    def text(self, number: int, style: int | None) -> str:
        settings = {"immich_url": "http://nas", "immich_api_key": "k", "max_photos": number}
        return json.dumps({"plugin": "album", "settings": settings}, indent=style)

    @rule(number=st.integers(0, 99), style=st.sampled_from([None, 1, 2, 4]))
    def edit(self, number: int, style: int | None) -> None:
        self.on_disk = self.text(number, style)
        self.path.write_text(self.on_disk)
        self.home.store.reload()
        self.in_force = number

    @rule(text=st.sampled_from(["", "{", "[]", '{"plugin": "album", "settings": {}}', "\x00\x00"]))
    def break_it(self, text: str) -> None:
        self.on_disk = text
        self.path.write_text(text)
        self.home.store.reload()

    @rule(number=st.integers(0, 99))
    def save(self, number: int) -> None:
        try:
            self.home.store.write("family", self.text(number, 2), reason="web page")
        except ConflictError:  # pragma: no cover
            raise AssertionError("nobody else wrote") from None
        self.on_disk, self.in_force = self.text(number, 2), number

    @rule()
    def save_nonsense(self) -> None:
        with pytest.raises(ConfigRefused):
            self.home.store.write("family", self.text(-1, 2), reason="web page")

    @rule(back=st.integers(0, 12))
    def rollback(self, back: int) -> None:
        good = [version for version in self.home.store.history("family") if version.kind.word == "good"]
        if good:
            version = good[min(back, len(good) - 1)]
            self.on_disk = version.path.read_text()
            self.home.store.rollback("family", version.id)
            self.in_force = json.loads(self.on_disk)["settings"]["max_photos"]

    @rule()
    def delete(self) -> None:
        self.path.unlink(missing_ok=True)
        self.home.store.reload()
        self.on_disk = self.in_force = None

    @rule()
    def restart(self) -> None:
        self.home.new_store().load()

    @invariant()
    def the_last_good_settings_are_in_force_and_the_file_is_as_somebody_left_it(self) -> None:
        plugins = self.home.store.config.plugins
        found = {name: plugin.settings.model_dump()["max_photos"] for name, plugin in plugins.items()}
        assert found == ({} if self.in_force is None else {"family": self.in_force})
        assert (self.path.read_text() if self.path.exists() else None) == self.on_disk

    @invariant()
    def at_most_ten_of_each_kind_are_kept_and_ids_grow(self) -> None:
        versions = self.home.store.history("family")
        ids = [int(version.id) for version in versions]
        assert ids == sorted(set(ids), reverse=True)
        for word in {version.kind.word for version in versions}:
            assert sum(version.kind.word == word for version in versions) <= 10

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


EditsInAnyOrder.TestCase.settings = hypothesis_settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
test_edits_in_any_order = EditsInAnyOrder.TestCase
