"""The real socket between the real command line and a registry on a real loop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest

from artframe.core.calling import Caller
from artframe.core.clock import SystemClock
from artframe.core.commands import CommandRegistry, command
from artframe.core.events import EventBus
from artframe.core.task import Task
from artframe.errors import AuthFailed, ConfigError, NotReady
from artframe.interfaces.cli import NotRunning, ask, show
from artframe.interfaces.control import ControlSocket
from artframe.interfaces.runner import Runner
from artframe.interfaces.socket_path import socket_address


class Commands:
    def __init__(self) -> None:
        self.started = threading.Event()
        self.cancelled = threading.Event()

    @command("echo", render=lambda result: f"you said {result['said']}")
    def echo(self, text: Annotated[str, "what to say"], loud: bool = False) -> dict[str, str]:
        """Say it again."""
        return {"said": text.upper() if loud else text}

    @command("count to")
    async def count(self, number: int, task: Task) -> int:
        """Count."""
        task.plan(number)
        for _ in range(number):
            task.step(message="counting")
        return number

    @command("hang")
    def hang(self, task: Task) -> None:
        """Work for ever."""
        self.started.set()
        try:
            while not threading.Event().wait(0.005):
                task.check()
        finally:
            self.cancelled.set()

    @command("fail")
    def fail(self, how: str) -> None:
        """Fail."""
        raise {"world": NotReady("no server"), "key": AuthFailed("no key"), "setting": ConfigError("bad")}.get(
            how, ZeroDivisionError()
        )


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture(params=["home", "h" * 180], ids=["a short home", "a home longer than a socket address"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / str(request.param)
    (folder / "state").mkdir(parents=True)
    return folder


@pytest.fixture
def frame(home: Path, commands: Commands) -> Iterator[Path]:
    registry = CommandRegistry()
    registry.add_all(commands)
    ready, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        caller = Caller(asyncio.get_running_loop())
        control = ControlSocket(home, Runner(registry, caller, SystemClock(), EventBus()), caller)
        await control.start()
        ready.set()
        await asyncio.to_thread(stop.wait)
        await control.stop()
        caller.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    yield home
    stop.set()
    thread.join(10)


def last(home: Path, *words: str) -> dict[str, Any]:
    *_, answer = ask(home, words)
    return answer


def test_a_command_is_answered_with_its_result_and_a_text(frame: Path) -> None:
    assert last(frame, "echo", "hello", "--loud") == {"result": {"said": "HELLO"}, "text": "you said HELLO"}


def test_only_the_owner_may_talk_to_the_frame(frame: Path) -> None:
    assert stat.S_IMODE((frame / "state" / "control.sock").stat().st_mode) == 0o600


def test_progress_arrives_before_the_result(frame: Path) -> None:
    answers = list(ask(frame, ["count", "to", "3"]))
    assert answers[-1]["result"] == 3
    assert answers[-2]["progress"] == {"done": 3, "total": 3, "message": "counting"}


@pytest.mark.parametrize(("how", "code"), [("world", 75), ("key", 77), ("setting", 78), ("bug", 1)])
def test_the_exit_code_says_who_must_act(frame: Path, how: str, code: int) -> None:
    assert last(frame, "fail", how)["error"]["exit_code"] == code


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


def test_a_caller_that_goes_away_cancels_its_command(frame: Path, commands: Commands) -> None:
    channel = socket.socket(socket.AF_UNIX)
    handle = os.open(frame / "state", os.O_RDONLY)
    channel.connect(f"/proc/self/fd/{handle}/control.sock")
    channel.sendall(json.dumps({"words": ["hang"]}).encode() + b"\n")
    assert commands.started.wait(10)
    channel.close()
    os.close(handle)
    assert commands.cancelled.wait(10)
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
        dying.join(10)
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
