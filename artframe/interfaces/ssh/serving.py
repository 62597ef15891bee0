"""What does a session want: one command, a shell, the commands of a script, or files?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import asyncssh

from artframe.errors import ArtframeError
from artframe.interfaces.arguments import HelpRequested, Parsed
from artframe.interfaces.conversation import Conversation
from artframe.interfaces.exits import as_json as error_as_json
from artframe.interfaces.printing import printed
from artframe.interfaces.ssh.dialogue import Dialogue
from artframe.interfaces.ssh.editor import EDIT, edit_config
from artframe.interfaces.ssh.files.config_folder import ConfigFolder
from artframe.interfaces.ssh.files.desk import Desks
from artframe.interfaces.ssh.files.entry import Branch
from artframe.interfaces.ssh.files.inbox import Inbox
from artframe.interfaces.ssh.files.read_only import ReadOnlyFolders
from artframe.interfaces.ssh.files.server import FrameSftp
from artframe.interfaces.ssh.files.tree import Tree
from artframe.interfaces.ssh.parts import SshParts
from artframe.interfaces.ssh.questions import next_line
from artframe.interfaces.ssh.session import Session
from artframe.interfaces.ssh.words import LEAVE, read_line, understand

_MB = 1_000_000
_END_SECONDS = 3.0

Shell = Callable[[Session, SshParts, Callable[[str], Awaitable[int]]], Awaitable[int]]


class Serving:
    """All sessions of one server. Lives on the loop."""

    def __init__(self, parts: SshParts) -> None:
        self._parts = parts
        self._lives: set[asyncio.Task[Any]] = set()
        self._desks = Desks()
        self._opened: set[object] = set()
        self._lane = asyncio.Lock()
        self._inbox = Inbox(parts.home, lambda: parts.store.config.frame.storage.min_free_mb * _MB)

    async def close(self) -> None:
        """Wait for sessions whose connections have ended: an editor, say, is given a moment to save its text."""
        if self._lives:
            await asyncio.wait(self._lives, timeout=_END_SECONDS)

    async def serve(self, session: Session) -> int:
        """Do what the session wants; returns its exit status."""
        life = asyncio.current_task()
        assert life is not None
        self._lives.add(life)
        try:
            return await self._serve(session)
        finally:
            self._lives.discard(life)

    async def _serve(self, session: Session) -> int:
        if session.command is not None:
            return await self._run(session, session.command, can_send=True)
        if not session.terminal:
            return await self._script(session)
        shell = await self._parts.caller.call(_load_shell)
        return await shell(session, self._parts, lambda line: self._run(session, line, can_send=False))

    async def files(self, session: Session) -> asyncssh.SFTPServer:
        """The files that the session reaches."""
        parts, key = self._parts, session.login.fingerprint
        async with self._lane:
            if not self._desks:
                await parts.caller.call(self._inbox.clear_out)
            desk = self._desks.take(key)
        branches: dict[str, Branch] = {
            "config": ConfigFolder(parts.store, parts.keys, desk),
            "inbox": self._inbox,
            "logs": ReadOnlyFolders(lambda: {"": parts.home / "logs"}, parts.home),
            "photos": ReadOnlyFolders(self._photo_folders, parts.home),
        }
        return FrameSftp(session, Tree(branches), parts.caller, self._opened, lambda: self._desks.leave(key))

    async def _run(self, session: Session, text: str, *, can_send: bool) -> int:
        """Run one line; returns the exit status of its command. ``can_send``: standard input is the command's own."""
        parts = self._parts
        try:
            line = read_line(text)
        except ArtframeError as error:
            return await self._tell(session, error, as_json="--json" in text)
        dialogue = Dialogue(session, parts.caller, parts.clock, line.rest, as_json=line.as_json, can_send=can_send)

        def read(words: Sequence[str]) -> Parsed:
            parsed = understand(parts.runner.registry, words)
            dialogue.streams = parsed.command.streams
            return parsed

        try:
            parsed = read(line.rest)
            if parsed.command.name == EDIT:
                return await edit_config(session, parts, str(parsed.arguments["file"]))
        except HelpRequested:
            pass  # the conversation tells it
        except ArtframeError as error:
            return await self._tell(session, error, as_json=line.as_json)
        await Conversation(
            dialogue,
            runner=parts.runner,
            caller=parts.caller,
            read=read,
            folder=parts.home / "state",
            actor=session.login.actor,
        ).hold()
        return dialogue.status

    async def _tell(self, session: Session, error: ArtframeError, *, as_json: bool) -> int:
        lines = printed({"error": error_as_json(error)}, as_json=as_json)
        session.say(lines.out)
        session.complain(lines.err)
        return lines.exit_code or 0

    def _photo_folders(self) -> dict[str, Path]:
        plugins = self._parts.store.config.plugins.values()
        return {one.instance: self._parts.home / "plugins" / one.kind / one.instance / "photos" for one in plugins}

    async def _script(self, session: Session) -> int:
        """Commands line by line, each when the one before has ended; ends with the last status."""
        status = 0
        while True:
            try:
                text = (await next_line(session)).strip()
            except EOFError:
                return status
            except ArtframeError as error:
                return await self._tell(session, error, as_json=False)
            if text in LEAVE:
                return status
            if text and not text.startswith("#"):
                status = await self._run(session, text, can_send=False)


def _load_shell() -> Shell:
    # Here, and in a worker: only who types into a shell needs a line editor (6 MB).
    from artframe.interfaces.ssh.shell import hold

    return hold
