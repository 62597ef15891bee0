"""How does one command run over SSH? As over the control socket: this end asks, shows, and hands bytes on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.exchange import Attachment
from artframe.errors import Cancelled, CommandError
from artframe.interfaces.printing import printed
from artframe.interfaces.prompts import AGAIN, DIFFERENT
from artframe.interfaces.ssh.progress import ProgressLine
from artframe.interfaces.ssh.questions import INTERRUPT, ask
from artframe.interfaces.ssh.session import Session

_PIECE = 1 << 16


class Dialogue:
    """The caller's part of a conversation (see ``Connection``), played by whoever sits at the session.

    ``status`` is the exit status at the end.

    ``can_send``: standard input is the command's own, and holds no further commands.
    """

    def __init__(
        self, session: Session, caller: Caller, clock: Clock, words: Sequence[str], *, as_json: bool, can_send: bool
    ) -> None:
        self.status = 1
        self.streams = False
        self._session = session
        self._caller = caller
        self._as_json = as_json
        can = ["hidden", *(["confirm"] if session.terminal else []), *(["input"] if can_send else [])]
        self._answer: dict[str, Any] = {"words": list(words), "can": can}
        self._file_sent = False
        self._progress = ProgressLine(session, clock) if session.terminal and not as_json else None

    # ---- what the frame says

    async def send(self, message: dict[str, Any]) -> None:
        self._clear()
        if "wanted" in message:
            self._answer = await self._ask(message)
            return
        lines = printed(message, as_json=self._as_json)
        if lines.exit_code is not None:
            self.status = lines.exit_code
        if not (self._file_sent and "result" in message):
            self._session.say(lines.out)
        self._session.complain(lines.err)
        await self._session.flush()

    def mention(self, message: dict[str, Any]) -> None:
        if self._progress is not None and "progress" in message:
            self._progress.show(message["progress"])

    async def send_file(self, attachment: Attachment) -> dict[str, Any]:
        if self._session.terminal and not attachment.media_type.startswith(("text/", "application/json")):
            raise CommandError(
                f"{attachment.name} is a file and would only disturb the terminal",
                "fetch it without one: ssh -T ... > file",
            )
        try:
            file = await self._caller.call(attachment.open)
            with contextlib.closing(file):
                while piece := await self._caller.call(file.read, _PIECE):
                    self._session.pass_on(piece)
                    await self._session.flush()
        except ConnectionError:
            raise
        except OSError as error:
            raise CommandError(f"the file {attachment.name} cannot be read: {error.strerror or error}") from None
        self._file_sent = True
        return {"name": attachment.name, "media_type": attachment.media_type}

    # ---- what the frame hears

    async def receive(self) -> dict[str, Any]:
        return self._answer

    async def content(self) -> AsyncIterator[bytes]:
        while piece := await self._session.take():
            yield piece

    async def gone(self) -> None:
        """Until Ctrl-C; what else is typed meanwhile is kept for later."""
        interrupted = asyncio.Event()
        self._session.interrupted = interrupted.set
        typed = bytearray()
        watch = asyncio.ensure_future(self._watch(typed, interrupted))
        try:
            with contextlib.nullcontext() if self.streams else self._session.login.idle.busy():
                await interrupted.wait()
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            self._session.put_back(bytes(typed))

    def close(self) -> None:
        self._clear()

    async def _watch(self, typed: bytearray, interrupted: asyncio.Event) -> None:
        while self._session.terminal and (data := await self._session.take()):
            _, interrupt, after = data.rpartition(INTERRUPT)
            if interrupt:
                typed[:] = after  # as a terminal does: what was typed before Ctrl-C is gone
                interrupted.set()
            else:
                typed += after

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            if message["wanted"] == "confirm":
                answer = await ask(self._session, f"{message['text']}\nDo it? [y/N] ")
                return {"confirmed": answer.strip().lower() in ("y", "yes")}
            if message["wanted"] == "hidden":
                return {"value": await self._hidden(message)}
        except EOFError:
            raise Cancelled("nobody answered; nothing was done") from None
        return {}

    async def _hidden(self, message: dict[str, Any]) -> str:
        about = f" ({message['text']})" if message["text"] else ""
        twice = self._session.terminal and message.get("new")
        while True:
            typed = await ask(self._session, f"{message['name']}{about}: ", hidden=True)
            if not twice or not typed or await ask(self._session, AGAIN, hidden=True) == typed:
                return typed
            self._session.complain(f"{DIFFERENT}\n")

    def _clear(self) -> None:
        if self._progress is not None:
            self._progress.clear()
