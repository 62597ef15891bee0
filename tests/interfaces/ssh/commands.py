"""Commands to be run over SSH, of every kind that there is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Annotated, Any

from artframe.core.commands import Effect, command
from artframe.core.exchange import Attachment, Chosen, Hidden, Short, Suggests, Upload
from artframe.core.task import Task
from artframe.errors import AuthFailed, ConfigError, NotReady

PICTURE = bytes(range(256)) * 1024


class Commands:
    def __init__(self) -> None:
        self.started = threading.Event()
        self.cancelled = threading.Event()
        self.done: list[str] = []
        self.secrets: list[str] = []

    @command("echo", render=lambda result: f"you said {result['said']}")
    def echo(self, text: Annotated[str, "what to say"], loud: bool = False) -> dict[str, str]:
        """Say it again."""
        return {"said": text.upper() if loud else text}

    @command("fail")
    def fail(self, how: str) -> None:
        """Fail."""
        kinds = {"world": NotReady("no server", "wait"), "key": AuthFailed("no key"), "setting": ConfigError("bad")}
        raise kinds.get(how, ZeroDivisionError())

    @command("check")
    def check(self) -> dict[str, Any]:
        """Find something."""
        return {"found": 1, "exit_code": 78}

    @command("hang")
    def hang(self, task: Task) -> None:
        """Work for ever."""
        self.started.set()
        try:
            task.plan(10, "hanging about")
            while not threading.Event().wait(0.005):
                task.check()
        finally:
            self.cancelled.set()

    @command("fetch", render=lambda result: "fetched")
    def fetch(self, task: Task) -> bool:
        """Say how far it is in the words of strangers."""
        task.plan(2, "a\x1b]0;owned\x07\x1b[2J\n.jpg")
        return True

    @command("tail", render=lambda item: f"line {item}")
    async def tail(self, *, follow: Annotated[bool, "go on", Short("f")] = False, count: int = 3) -> AsyncIterator[int]:
        """Show lines as they come."""
        self.cancelled.clear()
        try:
            for number in range(count):
                yield number
            self.started.set()
            if follow:
                await asyncio.Event().wait()
        finally:
            self.cancelled.set()

    @command("picture")
    def picture(self) -> Attachment:
        """Answer with a file."""
        return Attachment(name="picture.jpg", media_type="image/jpeg", content=PICTURE)

    @command("note")
    def note(self) -> Attachment:
        """Answer with a text."""
        return Attachment(name="note.txt", media_type="text/plain", content=b"a note\n")

    @command("measure", effect=Effect.CHANGES)
    def measure(self, file: Annotated[Upload, "what to measure"]) -> dict[str, int]:
        """Take in a file."""
        return {"bytes": len(file.read(1 << 30))}

    @command("secret set", effect=Effect.CHANGES, render=lambda result: f"kept {result['name']}")
    def secret(self, name: str, value: Annotated[str, "the secret", Hidden]) -> dict[str, str]:
        """Keep a secret."""
        self.secrets.append(value)
        return {"name": name}

    @command("user add", effect=Effect.CHANGES, render=lambda result: f"welcome {result['name']}")
    def add_user(self, name: str, password: Annotated[str, "thought up now", Hidden, Chosen]) -> dict[str, str]:
        """Take somebody in."""
        self.secrets.append(password)
        return {"name": name}

    @command("erase", effect=Effect.DANGEROUS, render=lambda result: "erased")
    def erase(self, what: Annotated[str, "what", Suggests("thing")] = "all") -> dict[str, str]:
        """Erase everything."""
        self.done.append(what)
        return {"erased": what}
