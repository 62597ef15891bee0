"""Files come and go over the socket, and nothing of them stays behind."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from artframe.interfaces.cli import ask, connect, converse
from tests.frame.running import eventually
from tests.interfaces.control.calls import chunks, last, request
from tests.interfaces.serving import LARGE, Toys, served


def test_a_file_comes_after_its_name_type_and_size(frame: Path) -> None:
    answers = ask(frame, ["picture"])
    header = next(answers)
    assert header["attachment"] == {"name": "picture.jpg", "media_type": "image/jpeg", "size": 13}
    assert header["content"].read(100) == b"\xff\xd8 not quite\n"
    assert next(answers) == {"result": header["attachment"], "text": None}


def test_a_large_file_arrives_whole_and_the_temporary_one_is_gone(frame: Path, toys: Toys) -> None:
    content = next(answers := ask(frame, ["backup"]))["content"]
    received = sum(len(piece) for piece in iter(lambda: content.read(1 << 20), b""))
    assert received == LARGE
    assert next(answers)["result"]["size"] == LARGE
    assert not (toys.folder / "temporary.tar").exists()


def test_who_does_not_read_a_file_gets_the_answer_behind_it(frame: Path) -> None:
    assert last(frame, "backup", "2")["result"]["size"] == 2 << 20


def test_a_temporary_file_is_gone_even_when_the_caller_leaves_in_the_middle(frame: Path, toys: Toys) -> None:
    answers = ask(frame, ["backup"])
    next(answers)["content"].read(10)
    assert (toys.folder / "temporary.tar").exists()
    answers.close()  # type: ignore[attr-defined]
    eventually(lambda: not (toys.folder / "temporary.tar").exists(), "the file is discarded")


def test_a_file_that_is_made_after_its_caller_has_gone_is_discarded(frame: Path, toys: Toys) -> None:
    with contextlib.closing(connect(frame)) as channel:
        channel.sendall(json.dumps(request("slow", "backup")).encode() + b"\n")
        assert toys.started.wait(60)
        channel.shutdown(socket.SHUT_WR)
        assert json.loads(channel.makefile("rb").readline())["error"]["exit_code"] == 130
    made = toys.folder / "temporary.tar"
    assert not made.exists()
    toys.go_on.set()
    assert toys.made.wait(60)
    eventually(lambda: not made.exists(), "it is discarded")


def test_a_file_that_is_not_there_is_an_error_and_nothing_else(frame: Path) -> None:
    assert "lost cannot be read" in last(frame, "lost")["error"]["message"]


def test_a_file_is_found_from_where_the_caller_is_and_stays_theirs(frame: Path, toys: Toys, tmp_path: Path) -> None:
    (tmp_path / "über.json").write_text("hello")
    *_, answer = converse(connect(frame), request("take", "über.json", cwd=tmp_path))
    assert answer["result"] == {"name": "über.json", "size": 5, "text": "hello"}
    assert toys.given == [tmp_path / "über.json"]
    assert (tmp_path / "über.json").read_text() == "hello"


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("missing", "No such file"),
        ("folder", "it is a folder"),
        ("pipe", "it is not an ordinary file"),
        ("relative", "in which folder"),
        ("/dev/stdin", "belongs to the caller alone"),
        ("/proc/self/fd/0", "belongs to the caller alone"),
        ("nul\0", "no name of a file"),
    ],
)
def test_what_is_no_file_is_refused_in_plain_words(frame: Path, tmp_path: Path, what: str, why: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    *_, answer = converse(connect(frame), request("take", what, cwd=None if what == "relative" else tmp_path))
    assert answer["error"]["exit_code"] == 66
    assert what in answer["error"]["message"]
    assert why in answer["error"]["message"]


def test_standard_input_is_kept_privately_and_removed_afterwards(frame: Path, toys: Toys) -> None:
    sent = chunks(b"a" * 70_000, b"\n\x00{}")
    *_, answer = converse(connect(frame), request("take", "-", can=("input",)), sent)
    assert (answer["result"]["name"], answer["result"]["size"]) == ("standard input", 70_004)
    assert not toys.given[0].exists()
    assert toys.given[0].parent == frame / "state"


def test_who_has_no_standard_input_is_told_to_name_a_file(frame: Path) -> None:
    assert last(frame, "take", "-")["error"]["exit_code"] == 66


def test_no_room_for_standard_input_is_told_like_every_full_disk(frame: Path) -> None:
    channel = connect(frame)
    shutil.rmtree(frame / "state")
    *_, answer = converse(channel, request("take", "-", can=("input",)), chunks(b"some"))
    assert (answer["error"]["kind"], answer["error"]["exit_code"]) == ("NotReady", 75)


def test_too_much_on_standard_input_is_refused(frame: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artframe.interfaces.intake.Intake.limit", 1000)
    *_, answer = converse(connect(frame), request("take", "-", can=("input",)), chunks(*[b"x" * 60_000] * 60))
    assert "larger than" in answer["error"]["message"]
    assert not list((frame / "state").glob(".incoming-*"))


def test_a_caller_who_leaves_while_sending_leaves_nothing_behind(frame: Path) -> None:
    with contextlib.closing(connect(frame)) as channel:
        channel.sendall(json.dumps(request("take", "-", can=("input",))).encode() + b"\n")
        channel.makefile("rb").readline()
        channel.sendall(b'{"bytes": 100}\n' + b"x" * 50)
        eventually(lambda: list((frame / "state").glob(".incoming-*")), "something is kept")
    eventually(lambda: not list((frame / "state").glob(".incoming-*")), "it is removed")


def test_what_a_crash_left_behind_is_removed_at_the_start(home: Path, toys: Toys) -> None:
    (home / "state" / ".incoming-x").write_text("half")
    with served(home, toys):
        assert not (home / "state" / ".incoming-x").exists()
