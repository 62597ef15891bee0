"""A program that calls the frame with a token, and commands that the toys have not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from artframe.config.problem import ConfigProblem, ConfigRefused, ConflictError, UnknownFile
from artframe.core.commands import Effect, command
from artframe.core.exchange import Upload
from artframe.errors import AuthFailed, Cancelled, CommandError, ConfigError, NotReady, NotThere
from tests.interfaces.web.site import Reply, Site

SECRET = "hunter2-never-shown"


class More:
    """Commands that the toys have not."""

    @command("add", effect=Effect.CHANGES)
    def add(self, one: int, other: float = 0.5, *, times: int = 1) -> float:
        """Add."""
        return (one + other) * times

    @command("replace", effect=Effect.DANGEROUS)
    def replace(self, file: Annotated[Upload, "what is to come"]) -> int:
        """Replace everything."""
        return file.path.stat().st_size

    @command("restore", effect=Effect.DANGEROUS)
    async def restore(self) -> None:
        """Take a long time for what not everybody may do."""
        await asyncio.Event().wait()

    @command("tell")
    async def tell(self) -> AsyncIterator[int]:
        """Tell for ever."""
        while True:
            for number in range(100):
                yield number
            await asyncio.sleep(0)

    @command("raise")
    def fail(self, how: str) -> None:
        """Fail in a certain way."""
        problem = ConfigProblem(file="frame.json", what="is wrong", line=3, path="web.port")
        raise {
            "setting": ConfigRefused("frame.json", [problem]),
            "conflict": ConflictError("frame.json", ours=SECRET, theirs=SECRET),
            "file": UnknownFile("there is no such file"),
            "later": NotReady("the server is busy", retry_after=7.2),
            "cannot": CommandError("there is no photo"),
            "config": ConfigError("bad"),
            "key": AuthFailed("the server refuses the key"),
            "cancelled": Cancelled(),
            "usage": CommandError("that is no command", exit_code=64),
            "photo": NotThere("there is no such photo"),
        }.get(how, ZeroDivisionError())


class Api:
    def __init__(self, site: Site, scope: str = "full") -> None:
        self.site = site
        self.token = {"Authorization": f"Bearer {site.token(scope)}"}

    def get(self, path: str, **headers: str) -> Reply:
        return self.site.ask("GET", f"/api/{path}", None, {**self.token, **headers})

    def post(self, path: str, arguments: Any = None, **headers: str) -> Reply:
        body = (
            arguments
            if isinstance(arguments, bytes)
            else json.dumps(arguments).encode()
            if arguments is not None
            else b""
        )
        sent = {"Content-Type": "application/json", **self.token, **headers}
        return self.site.ask("POST", f"/api/{path}", body, sent)

    def head(self, method: str, path: str, *more: str) -> bytes:
        words = [f"{method} /api/{path} HTTP/1.1", "Host: localhost", f"Authorization: {self.token['Authorization']}"]
        return "\r\n".join([*words, *more, "", ""]).encode()
