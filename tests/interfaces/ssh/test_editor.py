"""``config edit`` with a real editor at the other end of a real SSH session."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from artframe.interfaces.ssh.editor import editor_environment
from tests.frame.running import eventually
from tests.interfaces.ssh.serving import Frame

ASKED = "What now?"


def put_album(frame: Frame, **settings: object) -> Path:
    path = frame.home / "config" / "plugins" / "family.json"
    full = {"immich_url": "http://nas", "immich_api_key": "k", **settings}
    path.write_text(json.dumps({"version": 1, "plugin": "album", "settings": full}, indent=2) + "\n")
    return path


def limit(frame: Frame) -> int:
    found: int = json.loads((frame.home / "config/plugins/family.json").read_text())["settings"]["max_photos"]
    return found


@pytest.fixture
def scripted(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have an editor that does what a shell script says with the file "$1"."""
    folder = frame.folder / "bin"
    folder.mkdir()
    put_album(frame, max_photos=5)
    frame.store.reload()

    def script(text: str) -> None:
        editor = folder / "edit-me"
        editor.write_text(f"#!/bin/sh\nfor file; do :; done\n{text}\n")
        editor.chmod(0o755)

    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("EDITOR", "edit-me")
    monkeypatch.delenv("VISUAL", raising=False)
    return script


def test_nano_opens_and_what_it_saves_is_in_force(frame: Frame) -> None:
    put_album(frame, max_photos=5)
    frame.store.reload()
    person = frame.terminal("config", "edit", "family", options=["-o", "SetEnv=EDITOR=nano"])
    person.expect_exact("max_photos")
    person.send("\x18")  # Ctrl-X
    person.expect_exact("nothing was changed")
    person.wait()
    assert person.exitstatus == 0
    person = frame.terminal("config", "edit", "family", options=["-o", "SetEnv=EDITOR=nano"])
    person.expect_exact("max_photos")
    person.send("\x1c5\r7\ra")  # Ctrl-\: replace 5 by 7, all
    person.send("\x0f\r\x18")
    person.expect_exact("plugins/family.json is saved and in force")
    person.wait()
    assert person.exitstatus == 0
    assert frame.store.config.plugins["family"].settings.max_photos == 7  # type: ignore[attr-defined]


def test_what_is_wrong_is_told_with_its_lines_and_can_be_edited_again(
    frame: Frame, scripted: Callable[[str], None]
) -> None:
    scripted("sed -i 's/: 5/: -5/; s/immich_url/imich_url/' \"$file\"")
    person = frame.terminal("config", "edit", "family")
    person.expect("plugins/family.json:5:.*imich_url.*did you mean")
    person.expect("plugins/family.json:7:.*max_photos")
    person.expect_exact(ASKED)
    scripted("sed -i 's/: -5/: 50/; s/imich_url/immich_url/' \"$file\"")
    person.send("e\r")
    person.expect_exact("is saved and in force")
    person.wait()
    assert person.exitstatus == 0
    assert limit(frame) == 50


def test_what_is_discarded_changes_nothing(frame: Frame, scripted: Callable[[str], None]) -> None:
    scripted('echo nonsense > "$file"')
    person = frame.terminal("config", "edit", "family")
    person.expect_exact(ASKED)
    person.send("d\r")
    person.expect_exact("the file is as it was")
    person.wait()
    assert person.exitstatus == 1
    assert limit(frame) == 5
    assert not list((frame.home / "state" / "edits").iterdir())


def test_an_edit_by_somebody_else_meanwhile_is_not_overwritten(frame: Frame, scripted: Callable[[str], None]) -> None:
    there = frame.folder / "there"
    go = frame.folder / "go"
    os.mkfifo(go)
    scripted(f"touch {there}; [ -p {go} ] && cat {go} && rm {go}; sed -i 's/: 5/: 6/' \"$file\"")
    person = frame.terminal("config", "edit", "family")
    eventually(there.exists, "the editor is open")
    frame.store.modify("family", lambda data: data["settings"].update(immich_url="http://new"), reason="web page")
    go.write_text("")
    person.expect_exact("was changed by somebody else")
    person.expect_exact(ASKED)
    person.send("m\r")
    person.expect_exact("is saved and in force")
    person.wait()
    settings = json.loads((frame.home / "config/plugins/family.json").read_text())["settings"]
    assert (settings["max_photos"], settings["immich_url"]) == (6, "http://new")


