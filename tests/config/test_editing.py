"""Editing by setting: all of it or nothing, secrets kept apart, and nobody's work overwritten."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from artframe.config.editing import SettingsEditor
from artframe.config.files import basis_of
from artframe.config.masking import MASK
from artframe.config.problem import ConfigRefused, ConflictError, UnknownFile
from artframe.config.setting_path import parse_path, path_text
from artframe.config.typed_change import parse_change
from artframe.errors import CommandError, ConfigError

if TYPE_CHECKING:
    from tests.config.conftest import Home


def change(home: Home, file: str, *changes: str, **more: Any) -> dict[str, Any]:
    """Change as a command does; the JSON that faces get."""
    found = [parse_change(one) for one in changes]
    return SettingsEditor(home.store).change(file, found, reason="test", **more).as_json()


def content(home: Home, file: str) -> Any:
    return json.loads(home.file(file).read_text())


def settings(home: Home, instance: str = "family") -> Any:
    return content(home, f"plugins/{instance}.json")["settings"]


def in_force(home: Home, instance: str = "family") -> Any:
    return home.store.config.plugins[instance].settings


def basis(home: Home, instance: str = "family") -> str:
    return basis_of(home.file(f"plugins/{instance}.json").read_bytes())


@pytest.fixture
def family(home: Home) -> Home:
    home.put("secrets.json", {"nas": "key-of-the-nas", "_note": "mine"})
    home.put_album(immich_api_key={"$secret": "nas"}, albums=["Hall"])
    home.store.load()
    return home


def test_settings_change_together_and_the_rest_stays_as_it_was_written(home: Home) -> None:
    text = '{"plugin": "album",  "settings": {"immich_url": "http://nas", "immich_api_key": "k",\n\n "max_photos": 1}}'
    home.put("plugins/family.json", text)
    home.store.load()
    result = change(home, "family", "settings.max_photos=7", "settings.immich_url=http://new")
    assert home.file("plugins/family.json").read_text() == text.replace(": 1}", ": 7}").replace(
        "http://nas", "http://new"
    )
    assert result["changes"] == [
        {"path": "settings.immich_url", "before": "http://nas", "after": "http://new"},
        {"path": "settings.max_photos", "before": 1, "after": 7},
    ]
    assert result["basis"] == basis(home)
    assert in_force(home).max_photos == 7


def test_all_changes_are_made_or_none(family: Home) -> None:
    before = family.file("plugins/family.json").read_bytes(), family.file("secrets.json").read_bytes()
    with pytest.raises(ConfigRefused) as refused:
        change(family, "family", "max_photos=5", "selection_mode=newst", "immich_api_key=typed", "zzz=1")
    assert [problem.path for problem in refused.value.problems] == ["settings.selection_mode", "settings.zzz"]
    assert [problem["suggestion"] for problem in refused.value.details["problems"]] == ['"newest"', ""]
    with pytest.raises(CommandError):
        change(family, "family", "max_photos=5", "albums[7]=x")
    assert before == (family.file("plugins/family.json").read_bytes(), family.file("secrets.json").read_bytes())
    assert family.changes == []


def test_settings_may_be_left_out_of_the_path_of_a_plugins_setting(family: Home) -> None:
    assert [one["path"] for one in change(family, "family", "max_photos=5", "enabled=false")["changes"]] == [
        "settings.max_photos",
        "enabled",
    ]


def test_what_was_probably_meant_is_said_inside_the_settings_and_outside(family: Home) -> None:
    for change_, meant in (("imich_url=x", '"immich_url"'), ("enabeld=false", '"enabled"')):
        with pytest.raises(ConfigRefused) as refused:
            change(family, "family", change_)
        assert [problem.suggestion for problem in refused.value.problems] == [meant]


def test_an_unset_setting_has_its_default_again(family: Home) -> None:
    change(family, "family", "max_photos=5")
    result = change(family, "family", "max_photos=")
    assert result["changes"] == [{"path": "settings.max_photos", "before": 5}]
    assert in_force(family).max_photos == 0
    assert change(family, "family", "max_photos=")["changes"] == []
    with pytest.raises(CommandError, match=r"no setting 'settings\.max_fotos'") as refused:
        change(family, "family", "max_fotos=")
    assert refused.value.hint == "did you mean settings.max_photos?"


def test_the_frames_settings_and_notes_change_alike(home: Home) -> None:
    home.store.load()
    change(home, "frame", "display.rotation=90", "_why=the panel hangs sideways", "storage.downloads=2")
    assert home.store.config.frame.display.rotation == 90
    assert content(home, "frame.json")["_why"] == "the panel hangs sideways"
    home.file("frame.json").unlink()
    home.store.reload()
    change(home, "frame", "display.fit=cover")
    assert content(home, "frame.json") == {"display": {"fit": "cover"}}


def test_a_value_is_given_with_its_default_and_never_with_a_secret(family: Home) -> None:
    editor = SettingsEditor(family.store)
    found = [editor.value("family", parse_path(path)) for path in ("max_photos", "albums[0]", "immich_api_key")]
    assert [(path_text(one.path), one.value, one.is_set) for one in found] == [
        ("settings.max_photos", 0, False),
        ("settings.albums[0]", "Hall", True),
        ("settings.immich_api_key", {"$secret": "nas"}, True),
    ]
    assert editor.value("secrets", ("nas",)).value == MASK
    with pytest.raises(CommandError):
        editor.value("family", ("albums", 1, "x"))


# -- secrets


def test_a_typed_in_secret_goes_to_secrets_json_and_a_reference_stays(home: Home, key: str) -> None:
    home.put_album()
    home.store.load()
    result = change(home, "family", "immich_api_key=typed", "max_photos=3")
    assert result["secrets"] == {"settings.immich_api_key": "family-immich-api-key"}
    assert settings(home)["immich_api_key"] == {"$secret": "family-immich-api-key"}
    assert content(home, "secrets.json")["family-immich-api-key"] == "typed"
    assert stat.S_IMODE(home.file("secrets.json").stat().st_mode) == 0o600
    assert in_force(home).immich_api_key.reveal() == "typed"
    assert "typed" not in json.dumps(result)
    assert key not in json.dumps(result)


def test_a_secret_that_only_this_setting_uses_changes_under_its_name(family: Home) -> None:
    before = family.file("plugins/family.json").read_bytes()
    result = change(family, "family", "immich_api_key=typed")
    assert result["secrets"] == {"settings.immich_api_key": "nas"}
    assert result["changes"] == [
        {"path": "settings.immich_api_key", "before": {"$secret": "nas"}, "after": f"{MASK} (changed)"}
    ]
    assert content(family, "secrets.json") == {"nas": "typed", "_note": "mine"}
    assert family.file("plugins/family.json").read_bytes() == before
    assert in_force(family).immich_api_key.reveal() == "typed"
    assert [set(one.changed) for one in family.changes] == [{"family"}]


def test_a_secret_that_others_use_too_is_left_to_them(family: Home) -> None:
    family.put_album("other", immich_api_key={"$secret": "nas"})
    family.store.reload()
    result = change(family, "family", "immich_api_key=typed")
    assert result["secrets"] == {"settings.immich_api_key": "family-immich-api-key"}
    assert in_force(family).immich_api_key.reveal() == "typed"
    assert in_force(family, "other").immich_api_key.reveal() == "key-of-the-nas"


def test_a_secret_that_a_broken_file_uses_is_left_to_it_as_well(family: Home) -> None:
    family.put("plugins/other.json", '{"plugin": "album", "settings": {"immich_api_key": {"$secret": "nas"},}')
    family.store.reload()
    assert change(family, "family", "immich_api_key=typed")["secrets"] == {
        "settings.immich_api_key": "family-immich-api-key"
    }


def test_where_more_than_the_secret_changes_the_old_one_stays_whole_until_all_is_saved(family: Home) -> None:
    result = change(family, "family", "immich_api_key=typed", "immich_url=http://new")
    assert result["secrets"] == {"settings.immich_api_key": "family-immich-api-key"}
    assert content(family, "secrets.json")["nas"] == "key-of-the-nas"
    family.store.rollback("family", "1")
    assert in_force(family).immich_api_key.reveal() == "key-of-the-nas"
    assert in_force(family).immich_url == "http://nas:2283"
    change(family, "family", "immich_api_key=third", "immich_url=http://third")
    assert settings(family)["immich_api_key"] == {"$secret": "family-immich-api-key-2"}
    assert content(family, "secrets.json")["family-immich-api-key"] == "typed"


@pytest.mark.parametrize("reference", [{"$env": "ARTFRAME_TEST_KEY"}, {"$file": "key.txt"}, "plain"])
def test_a_typed_in_secret_takes_the_place_of_whatever_stood_there(
    home: Home, reference: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTFRAME_TEST_KEY", "from-outside")
    home.file("key.txt").write_text("from-a-file")
    home.put_album(immich_api_key=reference)
    home.store.load()
    change(home, "family", "immich_api_key=typed")
    assert settings(home)["immich_api_key"] == {"$secret": "family-immich-api-key"}
    assert in_force(home).immich_api_key.reveal() == "typed"
    assert home.file("key.txt").read_text() == "from-a-file"


@pytest.mark.parametrize("stood", [{"$secret": "nas"}, {"$env": "PATH"}, "plain"])
def test_the_mask_leaves_a_secret_as_it_is(family: Home, stood: Any) -> None:
    family.put_album(immich_api_key=stood)
    family.store.reload()
    result = change(family, "family", f"immich_api_key={MASK}", "max_photos=5")
    assert [one["path"] for one in result["changes"]] == ["settings.max_photos"]
    assert settings(family)["immich_api_key"] == stood


def test_the_same_secret_typed_again_changes_nothing(family: Home) -> None:
    result = change(family, "family", "immich_api_key=key-of-the-nas")
    assert (result["changes"], result["secrets"]) == ([], {})
    assert family.changes == []


def test_the_mask_is_no_secret_where_there_was_none(home: Home) -> None:
    home.put("plugins/usb.json", {"plugin": "folder", "settings": {"folder": "/x"}})
    home.store.load()
    with pytest.raises(ConfigRefused) as refused:
        change(home, "usb", f"passphrase={MASK}")
    [problem] = refused.value.problems
    assert (problem.path, problem.what) == ("settings.passphrase", "this is the mask, not a secret")
    assert problem.line is None


def test_a_reference_may_be_typed_as_well_and_an_empty_secret_not(family: Home) -> None:
    change(family, "family", 'immich_api_key={"$env": "PATH"}')
    assert settings(family)["immich_api_key"] == {"$env": "PATH"}
    with pytest.raises(ConfigRefused, match="a secret cannot be empty"):
        change(family, "family", 'immich_api_key=""')
    with pytest.raises(ConfigRefused, match='no secret "nass"'):
        change(family, "family", 'immich_api_key={"$secret": "nass"}')


def test_a_secret_is_changed_in_secrets_json_itself(family: Home) -> None:
    change(family, "secrets", "nas=other", "new=value")
    assert content(family, "secrets.json") == {"nas": "other", "_note": "mine", "new": "value"}
    assert in_force(family).immich_api_key.reveal() == "other"


def test_secrets_that_cannot_be_used_stop_a_secret_from_being_stored_and_nothing_else(family: Home) -> None:
    family.put("secrets.json", '{"nas": "x",}')
    family.store.reload()
    with pytest.raises(ConfigRefused, match="comma too many") as refused:
        change(family, "family", "immich_api_key=typed")
    assert refused.value.file == "secrets.json"
    change(family, "family", "max_photos=5")
    assert in_force(family).max_photos == 5


@pytest.mark.parametrize("name", ["family", "x" * 64])
def test_names_of_stored_secrets_are_no_longer_than_may_be(home: Home, name: str) -> None:
    home.put_album(name)
    home.store.load()
    [stored] = change(home, name, "immich_api_key=typed")["secrets"].values()
    assert len(stored) <= 64
    assert in_force(home, name).immich_api_key.reveal() == "typed"


# -- two editors


def test_of_two_editors_the_second_gets_the_conflict_with_both_versions_and_nothing_is_overwritten(home: Home) -> None:
    home.put_album()
    home.store.load()
    both = basis(home)
    change(home, "family", "max_photos=5", basis=both)
    theirs = home.file("plugins/family.json").read_text()
    with pytest.raises(ConflictError) as conflict:
        change(home, "family", "max_photos=9", "immich_api_key=typed", basis=both)
    assert home.file("plugins/family.json").read_text() == theirs
    assert "typed" not in home.file("secrets.json").read_text()
    shown = conflict.value.shown
    assert shown is not None
    assert '"max_photos": 9' in shown.ours
    assert '"max_photos": 5' in shown.theirs
    assert "kEy" not in shown.ours + shown.theirs
    assert conflict.value.details["conflict"]["basis"] == basis(home)
    change(home, "family", "max_photos=9", basis=conflict.value.basis)
    assert in_force(home).max_photos == 9


def test_a_change_conflicts_with_a_hand_edit_that_nobody_has_read_unless_it_was_seen(home: Home) -> None:
    home.put_album()
    home.store.load()
    home.put_album(max_photos=5)
    with pytest.raises(ConflictError) as conflict:
        change(home, "family", "selection_mode=newest")
    assert conflict.value.shown is not None
    change(home, "family", "selection_mode=newest", basis=basis(home))
    assert (in_force(home).max_photos, in_force(home).selection_mode) == (5, "newest")


def test_a_conflict_with_a_file_that_was_broken_meanwhile_shows_it_too(home: Home, key: str) -> None:
    home.put_album()
    home.store.load()
    both = basis(home)
    home.put("plugins/family.json", '{"plugin": "album", "settings": {"immich_api_key": "' + key + '",}}')
    with pytest.raises(ConflictError) as conflict:
        change(home, "family", "max_photos=5", basis=both)
    assert conflict.value.shown is not None
    assert conflict.value.shown.theirs == '{"plugin": "album", "settings": {"immich_api_key": "********",}}'


# -- hostile names and values


@pytest.mark.parametrize("file", ["../secrets", "plugins/../frame", "", "/etc/passwd", "a\0b", "plugins/x/y"])
def test_a_file_outside_is_no_file(home: Home, file: str) -> None:
    home.store.load()
    with pytest.raises(UnknownFile):
        change(home, file, "name=x")


def test_a_plugin_that_there_is_not_is_not_made_by_a_change(family: Home) -> None:
    with pytest.raises(UnknownFile) as refused:
        change(family, "famly", "max_photos=5")
    assert refused.value.hint == "did you mean 'family'?"
    assert not family.file("plugins/famly.json").exists()


@pytest.mark.parametrize(
    "typed",
    [
        "albums=" + json.dumps(["x" * 2_000_000]),
        "albums=" + "[" * 2000,
        "max_photos=" + "9" * 5000,
        "max_photos=1e999",
        "max_photos=NaN",
        "__class__.__init__=x",
        'settings["../x"]=1',
        "settings=[]",
        "settings.settings.settings=1",
        "plugin=../evil",
        "version=99",
        "immich_url=\0",
        "albums[999999]=x",
        "immich_api_key.$secret.x=1",
    ],
    ids=lambda typed: typed[:20],
)
def test_a_hostile_value_is_refused_and_harms_nothing(family: Home, typed: str) -> None:
    before = family.file("plugins/family.json").read_bytes()
    try:
        change(family, "family", typed)
    except (CommandError, ConfigError) as refused:
        assert len(str(refused)) < 2000
        assert family.file("plugins/family.json").read_bytes() == before
    family.new_store().load()
    assert family.store.problems == ()
