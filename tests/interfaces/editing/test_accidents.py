"""Editors that crash, lines that are cut, and disks that take nothing: what was typed is kept."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path

from artframe.config.files import basis_of
from artframe.config.opening import Opened
from artframe.config.problem import ConflictError
from artframe.config.store import ConfigStore
from artframe.core.clock import SystemClock
from artframe.core.events import EventBus
from artframe.interfaces.editing import Outcome, edit_file
from artframe.interfaces.editing_copies import Copies
from tests.frame.running import eventually
from tests.interfaces.editing.editor import HALL, RIGHT, WRONG, Both, Editor, left, name_of
from tests.interfaces.serving import ended, served, terminal, typed


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
        running.enter_context(served(home, Both(store)))
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