def test_an_editor_has_the_size_of_the_window_and_follows_it(frame: Frame, scripted: Callable[[str], None]) -> None:
    scripted(
        "stty size; trap 'stty size; exit 0' WINCH; tty -s && echo controlling >/dev/tty; while :; do sleep 0.1; done"
    )
    person = frame.terminal("config", "edit", "family", size=(33, 99))
    person.expect_exact("33 99")
    person.expect_exact("controlling")
    person.setwinsize(40, 120)
    person.kill(signal.SIGWINCH)
    person.expect_exact("40 120")
    person.expect_exact("nothing was changed")


def test_no_window_is_so_large_that_it_fills_the_memory(frame: Frame, scripted: Callable[[str], None]) -> None:
    scripted("stty size")

    async def look() -> bytes:
        async with await frame.client() as connection:
            # As large as a kernel knows one; 2**32 of each, which SSH can say, took all memory in seconds.
            size = {"term_type": "xterm", "term_size": (60_000, 60_000)}
            process = await connection.create_process("config edit family", encoding=None, **size)
            return bytes(await process.stdout.read())

    rows, columns = frame.do(look()).split(b"\r\n")[0].split()
    assert (int(rows), int(columns)) == (500, 1000)


def test_ctrl_c_reaches_the_editor(frame: Frame, scripted: Callable[[str], None]) -> None:
    scripted("trap 'echo caught; exit 0' INT; echo ready; while :; do sleep 0.1; done")
    person = frame.terminal("config", "edit", "family")
    person.expect_exact("ready")
    person.send("\x03")
    person.expect_exact("caught")
    person.expect_exact("nothing was changed")


def test_a_connection_that_drops_ends_the_editor_and_nothing_is_changed(
    frame: Frame, scripted: Callable[[str], None]
) -> None:
    scripted(f"echo $$ > {frame.folder}/pid; sed -i 's/: 5/: 6/' \"$file\"; trap '' HUP; while :; do sleep 0.1; done")
    person = frame.terminal("config", "edit", "family")
    pid = frame.folder / "pid"
    eventually(lambda: pid.exists() and pid.read_text(), "the editor is open")
    person.kill(signal.SIGKILL)
    eventually(lambda: not Path(f"/proc/{pid.read_text().strip()}").exists(), "the editor is gone")
    assert limit(frame) == 5
    scripted("exit 0")

    def offered() -> object:
        """The session that was cut lets go of the copy a moment after its editor is gone."""
        person = frame.terminal("config", "edit", "family")
        return person if person.expect_exact(["was not finished", "nothing was changed"]) == 0 else None

    person = eventually(offered, "the text is offered again")
    person.send("g\r")
    person.expect_exact("is saved and in force")
    assert limit(frame) == 6, "the text itself was not lost"


def test_the_shell_goes_on_after_an_edit(frame: Frame, scripted: Callable[[str], None]) -> None:
    scripted("sed -i 's/: 5/: 6/' \"$file\"")
    person = frame.terminal()
    person.send("config edit family\r")
    person.expect_exact("is saved and in force")
    person.send("echo on\r")
    person.expect_exact("you said on")


def test_without_a_terminal_there_is_no_editor(frame: Frame) -> None:
    done = frame.ssh("config", "edit", "frame")
    assert done.returncode == 64
    assert b"ssh -t" in done.stderr


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        ("vim", "vim"),
        ("nano", "nano"),
        ("sh", "server-editor"),
        ("/bin/vim", "server-editor"),
        ("vim -c !sh", "server-editor"),
        ("", "server-editor"),
    ],
)
def test_from_afar_only_a_known_editor_can_be_asked_for(wanted: str, taken: str) -> None:
    server = {"EDITOR": "server-editor", "PATH": "/bin", "IMMICH_KEY": "s3cret"}
    made = editor_environment(server, {"EDITOR": wanted, "LD_PRELOAD": "x", "LANG": "de_DE.UTF-8"}, "xterm")
    assert made["EDITOR"] == taken
    assert (made["TERM"], made["LANG"]) == ("xterm", "de_DE.UTF-8")
    assert "IMMICH_KEY" not in made
    assert "LD_PRELOAD" not in made
