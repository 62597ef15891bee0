"""Mistakes and changes of somebody else: nothing wrong is put in force, and nobody's lines are lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from artframe.config.merging import merge
from artframe.config.store import ConfigStore
from artframe.core.clock import SystemClock
from artframe.core.events import EventBus
from tests.interfaces.editing.editor import HALL, RIGHT, WRONG, Both, Editor, left, name_of
from tests.interfaces.serving import ended, served, terminal, typed


def test_all_mistakes_are_shown_with_their_lines_and_the_next_edit_begins_there(frame: Path, editor: Editor) -> None:
    vi = editor.does(f"if [ $n = 1 ]; then {WRONG}; else {RIGHT}; fi", name="vi")
    with terminal(frame, "config", "edit", EDITOR=vi) as person:
        person.expect_exact("frame.json:3:3: displai: ")
        person.expect_exact("frame.json:4:")
        person.expect_exact("What now? (e)dit again, ")
        person.sendline("what?")
        person.expect_exact("What now? (e)dit again, ")
        person.sendline("e")
        person.expect_exact("saved and in force")
        assert ended(person) == 0
    assert name_of(frame) == "Attic"
    assert editor.called[1].startswith("+3 ")


def test_what_is_discarded_leaves_the_file_as_it_was(frame: Path, editor: Editor) -> None:
    with terminal(frame, "config", "edit", EDITOR=editor.does(WRONG)) as person:
        person.expect_exact("What now?")
        person.sendline("d")
        assert ended(person) == 1
    assert (frame / "config" / "frame.json").read_text() == HALL
    assert not left(frame)


def test_what_is_kept_is_offered_again(frame: Path, editor: Editor) -> None:
    with terminal(frame, "config", "edit", EDITOR=editor.does(WRONG)) as person:
        person.expect_exact("What now?")
        person.sendline("k")
        person.expect(r"your text of frame.json is in (\S+)/frame.json")
        assert ended(person) == 1
    assert "displai" in (left(frame)[0] / "frame.json").read_text()
    second = editor.does('grep -q displai "$file" && sed -i "/displai/d;/language/d;s/Hall\\",/Cellar\\"/" "$file"')
    with terminal(frame, "config", "edit", EDITOR=second) as person:
        person.expect(r"An edit of frame.json from \S+ \S+ was not finished")
        person.sendline("g")
        person.expect_exact("saved and in force")
        assert ended(person) == 0
    assert name_of(frame) == "Cellar"
    assert not left(frame)


def test_what_became_right_meanwhile_is_applied_without_another_edit(frame: Path, editor: Editor) -> None:
    with terminal(frame, "config", "edit", EDITOR=editor.does(WRONG)) as person:
        person.expect_exact("What now?")
        (left(frame)[0] / "frame.json").write_text('{"name": "Porch"}')
        person.sendline("a")
        person.expect_exact("saved and in force")
        assert ended(person) == 0
    assert (name_of(frame), len(editor.called)) == ("Porch", 1)


@pytest.mark.parametrize(
    "broken", [b'{"name": "Hall"', b'{"name": "caf\xe9"}', b""], ids=["no JSON", "no UTF-8", "empty"]
)
def test_a_broken_file_is_edited_as_it_is_and_mended(home: Path, editor: Editor, broken: bytes) -> None:
    (home / "config" / "frame.json").write_bytes(broken)
    store = ConfigStore(home, events=EventBus(), clock=SystemClock(), kinds=lambda kind: None)
    store.load()
    seen = editor.folder / "seen"
    with served(home, Both(store)):
        run = typed(home, "config", "edit", EDITOR=editor.does(f'cp "$file" {seen}; {RIGHT}'))
        assert (run.returncode, name_of(home)) == (0, "Attic"), run
    assert seen.read_bytes() == broken


# ---- somebody else


def test_two_changes_of_different_lines_come_together(frame: Path, editor: Editor) -> None:
    file = frame / "config" / "frame.json"
    file.write_text('{\n  "name": "Hall",\n  "display": {\n    "interval_seconds": 30\n  }\n}\n')
    theirs = f"sed -i s/30/60/ {file}"
    ours = 'sed -i s/Hall/Attic/ "$file"'
    with terminal(
        frame, "config", "edit", EDITOR=editor.does(f"[ $n = 1 ] && {{ {theirs}; {ours}; }}; exit 0")
    ) as person:
        person.expect_exact("frame.json was changed by somebody else")
        person.expect_exact('-    "interval_seconds": 30')
        person.expect_exact('+    "interval_seconds": 60')
        person.expect_exact("(m)erge both")
        person.sendline("m")
        assert ended(person) == 0, person.before
    assert json.loads(file.read_text()) == {"name": "Attic", "display": {"interval_seconds": 60}}
    assert len(editor.called) == 2


def test_two_changes_of_one_line_stand_marked_and_are_never_saved_so(frame: Path, editor: Editor) -> None:
    file = frame / "config" / "frame.json"
    script = f"""case $n in
        1) sed -i s/Hall/Theirs/ {file}; sed -i s/Hall/Ours/ "$file";;
        3) sed -i '/^<<<<<<<\\|^=======\\|^>>>>>>>/d;/Theirs/d' "$file";;
    esac"""
    with terminal(frame, "config", "edit", EDITOR=editor.does(script, name="nano")) as person:
        person.sendline("m")
        person.expect_exact("1 of the changes exclude each other")
        person.expect_exact("What now?")  # the marks are no JSON
        assert name_of(frame) == "Theirs"
        person.sendline("e")
        person.expect_exact("saved and in force")
        assert ended(person) == 0
    assert name_of(frame) == "Ours"
    assert editor.called[1].startswith("+2 ")


def test_after_a_conflict_both_versions_can_be_kept(frame: Path, editor: Editor) -> None:
    file = frame / "config" / "frame.json"
    script = f'sed -i s/Hall/Theirs/ {file}; sed -i s/Hall/Ours/ "$file"'
    with terminal(frame, "config", "edit", EDITOR=editor.does(script)) as person:
        person.expect_exact("(k)eep yours")
        person.sendline("k")
        assert ended(person) == 1
    assert name_of(frame) == "Theirs"
    assert "Ours" in (left(frame)[0] / "frame.json").read_text()


@pytest.mark.parametrize(
    ("ours", "theirs", "merged", "clashes"),
    [
        ("a\nB\nc\nd\n", "a\nb\nc\nD\n", "a\nB\nc\nD\n", 0),
        ("a\nb\nc\nd\n", "a\nb\nX\nc\nd\n", "a\nb\nX\nc\nd\n", 0),
        ("b\nc\nd\n", "a\nb\nc\n", "b\nc\n", 0),
        ("a\nX\nc\nd\n", "a\nX\nc\nd\n", "a\nX\nc\nd\n", 0),
        (
            "a\nO\nc\nd\n",
            "a\nT\nc\nd\n",
            "a\n<<<<<<< yours\nO\n=======\nT\n>>>>>>> saved meanwhile\nc\nd\n",
            1,
        ),
        ("a\nb\nc\nd\nO", "a\nb\nc\nd\nT", "a\nb\nc\nd\n<<<<<<< yours\nO\n=======\nT\n>>>>>>> saved meanwhile", 1),
        ("", "a\nb\nc\nd\n", "", 0),
        ("a\u2028\nb\nc\nd\n", "a\nb\nc\nD\n", "a\u2028\nb\nc\nD\n", 0),
    ],
)
def test_lines_that_one_side_changed_are_taken_from_it(ours: str, theirs: str, merged: str, clashes: int) -> None:
    both = merge("a\nb\nc\nd\n", ours, theirs)
    assert (both.text, both.clashes) == (merged, clashes)
