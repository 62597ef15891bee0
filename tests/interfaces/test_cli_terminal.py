"""The command line in front of the real socket, as a person at a terminal and as a script sees it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.config.home import init_home
from tests.frame.running import PATIENCE, environment
from tests.interfaces.serving import Toys, command_line, ended, served, terminal, typed


@pytest.fixture
def toys(tmp_path: Path) -> Toys:
    return Toys(tmp_path)


@pytest.fixture
def frame(tmp_path: Path, toys: Toys) -> Iterator[Path]:
    with served(tmp_path / "home", toys):
        yield tmp_path / "home"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The folder where the person is."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


# ---- questions


@pytest.mark.parametrize(("answer", "wiped"), [("y", True), ("YES", True), ("n", False), ("", False), ("\x04", False)])
def test_what_is_dangerous_is_asked_for_on_a_terminal(frame: Path, toys: Toys, answer: str, wiped: bool) -> None:
    with terminal(frame, "wipe", "attic") as person:
        person.expect_exact("'wipe' is not easily undone: Forget a thing for ever.\r\nGo on? [y/N] ")
        person.send(answer if answer == "\x04" else f"{answer}\r")
        person.expect_exact("wiped attic" if wiped else "not confirmed, so nothing was done")
        assert ended(person) == (0 if wiped else 1)
    assert toys.wiped == (["attic"] if wiped else [])


def test_a_script_is_told_to_say_yes(frame: Path, toys: Toys) -> None:
    refused = typed(frame, "wipe", "attic")
    assert (refused.returncode, b"--yes" in refused.stderr, toys.wiped) == (64, True, [])
    assert typed(frame, "wipe", "attic", "--yes").stdout == b"wiped attic\n"


def test_a_question_whose_answer_goes_elsewhere_is_not_asked(frame: Path, toys: Toys) -> None:
    line = " ".join(command_line(frame, ["wipe", "attic"]))
    for redirected in (f"echo y | {line}", f"{line} 2>&1 | cat"):
        with terminal(frame) as shell:
            shell.close(force=True)
        run = subprocess.run(["sh", "-c", redirected], capture_output=True, timeout=PATIENCE, env=environment())
        assert b"--yes" in run.stdout + run.stderr
    assert toys.wiped == []


def test_a_password_is_asked_for_and_does_not_show(frame: Path, toys: Toys) -> None:
    with terminal(frame, "login", "ada") as person:
        person.expect_exact("the password: ")
        person.sendline("grüezi")
        person.expect_exact('"letters": 6')
        assert "grüezi" not in f"{person.before}{person.after}"
        assert ended(person) == 0
    assert toys.given == ["grüezi"]


def test_a_new_password_is_asked_for_until_it_was_typed_twice_alike(frame: Path, toys: Toys) -> None:
    with terminal(frame, "join", "ada") as person:
        for typed_first, typed_then in (("grüezi mitenand", "grüezi mitenandd"), ("grüezi", "grüezi")):
            person.expect_exact("the password: ")
            person.sendline(typed_first)
            person.expect_exact("the same once more: ")
            person.sendline(typed_then)
            person.expect_exact('"letters": 6' if typed_first == typed_then else "these were two different ones")
        assert ended(person) == 0
    assert toys.given == ["grüezi"]


def test_a_new_password_comes_once_from_a_script(frame: Path, toys: Toys) -> None:
    assert typed(frame, "join", "ada", stdin=b"pass word\nmore\n").returncode == 0
    assert toys.given == ["pass word"]


def test_a_password_comes_from_standard_input_for_a_script(frame: Path, toys: Toys) -> None:
    assert typed(frame, "login", "ada", stdin=b"pass word\nmore\n").returncode == 0
    assert toys.given == ["pass word"]
    nothing = typed(frame, "login", "ada")
    assert (nothing.returncode, b"needs 'password'" in nothing.stderr) == (64, True)


def test_a_password_and_a_file_come_one_after_the_other(frame: Path, toys: Toys) -> None:
    # What is read for the one must not swallow the other; here the same input serves two commands.
    line = " ".join(command_line(frame, ["login", "ada"]))
    run = subprocess.run(["sh", "-c", line], input=b"first\n" + b"x" * 100_000, timeout=PATIENCE, env=environment())
    assert (run.returncode, toys.given) == (0, ["first"])


# ---- giving up


def test_ctrl_c_cancels_the_command(frame: Path, toys: Toys) -> None:
    with terminal(frame, "hang") as person:
        assert toys.started.wait(PATIENCE)
        person.sendintr()
        person.expect_exact("artframe: cancelled")
        assert ended(person) == 130
        assert "Traceback" not in (person.before or "")
    assert toys.cancelled.wait(PATIENCE)


def test_ctrl_c_at_a_question_does_nothing(frame: Path, toys: Toys) -> None:
    for words, question in ((("login", "ada"), "the password: "), (("wipe", "attic"), "[y/N] ")):
        with terminal(frame, *words) as person:
            person.expect_exact(question)
            person.sendintr()
            person.expect_exact("cancelled")
            assert ended(person) == 130
            assert "Traceback" not in (person.before or "")
    assert (toys.given, toys.wiped) == ([], [])


def test_ctrl_c_is_the_ordinary_end_of_a_stream(frame: Path, toys: Toys) -> None:
    with terminal(frame, "watch", "-f") as person:
        person.expect_exact("number 2\r\n")
        assert toys.started.wait(PATIENCE)
        person.sendintr()
        assert ended(person) == 130
        assert (person.before or "").strip() in ("", "^C")
    assert toys.cancelled.wait(PATIENCE)


def test_a_reader_who_has_seen_enough_ends_the_command_without_a_word(frame: Path, toys: Toys) -> None:
    line = " ".join(command_line(frame, ["watch", "1000000"]))
    run = subprocess.run(["sh", "-c", f"{line} | head -2"], capture_output=True, timeout=PATIENCE, env=environment())
    assert (run.stdout, run.stderr) == (b"number 0\nnumber 1\n", b"")
    assert toys.cancelled.wait(PATIENCE)


# ---- answers


def test_a_stream_is_one_json_document_a_line_for_scripts(frame: Path) -> None:
    run = typed(frame, "watch", "2", "--json", "--level=low")
    assert [json.loads(line) for line in run.stdout.splitlines()] == [
        {"number": 0, "level": "low"},
        {"number": 1, "level": "low"},
    ]
    failed = typed(frame, "watch", "1", "-l", "high")
    assert (failed.returncode, failed.stdout, failed.stderr) == (
        1,
        b"number 0\n",
        b"artframe: too high\n  go down\n",
    )


def test_nothing_a_stranger_named_moves_the_cursor(frame: Path) -> None:
    assert typed(frame, "echo", "\x1b[2Jx\x9b\ty").stdout.decode() == "you said \\u001b[2Jx\\u009b\ty\n"
    assert json.loads(typed(frame, "echo", "\x1b\x9b", "--json").stdout) == {"said": "\x1b\x9b"}


def test_words_that_are_no_valid_text_are_answered(frame: Path) -> None:
    assert typed(frame, "echo", os.fsdecode(b"caf\xe9")).stdout == b"you said caf\\udce9\n"


def test_options_of_the_command_line_stand_anywhere_before_two_dashes(frame: Path) -> None:
    assert typed(frame, "--json", "echo", "x").stdout == typed(frame, "echo", "x", "--json").stdout
    assert typed(frame, "echo", "--", "--json").stdout == b"you said --json\n"
    assert typed(frame, "label", "attic", "a", "--", "--home", "-x").stdout.split() == [
        b"[", b'"attic",', b'"a",', b'"--home",', b'"-x"', b"]",
    ]  # fmt: skip


# ---- files


def test_a_file_goes_to_the_current_folder_and_replaces_none(frame: Path, desk: Path) -> None:
    with terminal(frame, "picture", cwd=desk) as person:
        person.expect_exact("picture.jpg: 13 bytes")
        assert ended(person) == 0
    assert (desk / "picture.jpg").read_bytes() == b"\xff\xd8 not quite\n"
    assert stat.S_IMODE((desk / "picture.jpg").stat().st_mode) == 0o600
    (desk / "picture.jpg").write_text("mine")
    with terminal(frame, "picture", cwd=desk) as person:
        person.expect_exact("picture.jpg is there already and was not replaced")
        person.expect_exact("--output FILE")
        assert ended(person) == 73
    assert (desk / "picture.jpg").read_text() == "mine"


def test_a_file_goes_where_the_person_says(frame: Path, desk: Path) -> None:
    (desk / "old").write_text("old")
    (desk / "old").chmod(0o644)
    (desk / "link").symlink_to("old")
    for name in ("new", "link"):
        run = typed(frame, "picture", f"--output={name}", cwd=desk)
        assert (run.returncode, run.stdout) == (0, f"{name}: 13 bytes\n".encode())
    assert (desk / "new").read_bytes() == (desk / "old").read_bytes() == b"\xff\xd8 not quite\n"
    assert stat.S_IMODE((desk / "old").stat().st_mode) == 0o644
    assert sorted(path.name for path in desk.iterdir()) == ["link", "new", "old"]


def test_a_file_goes_to_standard_output_where_that_is_no_terminal(frame: Path, desk: Path) -> None:
    assert typed(frame, "picture", cwd=desk).stdout == b"\xff\xd8 not quite\n"
    assert typed(frame, "picture", "--output", "-", "--json", cwd=desk).stdout == b"\xff\xd8 not quite\n"
    told = json.loads(typed(frame, "picture", "--json", cwd=desk).stdout)
    assert told == {"name": "picture.jpg", "media_type": "image/jpeg", "size": 13, "file": "picture.jpg"}
    assert (desk / "picture.jpg").exists()


@pytest.mark.parametrize(
    ("name", "safe"), [("../../evil", "evil"), ("/etc/passwd", "passwd"), (".profile", "profile"), ("..", "answer")]
)
def test_no_name_leads_out_of_the_current_folder(frame: Path, desk: Path, name: str, safe: str) -> None:
    assert json.loads(typed(frame, "picture", name, "--json", cwd=desk).stdout)["file"] == safe
    assert [path.name for path in desk.iterdir()] == [safe]


@pytest.mark.parametrize("output", ["/dev/full", "nowhere/x", "."])
def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(
    frame: Path, toys: Toys, desk: Path, output: str
) -> None:
    run = typed(frame, "backup", "2", "--output", output, cwd=desk)
    assert (run.returncode, b"cannot be written" in run.stderr) == (73, True)
    assert b"Traceback" not in run.stderr
    assert not list(desk.iterdir())


def test_a_large_file_is_never_in_memory_as_a_whole(frame: Path, desk: Path) -> None:
    line = " ".join(command_line(frame, ["backup", "400", "--output", "large"]))
    limited = f"ulimit -v 200000; {line}"
    run = subprocess.run(["sh", "-c", limited], capture_output=True, cwd=desk, timeout=PATIENCE, env=environment())
    assert (run.returncode, run.stderr) == (0, b"")
    assert (desk / "large").stat().st_size == 400 << 20


def test_output_for_what_is_no_file_is_told_to_be_of_no_use(frame: Path, desk: Path) -> None:
    run = typed(frame, "echo", "x", "--output", "y", cwd=desk)
    assert (run.stdout, b"--output was not used" in run.stderr) == (b"you said x\n", True)
    assert not list(desk.iterdir())


def test_a_file_is_given_by_name_or_through_standard_input(frame: Path, toys: Toys, desk: Path) -> None:
    (desk / "notes.txt").write_text("by name")
    assert json.loads(typed(frame, "take", "notes.txt", cwd=desk).stdout)["text"] == "by name"
    piped = json.loads(typed(frame, "take", "-", stdin=b"piped" * 50_000).stdout)
    assert piped["size"] == 250_000
    missing = typed(frame, "take", "notes", cwd=desk)
    assert (missing.returncode, b"No such file" in missing.stderr) == (66, True)


# ---- help


def test_help_shows_every_kind_of_parameter(frame: Path) -> None:
    overview = typed(frame, "help").stdout.decode()
    assert "login <user> [password]" in overview
    assert "label <thing> [words...]" in overview
    assert "run                 start the frame" in overview
    assert "100% of them, or less" in typed(frame, "watch", "--help").stdout.decode()
    assert "-f, --follow" in typed(frame, "help", "watch").stdout.decode()
    assert "the password; asked for where it is not given" in typed(frame, "login", "-h").stdout.decode()
    assert "what to take; a file; - is standard input" in typed(frame, "take", "--help").stdout.decode()
    assert "--output FILE" in typed(frame, "help", "picture").stdout.decode()
    assert "--yes" in typed(frame, "help", "wipe").stdout.decode()


# ---- without a frame


@pytest.fixture
def home(tmp_path: Path) -> Path:
    init_home(tmp_path / "home")
    return tmp_path / "home"


def test_without_a_frame_commands_take_files_all_the_same(home: Path, desk: Path) -> None:
    (desk / "frame.json").write_text('{"name": "Hall"}')
    assert typed(home, "config", "write", "frame", "frame.json", cwd=desk).returncode == 0
    assert json.loads((home / "config" / "frame.json").read_text()) == {"name": "Hall"}
    assert typed(home, "config", "write", "frame", "-", stdin=b'{"name": "Kitchen"}').returncode == 0
    assert json.loads((home / "config" / "frame.json").read_text()) == {"name": "Kitchen"}
    refused = typed(home, "config", "write", "frame", "-", stdin=b'{"nam": "Kitchen"}')
    assert (refused.returncode, b"frame.json:1:2" in refused.stderr) == (78, True)
    assert typed(home, "config", "write", "frame", "nowhere").returncode == 66
    assert not list((home / "state").glob(".incoming-*"))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("confg check", 64, b"did you mean: config check"),
        ("config chck", 64, b"did you mean: config check"),
        ("config check --what", 64, b"usage: artframe config check"),
        ("photo next", 69, b"'photo next' needs one"),
        ("plugin list", 69, b"'plugin list' needs one"),
        ("family albums", 69, b"'family albums' needs one"),
        ("help photo next", 69, b"needs one"),
    ],
)
def test_without_a_frame_words_are_told_apart(home: Path, words: str, code: int, told: bytes) -> None:
    (home / "config" / "plugins" / "family.json").write_text("{}")
    run = typed(home, *words.split())
    assert (run.returncode, told in run.stderr) == (code, True), run


def test_without_a_frame_help_says_so(home: Path) -> None:
    text = typed(home).stdout.decode()
    assert "no frame runs on" in text
    assert "config check" in text
    assert "usage: artframe config check" in typed(home, "help", "config", "check").stdout.decode()


def test_asking_a_frame_loads_next_to_nothing() -> None:
    heavy = ("asyncio", "dataclasses", "getpass", "inspect", "subprocess", "tempfile", "artframe.config.store")
    code = f"import artframe.__main__, sys; print([name for name in {heavy!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=PATIENCE, env=environment())
    assert run.stdout == b"[]\n"


def test_without_a_frame_what_is_hidden_and_what_is_dangerous_is_asked_for_all_the_same(home: Path) -> None:
    with terminal(home, "secret", "set", "immich") as person:
        person.expect(r"\S.*: ")
        person.sendline("a key of Immich")
        person.expect_exact("stored")
        assert "a key of Immich" not in f"{person.before}{person.after}"
        assert ended(person) == 0
    assert json.loads((home / "config" / "secrets.json").read_text())["immich"] == "a key of Immich"
    family = home / "config" / "plugins" / "family.json"
    family.write_text('{"version": 1, "plugin": "immich", "enabled": false, "settings": {}}')
    refused = typed(home, "plugin", "remove", "family")
    assert (refused.returncode, b"--yes" in refused.stderr, family.exists()) == (64, True, True)
    with terminal(home, "plugin", "remove", "family") as person:
        person.expect_exact("Go on? [y/N] ")
        person.sendline("y")
        person.expect_exact("family is removed")
        assert ended(person) == 0
    assert not family.exists()
