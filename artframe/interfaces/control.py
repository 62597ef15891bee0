"""How does another process ask the running frame? Over a Unix socket whose file mode is the authentication.

One connection is one command. The caller sends a JSON line ``{"words": [...]}``; the frame answers with JSON lines: any
number of ``{"progress": ...}``, then one of ``{"result": ..., "text": ...}``, ``{"help": ...}``, ``{"error": ...}``.
Closing the connection early cancels the command.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from pathlib import Path
from typing import Any

from artframe.core.calling import Caller
from artframe.core.task import Progress
from artframe.errors import ArtframeError, Cancelled, CommandError
from artframe.interfaces.arguments import HelpRequested, parse
from artframe.interfaces.exits import as_json
from artframe.interfaces.runner import OWNER, Runner
from artframe.interfaces.socket_path import NAME, socket_address

log = logging.getLogger(__name__)

_LONGEST_REQUEST = 1 << 20
_REQUEST_SECONDS = 10.0


class ControlSocket:
    """The server side; lives on the loop."""

    def __init__(self, home: Path, runner: Runner, caller: Caller) -> None:
        self._home = home
        self._runner = runner
        self._caller = caller
        self._server: asyncio.Server | None = None
        self._address = contextlib.ExitStack()
        self._conversations: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Listen on ``state/control.sock`` (0600); a socket left behind by a crash is replaced (the lock is ours)."""
        with contextlib.suppress(FileNotFoundError):
            (self._home / "state" / NAME).unlink()
        old = os.umask(0o177)
        try:
            # The address stays valid until the end: from Python 3.13 on, asyncio itself removes the socket through it.
            address = self._address.enter_context(socket_address(self._home))
            self._server = await asyncio.start_unix_server(self._converse, address, limit=_LONGEST_REQUEST)
        finally:
            os.umask(old)

    async def stop(self) -> None:
        """Take no new command, cancel what runs and remove the socket."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for conversation in tuple(self._conversations):
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)
        self._address.close()
        with contextlib.suppress(OSError):
            (self._home / "state" / NAME).unlink()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        current = asyncio.current_task()
        assert current is not None
        self._conversations.add(current)
        try:
            line = await asyncio.wait_for(reader.readline(), _REQUEST_SECONDS)
            answer = await self._answer(json.loads(line)["words"], reader, writer)
            _send(writer, answer)
            await writer.drain()
        except (ConnectionError, TimeoutError):
            log.debug("a caller went away before its command had ended")
        except (ValueError, KeyError, TypeError):
            _send(writer, {"error": as_json(CommandError("the request is not a JSON line with 'words'", exit_code=64))})
        finally:
            self._conversations.discard(current)
            writer.close()

    async def _answer(
        self, words: list[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> dict[str, Any]:
        gone = asyncio.ensure_future(reader.read(1))
        work = asyncio.ensure_future(self._run(words, writer))
        try:
            await asyncio.wait({gone, work}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                return {"error": as_json(Cancelled())}
            return work.result()
        finally:
            gone.cancel()
            work.cancel()

    async def _run(self, words: list[str], writer: asyncio.StreamWriter) -> dict[str, Any]:
        def report(progress: Progress) -> None:
            line = {"progress": {"done": progress.done, "total": progress.total, "message": progress.message}}
            self._caller.from_thread(_send, writer, line)

        try:
            parsed = parse(self._runner.registry, words)
            result = await self._runner.run(
                parsed.command, parsed.arguments, actor=OWNER, confirmed=parsed.confirmed, on_progress=report
            )
            return {"result": result, "text": self._runner.text(parsed.command, result)}
        except HelpRequested as wanted:
            return {"help": wanted.text}
        except ArtframeError as error:
            return {"error": as_json(error)}


def _send(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    if not writer.is_closing():
        writer.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
