"""The real socket between the real command line and a registry on a real loop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from artframe.core.calling import Caller
from artframe.core.clock import SystemClock
from artframe.core.commands import CommandRegistry
from artframe.core.events import EventBus
from artframe.interfaces.cli import NotRunning, Replies, ask, connect, converse, show
from artframe.interfaces.control import ControlSocket
from artframe.interfaces.runner import Runner
from artframe.interfaces.socket_path import socket_address
from tests.frame.running import PATIENCE
from tests.interfaces.control.calls import last, request
from tests.interfaces.serving import Toys, served


def test_a_command_is_answered_with_its_result_and_a_text(frame: Path) -> None:
    assert last(frame, "echo", "hello", "--loud") == {"result": {"said": "HELLO"}, "text": "you said HELLO"}


def test_what_others_make_while_the_socket_opens_has_the_usual_rights(home: Path, toys: Toys) -> None:
    """A process has one umask: a folder that is made meanwhile could not be entered any more."""
    modes: set[int] = set()

    async def live() -> None:
        caller = Caller(asyncio.get_running_loop())
        runner = Runner(CommandRegistry(), caller, SystemClock(), EventBus())
        control = ControlSocket(home, runner, caller)
        opening = asyncio.ensure_future(control.start())
        number = 0
        while not opening.done():
            folder = home / f"photos {number}"
            folder.mkdir()
            modes.add(stat.S_IMODE(folder.stat().st_mode))
            number += 1
            await asyncio.sleep(0)
        await opening
        await control.stop()
        caller.close()

    before = os.umask(0o022)
    try:
        asyncio.run(live())
    finally:
        os.umask(before)
    assert modes == {0o755}


def test_only_the_owner_may_talk_to_the_frame(frame: Path) -> None:
    assert stat.S_IMODE((frame / "state" / "control.sock").stat().st_mode) == 0o600


def test_progress_arrives_before_the_result(frame: Path) -> None:
    answers = list(ask(frame, ["count", "to", "3"]))
    assert answers[-1]["result"] == 3
    assert answers[-2]["progress"] == {
        "done": 3,
        "total": 3,
        "message": "counting",
        "phrases": {},
        "bytes": 0,
        "moving": None,
    }


@pytest.mark.parametrize(("how", "code"), [("world", 75), ("key", 77), ("setting", 78), ("bug", 1)])
def test_the_exit_code_says_who_must_act(frame: Path, how: str, code: int) -> None:
    assert last(frame, "fail", how)["error"]["exit_code"] == code


@pytest.mark.parametrize("what", ["text", "result"])
def test_an_answer_that_cannot_be_given_is_a_bug_of_ours_and_logged(
    frame: Path, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    error = last(frame, "garble", what)["error"]
    assert (error["kind"], error["exit_code"]) == ("CommandBug", 1)
    assert "bug" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("echo",), ("echo", "a", "--tune", "b"), ("count", "to", "many")],
    ids=["unknown command", "missing argument", "unknown option", "not a number"],
)
def test_words_that_make_no_command_are_the_callers_mistake(frame: Path, words: tuple[str, ...]) -> None:
    assert last(frame, *words)["error"]["exit_code"] == 64


def test_a_mistyped_command_is_told_what_was_meant(frame: Path) -> None:
    assert "did you mean: echo" in last(frame, "ecko")["error"]["hint"]


def test_help_lists_commands_and_explains_one(frame: Path) -> None:
    assert "count to <number>" in last(frame, "help")["help"]
    assert "what to say" in last(frame, "echo", "--help")["help"]
    assert "count to <number>" in last(frame, "count")["help"]


def test_a_caller_that_goes_away_cancels_its_command(frame: Path, toys: Toys) -> None:
    channel = socket.socket(socket.AF_UNIX)
    handle = os.open(frame / "state", os.O_RDONLY)
    channel.connect(f"/proc/self/fd/{handle}/control.sock")
    channel.sendall(json.dumps({"words": ["hang"]}).encode() + b"\n")
    assert toys.started.wait(60)
    channel.close()
    os.close(handle)
    assert toys.cancelled.wait(60)
    assert last(frame, "echo", "still there")["result"] == {"said": "still there"}


def test_nonsense_on_the_socket_harms_nobody(frame: Path) -> None:
    for rubbish in (b"\n", b"{}\n", b"[1]\n", b"\xff\xfe\n", b'{"words": 3}\n', b""):
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as channel:
            handle = os.open(frame / "state", os.O_RDONLY)
            channel.connect(f"/proc/self/fd/{handle}/control.sock")
            os.close(handle)
            channel.sendall(rubbish)
            channel.shutdown(socket.SHUT_WR)
            assert b'"exit_code": 64' in channel.makefile("rb").read()
    assert last(frame, "echo", "fine")["result"] == {"said": "fine"}


def test_without_a_frame_the_caller_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(NotRunning):
        list(ask(tmp_path, ["status"]))
    (tmp_path / "state").mkdir()
    with pytest.raises(NotRunning):
        list(ask(tmp_path, ["status"]))


def test_a_frame_that_dies_in_the_middle_of_an_answer_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").mkdir()
    listener = socket.socket(socket.AF_UNIX)
    with socket_address(tmp_path) as address:
        listener.bind(address)
    listener.listen()

    def die(answer: bytes) -> None:
        channel, _ = listener.accept()
        # Closed with the request unread, the connection is reset: what a killed process leaves.
        channel.sendall(answer)
        channel.close()

    for answer in (b"", b'{"result": {"photos"'):
        dying = threading.Thread(target=die, args=(answer,))
        dying.start()
        assert show(ask(tmp_path, ["status", "x" * 300_000]), as_json=False) == 69
        dying.join(60)
        assert "the frame ended while it worked on this" in capsys.readouterr().err
    listener.close()


def test_results_go_to_standard_output_and_errors_to_standard_error(
    frame: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(ask(frame, ["echo", "hi"]), as_json=False) == 0
    assert show(ask(frame, ["echo", "hi"]), as_json=True) == 0
    assert show(ask(frame, ["fail", "key"]), as_json=False) == 77
    printed = capsys.readouterr()
    assert printed.out == 'you said hi\n{\n  "said": "hi"\n}\n'
    assert printed.err == "artframe: no key\n"


def test_a_dangerous_command_does_nothing_before_somebody_says_yes(frame: Path, toys: Toys) -> None:
    error = last(frame, "wipe", "attic")["error"]
    assert (error["exit_code"], error["kind"]) == (64, "ConfirmationNeeded")
    assert "--yes" in error["hint"]
    asked: list[dict[str, Any]] = []

    def answer(confirmed: Any) -> Replies:
        def reply(wanted: dict[str, Any]) -> list[bytes]:
            asked.append(wanted)
            return [json.dumps({"confirmed": confirmed}).encode() + b"\n"]

        return reply

    for no in (False, "yes", None):
        *_, end = converse(connect(frame), request("wipe", "attic", can=("confirm",)), answer(no))
        assert end["error"]["message"] == "not confirmed, so nothing was done"
    assert toys.wiped == []
    *_, end = converse(connect(frame), request("wipe", "attic", can=("confirm",)), answer(True))
    assert end["result"] == "attic"
    assert last(frame, "wipe", "family", "--yes")["result"] == "family"
    assert toys.wiped == ["attic", "family"]
    assert asked[0] == {"wanted": "confirm", "text": "'wipe' is not easily undone: Forget a thing for ever."}


def test_a_hidden_value_that_is_missing_is_asked_for(frame: Path, toys: Toys) -> None:
    def answer(value: str) -> Any:
        return lambda wanted: [json.dumps({"value": value}).encode() + b"\n"]

    *_, end = converse(connect(frame), request("login", "ada", can=("hidden",)), answer("grüezi"))
    assert end["result"] == {"user": "ada", "letters": 6}
    *_, end = converse(connect(frame), request("login", "ada", can=("hidden",)), answer(""))
    assert (end["error"]["exit_code"], toys.given) == (64, ["grüezi"])
    assert last(frame, "login", "ada")["error"]["exit_code"] == 64


@pytest.mark.parametrize(
    "words",
    [
        ("login", "ada", "wrong"),
        ("login", "ada", "pass", "s3cret"),
        ("login", "ada", "pass", "--s3cret"),
        ("login", "ada", "--s3cret"),
        ("pin", "s3cret"),
        ("pim", "ada", "s3cret"),
        ("logn", "ada", "s3cret"),
    ],
)
def test_no_error_repeats_a_hidden_value(frame: Path, words: tuple[str, ...]) -> None:
    error = last(frame, *words)["error"]
    assert "s3cret" not in json.dumps(error)


def test_nonsense_in_the_middle_of_a_conversation_harms_nobody(frame: Path) -> None:
    for rubbish in (b"\n", b"{}\n", b"[1]\n", b"[" * 100_000 + b"\n"):
        told = [rubbish]
        *_, end = converse(connect(frame), request("wipe", "attic", can=("confirm",)), lambda _, told=told: told)  # type: ignore[misc]
        assert end["error"]["exit_code"] == 64


def test_progress_is_left_out_for_a_caller_who_does_not_read(frame: Path, toys: Toys) -> None:
    with contextlib.closing(connect(frame)) as channel:
        channel.sendall(json.dumps(request("count", "to", "50000")).encode() + b"\n")
        assert toys.counted.wait(PATIENCE)
        # The loop does in order what it is asked: when it answers somebody else, all progress was mentioned.
        assert last(frame, "echo", "anything")["result"] == {"said": "anything"}
        lines = channel.makefile("rb").readlines()
    assert json.loads(lines[-1])["result"] == 50_000
    assert len(lines) < 40_000


def test_words_that_are_no_valid_text_come_and_go_as_they_are(frame: Path) -> None:
    assert last(frame, "echo", "caf\udce9")["result"] == {"said": "caf\udce9"}


def test_a_frame_that_ends_ends_what_runs_and_says_nothing_of_a_fault(
    home: Path, toys: Toys, caplog: pytest.LogCaptureFixture
) -> None:
    with served(home, toys):
        stream = ask(home, ["watch", "1", "-f"])
        assert next(stream)["item"]["number"] == 0
        assert toys.started.wait(60)
        toys.started.clear()
        hanging = connect(home)
        hanging.sendall(json.dumps(request("hang")).encode() + b"\n")
        assert toys.started.wait(60)
    assert list(stream) == []
    with hanging, hanging.makefile("rb") as rest:
        assert rest.read() == b""
    assert toys.cancelled.wait(60)
    assert not caplog.records
