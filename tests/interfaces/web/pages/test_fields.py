"""Settings become fields and fields become settings again, through the real commands and the real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest

from artframe.config.masking import MASK
from artframe.config.problem import ConfigRefused, ConflictError
from artframe.config.schema import PluginSettings, Secret, setting
from artframe.config.store import ConfigStore
from artframe.core.events import EventBus
from artframe.interfaces.config_commands import ConfigCommands
from artframe.interfaces.web.forms import Form
from artframe.interfaces.web.pages.fields import (
    Field,
    changes,
    entered,
    fields_of,
    sections_of,
    with_conflicts,
    with_picks,
    with_problems,
)
from artframe.testing import ManualClock


class Settings(PluginSettings):
    """One setting of every kind."""

    url: str = setting(section="Server", title="URL", help="Where it is.", pattern="^https?://", allowed="an address")
    key: Secret = setting(title="Key")
    spare: Secret | None = setting(None, title="Spare key")
    count: int = setting(4, section="Photos", title="Count", ge=1, le=16)
    most: int | None = setting(30, title="Most", ge=0, labels={"null": "All of them"})
    ratio: float = setting(1.5, title="Ratio", unit="seconds")
    shown: bool = setting(True, title="Shown")
    mode: Literal["a", "b"] = setting("a", title="Mode")
    turn: Literal[0, 90] = setting(0, title="Turn")
    albums: tuple[str, ...] = setting((), title="Albums", picker=True)
    album: str = setting("", title="Album", picker=True)
    colour: str = setting("#000000", title="Colour", pattern=r"^#[0-9a-fA-F]{6}$")
    file: Path | None = setting(None, title="File")
    extra: dict[str, int] = setting({}, title="Extra")
    keys: tuple[Secret, ...] = setting((), title="Keys of all")


FILE = "plugins/toy.json"


class Desk:
    """A file on a disk, its form, and what a person puts in."""

    def __init__(self, home: Path, **settings: Any) -> None:
        self.path = home / "config" / FILE
        self.path.parent.mkdir(parents=True)
        self.write(settings)
        self.store = ConfigStore(
            home, events=EventBus(), clock=ManualClock(), kinds=lambda kind: Settings, known_kinds=lambda: ("toy",)
        )
        self.store.load()
        self.commands = ConfigCommands(self.store)

    def write(self, settings: dict[str, Any]) -> None:
        self.path.write_text(json.dumps({"version": 1, "plugin": "toy", "settings": settings}, indent=2))

    @property
    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.path.read_text())["settings"]
        return found

    def form(self) -> dict[str, Any]:
        return self.commands.form(FILE)

    def untouched(self) -> dict[str, tuple[str, ...]]:
        """What a browser sends when nobody changed anything."""
        sent: dict[str, tuple[str, ...]] = {"field": tuple(one.path for one in fields_of(self.form()))}
        for one in fields_of(self.form()):
            if one.facts["secret"]:
                sent[one.path] = ("",)
            elif one.facts["widget"] == "switch":
                sent |= {one.path: ("true",)} if one.text == "true" else {}
            elif one.facts["widget"] == "colour":
                sent[one.path] = (one.text or one.facts["default"],)
            elif one.is_null:
                sent |= {one.path: ("",), f"{one.path}.null": ("yes",)}
            elif one.facts["widget"] == "list":
                sent[one.path] = ("\n".join(one.entered),)
            else:
                sent[one.path] = (one.text,)
        return sent

    def put_in(self, **values: str | tuple[str, ...] | None) -> Form:
        """The form with other values; None: not sent, as of a box that is not ticked."""
        sent = self.untouched()
        for name, value in values.items():
            path = f"settings.{name}"
            sent.pop(path, None)
            if value is not None:
                sent[path] = (value,) if isinstance(value, str) else value
        return Form(fields=sent, files={})

    def wanted(self, **values: str | tuple[str, ...] | None) -> list[str]:
        return changes(self.form(), self.put_in(**values))

    def save(self, **values: str | tuple[str, ...] | None) -> None:
        self.commands.change(FILE, tuple(self.wanted(**values)), basis=self.form()["basis"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, url="https://a.example", key="hush", albums=["One", "Two"])


def field(fields: list[Field], name: str) -> Field:
    return next(one for one in fields if one.path == f"settings.{name}")


def test_a_form_that_nobody_touched_changes_nothing(desk: Desk) -> None:
    assert desk.wanted() == []


def test_a_form_of_every_setting_that_nobody_touched_changes_nothing(tmp_path: Path) -> None:
    everything = {
        "url": "http://b.example",
        "key": "hush",
        "spare": "more",
        "count": 7,
        "ratio": 2.0,
        "shown": False,
        "mode": "b",
        "turn": 90,
        "albums": ["x"],
        "album": "y",
        "colour": "#FFffFF",
        "file": "here/there.pem",
        "extra": {"a": 1},
        "keys": ["plain", {"$secret": "stored"}, "plain too"],
    }
    assert Desk(tmp_path, **everything).wanted() == []


def test_every_kind_of_setting_comes_back_in_its_own_type(desk: Desk) -> None:
    desk.save(
        url="http://b.example",
        count="7",
        ratio="2,5",
        shown=None,
        mode="b",
        turn="90",
        albums="One\nThree\n\n",
        album="Four",
        colour="#112233",
        file="a.pem",
        extra='{"a": 1}',
    )
    stored = desk.settings
    stored.pop("key")
    assert stored == {
        "url": "http://b.example",
        "count": 7,
        "ratio": 2.5,
        "shown": False,
        "mode": "b",
        "turn": 90,
        "albums": ["One", "Three"],
        "album": "Four",
        "colour": "#112233",
        "file": "a.pem",
        "extra": {"a": 1},
    }


def test_an_emptied_field_is_the_default_again(desk: Desk) -> None:
    desk.save(count="7", album="Four", file="a.pem")
    desk.save(count="", album="", file="")
    assert {"count", "album", "file"}.isdisjoint(desk.settings)


def test_an_emptied_list_is_empty(desk: Desk) -> None:
    desk.save(albums="")
    assert desk.settings["albums"] == []


def test_null_is_told_from_zero_and_from_the_default(desk: Desk) -> None:
    assert field(fields_of(desk.form()), "most").facts["null_label"] == "All of them"
    desk.save(**{"most.null": "yes"})
    assert desk.settings["most"] is None
    assert field(fields_of(desk.form()), "most").is_null
    assert desk.wanted() == [], "what stands there is no change"
    desk.save(most="0")
    assert desk.settings["most"] == 0, "typed beside the tick that was there"
    desk.save(most="12", **{"most.null": "yes"})
    assert desk.settings["most"] is None, "ticked beside the number that was there"
    desk.save(**{"most.null": None})
    assert "most" not in desk.settings


def test_a_typed_secret_that_was_not_saved_is_asked_for_again(desk: Desk) -> None:
    sent = desk.put_in(count="many", key="new one", keys="annas", **{"spare.forget": "yes"})
    shown = entered(fields_of(desk.form()), sent)
    assert [one.path for one in shown if one.again] == ["settings.key", "settings.keys"]
    assert field(shown, "spare").forgotten
    assert "new one" not in repr(shown)
    untouched = entered(fields_of(desk.form()), desk.put_in(count="many", key=MASK))
    assert not [one for one in untouched if one.again]


def test_a_secret_is_never_in_the_form_and_stays_as_it_is(desk: Desk) -> None:
    key = field(fields_of(desk.form()), "key")
    assert (key.entered, key.facts["has_secret"]) == ((), True)
    assert "hush" not in json.dumps(desk.form())
    desk.save(count="7")
    assert desk.settings["key"] == "hush"


def test_the_mask_is_no_secret(desk: Desk) -> None:
    assert desk.wanted(key="********") == []


def test_a_typed_in_secret_is_stored_apart(desk: Desk) -> None:
    desk.save(key="new one")
    assert desk.settings["key"] == {"$secret": next(iter(desk.settings["key"].values()))}
    assert "new one" in (desk.path.parents[1] / "secrets.json").read_text()


def test_an_optional_secret_can_be_taken_out(desk: Desk) -> None:
    desk.save(spare="more")
    sent = desk.put_in()
    given = Form(fields={**sent.fields, "settings.spare.forget": ("yes",)}, files={})
    assert changes(desk.form(), given) == ["settings.spare="]


def test_what_was_not_on_the_page_is_left_alone(desk: Desk) -> None:
    sent = Form(fields={"field": ("settings.count",), "settings.count": ("5",)}, files={})
    assert changes(desk.form(), sent) == ["settings.count=5"]


def test_a_number_that_is_none_is_complained_about_at_its_field(desk: Desk) -> None:
    with pytest.raises(ConfigRefused) as refused:
        desk.save(count="many", ratio="1e999", url="elsewhere")
    shown = entered(fields_of(desk.form()), desk.put_in(count="many", ratio="1e999", url="elsewhere"))
    marked, others = with_problems(shown, refused.value.problems)
    assert not others
    assert [one.path for one in marked if one.wrong] == ["settings.url", "settings.count", "settings.ratio"]
    assert field(marked, "count").text == "many", "what was typed is still there"
    assert "an address" in field(marked, "url").wrong[0]


def test_a_problem_within_a_list_belongs_to_the_list(desk: Desk) -> None:
    problems = desk.store.trial(FILE, desk.path.read_bytes().replace(b'"One"', b"1"))
    marked, others = with_problems(fields_of(desk.form()), problems)
    assert field(marked, "albums").wrong
    assert not others


def test_a_problem_of_no_field_is_told_all_the_same(desk: Desk) -> None:
    problems = desk.store.trial(FILE, desk.path.read_bytes().replace(b'"url"', b'"uri"'))
    _, others = with_problems(fields_of(desk.form()), problems)
    assert [one.path for one in others] == ["settings.uri"]


def test_two_editors_at_once_overwrite_nothing_and_see_both_values(desk: Desk) -> None:
    before = desk.form()
    mine = desk.put_in(count="5")
    desk.save(count="9")
    with pytest.raises(ConflictError):
        desk.commands.change(FILE, tuple(changes(before, mine)), basis=before["basis"])
    assert desk.settings["count"] == 9
    shown = with_conflicts(entered(fields_of(before), mine), desk.form())
    assert {one.path: one.elsewhere for one in shown if one.elsewhere is not None} == {"settings.count": "9"}


def test_fields_stand_under_their_headings(desk: Desk) -> None:
    sections = sections_of(fields_of(desk.form()))
    assert [section.title for section in sections] == ["Server", "Photos"]
    assert [one.facts["title"] for one in sections[0].fields] == ["URL", "Key", "Spare key"]


CHOICES = [
    {"value": "id-1", "label": "One", "detail": "3 photos", "picture": "p1"},
    {"value": "id-2", "label": "Another", "detail": "", "picture": ""},
]


def test_a_pick_is_recognised_by_its_name_and_keeps_what_the_file_says(desk: Desk) -> None:
    albums = with_picks(field(fields_of(desk.form()), "albums"), CHOICES)
    assert albums.picks is not None
    assert [(pick.value, pick.picked) for pick in albums.picks] == [("One", True), ("id-2", False)]
    assert albums.strangers == ("Two",), "what is not among the picks stays until somebody takes it out"


def test_picking_by_id_stores_the_id(desk: Desk) -> None:
    desk.save(albums=("One", "Two", "id-2"))
    albums = with_picks(field(fields_of(desk.form()), "albums"), CHOICES)
    assert albums.picks is not None
    assert [(pick.label, pick.picked) for pick in albums.picks] == [("One", True), ("Another", True)]
    assert desk.settings["albums"] == ["One", "Two", "id-2"]


def secrets_of(desk: Desk) -> list[str]:
    stored = json.loads((desk.path.parents[1] / "secrets.json").read_text())
    return [stored[one["$secret"]] for one in desk.settings["keys"]]


def test_several_secrets_are_lines_of_which_each_can_go_stay_or_be_another(tmp_path: Path) -> None:
    desk = Desk(tmp_path, url="https://a.example", key="hush")
    desk.save(keys="annas\nbens")
    assert secrets_of(desk) == ["annas", "bens"]
    anna, ben = field(fields_of(desk.form()), "keys").entered
    assert "annas" not in anna and "bens" not in ben
    desk.save(keys=f"{ben}\ncarlas")
    assert secrets_of(desk) == ["bens", "carlas"]
    sent = desk.put_in(keys="dora\nemil")
    assert field(entered(fields_of(desk.form()), sent), "keys").entered != ("dora", "emil"), "not given back to a page"


def test_a_line_that_does_not_say_which_secret_it_stands_for_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path, url="https://a.example", key="hush", keys=["annas", "bens"])
    assert field(fields_of(desk.form()), "keys").entered == (MASK, MASK)
    for ambiguous in (MASK, f"{MASK}\n{MASK}\ncarlas"):
        with pytest.raises(ConfigRefused, match="this is the mask"):
            desk.save(keys=ambiguous)
    assert desk.settings["keys"] == ["annas", "bens"]
