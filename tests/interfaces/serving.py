"""Toy commands of every kind behind a real control socket, and the real command line in front of it."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import pexpect

from artframe.core.calling import Caller
from artframe.core.clock import SystemClock
from artframe.core.commands import CommandRegistry, Effect, command
from artframe.core.events import EventBus
from artframe.core.exchange import Attachment, Chosen, Hidden, Short, Suggests, Upload
from artframe.core.task import Task
from artframe.errors import AuthFailed, CommandError, ConfigError, NotReady
from artframe.interfaces.control import ControlSocket
from artframe.interfaces.runner import Runner
from tests.frame.running import PATIENCE, environment

LARGE = 24 << 20


class Toys:
    """One command of every kind; ``folder`` is where their files are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.counted = threading.Event()
        self.made = threading.Event()
        self.cancelled = threading.Event()
        self.wiped: list[str] = []
        self.given: list[Any] = []

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
        self.counted.set()
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

    @command("garble", render=lambda result: result["no such key"])
    def garble(self, what: Literal["text", "result"]) -> Any:
        """Answer with what has no text, or with what is no JSON."""
        return {} if what == "text" else {"no such key": "a text", "folder": self.folder}

    @command("watch", render=lambda item: f"number {item['number']}")
    async def watch(
        self,
        count: Annotated[int, "how many"] = 3,
        *,
        follow: Annotated[bool, "and go on for ever", Short("f")] = False,
        level: Annotated[Literal["low", "high"], "100% of them, or less", Short("l")] = "low",
    ) -> AsyncIterator[dict[str, Any]]:
        """Tell numbers."""
        try:
            for number in range(count):
                yield {"number": number, "level": level}
            if level == "high":
                raise CommandError("too high", "go down")
            self.started.set()
            if follow:
                await asyncio.Event().wait()
        finally:
            self.cancelled.set()

    @command("flood")
    async def flood(self) -> AsyncIterator[str]:
        """Tell more than anybody reads."""
        while True:
            self.given.append(None)
            yield "x" * 10_000

    @command("picture")
    def picture(self, name: str = "picture.jpg") -> Attachment:
        """Give a small file."""
        return Attachment(name=name, media_type="image/jpeg", content=b"\xff\xd8 not quite\n")

    @command("backup")
    def backup(self, megabytes: int = LARGE >> 20) -> Attachment:
        """Give a large file, made for this."""
        path = self.folder / "temporary.tar"
        with path.open("wb") as file:
            file.truncate(megabytes << 20)
        return Attachment(name="backup.tar", media_type="application/x-tar", path=path, temporary=True)

    @command("slow backup")
    def slow_backup(self) -> Attachment:
        """Give a file when the test says so, whether somebody waits or not."""
        self.started.set()
        assert self.go_on.wait(PATIENCE)
        attachment = self.backup(1)
        self.made.set()
        return attachment

    @command("lost")
    def lost(self) -> Attachment:
        """Give a file that is not there."""
        return Attachment(name="lost", media_type="text/plain", path=self.folder / "lost")

    @command("take")
    def take(self, file: Annotated[Upload, "what to take"]) -> dict[str, Any]:
        """Take a file."""
        content = file.path.read_bytes()
        self.given.append(file.path)
        return {"name": file.name, "size": len(content), "text": content[:1000].decode(errors="replace")}

    @command("wipe", effect=Effect.DANGEROUS, render=lambda result: f"wiped {result}")
    def wipe(self, what: Annotated[str, "the thing", Suggests("thing")]) -> str:
        """Forget a thing for ever."""
        self.wiped.append(what)
        return what

    @command("login")
    def login(self, user: str, password: Annotated[str, "the password", Hidden]) -> dict[str, Any]:
        """Let somebody in."""
        if password == "wrong":
            raise AuthFailed("this is not the password")
        self.given.append(password)
        return {"user": user, "letters": len(password)}

    @command("join")
    def join(self, user: str, password: Annotated[str, "the password", Hidden, Chosen]) -> dict[str, Any]:
        """Take somebody in, with a password that is thought up now."""
        self.given.append(password)
        return {"user": user, "letters": len(password)}

    @command("pin")
    def pin(self, number: Annotated[int, "four digits", Hidden]) -> int:
        """Take a number that nobody may see."""
        return len(str(number))

    @command("label")
    def label(self, thing: Annotated[str, "the thing", Suggests("thing")], words: tuple[str, ...] = ()) -> list[str]:
        """Give a thing any number of labels."""
        return [thing, *words]


@contextlib.contextmanager
def served(home: Path, toys: object) -> Iterator[CommandRegistry]:
    """A control socket on the home, with the toys behind it, on a loop of its own."""
    registry = CommandRegistry()
    registry.add_all(toys)
    registry.suggest("thing", lambda: ("attic", "family", "two words"))
    ready, stop = threading.Event(), threading.Event()
    (home / "state").mkdir(parents=True, exist_ok=True)

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
    assert ready.wait(60)
    try:
        yield registry
    finally:
        stop.set()
        thread.join(60)


def typed(
    home: Path, *words: str, stdin: bytes | None = b"", cwd: Path | None = None, **more: str
) -> subprocess.CompletedProcess[bytes]:
    """The command line without a terminal, as a script runs it."""
    return subprocess.run(
        command_line(home, words), capture_output=True, input=stdin, cwd=cwd, timeout=PATIENCE, env=environment(**more)
    )


@contextlib.contextmanager
def terminal(home: Path, *words: str, cwd: Path | None = None, **more: str) -> Iterator[pexpect.spawn[str]]:
    """The command line on a terminal, as a person sees it."""
    program, *arguments = command_line(home, words)
    child = pexpect.spawn(
        program,
        arguments,
        env=environment(TERM="xterm", **more),
        cwd=str(cwd or home),
        timeout=PATIENCE,
        encoding="utf-8",
        dimensions=(24, 120),
    )
    try:
        yield child
    finally:
        child.close(force=True)


def ended(child: pexpect.spawn[str]) -> int:
    """Wait until the child has ended; returns its exit code, or minus the signal that ended it."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus if child.exitstatus is not None else -(child.signalstatus or 0)


def command_line(home: Path, words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "artframe", "--home", str(home), *words]
