"""A person in the shell, with a terminal of their own: editing, history, completion, Ctrl-C, window size."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from tests.frame.running import eventually
from tests.interfaces.ssh.serving import PATIENCE, Frame

if TYPE_CHECKING:
    import pexpect

PROMPT = "Artframe>"
"""The line editor moves the cursor over the space behind it."""


def shell(frame: Frame) -> pexpect.spawn[str]:
    person = frame.terminal()
    person.expect_exact("help lists what it can do")
    person.expect_exact(PROMPT)
    return person


def test_commands_are_typed_one_after_the_other(frame: Frame) -> None:
    person = shell(frame)
    person.send("echo one\r")
    person.expect_exact("you said one\r\n")
    person.expect_exact(PROMPT)
    person.send("echo 'two words' --json\r")
    person.expect_exact('"said": "two words"')
    person.send("help\r")
    person.expect_exact("echo <text>")
    person.send("exit\r")
    person.wait()
    assert person.exitstatus == 0


def test_the_status_of_the_last_command_is_that_of_the_shell(frame: Frame) -> None:
    person = shell(frame)
    person.send("fail setting\r")
    person.expect_exact("artframe: bad")
    person.expect_exact(PROMPT)
    person.send("\x04")
    person.wait()
    assert person.exitstatus == 78


def test_a_line_can_be_edited(frame: Frame) -> None:
    person = shell(frame)
    person.send("ecko hello\x1b[D\x1b[D")  # two to the left
    person.send("\x01\x1b[C\x1b[C\x1b[C\x7fh")  # to the start, three to the right, k becomes h
    person.send("\r")
    person.expect_exact("you said hello")
    person.send("echo gone\x15echo here\r")
    person.expect_exact("you said here")


def test_tab_completes_words_options_and_values(frame: Frame) -> None:
    person = shell(frame)
    person.send("ec\t a --lo\t\r")
    person.expect_exact("you said A")
    person.send("erase alb\t --ye\t\r")
    person.expect_exact("erased")
    assert frame.commands.done == ["albums"]
    person.send("erase al\t\t")
    person.expect(r"albums\s+all|all\s+albums")
    person.send("\x03")


def test_ctrl_c_cancels_the_command_and_not_the_shell(frame: Frame) -> None:
    person = shell(frame)
    person.send("hang\r")
    person.expect_exact("hanging about")
    person.send("\x03")
    assert frame.commands.cancelled.wait(PATIENCE)
    person.expect_exact(PROMPT)
    person.send("tail -f\r")
    person.expect_exact("line 2")
    person.send("\x03")
    assert frame.commands.cancelled.wait(PATIENCE)
    person.expect_exact(PROMPT)
    person.send("half a line\x03")
    person.expect_exact(PROMPT)
    person.send("echo alive\r")
    person.expect_exact("you said alive")


def test_what_is_typed_while_a_command_runs_comes_after_it(frame: Frame) -> None:
    person = shell(frame)
    person.send("tail -f\r")
    person.expect_exact("line 2")
    person.send("\x03echo later\r")
    person.expect_exact("you said later")


def test_what_is_typed_ahead_answers_what_the_command_asks(frame: Frame) -> None:
    person = shell(frame)
    person.send("secret set immich\rs3cret\recho after\r")
    person.expect_exact("kept immich")
    person.expect_exact("you said after")
    assert frame.commands.secrets == ["s3cret"]


def test_history_is_kept_over_connections_and_without_secrets(frame: Frame) -> None:
    person = shell(frame)
    for line in (
        "echo first",
        "secret set immich s3cret-1",
        "secrte set immich s3cret-2",
        "config change family immich_api_key=s3cret-3",
        "s3cret-4",
        "echo http://ada:s3cret-5@nas",
    ):
        person.send(f"{line}\r")
        person.expect_exact(PROMPT)
    person.send("exit\r")
    person.wait()
    history = frame.home / "state" / "ssh_history"
    eventually(lambda: history.exists(), "the history is written")
    assert history.read_text() == "echo first\n"
    assert history.stat().st_mode & 0o777 == 0o600
    person = shell(frame)
    person.send("\x1b[A\r")
    person.expect_exact("you said first")


def test_the_window_size_is_followed(frame: Frame) -> None:
    person = frame.terminal(size=(24, 40))

    def lines_of_a_long_word() -> int:
        person.send(f"echo {'y' * 100}\r")
        person.expect_exact("you said y")
        typed = person.before.count("\n") if person.before else 0
        person.expect_exact(PROMPT)
        return typed

    person.expect_exact(PROMPT)
    assert lines_of_a_long_word() >= 3, "it is wrapped at the edge of the window"
    person.setwinsize(30, 200)
    person.kill(signal.SIGWINCH)
    eventually(lambda: lines_of_a_long_word() == 1, "it fits into the larger window")


def test_secrets_are_asked_for_in_the_shell_too(frame: Frame) -> None:
    person = shell(frame)
    person.send("secret set immich\r")
    person.expect_exact("value (the secret): ")
    person.send("s3cret\r")
    person.expect_exact("kept immich")
    assert frame.commands.secrets == ["s3cret"]
    person.send("erase\r")
    person.expect_exact("[y/N] ")
    person.send("\x03")
    person.expect_exact(PROMPT)
    assert frame.commands.done == []


def test_a_long_paste_harms_nobody(frame: Frame) -> None:
    person = shell(frame)
    person.send(f"\x1b[200~{'z' * 50_000}\x1b[201~")  # as a terminal brackets what is pasted
    person.send("\x15" + "y" * 3000)
    person.send("\x15echo done\r")
    person.expect_exact("you said done")
    assert frame.ssh("echo", "alive").stdout == b"you said alive\n"


def test_a_shell_whose_client_dies_leaves_nothing_behind(frame: Frame) -> None:
    person = shell(frame)
    person.send("hang\r")
    person.expect_exact("hanging about")
    person.kill(signal.SIGKILL)
    assert frame.commands.cancelled.wait(PATIENCE)
    person.wait()
