"""How does a person edit in the terminal where they typed the command?"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from artframe.errors import CommandError
from artframe.interfaces.editors import editor_words


class OwnTerminal:
    """The person who typed the command; see ``artframe.interfaces.editing.Person``."""

    async def edit(self, path: Path, line: int | None) -> int:
        """See ``Person``."""
        words = editor_words(os.environ, path, line)
        with _deaf_to_interrupts():
            try:
                return subprocess.run(words, check=False).returncode
            except OSError as error:
                told = error.strerror or str(error)
                raise CommandError(f"the editor {words[0]} does not start: {told}", "set $VISUAL or $EDITOR") from None

    async def ask(self, question: str) -> str:
        """See ``Person``."""
        print(question, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            print(file=sys.stderr)
            raise EOFError
        return line.strip()

    async def show(self, text: str) -> None:
        """See ``Person``."""
        with contextlib.suppress(OSError):
            print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ctrl-C in an editor is its own affair. By a handler: what is ignored would be so in the editor, too."""
    old = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)
