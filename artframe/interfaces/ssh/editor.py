"""How does a person edit a configuration file with a real editor at the other end of an SSH session?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from artframe.config.opening import Opened, opened
from artframe.core.exchange import Upload
from artframe.interfaces.edit_command import EditCommand
from artframe.interfaces.editing import edit_file
from artframe.interfaces.editing_copies import Copies
from artframe.interfaces.editors import editor_words
from artframe.interfaces.ssh.parts import SshParts
from artframe.interfaces.ssh.pseudo_terminal import run_on_terminal
from artframe.interfaces.ssh.questions import ask
from artframe.interfaces.ssh.session import Session

EDIT = "config edit"
_EDITORS = frozenset({"nano", "vi", "vim", "vim.tiny", "nvim", "micro", "emacs"})
"""What may be asked for from afar, by its bare name: no other program is started for a client, and no options."""
_KEPT = ("HOME", "LOGNAME", "PATH", "SHELL", "TMPDIR", "USER", "VISUAL", "EDITOR", "LANG", "LC_CTYPE", "TERMINFO")
"""What an editor gets of the server's environment, in which secrets may stand."""
_WANTED = ("VISUAL", "EDITOR")
_LANGUAGE = ("LANG", "LC_ALL", "LC_CTYPE")
_HARMLESS = re.compile(r"[A-Za-z0-9_.@-]{1,40}")


async def edit_config(session: Session, parts: SshParts, name: str) -> int:
    """Let the person edit the file; returns the exit status. Raises ArtframeError."""
    if not session.terminal:
        EditCommand().edit(name)
    person = _Person(session, parts)
    outcome = await edit_file(_File(session, parts, name), person, Copies(parts.home), parts.caller.call)
    return outcome.exit_code


def editor_environment(server: Mapping[str, str], client: Mapping[str, str], terminal: str) -> dict[str, str]:
    """The environment of an editor: the server's, with the client's terminal, language and (if allowed) editor."""
    environment = {name: server[name] for name in _KEPT if name in server}
    environment.setdefault("LANG", "C.UTF-8")
    environment["TERM"] = terminal
    for name in _LANGUAGE:
        if _HARMLESS.fullmatch(client.get(name, "")):
            environment[name] = client[name]
    wanted = next((client[name] for name in _WANTED if client.get(name) in _EDITORS), None)
    if wanted is not None:
        environment.update(dict.fromkeys(_WANTED, wanted))
    return environment


class _Person:
    """Whoever sits at the session; see ``artframe.interfaces.editing.Person``."""

    def __init__(self, session: Session, parts: SshParts) -> None:
        self._session = session
        self._parts = parts

    async def edit(self, path: Path, line: int | None) -> int:
        """See ``Person``."""
        environment = editor_environment(self._parts.environment, self._session.environment, self._session.terminal)
        words = await self._parts.caller.call(editor_words, environment, path, line)
        return await run_on_terminal(self._session, words, environment, path.parent)

    async def ask(self, question: str) -> str:
        """See ``Person``."""
        return (await ask(self._session, question)).strip()

    async def show(self, text: str) -> None:
        """See ``Person``."""
        self._session.complain(f"{text}\n")
        await asyncio.sleep(0)


class _File:
    """A file of the running frame, saved by its own command; see ``artframe.interfaces.editing.EditedFile``."""

    def __init__(self, session: Session, parts: SshParts, name: str) -> None:
        self._session = session
        self._parts = parts
        self._name = name

    async def read(self) -> Opened:
        """See ``EditedFile``."""
        return await self._parts.caller.call(opened, self._parts.store.files, self._name)

    async def save(self, copy: Path, basis: str) -> str:
        """See ``EditedFile``."""
        runner = self._parts.runner
        arguments = {"file": self._name, "content": Upload(path=copy), "basis": basis, "reason": "SSH"}
        result = await runner.run(runner.registry.get("config write"), arguments, actor=self._session.login.actor)
        return f"{result['file']} is saved and in force"
