"""One command over SSH, with the real client: what goes where, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess

import pytest

from tests.frame.running import eventually
from tests.interfaces.ssh.commands import PICTURE
from tests.interfaces.ssh.serving import PATIENCE, Frame


def test_a_command_is_answered_on_standard_output(frame: Frame) -> None:
    done = frame.ssh("echo", "hello")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"you said hello\n", b"")


def test_json_is_one_word_away(frame: Frame) -> None:
    done = frame.ssh("artframe echo 'two words' --json")
    assert json.loads(done.stdout) == {"said": "two words"}


@pytest.mark.parametrize(("how", "code"), [("world", 75), ("key", 77), ("setting", 78), ("bug", 1)])
def test_an_error_goes_to_standard_error_and_its_class_is_the_exit_status(frame: Frame, how: str, code: int) -> None:
    done = frame.ssh("fail", how)
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr.startswith(b"artframe: ")
    assert b"Traceback" not in done.stderr


def test_an_error_as_json_is_a_result_for_scripts(frame: Frame) -> None:
    done = frame.ssh("fail world --json")
    assert done.returncode == 75
    assert json.loads(done.stdout)["error"]["hint"] == "wait"
    assert done.stderr == b""


def test_a_check_that_found_something_says_so_with_its_exit_status(frame: Frame) -> None:
    assert frame.ssh("check").returncode == 78


@pytest.mark.parametrize("words", ["nonsense", "echo", "echo 'half a quote", "echo a --tune b", "picture --output x"])
def test_words_that_make_no_command_are_the_callers_mistake(frame: Frame, words: str) -> None:
    done = frame.ssh(words)
    assert (done.returncode, done.stdout) == (64, b"")


def test_help_is_generated(frame: Frame) -> None:
    assert b"echo <text>" in frame.ssh("help").stdout
    assert b"what to say" in frame.ssh("echo", "--help").stdout


def test_a_command_that_streams_shows_its_lines_as_they_come(frame: Frame) -> None:
    client = subprocess.Popen(frame.ssh_words("tail", "-f"), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    assert client.stdout is not None
    assert [client.stdout.readline() for _ in range(3)] == [b"line 0\n", b"line 1\n", b"line 2\n"]
    client.send_signal(signal.SIGINT)
    client.wait(PATIENCE)
    client.stdout.close()
    assert frame.commands.cancelled.wait(PATIENCE)


def test_items_as_json_are_one_line_each(frame: Frame) -> None:
    assert frame.ssh("tail --json --count 2").stdout == b"0\n1\n"


def test_a_client_that_goes_away_cancels_its_command(frame: Frame) -> None:
    client = subprocess.Popen(frame.ssh_words("hang"), stdin=subprocess.DEVNULL)
    assert frame.commands.started.wait(PATIENCE)
    client.kill()
    client.wait(PATIENCE)
    assert frame.commands.cancelled.wait(PATIENCE)
    assert frame.ssh("echo", "alive").stdout == b"you said alive\n"


def test_a_file_comes_through_standard_output_byte_for_byte(frame: Frame) -> None:
    assert frame.ssh("picture").stdout == PICTURE
    assert frame.ssh("picture --output -").stdout == PICTURE


def test_a_file_goes_in_through_standard_input(frame: Frame) -> None:
    assert json.loads(frame.ssh("measure -", input=PICTURE).stdout) == {"bytes": len(PICTURE)}
    assert not list((frame.home / "state").glob(".incoming*")), "nothing of it stays behind"


def test_no_file_of_the_frame_can_be_named(frame: Frame) -> None:
    done = frame.ssh("measure", "/etc/hostname")
    assert done.returncode == 66
    assert b"standard input" in done.stderr


def test_a_secret_is_one_line_of_standard_input(frame: Frame) -> None:
    assert frame.ssh("secret set immich", input=b"s3cret\nmore").stdout == b"kept immich\n"
    assert frame.commands.secrets == ["s3cret"]


def test_a_new_password_is_asked_for_until_it_was_typed_twice_alike(frame: Frame) -> None:
    person = frame.terminal("user", "add", "ada")
    for first, then in (("grüezi", "gruezi"), ("grüezi", "grüezi")):
        person.expect_exact("password (thought up now): ")
        person.send(f"{first}\r")
        person.expect_exact("the same once more: ")
        person.send(f"{then}\r")
        person.expect_exact("welcome ada" if first == then else "these were two different ones")
    assert frame.commands.secrets == ["grüezi"]
    assert frame.ssh("user add eve", input=b"only once\n").stdout == b"welcome eve\n"


def test_nobody_who_could_give_the_secret_is_no_secret(frame: Frame) -> None:
    done = frame.ssh("secret set immich")
    assert done.returncode != 0
    assert frame.commands.secrets == []


def test_what_is_dangerous_wants_a_yes_where_nobody_can_be_asked(frame: Frame) -> None:
    refused = frame.ssh("erase")
    assert refused.returncode == 64
    assert b"--yes" in refused.stderr
    assert frame.commands.done == []
    assert frame.ssh("erase albums --yes").stdout == b"erased\n"
    assert frame.commands.done == ["albums"]


def test_commands_come_line_by_line_where_there_is_no_terminal(frame: Frame) -> None:
    script = b"# a script\necho one\n\necho 'two three' --json\nfail setting\n"
    done = frame.ssh(input=script)
    assert done.stdout == b'you said one\n{\n  "said": "two three"\n}\n'
    assert done.stderr == b"artframe: bad\n"
    assert done.returncode == 78, "the status of the last command"
    assert frame.ssh(input=b"fail setting\nexit\necho no\n").stdout == b""


def test_another_subsystem_than_sftp_is_refused(frame: Frame) -> None:
    assert frame.ssh("-s", "netconf").returncode != 0


# ---- with a terminal


def test_a_secret_is_asked_for_without_an_echo(frame: Frame) -> None:
    person = frame.terminal("secret", "set", "immich")
    person.expect_exact("value (the secret): ")
    person.send("s3cretx\x7f\r")
    person.expect_exact("kept immich")
    assert "s3cret" not in str(person.before)
    assert frame.commands.secrets == ["s3cret"]


def test_what_is_dangerous_is_asked(frame: Frame) -> None:
    for answer, outcome in (("n", "not confirmed"), ("y", "erased")):
        person = frame.terminal("erase")
        person.expect_exact("[y/N] ")
        person.sendline(answer)
        person.expect_exact(outcome)
        person.wait()
    assert frame.commands.done == ["all"]


def test_ctrl_c_cancels_and_progress_is_shown_on_a_terminal(frame: Frame) -> None:
    person = frame.terminal("hang")
    person.expect_exact("0/10 hanging about")
    person.send("\x03")
    assert frame.commands.cancelled.wait(PATIENCE)
    person.wait()
    assert person.exitstatus == 130


def test_a_photos_name_is_no_order_to_the_terminal(frame: Frame) -> None:
    person = frame.terminal("fetch")
    person.expect_exact("0/2 a\\u001b]0;owned\\u0007\\u001b[2J .jpg")
    person.expect_exact("fetched")


def test_a_line_that_is_endless_is_refused_before_it_is_read(frame: Frame) -> None:
    done = frame.ssh("echo", "a." * 10_000)
    assert (done.returncode, b"at most" in done.stderr) == (64, True)
    done = frame.ssh("-T", input=b"echo one\n" + b"x" * 100_000 + b"\necho two\n")
    assert done.stdout == b"you said one\n"
    assert b"longer than" in done.stderr
    assert done.returncode == 64


def test_a_picture_does_not_spoil_a_terminal(frame: Frame) -> None:
    person = frame.terminal("picture")
    person.expect_exact("would only disturb the terminal")
    person.wait()
    assert person.exitstatus == 1
    person = frame.terminal("note")
    person.expect_exact("a note")


def test_a_slow_reader_holds_up_nobody_else(frame: Frame) -> None:
    client = subprocess.Popen(
        frame.ssh_words("tail", "--count", "2000000"), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    assert client.stdout is not None
    client.stdout.readline()
    assert frame.ssh("echo", "quick").stdout == b"you said quick\n"
    assert not frame.commands.started.is_set(), "it waits for its reader"
    client.kill()
    client.wait(PATIENCE)
    client.stdout.close()
    eventually(frame.commands.cancelled.is_set, "the command is cancelled")
