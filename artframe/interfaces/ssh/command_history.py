"""Which lines were typed into the shell before? Kept over restarts, but for what may hold a secret."""

from __future__ import annotations

import contextlib
import os
import shlex
from pathlib import Path

from artframe.config.masking import CREDENTIALS, LOOKS_SECRET
from artframe.config.saving import private_folder
from artframe.core.commands import CommandRegistry, Effect
from artframe.core.files import write_atomic
from artframe.errors import CommandError
from artframe.interfaces.arguments import HelpRequested, parse

NAME = "ssh_history"
KEPT = 500
_LONGEST = 1000


class CommandHistory:
    """The file ``state/ssh_history``, one line each, common to all keys. A disk that fails costs the history only."""

    def __init__(self, state: Path, registry: CommandRegistry) -> None:
        self._path = state / NAME
        self._registry = registry

    def load(self) -> list[str]:
        """The last lines, oldest first; the file is cut to them when it has grown. Blocks."""
        try:
            lines = self._path.read_text("utf-8", errors="replace").split("\n")[:-1]
            if len(lines) > 2 * KEPT:
                write_atomic(self._path, "".join(f"{line}\n" for line in lines[-KEPT:]), mode=0o600)
        except OSError:
            return []
        return lines[-KEPT:]

    def append(self, line: str) -> None:
        """Keep a line, which must be ``harmless``. Blocks."""
        with contextlib.suppress(OSError):
            private_folder(self._path.parent)
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{line}\n")

    def harmless(self, line: str) -> bool:
        """Whether the line is a command in which no secret was typed; one that cannot be read may be a password.

        Quick; on the loop.
        """
        if "\n" in line or len(line) > _LONGEST or CREDENTIALS.search(line):
            return False
        try:
            words = [word for word in shlex.split(line) if word != "--json"]
            parsed = parse(self._registry, words)
        except HelpRequested:
            return True
        except (CommandError, ValueError):
            return False
        command = parsed.command
        if any(parameter.hidden and parsed.arguments.get(parameter.name) for parameter in command.parameters):
            return False
        typed = words[len(command.words) :]
        return command.effect is Effect.READS or not any(LOOKS_SECRET.search(word) for word in typed)
