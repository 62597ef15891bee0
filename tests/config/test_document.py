"""Reading: whatever stands in place of good JSON is told in plain words, with the line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.config.document import MAX_BYTES, parse, read_file

BROKEN = [
    pytest.param('{\n  "a": 1,\n}', 2, 9, "comma too many", id="comma before the closing brace"),
    pytest.param('{"a": [1, 2,\n]}', 1, 12, "comma too many", id="comma before the closing bracket"),
    pytest.param('{"a": 1,, "b": 2}', 1, 8, "comma too many", id="two commas"),
    pytest.param('{\n  "a": 1\n  "b": 2\n}', 2, 8, "comma is missing", id="no comma between settings"),
    pytest.param('{"a": [1 2]}', 1, 8, "comma is missing", id="no comma in a list"),
    pytest.param('{\n  // why\n  "a": 1\n}', 2, 3, "no comments", id="double slash"),
    pytest.param('{"a": 1 /* why */}', 1, 9, "no comments", id="slash star"),
    pytest.param('# why\n{"a": 1}', 1, 1, "no comments", id="hash at the top"),
    pytest.param('{"a": 1, # why\n "b": 2}', 1, 10, "no comments", id="hash after a comma"),
    pytest.param('{"a": 1} // why', 1, 10, "no comments", id="comment after the end"),
    pytest.param("{'a': 1}", 1, 2, "double quotes", id="single quotes round a name"),
    pytest.param("{\"a\": 'b'}", 1, 7, "double quotes", id="single quotes round a text"),
    pytest.param('{"a": \u201cb\u201d}', 1, 7, "double quotes", id="typographic quotes"),
    pytest.param("{a: 1}", 1, 2, "double quotes", id="name without quotes"),
    pytest.param('{"a": hello}', 1, 7, "double quotes", id="text without quotes"),
    pytest.param('{"a": True}', 1, 7, "write true", id="True of another language"),
    pytest.param('{"a": None}', 1, 7, "write null", id="None of another language"),
    pytest.param('{"a": yes}', 1, 7, "write true", id="yes"),
    pytest.param('{"a": }', 1, 5, "value is missing", id="no value"),
    pytest.param('{"a" 1}', 1, 6, "colon is missing", id="no colon"),
    pytest.param('{"a": "b\tc"}', 1, 9, "tab inside a text", id="tab in a text"),
    pytest.param('{"a": "b\n}', 1, 9, "must end on the line", id="text over two lines"),
    pytest.param('{"a": "b', 1, 7, "no closing double quote", id="text without an end"),
    pytest.param('{"a": "b\x01"}', 1, 9, "U+0001", id="invisible character"),
    pytest.param('{"a": "C:\\photos"}', 1, 10, "backslash", id="backslash"),
    pytest.param('{"a": {"b": [1', 1, 14, "missing at the end: ] } }", id="cut off"),
    pytest.param('{"a": 1}\n{"a": 1}', 2, 1, "settings end here", id="twice the same"),
    pytest.param('{"a": 1}}', 1, 9, "settings end here", id="brace too many"),
    pytest.param('{"a": [1}', 1, 9, "another kind of bracket", id="wrong bracket"),
    pytest.param('{\n<<<<<<< mine\n"a": 1}', 2, 1, "merge", id="merge marks"),
    pytest.param('{"a": 012}', 1, 7, "number", id="leading zero"),
    pytest.param('{"a": .5}', 1, 7, "number", id="leading point"),
    pytest.param('{"a": +5}', 1, 7, "number", id="leading plus"),
    pytest.param('{"a": NaN}', 1, 7, "not a number", id="NaN"),
    pytest.param('{"a": -Infinity}', 1, 7, "not a number", id="infinity"),
    pytest.param('{"a": 1e999}', 1, 7, "not a number", id="a number beyond all bounds"),
    pytest.param('{"a": 1,\n "b": {"c": 1,\n "c": 2}}', 3, 2, "stands twice, first on line 2", id="key twice"),
    pytest.param('{"a": "\\ud800"}', 1, 7, "half a character", id="lone surrogate"),
    pytest.param("", 1, 1, "empty", id="empty"),
    pytest.param(" \n\t\n", 1, 1, "empty", id="only blanks"),
    pytest.param("[1]", 1, 1, "object", id="a list"),
    pytest.param('"a"', 1, 1, "object", id="a text"),
    pytest.param("{" + '"a": [' * 70 + "]" * 70 + "}", 1, None, "nested", id="deep"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), BROKEN)
def test_a_slip_of_the_pen_is_named_and_placed(text: str, line: int, column: int | None, words: str) -> None:
    reading = parse(text.encode("utf-8", "surrogatepass"), "frame.json")
    assert reading.document is None
    [problem] = reading.problems
    assert words in problem.what
    assert problem.file == "frame.json"
    assert problem.line == line
    assert column is None or problem.column == column
    assert str(problem).startswith(f"frame.json:{problem.line}:{problem.column}: ")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b'\xef\xbb\xbf{"a": 1}', "byte order mark", id="byte order mark"),
        pytest.param('{"a": 1}'.encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(b'{\n"a": "gr\xfc\xdfe"}', "not UTF-8", id="Latin-1"),
        pytest.param(b"\x00" * 100, "value is expected", id="zeros after a power cut"),
        pytest.param(b"[" * 900_000, "nested", id="a bomb of brackets"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", "thousands of digits", id="an endless number"),
        pytest.param(b'{"a": "' + b"x" * 10_000_000 + b'"}', "larger than", id="ten megabytes"),
    ],
)
def test_bytes_that_are_no_settings_are_named(raw: bytes, words: str) -> None:
    reading = parse(raw, "frame.json")
    assert reading.document is None
    [problem] = reading.problems
    assert words in problem.what


def test_the_line_of_a_wrong_letter_is_told() -> None:
    [problem] = parse(b'{\n  "a": 1,\n  "b": "gr\xfc\xdfe"}', "frame.json").problems
    assert (problem.line, problem.column) == (3, 11)


def test_all_values_that_json_lets_pass_but_nobody_can_mean_are_told_at_once() -> None:
    problems = parse(b'{"a": NaN, "a": 1, "b": [Infinity], "c": 1, "c": 2}', "frame.json").problems
    assert [problem.path for problem in problems] == ["a", "c", "b[0]"]


def test_windows_line_ends_and_tabs_between_values_are_fine() -> None:
    assert parse(b'{\r\n\t"a":\t1\r\n}\r\n', "frame.json").document is not None


@given(st.binary(max_size=200) | st.text('{}[]:,"\\/#*tfn01.-eE \n\ta', max_size=40).map(str.encode))
def test_no_bytes_whatever_raise(raw: bytes) -> None:
    reading = parse(raw, "frame.json")
    assert (reading.document is None) == bool(reading.problems)


@given(st.text('{}[]:,"\\/#*tfn01.-eE \n\ta', max_size=20))
def test_a_text_is_never_quoted_where_it_cannot_be_read(noise: str) -> None:
    for problem in parse(f'{{"immich_api_key": "hush-hush", {noise}'.encode(), "frame.json").problems:
        assert "hush" not in str(problem)


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "frame.json").mkdir()
    assert "folder" in read_file(tmp_path / "frame.json", "frame.json").problems[0].what


def test_a_pipe_in_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "frame.json")
    assert "not an ordinary file" in read_file(tmp_path / "frame.json", "frame.json").problems[0].what


def test_a_link_to_nowhere_is_a_problem_and_not_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "frame.json").symlink_to(tmp_path / "gone")
    assert "link" in read_file(tmp_path / "frame.json", "frame.json").problems[0].what
    missing = read_file(tmp_path / "other.json", "other.json")
    assert (missing.raw, missing.problems) == (None, ())


def test_of_a_huge_file_only_the_beginning_is_read(tmp_path: Path) -> None:
    path = tmp_path / "frame.json"
    with path.open("wb") as file:
        file.truncate(10 * 1024**3)
    reading = read_file(path, "frame.json")
    assert reading.raw is not None
    assert len(reading.raw) == MAX_BYTES + 1
    assert "larger" in reading.problems[0].what
