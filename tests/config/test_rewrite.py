"""Saving keeps what a person wrote: only what changed is written anew."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from artframe.config.rewrite import render, rewrite, same

texts = st.text(st.characters(codec="utf-8"), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)
objects = st.dictionaries(st.sampled_from("abcde"), values, max_size=5)
styles = st.sampled_from([{}, {"indent": 2}, {"indent": 4}, {"indent": "\t"}, {"separators": (",", ":")}])


@given(objects, objects, styles)
def test_the_new_text_says_exactly_the_new_thing(
    old: dict[str, Any], new: dict[str, Any], style: dict[str, Any]
) -> None:
    text = json.dumps(old, **style) + "\n"
    assert same(json.loads(rewrite(text, old, new)), new)
    assert rewrite(text, old, old) == text


@given(objects, st.sampled_from("abcde"), values, styles)
def test_changing_one_value_changes_only_its_own_text(
    old: dict[str, Any], name: str, value: Any, style: dict[str, Any]
) -> None:
    old = {**old, name: "before"}
    text = json.dumps(old, **style)
    before, after = text.split(f'"{name}"', 1) if text.count(f'"{name}"') == 1 else ("", "")
    new = {**old, name: value}
    result = rewrite(text, old, new)
    assert same(json.loads(result), new)
    assert result.startswith(before)
    if before or after:
        assert result.endswith(after.split('"before"', 1)[-1])


HAND_MADE = """{
    "_note": "by hand",

    "name":   "Hall",
    "size": 1.50, "colours": ["red", "blue"],
    "inner": { "a": 1,  "b": [1, 2]  }
}"""


def test_the_formatting_of_what_stays_is_kept_to_the_letter() -> None:
    old = json.loads(HAND_MADE)
    new = {**old, "name": "Küche", "inner": {**old["inner"], "a": 2}}
    assert rewrite(HAND_MADE, old, new) == HAND_MADE.replace("Hall", "Küche").replace('"a": 1', '"a": 2')


def test_a_new_setting_takes_the_indentation_of_the_file_and_leaves_the_others_texts() -> None:
    old = json.loads(HAND_MADE)
    text = rewrite(HAND_MADE, old, {**old, "more": {"x": [1]}})
    assert '    "size": 1.50,\n' in text
    assert '    "colours": ["red", "blue"],\n' in text
    assert '    "inner": { "a": 1,  "b": [1, 2]  },\n' in text
    assert text.endswith('    "more": {\n        "x": [\n            1\n        ]\n    }\n}')


def test_removing_a_setting_keeps_the_order_of_the_others() -> None:
    old = json.loads(HAND_MADE)
    new = {name: value for name, value in old.items() if name != "name"}
    assert list(json.loads(rewrite(HAND_MADE, old, new))) == ["_note", "size", "colours", "inner"]


def test_line_ends_of_windows_stay() -> None:
    text = '{\r\n  "a": 1\r\n}\r\n'
    assert rewrite(text, {"a": 1}, {"a": 1, "b": 2}) == '{\r\n  "a": 1,\r\n  "b": 2\r\n}\r\n'


def test_json_tells_numbers_and_booleans_apart_where_python_does_not() -> None:
    assert rewrite('{"a": 1}', {"a": 1}, {"a": True}) == '{"a": true}'
    assert rewrite('{"a": 1}', {"a": 1}, {"a": 1.0}) == '{"a": 1.0}'
    assert not same({"a": 1, "b": 2}, {"b": 2, "a": 1})


def test_a_new_file_has_two_spaces_and_letters_as_they_are() -> None:
    assert render({"name": "Küche", "list": [1]}) == '{\n  "name": "Küche",\n  "list": [\n    1\n  ]\n}\n'
