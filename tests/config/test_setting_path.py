"""Paths: what a person types finds the setting, and only that one changes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.config.models import FrameSettings, PluginFile
from artframe.config.problem import Path
from artframe.config.schema import PluginSettings, Secret, schema_of, setting
from artframe.config.setting_path import (
    NOTHING,
    parse_path,
    path_text,
    put,
    read_path,
    take,
    unknown_setting,
    value_at,
)
from artframe.config.typed_change import parse_change, read_value
from artframe.errors import CommandError

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
paths = st.builds(lambda first, more: (first, *more), names, st.lists(names | st.integers(0, 999_999), max_size=6))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=10,
)


def paths_in(value: Any, path: Path = ()) -> list[Path]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for name, member in members for found in paths_in(member, (*path, name)))]


@given(paths)
def test_a_path_is_read_as_it_is_written(path: Path) -> None:
    assert parse_path(path_text(path)) == path


@given(paths, st.text(st.characters(codec="utf-8"), max_size=10))
def test_a_change_is_its_path_and_everything_after_the_equals_sign(path: Path, value: str) -> None:
    change = parse_change(f"{path_text(path)}={value}")
    assert (change.path, change.text) == (path, value or None)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_path_or_refused_as_the_callers_mistake(text: str) -> None:
    try:
        assert parse_path(text)
    except CommandError as error:
        assert error.exit_code == 64


@given(st.dictionaries(names, values, max_size=4), st.data(), values)
def test_what_is_put_somewhere_stands_there_and_nothing_else_is_another(
    data: dict[str, Any], choose: st.DataObject, value: Any
) -> None:
    known = [path for path in paths_in(data) if path]
    path = choose.draw(st.sampled_from(known)) if known else ("new",)
    before = copy.deepcopy(data)
    put(data, path, value)
    assert value_at(data, path) == value
    others = [other for other in paths_in(before) if other[: len(path)] != path and path[: len(other)] != other]
    assert all(value_at(data, other) == value_at(before, other) for other in others)
    take(data, path)
    if isinstance(path[-1], str):
        assert value_at(data, path) is NOTHING


@given(st.dictionaries(names, values, max_size=4), paths, values)
def test_a_path_that_is_blocked_is_refused_and_one_that_is_free_is_made(
    data: dict[str, Any], path: Path, value: Any
) -> None:
    try:
        put(data, path, value)
    except CommandError as error:
        assert error.exit_code == 64
        assert error.hint
    else:
        assert value_at(data, path) == value


@pytest.mark.parametrize(
    "text",
    ["", ".", "a.", ".a", "a..b", "a[", "a[]", "a[-1]", "a[1", "[0]", "a[0]b", "a b", 'a["x]', "a=b", "a[1.5]",
     "a[99999999999]", "a[٣]", "a.b.", " a", "a" + ".a" * 70],
)  # fmt: skip
def test_what_is_no_path_is_refused_with_how_one_is_written(text: str) -> None:
    with pytest.raises(CommandError, match=r"display\.fit") as refused:
        parse_path(text)
    assert refused.value.exit_code == 64
    assert len(refused.value.message) < 200


@pytest.mark.parametrize("text", ["hunter2", "settings.key", "=x", "a..b=x", ""])
def test_a_change_that_is_none_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(CommandError, match="path=value") as refused:
        parse_change(text)
    assert "hunter2" not in str(refused.value)


def test_a_value_stays_out_of_what_is_printed_of_a_change() -> None:
    assert "hunter2" not in repr(parse_change("settings.key=hunter2"))


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (("albums", "x"), 'albums is a list, so there is no "x" in it'),
        (("albums", 3), "albums has 1 entries, so there can be no [3] yet"),
        (("name", "x"), 'name is a text in quotes, so there is no "x" in it'),
        (("name", 0), "name is a text in quotes, so there is no [0] in it"),
    ],
)
def test_a_way_that_is_blocked_is_named(path: Path, what: str) -> None:
    data = {"albums": ["a"], "name": "n"}
    with pytest.raises(CommandError) as refused:
        put(data, path, 1)
    assert what in refused.value.message


def test_a_list_grows_at_its_end() -> None:
    data: dict[str, Any] = {}
    for index, name in enumerate(["a", "b"]):
        put(data, ("albums", index), name)
    put(data, ("more", 0, "name"), "c")
    assert data == {"albums": ["a", "b"], "more": [{"name": "c"}]}
    assert take(data, ("albums", 0)) == "a"
    assert take(data, ("albums", 5)) is NOTHING
    assert data["albums"] == ["b"]


class Model(PluginSettings):
    """Every type that typing a value must get right."""

    text: str = setting("", title="t")
    maybe: str | None = setting(None, title="t")
    number: int = setting(0, title="n")
    share: float = setting(0.5, title="n")
    switch: bool = setting(False, title="s")
    texts: tuple[str, ...] = setting((), title="l")
    key: Secret | None = setting(None, title="k")


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("text", "42", "42"),
        ("text", "true", "true"),
        ("text", "null", "null"),
        ("text", '"42"', "42"),
        ("text", '"', '"'),
        ("text", "[1]", "[1]"),
        ("text", " spaces stay ", " spaces stay "),
        ("maybe", "null", None),
        ("maybe", "5", "5"),
        ("number", "42", 42),
        ("number", "many", "many"),
        ("number", "-3", -3),
        ("number", "1e999", "1e999"),
        ("number", "NaN", "NaN"),
        ("number", "9" * 5000, "9" * 5000),
        ("share", "0.25", 0.25),
        ("switch", "true", True),
        ("switch", "yes", "yes"),
        ("texts", '["a", "b"]', ["a", "b"]),
        ("texts", "Hall", "Hall"),
        ("texts", "[" * 500, "[" * 500),
        ("key", "12345", "12345"),
        ("key", '{"$secret": "nas"}', {"$secret": "nas"}),
        ("key", '{"other": "nas"}', '{"other": "nas"}'),
        ("key", "a=b", "a=b"),
    ],
)
def test_a_value_is_json_or_the_text_as_it_stands(name: str, typed: str, value: Any) -> None:
    read = read_value(typed, {**schema_of(Model)["properties"][name], "$defs": {}})
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", ["\ud800", '"\\ud800"', '["a", "\\udfff"]'])
def test_half_a_character_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="half a character"):
        read_value(text, None)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (("rotation",), "did you mean display.rotation?"),
        (("displya", "fit"), "did you mean display.fit?"),
        (("display", "fitt"), "did you mean display.fit?"),
        (("zzz",), "there are: name, language"),
        (("name", "x"), "write it as in"),
    ],
)
def test_a_setting_that_there_is_not_is_told_with_what_was_meant(path: Path, hint: str) -> None:
    error = unknown_setting(path, schema_of(FrameSettings))
    assert hint in error.hint
    assert error.exit_code == 64


def test_a_path_ends_where_it_is_understood_no_more() -> None:
    assert read_path("a.b=c") == (("a", "b"), "=c")
    assert read_path('map["a = b"]=c') == (("map", "a = b"), "=c")
    assert schema_of(PluginFile)["properties"]["settings"]
