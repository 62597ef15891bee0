"""Positions: every value of a JSON text is found where it stands."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from artframe.config.locate import Lines, Position, locate

Value = Any

texts = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=25,
)
formats = st.sampled_from(
    [
        {},
        {"indent": 2},
        {"indent": "\t", "ensure_ascii": False},
        {"separators": (",", ":")},
        {"indent": 1, "separators": (" , ", " :\r\n ")},
    ]
)


def walk(value: Value, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], Value]:
    found = {path: value}
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        found |= walk(member, (*path, name))
    return found


@given(values, formats)
def test_every_value_stands_where_the_map_says_and_nothing_else_is_in_it(value: Value, style: dict[str, Any]) -> None:
    text = "\n " + json.dumps(value, **style) + "\r\n"
    positions = locate(text)
    expected = walk(json.loads(text))
    assert positions.spans.keys() == expected.keys()
    for path, (start, end) in positions.spans.items():
        assert json.loads(text[start:end]) == expected[path]
        assert type(json.loads(text[start:end])) is type(expected[path])
    members = {path for path in expected if path and isinstance(path[-1], str)}
    assert positions.keys.keys() == members
    for path, start in positions.keys.items():
        assert json.JSONDecoder().raw_decode(text, start)[0] == path[-1]
    assert positions.duplicates == ()


@given(st.lists(st.tuples(st.sampled_from("abc"), values), max_size=8))
def test_of_a_key_that_stands_twice_the_last_counts_and_both_places_are_told(members: list[tuple[str, Value]]) -> None:
    text = "{" + ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in members) + "}"
    positions = locate(text)
    data = json.loads(text)
    assert positions.spans.keys() == walk(data).keys()
    for path, (start, end) in positions.spans.items():
        assert json.loads(text[start:end]) == walk(data)[path]
    outer = [duplicate for duplicate in positions.duplicates if len(duplicate.path) == 1]
    assert len(outer) == len(members) - len(data)
    assert all(duplicate.first.column < duplicate.again.column for duplicate in outer)


def test_lines_and_columns_count_from_one_in_characters() -> None:
    positions = locate('{\n  "grüße": "ä",\r\n\t"b": [1,\n 22]\n}')
    assert positions.of_value(()) == Position(line=1, column=1)
    assert positions.of_key(("grüße",)) == Position(line=2, column=3)
    assert positions.of_value(("grüße",)) == Position(line=2, column=12)
    assert positions.of_key(("b",)) == Position(line=3, column=2)
    assert positions.of_value(("b", 1)) == Position(line=4, column=2)


def test_a_path_that_is_not_there_is_placed_at_its_nearest_ancestor() -> None:
    positions = locate('{"a": {"b": 1}}')
    assert positions.of_value(("a", "x", 3)) == Position(line=1, column=7)
    assert positions.of_key(("a", "x")) == Position(line=1, column=7)
    assert positions.of_key(("z",)) == Position(line=1, column=1)


def test_keys_written_with_escapes_are_known_by_what_they_mean() -> None:
    assert locate('{"\\u0061\\"]": 1}').keys == {('a"]',): 1}


def test_deep_nesting_needs_no_recursion() -> None:
    depth = 3_000
    assert len(locate("[" * depth + "]" * depth).spans) == depth


@given(st.text(max_size=60), st.integers(0, 60))
def test_an_offset_is_the_same_as_counting_line_ends_before_it(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    place = Lines(text).position(offset)
    assert place.line == text[:offset].count("\n") + 1
    assert place.column == offset - (text.rfind("\n", 0, offset) + 1) + 1
