"""``config edit`` with real editors in a real terminal: as with visudo, and no text of a person is ever lost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from artframe.config.files import basis_of
from artframe.config.home import init_home
from artframe.config.merging import merge
from artframe.config.opening import Opened
from artframe.config.problem import ConflictError
from artframe.config.store import ConfigStore
from artframe.core.clock import SystemClock
from artframe.core.events import EventBus
from artframe.interfaces.config_commands import ConfigCommands
from artframe.interfaces.edit_command import EditCommand
from artframe.interfaces.editing import Outcome, edit_file
from artframe.interfaces.editing_copies import Copies
from tests.frame.running import eventually
from tests.interfaces.serving import ended, served, terminal, typed

HALL = '{\n  "name": "Hall"\n}\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    init_home(tmp_path / "home")
    (tmp_path / "home" / "config" / "frame.json").write_text(HALL)
    return tmp_path / "home"


class _Both(ConfigCommands, EditCommand):
    """What a running frame has of this."""


@pytest.fixture(params=["with a running frame", "without a frame"])
def frame(request: pytest.FixtureRequest, home: Path) -> Iterator[Path]:
    if request.param == "without a frame":
        yield home
        return
    store = ConfigStore(home, events=EventBus(), clock=SystemClock(), kinds=lambda kind: None)
    store.load()
    with served(home, _Both(store)):
        yield home


class Editor:
    """A program that edits as the test says, and tells what it was called with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = 0
        self.log = folder / "calls"

    def does(self, script: str, name: str = "editor") -> str:
        """Shell commands; ``$file`` is the copy, ``$n`` counts the calls from 1."""
        program = self.folder / name
        program.write_text(
            f'#!/bin/bash\necho "$@" >> {self.log}\nn=$(wc -l < {self.log})\nfile="${{@: -1}}"\n{script}\n'
        )
        program.chmod(0o755)
        return str(program)

    @property
    def called(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    folder = tmp_path / "programs"
    folder.mkdir()
    return Editor(folder)


def name_of(home: Path) -> Any:
    return json.loads((home / "config" / "frame.json").read_text()).get("name")


def left(home: Path) -> list[Path]:
    folder = home / "state" / "edits"
    return list(folder.iterdir()) if folder.is_dir() else []


# ---- the ordinary way


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


# ---- mistakes


WRONG = r"""printf '{\n  "name": "Hall",\n  "displai": {},\n  "language": 7\n}\n' > "$file" """
RIGHT = r"""printf '{"name": "Attic"}' > "$file" """


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
    with served(home, _Both(store)):
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


# ---- accidents


def test_an_editor_that_fails_and_changed_nothing_ends_it(frame: Path, editor: Editor) -> None:
    run = typed(frame, "config", "edit", EDITOR=editor.does("exit 3"))
    assert (run.returncode, b"ended with status 3; nothing was changed" in run.stderr) == (1, True)
    assert not left(frame)


def test_what_a_crashed_editor_saved_is_not_applied_unasked(frame: Path, editor: Editor) -> None:
    with terminal(frame, "config", "edit", EDITOR=editor.does(f"{RIGHT}; kill -SEGV $$")) as person:
        person.expect_exact("the editor was ended by signal 11")
        person.expect_exact("What now? (a)pply what it saved, (e)dit again")
        assert name_of(frame) == "Hall"
        person.sendline("a")
        person.expect_exact("saved and in force")
        assert ended(person) == 0
    assert name_of(frame) == "Attic"


def test_a_cut_line_loses_nothing_that_was_typed_into_nano(frame: Path) -> None:
    with terminal(frame, "config", "edit", EDITOR="nano") as person:
        person.expect_exact("Hall")
        person.send('\x1b[B\x05\x7fway"')
        person.expect_exact("way")
        pid = person.pid
        person.close(force=False)  # the terminal is gone: SIGHUP, and nothing was saved
    eventually(lambda: not Path(f"/proc/{pid}").exists(), "it has ended")
    eventually(lambda: any(file.suffix == ".save" for copy in left(frame) for file in copy.iterdir()), "nano has saved")
    assert (frame / "config" / "frame.json").read_text() == HALL
    with terminal(frame, "config", "edit", EDITOR="true") as person:
        person.expect_exact("was not finished")
        person.sendline("g")
        person.expect_exact("saved and in force")
        assert ended(person) == 0
    assert name_of(frame) == "Hallway"


def test_a_killed_command_line_leaves_the_text_for_the_next_edit(frame: Path, editor: Editor) -> None:
    hangs = editor.does(f"{RIGHT}; touch {editor.folder}/written; exec sleep 60")
    with terminal(frame, "config", "edit", EDITOR=hangs) as person:
        eventually((editor.folder / "written").exists, "the editor has saved")
        person.kill(signal.SIGKILL)
    with terminal(frame, "config", "edit", EDITOR=editor.does("exit 0")) as person:
        person.expect_exact("was not finished")
        person.sendline("d")
        person.expect_exact("nothing was changed")
        assert ended(person) == 0
    assert not left(frame)


def test_a_killed_edit_without_any_change_leaves_nothing_to_ask_about(frame: Path, editor: Editor) -> None:
    hangs = editor.does(f"touch {editor.folder}/begun; exec sleep 60")
    with terminal(frame, "config", "edit", EDITOR=hangs) as person:
        eventually((editor.folder / "begun").exists, "the editor runs")
        person.kill(signal.SIGKILL)
    run = typed(frame, "config", "edit", EDITOR=editor.does("exit 0"))
    assert run.stderr == b"frame.json: nothing was changed\n"
    assert not left(frame)


def test_what_somebody_edits_at_the_moment_is_not_offered_to_others(frame: Path, editor: Editor) -> None:
    waits = editor.does(
        f"{RIGHT}; touch {editor.folder}/written; while [ ! -e {editor.folder}/go ]; do sleep 0.02; done"
    )
    with terminal(frame, "config", "edit", EDITOR=waits) as person:
        eventually((editor.folder / "written").exists, "the editor has saved")
        assert typed(frame, "config", "edit", EDITOR="sed -i s/Hall/Second/").returncode == 0
        (editor.folder / "go").touch()
        person.expect_exact("was changed by somebody else")
        person.sendline("d")
        assert ended(person) == 1
    assert name_of(frame) == "Second"


def test_answers_that_end_keep_the_text(frame: Path, editor: Editor) -> None:
    run = typed(frame, "config", "edit", EDITOR=editor.does(WRONG), stdin=b"")
    assert (run.returncode, b"your text of frame.json is in" in run.stderr) == (1, True)
    assert "displai" in (left(frame)[0] / "frame.json").read_text()


def test_ctrl_c_at_the_question_keeps_the_text(frame: Path, editor: Editor) -> None:
    with terminal(frame, "config", "edit", EDITOR=editor.does(WRONG)) as person:
        person.expect_exact("What now?")
        person.sendintr()
        assert ended(person) == 130
        assert "Traceback" not in (person.before or "")
    assert "displai" in (left(frame)[0] / "frame.json").read_text()


def test_ctrl_c_in_the_editor_is_the_editors_own(frame: Path, editor: Editor) -> None:
    traps = editor.does(f"trap 'touch {editor.folder}/caught' INT; touch {editor.folder}/ready; read line; {RIGHT}")
    with terminal(frame, "config", "edit", EDITOR=traps) as person:
        eventually((editor.folder / "ready").exists, "the editor runs")
        person.sendintr()
        eventually((editor.folder / "caught").exists, "the editor has it")
        person.sendline("")
        person.expect_exact("saved and in force")
        assert ended(person) == 0


def test_where_the_home_takes_no_copy_another_place_does(frame: Path, editor: Editor, tmp_path: Path) -> None:
    (frame / "state" / "edits").touch()
    (tmp_path / "tmp").mkdir()
    run = typed(frame, "config", "edit", EDITOR="sed -i s/Hall/Loft/", TMPDIR=str(tmp_path / "tmp"))
    assert (run.returncode, name_of(frame)) == (0, "Loft")
    assert not list((tmp_path / "tmp").iterdir())
    run = typed(frame, "config", "edit", EDITOR=editor.does(WRONG), TMPDIR=str(tmp_path / "tmp"))
    assert f"is in {tmp_path / 'tmp'}" in run.stderr.decode()


def test_a_frame_that_ends_meanwhile_is_no_obstacle(home: Path, editor: Editor) -> None:
    store = ConfigStore(home, events=EventBus(), clock=SystemClock(), kinds=lambda kind: None)
    store.load()
    waits = editor.does(
        f"{RIGHT}; touch {editor.folder}/written; while [ ! -e {editor.folder}/go ]; do sleep 0.02; done"
    )
    with contextlib.ExitStack() as running:
        running.enter_context(served(home, _Both(store)))
        with terminal(home, "config", "edit", EDITOR=waits) as person:
            eventually((editor.folder / "written").exists, "the editor has saved")
            running.close()
            (editor.folder / "go").touch()
            person.expect_exact("frame.json is saved and in force when the frame starts")
            assert ended(person) == 0
    assert name_of(home) == "Attic"


# ---- the loop by itself, as an SSH session uses it


class Far:
    """A person at the other end of a line that is cut while they edit."""

    def __init__(self) -> None:
        self.editing = asyncio.Event()
        self.shown: list[str] = []

    async def edit(self, path: Path, line: int | None) -> int:
        path.write_text("half a thought")
        self.editing.set()
        await asyncio.Event().wait()
        return 0

    async def ask(self, question: str) -> str:
        raise EOFError

    async def show(self, text: str) -> None:
        self.shown.append(text)


class Remembered:
    """A file that only exists here."""

    def __init__(self) -> None:
        self.content = b"{}"

    async def read(self) -> Opened:
        return Opened(file="frame.json", content=self.content, basis=basis_of(self.content))

    async def save(self, copy: Path, basis: str) -> str:
        if basis != basis_of(self.content):
            raise ConflictError("frame.json", ours="", theirs="")
        self.content = copy.read_bytes()
        return "saved"


def test_a_session_that_is_torn_down_keeps_the_text(home: Path) -> None:
    async def cut() -> None:
        person = Far()
        session = asyncio.create_task(edit_file(Remembered(), person, Copies(home)))
        await person.editing.wait()
        session.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await session

    asyncio.run(cut())
    (copy,) = Copies(home).left_behind("frame.json")
    assert copy.read() == b"half a thought"
    copy.close(keep=False)


def test_what_touches_the_disk_goes_through_the_caller(home: Path) -> None:
    class Near(Far):
        async def edit(self, path: Path, line: int | None) -> int:
            path.write_text("{}\n")
            return 0

    async def edit() -> Outcome:
        return await edit_file(Remembered(), Near(), Copies(home), asyncio.to_thread)

    assert asyncio.run(edit()) is Outcome.SAVED
    assert not left(home)
