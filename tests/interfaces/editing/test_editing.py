"""``config edit`` with real editors in a real terminal: as with visudo, and no text of a person is ever lost."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.interfaces.editing.editor import HALL, Editor, left, name_of
from tests.interfaces.serving import ended, terminal, typed


def test_nano_edits_the_file_and_it_is_put_in_force(frame: Path) -> None:
    with terminal(frame, "config", "edit", VISUAL="", EDITOR="nano") as person:
        person.expect_exact("Hall")
        person.send('\x1b[B\x05\x7fway"\x0f')
        person.expect_exact("Write")
        person.send("\r\x18")
        person.expect_exact("frame.json is saved and in force")
        assert ended(person) == 0
    assert (frame / "config" / "frame.json").read_text() == HALL.replace("Hall", "Hallway")
    assert not left(frame)


def test_nothing_changed_is_nothing_done(frame: Path, editor: Editor) -> None:
    history = frame / "state" / "config-history" / "frame"
    before = sorted(history.iterdir()) if history.is_dir() else []
    run = typed(frame, "config", "edit", "frame", EDITOR=editor.does("exit 0"))
    assert (run.returncode, run.stderr) == (0, b"frame.json: nothing was changed\n")
    assert (frame / "config" / "frame.json").read_text() == HALL
    assert (sorted(history.iterdir()) if history.is_dir() else []) == before
    assert not left(frame)


def test_the_copy_is_private_and_named_as_json(frame: Path, editor: Editor) -> None:
    seen = editor.folder / "seen"
    typed(frame, "config", "edit", EDITOR=editor.does(f'stat -c "%a" "$file" "$(dirname "$file")" > {seen}'))
    assert seen.read_text().split() == ["600", "700"]
    assert editor.called[0].endswith("/frame.json")


def test_secrets_are_edited_as_they_are_and_stay_private(frame: Path, editor: Editor) -> None:
    secrets = frame / "config" / "secrets.json"
    secrets.write_text('{"immich": "a plain key"}')
    run = typed(
        frame,
        "config",
        "edit",
        "secrets",
        EDITOR=editor.does('grep -q "a plain key" "$file" && sed -i "s/plain/other/" "$file"'),
    )
    assert run.returncode == 0, run
    assert json.loads(secrets.read_text()) == {"immich": "a other key"}
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600


def test_a_scripted_editor_needs_no_terminal(frame: Path) -> None:
    assert typed(frame, "config", "edit", EDITOR="sed -i s/Hall/Kitchen/").returncode == 0
    assert name_of(frame) == "Kitchen"


def test_without_a_terminal_and_an_editor_it_is_refused(frame: Path) -> None:
    run = typed(frame, "config", "edit", VISUAL="", EDITOR="")
    assert (run.returncode, b"needs a terminal of your own" in run.stderr) == (64, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["config", "edit", "nobody"], 66, b"there is no configuration file plugins/nobody.json"),
        (["config", "edit", "../frame"], 66, b"there is no configuration file"),
        (["config", "edit", "a", "b"], 64, b"unrecognized arguments"),
    ],
)
def test_what_cannot_be_edited_is_told(frame: Path, editor: Editor, words: list[str], code: int, told: bytes) -> None:
    run = typed(frame, *words, EDITOR=editor.does("exit 0"))
    assert (run.returncode, told in run.stderr) == (code, True)
    assert not editor.called


@pytest.mark.parametrize("wanted", ["/nowhere/editor", "'unbalanced", "nonsense-editor"])
def test_an_editor_that_is_not_there_is_told(frame: Path, wanted: str) -> None:
    run = typed(frame, "config", "edit", EDITOR=wanted)
    assert (run.returncode, b"editor" in run.stderr, b"Traceback" in run.stderr) == (1, True, False)
    assert not left(frame)


def test_help_tells_of_it(frame: Path) -> None:
    assert "config edit [file]" in typed(frame, "help", "config").stdout.decode()
    assert "usage: artframe config edit" in typed(frame, "config", "edit", "--help").stdout.decode()
