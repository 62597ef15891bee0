"""A file as it is shown: no secret in it, and what comes back unchanged is the file to the letter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from artframe.config.broken_text import masked_remains
from artframe.config.describe import Schema
from artframe.config.document import Document, parse
from artframe.config.masked_text import PutBack, masked_text, origins, put_back
from artframe.config.masking import MASK
from artframe.config.problem import Path
from artframe.config.review import Reviewer
from artframe.config.schema import PluginSettings, Secret, SettingsModel, setting

FILE = "plugins/family.json"


class Door(SettingsModel):
    """One entry of a list that holds secrets."""

    host: str = setting(title="h")
    password: Secret = setting(title="p")


class Doors(PluginSettings):
    """Secrets on every level."""

    url: str = setting("", title="u")
    api_key: Secret | None = setting(None, title="k")
    albums: tuple[str, ...] = setting((), title="a")
    doors: tuple[Door, ...] = setting((), title="d")
    codes: tuple[Secret, ...] = setting((), title="c")


def schema_for(data: Any) -> Schema:
    return Reviewer(kinds={"doors": Doors}.get).schema(FILE, data)


def document(text: str) -> Document:
    found = parse(text.encode(), FILE).document
    assert found is not None
    return found


def back(edited: str, original: str) -> PutBack:
    """What is saved when ``edited`` comes back for the file that says ``original``."""
    source, new = document(original), document(edited)
    return put_back(new, list(origins(new.data, source.data, schema_for(source.data))), source)


def unknown(edited: str, original: str) -> list[Path]:
    source, new = document(original), document(edited)
    return [one.path for one in origins(new.data, source.data, schema_for(source.data)) if not one.known]


def shown(text: str) -> str:
    found = document(text)
    return masked_text(found, schema_for(found.data))


texts = st.sampled_from(["hush", MASK, "", "a b", "http://ada:pw@nas/x", f"http://{MASK}@nas", 'ü"\\', "\u2028"])
leaves = st.none() | st.booleans() | st.integers(-9, 9) | texts | st.just({"$secret": "nas"})
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc_k"), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
doors = st.fixed_dictionaries({"host": texts, "password": texts | anything})
settings = st.fixed_dictionaries(
    {},
    optional={
        "url": texts, "api_key": anything, "albums": st.lists(texts, max_size=3), "codes": st.lists(texts, max_size=3),
        "doors": st.lists(doors, max_size=3), "_note": texts, "_old_key": anything, "api_kye": anything,
        "odd": anything,
    },
)  # fmt: skip
files = st.fixed_dictionaries(
    {"version": st.just(1), "plugin": st.sampled_from(["doors", "unknown"]), "settings": settings},
    optional={"_token": anything, "extra": anything},
)
styles = st.sampled_from(
    [{}, {"indent": 2}, {"indent": "\t", "ensure_ascii": False}, {"separators": (",", ":")},
     {"indent": 1, "separators": (" , ", " :\r\n ")}]
)  # fmt: skip


@given(files, styles)
@example({"version": 1, "plugin": "doors", "settings": {"codes": ["hush", "hush", MASK]}}, {"indent": 2})
def test_masking_and_putting_back_is_the_identity_to_the_letter(data: Any, style: dict[str, Any]) -> None:
    text = json.dumps(data, **style) + "\n"
    edited = shown(text)
    assert unknown(edited, text) == []
    assert back(edited, text).text == text


@given(files, styles, st.sampled_from(["new", "_new", "a"]), texts)
def test_what_is_added_beside_the_masks_is_all_that_changes(
    data: Any, style: dict[str, Any], name: str, value: str
) -> None:
    text = json.dumps(data, **style)
    edited = json.loads(shown(text))
    edited[name] = value
    found = unknown(json.dumps(edited), text)
    if value == MASK or f"{MASK}@" in value:
        assert found == [(name,)]
    else:
        assert found == []
        assert json.loads(back(json.dumps(edited), text).text) == {**data, name: value}


@given(files, styles)
def test_no_secret_is_in_what_is_shown(data: Any, style: dict[str, Any]) -> None:
    data["settings"]["api_key"] = "kEy-that-is-hush"
    data["settings"]["odd"] = ["kEy-that-is-hush"]
    assert "kEy" not in shown(json.dumps(data, **style))


ORIGINAL = json.dumps(
    {
        "plugin": "doors",
        "settings": {
            "url": "http://ada:pw@nas",
            "api_key": "k0",
            "doors": [{"host": "a", "password": "p1"}, {"host": "b", "password": "p2"}],
            "codes": ["c1", "c2"],
        },
    },
    indent=2,
)


def edit(change: Any) -> Any:
    data = json.loads(shown(ORIGINAL))
    change(data["settings"])
    return json.dumps(data, indent=1)


def after(change: Any) -> Any:
    edited = edit(change)
    assert unknown(edited, ORIGINAL) == []
    return json.loads(back(edited, ORIGINAL).text)["settings"]


def test_an_entry_that_moved_keeps_its_own_secret() -> None:
    found = after(lambda settings: settings["doors"].reverse())
    assert found["doors"] == [{"host": "b", "password": "p2"}, {"host": "a", "password": "p1"}]
    found = after(lambda settings: settings["doors"].pop(0))
    assert found["doors"] == [{"host": "b", "password": "p2"}]


def test_an_entry_that_was_edited_in_its_place_keeps_its_secret() -> None:
    found = after(lambda settings: settings["doors"][1].update(host="c"))
    assert found["doors"][1] == {"host": "c", "password": "p2"}


def test_where_nobody_can_tell_which_secret_is_meant_it_is_asked_for() -> None:
    assert unknown(edit(lambda settings: settings["codes"].pop(0)), ORIGINAL) == [("settings", "codes", 0)]
    door = {"host": "new", "password": MASK}
    assert unknown(edit(lambda settings: settings["doors"].append(door)), ORIGINAL) == [
        ("settings", "doors", 2, "password")
    ]


def test_an_address_may_be_edited_around_its_masked_credentials() -> None:
    found = after(lambda settings: settings.update(url=f"https://{MASK}@other/x"))
    assert found["url"] == "https://ada:pw@other/x"
    twice = edit(lambda settings: settings.update(url=f"http://{MASK}@a http://{MASK}@b"))
    assert unknown(twice, ORIGINAL) == [("settings", "url")]


def test_a_mask_stands_for_whatever_the_file_holds_there() -> None:
    text = json.dumps({"plugin": "doors", "settings": {"api_key": {"$env": "KEY"}, "url": "http://nas"}})
    edited = json.dumps({"plugin": "doors", "settings": {"api_key": MASK, "url": MASK}})
    assert json.loads(back(edited, text).text) == json.loads(text)


def test_places_in_the_saved_text_are_found_again_in_the_edited_one() -> None:
    original = '{\n "plugin": "unknown",\n "_old_key": {\n  "a": 1,\n  "b": 2\n },\n "settings": 5\n}'
    result = back(shown(original), original)
    assert result.text == original
    for needle in ('"plugin"', '"settings"', "5"):
        saved, edited = (text[: text.index(needle)] for text in (result.text, result.edited))
        line, column = saved.count("\n") + 1, len(saved) - saved.rfind("\n")
        place = result.place(line, column)
        assert (place.line, place.column) == (edited.count("\n") + 1, len(edited) - edited.rfind("\n"))
    inside = result.place(4, 3)
    assert result.edited.splitlines()[inside.line - 1][inside.column - 1 :].startswith(f'"{MASK}"')


# -- what is no JSON

KEY = "kEyQwertzuiop"
SOUND = json.dumps(
    {
        "version": 1,
        "plugin": "doors",
        "settings": {
            "url": "http://nas:2283",
            "albums": ["Hall", "Attic"],
            "api_key": KEY,
            "doors": [{"host": "a", "password": KEY}],
            "codes": [KEY, KEY],
            "api_kye": KEY,
        },
    },
    indent=2,
)
HOLES = [at for at in range(len(SOUND)) if not any(SOUND.startswith(KEY, start) for start in range(at - 12, at + 1))]
slips = st.lists(
    st.tuples(st.sampled_from(HOLES), st.sampled_from(["", '"', ",", ":", "[", "}", "x", "\n", "\\", " "]))
)


@given(slips.filter(bool), st.sampled_from([SOUND, SOUND.replace("\n", " ")]))
def test_no_slip_of_the_pen_brings_a_secret_to_light(slips: list[tuple[int, str]], text: str) -> None:
    for at, instead in sorted(slips, reverse=True):
        text = text[:at] + instead + text[at + 1 :]
    found = parse(text.encode(), FILE).document
    told = masked_text(found, schema_for(found.data)) if found else remains(text)
    assert KEY not in told


def remains(text: str, secrets: tuple[str, ...] = ()) -> str:
    return masked_remains(text, schema_for({"plugin": "doors"}), secrets).text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('{"url": "http://nas" "api_key": "k"}', '{"url": "http://nas" "api_key": "********"}', id="comma"),
        pytest.param('{"url" "http://nas", "version": 3,}', '{"url" "********", "version": 3,}', id="colon"),
        pytest.param('{"api_key": "k, "url": "u"', '{"api_key": "********"url"********"********"********', id="quote"),
        pytest.param('{"url": "http://ada:pw@nas",}', '{"url": "http://********@nas",}', id="credentials"),
        pytest.param('{"api_key": {"$secret": "nas"},}', '{"api_key": {"$secret": "nas"},}', id="reference"),
        pytest.param('{"api_key": "k", "max_fotos": 3,}', '{"api_key": "********", "max_fotos": ********,}', id="name"),
        pytest.param("{'api_key': 'k'}", "{'api_key': ********}", id="single quotes"),
        pytest.param('{"_note": "mine", "_old_key": "k",}', '{"_note": "mine", "_old_key": "********",}', id="notes"),
        pytest.param('{"albums": ["a", "b",], }', '{"albums": ["a", "b",], }', id="list"),
        pytest.param('{"api_key": "k" // mine\n}', '{"api_key": "********" ******** ********\n}', id="comment"),
        pytest.param('{"api_kye", "k": 1}', '{"********", "********": ********}', id="a comma for a colon"),
        pytest.param("", "", id="empty"),
    ],
)
def test_of_a_broken_file_as_much_is_shown_as_is_harmless(text: str, told: str) -> None:
    assert remains(text) == told


def test_a_secret_that_is_known_is_masked_wherever_it_stands_in_a_broken_file() -> None:
    assert remains('{"url": "it-is-hush-hush",}', ("it-is-hush-hush",)) == f'{{"url": "{MASK}",}}'
