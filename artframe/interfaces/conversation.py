"""What is said over one connection to the frame? One command: its words, what it lacks, how far it is, its answer.

The caller sends one JSON line ``{"words": [...], "cwd": "/where/they/are", "can": ["confirm", "hidden", "input"]}``;
``can`` (what they are able to answer) and ``cwd`` may be missing. The frame may want to know more; each is answered by
one line:

- ``{"wanted": "confirm", "text": ...}``: ``{"confirmed": true}``
- ``{"wanted": "hidden", "name": ..., "text": ..., "new": is it thought up now}``: ``{"value": "..."}``
- ``{"wanted": "input", "name": ..., "limit": bytes}``: the content in counted pieces, see ``Channel.content``

Then come any number of ``{"progress": {"done", "total", "message"}}``, ``{"item": ..., "text": ...}`` (a command that
streams) and ``{"attachment": {"name", "media_type", "size"}}``, the latter followed by that many bytes; and one last
line: ``{"result": ..., "text": ...}``, ``{"ended": number of items}``, ``{"help": ...}`` or ``{"error": ...}``.
Closing the connection, or the caller's half of it, cancels the command.

``{"complete": [...], "current": "..."}`` instead of words asks how a line may go on: ``{"candidates": [...],
"file": whether a file's name is wanted}``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from artframe.core.calling import Caller
from artframe.core.commands import Command, Effect
from artframe.core.exchange import Attachment, Upload
from artframe.core.first import unless
from artframe.core.task import Progress
from artframe.errors import ArtframeError, Cancelled, CommandError
from artframe.interfaces.arguments import HelpRequested, Parsed
from artframe.interfaces.channel import discarding
from artframe.interfaces.completion import candidates, expects_file
from artframe.interfaces.exits import as_json
from artframe.interfaces.intake import STANDARD_INPUT, Intake, given_file
from artframe.interfaces.runner import OWNER, Actor, CommandBug, Runner

log = logging.getLogger(__name__)

_REQUEST_SECONDS = 10.0

Read = Callable[[Sequence[str]], Parsed]


class Connection(Protocol):
    """What a conversation is held over: a ``Channel``, or whoever plays the caller's part as well.

    Raises ConnectionError when the caller goes away.
    """

    async def send(self, message: dict[str, Any]) -> None: ...

    def mention(self, message: dict[str, Any]) -> None: ...

    async def receive(self) -> dict[str, Any]: ...

    def content(self) -> AsyncIterator[bytes]: ...

    async def send_file(self, attachment: Attachment) -> dict[str, Any]: ...

    async def gone(self) -> None: ...

    def close(self) -> None: ...


class Conversation:
    """One caller and one command; lives on the loop. ``read`` finds out what the words mean (``arguments.parse``)."""

    def __init__(
        self,
        channel: Connection,
        *,
        runner: Runner,
        caller: Caller,
        read: Read,
        folder: Path,
        actor: Actor = OWNER,
    ) -> None:
        self._channel = channel
        self._runner = runner
        self._caller = caller
        self._read = read
        self._actor = actor
        self._intake = Intake(folder, caller)
        self._can: frozenset[str] = frozenset()
        self._cwd = ""

    async def hold(self) -> None:
        """Listen, do, answer, and end the connection. Raises nothing but CancelledError."""
        try:
            await self._hold()
        except (ConnectionError, TimeoutError):
            log.debug("a caller went away before its command had ended")
        finally:
            self._intake.close()
            self._channel.close()

    async def _hold(self) -> None:
        try:
            request = await self._request()
            if "complete" in request:
                await self._channel.send(self._completed(_words(request["complete"]), str(request.get("current", ""))))
                return
            words = _words(request["words"])
            self._can = frozenset(_words(request.get("can", [])))
            self._cwd = str(request.get("cwd", ""))
            await self._answer(words)
        except HelpRequested as wanted:
            await self._channel.send({"help": wanted.text})
        except ArtframeError as error:
            await self._channel.send({"error": as_json(error)})
        except (ValueError, KeyError, TypeError, RecursionError):
            wrong = CommandError("the request is not a JSON line with 'words'", exit_code=64)
            await self._channel.send({"error": as_json(wrong)})

    async def _request(self) -> dict[str, Any]:
        try:
            return await asyncio.wait_for(self._channel.receive(), _REQUEST_SECONDS)
        except Cancelled:
            raise ValueError("no request") from None

    async def _answer(self, words: list[str]) -> None:
        parsed = self._read(words)
        confirmed = await self._confirmed(parsed)
        arguments = {**parsed.arguments}
        for parameter in parsed.command.parameters:
            value = arguments.get(parameter.name)
            if parameter.hidden and parameter.required and value is None and "hidden" in self._can:
                wanted = {"wanted": "hidden", "name": parameter.name, "text": parameter.help, "new": parameter.chosen}
                await self._channel.send(wanted)
                arguments[parameter.name] = str((await self._channel.receive())["value"]) or None
            elif parameter.kind is Upload and isinstance(value, str):
                arguments[parameter.name] = await self._file(parameter.name, value)
        try:
            await unless(self._run(parsed.command, arguments, confirmed), self._channel.gone())
        except (ArtframeError, ConnectionError):
            raise
        except Exception as bug:
            log.exception("the answer of '%s' could not be given because of a bug", parsed.command.name)
            raise CommandBug from bug

    async def _run(self, command: Command, arguments: dict[str, Any], confirmed: bool) -> None:
        if command.streams:
            await self._stream(command, arguments, confirmed)
            return

        ended = False

        def tell(progress: Progress) -> None:
            if not ended:
                self._channel.mention({"progress": progress.as_json()})

        result = await self._runner.run(
            command,
            arguments,
            actor=self._actor,
            confirmed=confirmed,
            on_progress=lambda progress: self._caller.from_thread(tell, progress),
        )
        ended = True
        text = self._runner.text(command, result)
        if isinstance(result, Attachment):
            with discarding(result):
                result = await self._channel.send_file(result)
        await self._channel.send({"result": result, "text": text})

    async def _stream(self, command: Command, arguments: dict[str, Any], confirmed: bool) -> None:
        count = 0
        stream = self._runner.stream(command, arguments, actor=self._actor, confirmed=confirmed)
        async with contextlib.aclosing(stream) as items:
            async for item in items:
                await self._channel.send({"item": item, "text": self._runner.text(command, item)})
                count += 1
        await self._channel.send({"ended": count})

    async def _confirmed(self, parsed: Parsed) -> bool:
        if parsed.confirmed or parsed.command.effect is not Effect.DANGEROUS or "confirm" not in self._can:
            return parsed.confirmed
        text = f"'{parsed.command.name}' is not easily undone: {parsed.command.summary}"
        await self._channel.send({"wanted": "confirm", "text": text})
        if (await self._channel.receive())["confirmed"] is not True:
            raise CommandError("not confirmed, so nothing was done")
        return True

    async def _file(self, name: str, given: str) -> Upload:
        if given != STANDARD_INPUT:
            return await self._caller.call(given_file, given, self._cwd)
        if "input" not in self._can:
            raise CommandError(f"there is no standard input for {name}; nothing was done", "name a file", exit_code=66)
        await self._channel.send({"wanted": "input", "name": name, "limit": self._intake.limit})
        return await self._intake.spool(self._channel.content())

    def _completed(self, words: list[str], current: str) -> dict[str, Any]:
        registry = self._runner.registry
        return {
            "candidates": candidates(registry, words, current),
            "file": expects_file(registry, words, current),
        }


def _words(given: Any) -> list[str]:
    if not isinstance(given, list):
        raise TypeError("words are a list")
    return [str(word) for word in given]
