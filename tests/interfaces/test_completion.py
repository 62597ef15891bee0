"""How a line may go on: asked directly, and in a real interactive bash."""

from __future__ import annotations

import contextlib
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from artframe.config.home import init_home
from artframe.core.commands import CommandRegistry
from artframe.interfaces.completion import candidates, expects_file
from tests.frame.running import PATIENCE, environment
from tests.interfaces.serving import Toys, served, typed


@pytest.fixture
def toys(tmp_path: Path) -> Toys:
    return Toys(tmp_path)


@pytest.fixture
def registry(toys: Toys) -> CommandRegistry:
    made = CommandRegistry()
    made.add_all(toys)
    made.suggest("thing", lambda: ("attic", "family", "two words"))
    return made


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("e|", ["echo"]),
        ("slow |", ["backup"]),
        ("help sl|", ["slow"]),
        ("help slow |", ["backup"]),
        ("he|", ["help"]),
        ("wipe |", ["attic", "family", "two words"]),
        ("wipe at|", ["attic"]),
        ("wipe attic |", ["--help", "--yes"]),
        ("wipe --|", ["--help", "--yes"]),
        ("wipe --yes --|", ["--help"]),
        ("wipe -- --|", []),
        ("watch --|", ["--follow", "--help", "--level"]),
        ("watch -f --|", ["--help", "--level"]),
        ("watch --level |", ["high", "low"]),
        ("watch -l h|", ["high"]),
        ("watch --level=h|", ["--level=high"]),
        ("watch --level h|", ["high"]),
        ("watch 3 --level low |", ["--follow", "--help"]),
        ("label family |", []),
        ("echo |", []),
        ("nonsense |", []),
    ],
)
def test_words_options_and_values_are_offered(registry: CommandRegistry, line: str, expected: list[str]) -> None:
    *words, current = line.removesuffix("|").split(" ")
    assert candidates(registry, words, current) == expected


def test_a_file_is_expected_where_a_command_takes_one(registry: CommandRegistry) -> None:
    assert expects_file(registry, ["take"], "no")
    assert not expects_file(registry, ["take", "notes"], "")
    assert not expects_file(registry, ["echo"], "")


# ---- bash itself


@pytest.fixture
def frame(tmp_path: Path, toys: Toys) -> Iterator[Path]:
    with served(tmp_path / "home", toys):
        yield tmp_path / "home"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with two files, and with artframe on the PATH."""
    folder = tmp_path / "desk"
    (folder / "a folder").mkdir(parents=True)
    (folder / "notes one.txt").touch()
    program = tmp_path / "bin" / "artframe"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m artframe "$@"\n')
    program.chmod(0o755)
    return folder


@contextlib.contextmanager
def bash_on(home: Path, desk: Path) -> Iterator[pexpect.spawn[str]]:
    """An interactive bash that has sourced the script."""
    child = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile"],
        env=environment(
            TERM="dumb",
            PATH=f"{desk.with_name('bin')}:/usr/bin:/bin",
            ARTFRAME_HOME=str(home),
            PS1="$ ",
            INPUTRC="/dev/null",
        ),
        cwd=str(desk),
        timeout=PATIENCE,
        encoding="utf-8",
        dimensions=(50, 200),
    )
    try:
        child.sendline("bind 'set enable-bracketed-paste off'; bind 'set show-all-if-ambiguous on'")
        child.sendline("source <(artframe completion bash); echo 'sour''ced'")
        child.expect_exact("sourced\r\n")
        yield child
    finally:
        child.close(force=True)


@pytest.fixture
def bash(frame: Path, desk: Path) -> Iterator[pexpect.spawn[str]]:
    with bash_on(frame, desk) as opened:
        yield opened


def completed(bash: pexpect.spawn[str], line: str) -> list[str]:
    """The words that bash would run after Tab."""
    bash.send(f"{line}\t")
    bash.send("\x01printf '<%s>' \x05; echo\r")
    bash.expect(r"\n<artframe>((?:<[^\n]*>)?)\r\n")
    assert isinstance(bash.match, re.Match)
    found = str(bash.match.group(1))
    return found.removeprefix("<").removesuffix(">").split("><") if found else []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("artframe wi", ["wipe"]),
        ("artframe sl", ["slow"]),
        ("artframe slow b", ["slow", "backup"]),
        ("artframe wipe fam", ["wipe", "family"]),
        ("artframe wipe tw", ["wipe", "two words"]),
        ("artframe wipe attic --y", ["wipe", "attic", "--yes"]),
        ("artframe watch --lev", ["watch", "--level"]),
        ("artframe watch --level=h", ["watch", "--level=high"]),
        ("artframe watch --level h", ["watch", "--level", "high"]),
        ("artframe --json wi", ["--json", "wipe"]),
        ("artframe take no", ["take", "notes one.txt"]),
        ("artframe take a", ["take", "a folder/"]),
        ("artframe picture --output no", ["picture", "--output", "notes one.txt"]),
        ("artframe ru", ["run"]),
        ("artframe run --hea", ["run", "--headless"]),
        ("artframe help sl", ["help", "slow"]),
        ("artframe compl", ["completion"]),
        ("artframe completion b", ["completion", "bash"]),
        ("artframe 'wi", ["wipe"]),
        ("artframe nonsense x", ["nonsense", "x"]),
    ],
)
def test_bash_completes(bash: pexpect.spawn[str], line: str, words: list[str]) -> None:
    assert completed(bash, line) == words


def test_bash_lists_what_may_follow(bash: pexpect.spawn[str]) -> None:
    bash.send("artframe wipe \t")
    bash.expect(r"attic\s+family\s+two")


def test_bash_completes_without_a_frame_and_without_a_word_of_error(tmp_path: Path, desk: Path) -> None:
    init_home(tmp_path / "quiet")
    (tmp_path / "quiet" / "config" / "plugins" / "grandma.json").write_text("{}")
    with bash_on(tmp_path / "quiet", desk) as bash:
        assert completed(bash, "artframe config che") == ["config", "check"]
        assert completed(bash, "artframe config edit gra") == ["config", "edit", "grandma"]
    with bash_on(tmp_path / "nowhere", desk) as bash:
        assert completed(bash, "artframe stat") == ["status"]


def test_the_script_knows_which_frame_is_meant(frame: Path, tmp_path: Path, desk: Path) -> None:
    with bash_on(tmp_path / "nowhere", desk) as bash:
        assert completed(bash, f"artframe --home {frame} wi") == ["--home", str(frame), "wipe"]


def test_only_bash_is_known(frame: Path) -> None:
    assert typed(frame, "completion", "fish").returncode == 64
