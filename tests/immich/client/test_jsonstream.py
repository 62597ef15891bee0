"""Large JSON answers, read piece by piece."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.immich import MalformedAnswer, jsonstream

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


def expected(document: dict[str, Any]) -> list[tuple[str, Any]]:
    found = []
    for key, value in document.items():
        found += [(key, element) for element in value] if isinstance(value, list) else [(key, value)]
    return found


@given(st.dictionaries(st.text(), values, max_size=5), st.sampled_from([None, 2]), st.booleans(), st.integers(1, 9))
def test_members_are_those_of_the_document_wherever_it_is_split(
    document: dict[str, Any], indent: int | None, ascii_only: bool, chunk: int
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return  # a lone surrogate cannot be sent as UTF-8
    original, jsonstream._CHUNK = jsonstream._CHUNK, chunk
    try:
        assert list(jsonstream.members(io.BytesIO(data))) == expected(document)
    finally:
        jsonstream._CHUNK = original


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"a"', '{"a":', '{"a": 1', '{"a": [1', '{"a": [1,]}', '{"a" 1}', "<html>", "\xff"]
)
def test_anything_but_a_complete_object_is_refused(text: str) -> None:
    with pytest.raises(MalformedAnswer):
        list(jsonstream.members(io.BytesIO(text.encode("latin-1"))))
