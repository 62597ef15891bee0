"""The form of a file follows from the settings model alone, and never gives a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from artframe.config.fields import Widget, fields_in
from artframe.config.form import form_of, form_of_kind
from artframe.config.models import FrameSettings
from artframe.config.problem import ConfigRefused, UnknownFile
from artframe.config.schema import Secret, SettingsModel, SourceSettings, schema_of, setting, settings_of
from artframe.config.setting_path import path_text
from artframe.errors import CommandError

if TYPE_CHECKING:
    from tests.config.conftest import Home


class Corner(SettingsModel):
    """A nested group."""

    size: int = setting(3, title="Size", unit="mm", gt=0, lt=9)
    ink: str = setting("#00ff00", title="Ink", pattern="^#[0-9a-fA-F]{6}$")
    shade: str = setting("x", section="Shade", title="Shade")


class Many(SourceSettings):
    """Everything a form can show.

    And a second paragraph.
    """

    name: str = setting(section="First", title="Name", help="What.", picker=True)
    key: Secret = setting(title="Key")
    spare: Secret | None = setting(None, title="Spare")
    order: Literal["by_date", "random"] = setting(
        "random", section="Second", title="Order", labels={"random": "Any order"}
    )
    turn: Literal[0, 90] = setting(0, title="Turn", unit="°")
    wait: Literal[1, 5] | None = setting(None, title="Wait", unit="minutes")
    count: int = setting(1, title="Count", ge=0, le=10)
    share: float = setting(0.5, title="Share", ge=0)
    loud: bool = setting(False, title="Loud")
    texts: tuple[str, ...] = setting((), title="Texts")
    days: tuple[Literal["mon", "tue"], ...] = setting(("mon",), title="Days")
    numbers: tuple[int, ...] = setting((), title="Numbers")
    codes: tuple[Secret, ...] = setting((), title="Codes")
    place: Path | None = setting(None, title="Place")
    extra: dict[str, str] = setting({}, title="Extra")
    anything: Any = setting(None, title="Anything")
    corner: Corner = setting(Corner(), title="The corner")


def by_path(model: type[SettingsModel], **more: Any) -> dict[str, Any]:
    return {path_text(one.path): one for one in fields_in(schema_of(model), **more)}


@pytest.mark.parametrize(
    ("path", "widget"),
    [
        ("name", Widget.TEXT), ("key", Widget.SECRET), ("spare", Widget.SECRET), ("order", Widget.CHOICE),
        ("turn", Widget.CHOICE), ("wait", Widget.CHOICE), ("count", Widget.NUMBER), ("share", Widget.NUMBER),
        ("loud", Widget.SWITCH), ("texts", Widget.LIST), ("days", Widget.LIST), ("numbers", Widget.JSON),
        ("codes", Widget.LIST), ("place", Widget.PATH), ("extra", Widget.JSON), ("anything", Widget.JSON),
        ("corner.size", Widget.NUMBER), ("corner.ink", Widget.COLOUR), ("corner.shade", Widget.TEXT),
    ],
)  # fmt: skip
def test_each_type_has_its_widget(path: str, widget: Widget) -> None:
    assert by_path(Many)[path].widget is widget


def test_the_values_that_may_be_chosen_have_names_for_people() -> None:
    fields = by_path(Many)
    assert [(one.value, one.label) for one in fields["order"].options] == [
        ("by_date", "By date"),
        ("random", "Any order"),
    ]
    assert [one.label for one in fields["turn"].options] == ["0°", "90°"]
    assert [(one.value, one.label) for one in fields["wait"].options] == [(1, "1 minutes"), (5, "5 minutes")]
    assert (fields["wait"].nullable, fields["order"].nullable) == (True, False)
    assert [one.value for one in fields["days"].options] == ["mon", "tue"]


def test_limits_and_defaults_are_values_and_not_texts() -> None:
    fields = by_path(Many)
    assert (fields["count"].minimum, fields["count"].maximum, fields["count"].default) == (0, 10, 1)
    assert (fields["share"].minimum, fields["share"].maximum) == (0, None)
    assert (fields["corner.size"].minimum, fields["corner.size"].maximum) == (0, 9)
    assert fields["days"].default == ["mon"]
    assert (fields["name"].required, fields["name"].picker, fields["name"].default) == (True, True, None)
    assert not any(one.required for path, one in fields.items() if path not in ("name", "key"))


def test_sections_are_those_of_the_settings_and_of_their_groups() -> None:
    last = tuple(SourceSettings.model_fields)
    sections = {path: one.section for path, one in by_path(Many, last=last).items()}
    assert list(sections)[-2:] == ["sync_interval_hours", "quota_mb"]
    assert [sections[path] for path in ("name", "key", "order", "anything", "corner.size", "corner.shade")] == [
        "First", "First", "Second", "Second", "The corner", "Shade",
    ]  # fmt: skip
    assert sections["quota_mb"] == "Syncing"


@pytest.mark.parametrize("model", [FrameSettings, Many])
def test_the_form_and_the_documentation_tell_the_same(model: type[SettingsModel]) -> None:
    fields = by_path(model)
    described = {one.path: one for one in settings_of(model)}
    assert list(fields) == list(described)
    for path, one in described.items():
        found = fields[path]
        assert (found.title, found.help, found.type, found.allowed, found.unit, found.secret, found.required) == (
            one.title, one.help, one.type, one.allowed, one.unit, one.secret, one.required,
        )  # fmt: skip


def test_the_frames_form_shows_what_stands_in_the_file_and_what_does_not(home: Home) -> None:
    home.put("frame.json", {"name": "Hall", "display": {"rotation": 90}})
    home.store.load()
    form = form_of(home.store, "frame").as_json()
    fields = {one["path"]: one for one in form["fields"]}
    assert (form["file"], form["kind"], form["instance"], form["title"]) == ("frame.json", "", "", "Hall")
    assert (fields["display.rotation"]["value"], fields["display.rotation"]["is_set"]) == (90, True)
    assert (fields["display.fit"]["value"], fields["display.fit"]["is_set"]) == ("blur", False)
    assert fields["display.fit"]["section"] == "Display"
    assert json.loads(json.dumps(form)) == form


@pytest.mark.parametrize(
    ("stands", "told"),
    [
        ({"$secret": "nas"}, "secrets.json: nas"),
        ({"$env": "SOME_KEY"}, "environment SOME_KEY"),
        ({"$file": "key.txt"}, "file key.txt"),
        ("kEy-plain", "the file itself"),
        (None, ""),
    ],
)
def test_of_a_secret_only_where_it_comes_from_is_told(home: Home, stands: Any, told: str) -> None:
    home.put("secrets.json", {"nas": "kEy-stored"})
    settings = {"folder": "http://ada:kEy@nas"} | ({} if stands is None else {"passphrase": stands})
    home.put("plugins/usb.json", {"plugin": "folder", "enabled": False, "settings": settings})
    home.store.load()
    form = form_of(home.store, "usb").as_json()
    folder, passphrase = form["fields"]
    assert (passphrase["secret_from"], passphrase["has_secret"]) == (told, bool(told))
    assert (passphrase["value"], passphrase["default"], passphrase["widget"]) == (None, None, "secret")
    assert folder["value"] == "http://********@nas"
    assert "kEy" not in json.dumps(form)
    assert (form["instance"], form["kind"], form["enabled"]) == ("usb", "folder", False)


def test_the_form_tells_what_is_wrong_with_the_file(home: Home) -> None:
    home.put_album(max_photos=-1, selection_mode=["x"])
    home.store.load()
    form = form_of(home.store, "family").as_json()
    assert [problem["path"] for problem in form["problems"]] == ["settings.max_photos", "settings.selection_mode"]
    values = {one["path"]: one["value"] for one in form["fields"]}
    assert (values["settings.max_photos"], values["settings.selection_mode"]) == (-1, ["********"])


def test_a_plugin_that_is_not_there_yet_has_the_form_of_its_kind(home: Home) -> None:
    home.store.load()
    form = form_of_kind(home.store, "album").as_json()
    assert (form["file"], form["instance"], form["basis"], form["kind"]) == ("", "", "", "album")
    assert form["summary"] == "Shaped like the album plugin's settings."
    assert [one["path"] for one in form["fields"] if one["required"]] == [
        "settings.immich_url",
        "settings.immich_api_key",
    ]
    assert not any(one["is_set"] for one in form["fields"])
    with pytest.raises(CommandError) as refused:
        form_of_kind(home.store, "albun")
    assert refused.value.hint == "did you mean 'album'?"


@pytest.mark.parametrize(
    "content", ['{"plugin": "album",}', {"plugin": "unknown", "settings": {}}, {"plugin": 5}, {"settings": {}}, {}]
)
def test_a_file_that_has_no_form_is_refused_with_what_is_wrong(home: Home, content: Any) -> None:
    home.put("plugins/family.json", content)
    home.store.load()
    with pytest.raises(ConfigRefused, match="cannot be used as it is") as refused:
        form_of(home.store, "family")
    assert refused.value.problems


def test_settings_that_are_no_object_are_told_like_any_other_mistake(home: Home) -> None:
    home.put("plugins/family.json", {"plugin": "album", "settings": [1]})
    home.store.load()
    form = form_of(home.store, "family").as_json()
    assert form["problems"]
    assert not any(one["is_set"] for one in form["fields"])


def test_there_is_no_form_of_secrets_nor_of_what_is_not_there(home: Home) -> None:
    home.store.load()
    with pytest.raises(CommandError, match="no form"):
        form_of(home.store, "secrets")
    with pytest.raises(UnknownFile):
        form_of(home.store, "nobody")
