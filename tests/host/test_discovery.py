"""Which kinds are installed, and what a broken one costs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from artframe.errors import ArtframeError, ConfigError
from artframe.host.discovery import PluginKinds
from artframe.plugin import Plugin, PluginSettings

GOOD = """
from artframe.plugin import Plugin
class Good(Plugin):
    pass
"""
MODULES = {
    "good_kind": (GOOD, "Good"),
    "broken_kind": ("import a_module_that_is_nowhere", "Broken"),
    "exiting_kind": ("raise SystemExit(1)", "Exiting"),
    "empty_kind": ("", "NotThere"),
    "number_kind": ("Number = 3", "Number"),
    "told_kind": ('"""Tells of itself.\n\nAt length."""\n' + GOOD, "Good"),
    "other_settings_kind": (GOOD + "    Settings = dict\n", "Good"),
}


@pytest.fixture
def kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PluginKinds:
    """A package that brings one good kind and every sort of broken one."""
    info = tmp_path / "many_kinds-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: many-kinds\nVersion: 1.2\nSummary: All sorts\n")
    lines = ["[artframe.plugins]"]
    for name, (source, attribute) in MODULES.items():
        (tmp_path / f"{name}.py").write_text(source)
        lines.append(f"{name} = {name}:{attribute}")
    (info / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    return PluginKinds.installed()


def test_installed_kinds_are_known_by_the_metadata_of_their_package_without_an_import(kinds: PluginKinds) -> None:
    info = kinds["broken_kind"]
    assert (info.distribution, info.version, info.summary) == ("many-kinds", "1.2", "All sorts")
    assert kinds.error("broken_kind") == ""


def test_a_kind_among_several_of_a_package_is_told_by_its_own_module_without_an_import(kinds: PluginKinds) -> None:
    assert kinds["told_kind"].summary == "Tells of itself."
    assert "told_kind" not in sys.modules


def test_a_good_kind_is_loaded_beside_broken_ones(kinds: PluginKinds) -> None:
    for kind in MODULES:
        kinds.settings(kind)
    assert issubclass(kinds.load("good_kind"), Plugin)
    assert kinds.settings("good_kind") is PluginSettings
    assert kinds.migrate("good_kind") is not None
    assert kinds.error("good_kind") == ""


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("broken_kind", "ModuleNotFoundError"),
        ("exiting_kind", "SystemExit"),
        ("empty_kind", "AttributeError"),
        ("number_kind", "no class derived from artframe.plugin.Plugin"),
        ("other_settings_kind", "not derived from PluginSettings"),
    ],
)
def test_a_broken_kind_is_listed_with_what_ails_it(kinds: PluginKinds, kind: str, text: str) -> None:
    assert kinds.settings(kind) is None
    assert kinds.migrate(kind) is None
    assert text in kinds.error(kind)
    with pytest.raises((ArtframeError, ImportError, SystemExit, AttributeError)):
        kinds.load(kind)


def test_an_unknown_kind_is_told_with_the_likely_meaning(kinds: PluginKinds) -> None:
    with pytest.raises(ConfigError, match="did you mean 'good_kind'"):
        kinds.load("god_kind")
    assert kinds.settings("god_kind") is None


def test_two_packages_with_one_kind_are_told_and_the_first_is_used() -> None:
    class One(Plugin):
        pass

    class Two(Plugin):
        pass

    kinds = PluginKinds.of({"same": One})
    kinds.add(PluginKinds.of({"same": Two}))
    assert kinds.load("same") is One
    assert "brings it too" in kinds.error("same")
