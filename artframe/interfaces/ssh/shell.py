"""How does a person type commands one after the other? A line editor with history and completion, over one session."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TextIO, cast

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application, create_app_session
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.history import History
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.shortcuts import CompleteStyle

from artframe import __version__
from artframe.config.problem import printable
from artframe.core.commands import CommandRegistry
from artframe.interfaces.completion import candidates
from artframe.interfaces.ssh.command_history import CommandHistory
from artframe.interfaces.ssh.parts import SshParts
from artframe.interfaces.ssh.session import Session
from artframe.interfaces.ssh.words import LEAVE

_STEP = 16
"""Typed bytes go to the line editor in small pieces: a key costs it a millisecond, and others want their turn."""
_TURNS = 3
"""So often the loop goes round until the line editor has taken what was typed."""
_LONGEST = 2000
"""Letters in a line; the line editor handles all of them again for each that is typed."""


async def hold(session: Session, parts: SshParts, run: Callable[[str], Awaitable[int]]) -> int:
    """Let the person type until they leave; ``run`` runs one line. Returns the status of the last command."""
    kept = CommandHistory(parts.home / "state", parts.runner.registry)
    lines = await parts.caller.call(kept.load)
    tasks: set[asyncio.Task[Any]] = set()

    def keep(line: str) -> None:
        if not kept.harmless(line):
            return
        task = asyncio.create_task(parts.caller.call(kept.append, line))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def size() -> Size:
        columns, rows = session.size
        return Size(rows=rows, columns=columns)

    output = Vt100_Output(cast("TextIO", _Screen(session)), size, term=session.terminal, enable_cpr=False)
    status = 0
    with create_pipe_input() as keys, create_app_session(input=keys, output=output):
        prompt: PromptSession[str] = PromptSession(
            completer=_Completer(parts.runner.registry),
            complete_style=CompleteStyle.READLINE_LIKE,
            history=_History(lines, keep),
        )
        prompt.default_buffer.on_text_changed += _shorten
        # There is no public way to say that the terminal has another size; prompt_toolkit's own SSH session does this.
        session.resized = prompt.app._on_resize
        name = printable(parts.store.config.frame.name)
        session.say(f"artframe {__version__}: help lists what it can do, exit leaves\n")
        while True:
            try:
                line = (await _typed(session, prompt, keys, f"{name}> ")).strip()
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            if line in LEAVE:
                break
            if line:
                status = await run(line)
    if tasks:
        await asyncio.wait(tasks)
    return status


async def _typed(session: Session, prompt: PromptSession[str], keys: PipeInput, question: str) -> str:
    pump = asyncio.create_task(_pump(session, keys, prompt.app))
    try:
        return await prompt.prompt_async(question)
    finally:
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)


async def _pump(session: Session, keys: PipeInput, app: Application[str]) -> None:
    while not app.is_running:
        await asyncio.sleep(0)  # until then it is done with the line before
    while data := await session.take():
        try:
            while data and not app.is_done:
                # What stands behind the end of the line is typed ahead: it may answer what the command asks.
                length = data[:_STEP].find(b"\r") + 1 or _STEP
                piece, data = data[:length], data[length:]
                keys.send_bytes(piece)
                for _ in range(_TURNS):
                    await asyncio.sleep(0)
        finally:
            session.put_back(data)
        if app.is_done:
            return
    keys.close()  # the line editor sees the end


def _shorten(buffer: Buffer) -> None:
    if len(buffer.text) > _LONGEST:
        buffer.text = buffer.text[:_LONGEST]


class _Screen:
    """As much of a text file as the line editor writes to."""

    encoding = "utf-8"

    def __init__(self, session: Session) -> None:
        self._session = session

    def write(self, text: str) -> None:
        self._session.say(text)

    def flush(self) -> None:
        """What is written is on its way."""

    def isatty(self) -> bool:
        return True


class _History(History):
    def __init__(self, lines: list[str], keep: Callable[[str], None]) -> None:
        super().__init__()
        self._lines = lines
        self._keep = keep

    def load_history_strings(self) -> Iterable[str]:
        return reversed(self._lines)

    def store_string(self, string: str) -> None:
        self._keep(string)


class _Completer(Completer):
    def __init__(self, registry: CommandRegistry) -> None:
        self._registry = registry

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        try:
            words = shlex.split(before)
        except ValueError:
            return  # inside quotes
        current = words.pop() if words and not before[-1].isspace() else ""
        if not before.endswith(current):
            return
        found = candidates(self._registry, words, current)
        if not words:
            found += [word for word in LEAVE[:1] if word.startswith(current)]
        for word in found:
            yield Completion(shlex.quote(word), start_position=-len(current), display=word)
