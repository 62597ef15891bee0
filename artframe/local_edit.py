"""``artframe config edit`` in the terminal of the person who typed it, with and without a running frame."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from artframe import offline
from artframe.config.opening import Opened, opened
from artframe.config.problem import ConfigProblem, ConfigRefused, ConflictError, Severity
from artframe.core.commands import CommandRegistry
from artframe.errors import ArtframeError, CommandError
from artframe.interfaces import exits
from artframe.interfaces.arguments import parse
from artframe.interfaces.cli import NotRunning, connect, converse, print_answer
from artframe.interfaces.edit_command import EditCommand
from artframe.interfaces.editing import edit_file
from artframe.interfaces.editing_copies import Copies
from artframe.interfaces.exits import NOT_RUNNING
from artframe.interfaces.own_terminal import OwnTerminal
from artframe.interfaces.prompts import pieces

R = TypeVar("R")


def edit(home: Path, words: Sequence[str], *, as_json: bool) -> int:
    """Edit the file that the words name; returns the exit code."""
    try:
        name = str(parse(_only_edit(), words).arguments["file"])
        if not (os.environ.get("VISUAL") or os.environ.get("EDITOR") or (sys.stdin.isatty() and sys.stdout.isatty())):
            EditCommand().edit(name)
        if not (home / "config").is_dir():
            raise CommandError(f"there is no frame in {home} yet", "'artframe run' makes one", exit_code=NOT_RUNNING)
        return _now(edit_file(_HomeFile(home, name), OwnTerminal(), Copies(home))).exit_code
    except ArtframeError as error:
        return print_answer({"error": exits.as_json(error)}, as_json=as_json)
    except KeyboardInterrupt:
        return 130


class _HomeFile:
    """A file of this home: read from the disk, saved by the frame that runs, or by us while none does."""

    def __init__(self, home: Path, name: str) -> None:
        self._home = home
        self._name = name
        self._offline = offline.Offline(home)

    async def read(self) -> Opened:
        """See ``EditedFile``."""
        return opened(self._offline.store.files, self._name)

    async def save(self, copy: Path, basis: str) -> str:
        """See ``EditedFile``."""
        content = copy.read_bytes()
        try:
            channel, effect = connect(self._home), "in force"
        except NotRunning:
            channel, effect = offline.connect(self._home), "in force when the frame starts"
        except PermissionError:
            raise CommandError(f"the frame on {self._home} belongs to another user", "edit as that user") from None
        request = {"words": ["config", "write", self._name, "-", "--basis", basis], "can": ["input"]}
        for answer in converse(channel, request, lambda wanted: pieces(io.BytesIO(content), int(wanted["limit"]))):
            if "error" in answer:
                raise _told(answer["error"])
            if "result" in answer:
                return f"{answer['result']['file']} is saved and {effect}"
        raise CommandError("the frame ended while it saved; whether it did is not known", "apply again to see")


def _told(error: dict[str, Any]) -> ArtframeError:
    """The error that the frame raised, from what it told of it."""
    if error.get("kind") == ConflictError.__name__:
        return ConflictError("the file", ours="", theirs="")
    told = CommandError(error["message"], error["hint"], exit_code=error["exit_code"])
    if "problems" not in error:
        return told
    problems = [
        ConfigProblem(
            **{name: value for name, value in one.items() if name not in ("text", "severity")},
            severity=Severity(one["severity"]),
        )
        for one in error["problems"]
    ]
    return ConfigRefused(problems[0].file if problems else "the file", problems)


def _now(work: Coroutine[Any, Any, R]) -> R:
    """Run what waits for nobody but the person: without a loop, so that Ctrl-C at a question is what it always is."""
    try:
        work.send(None)
    except StopIteration as end:
        result: R = end.value
        return result
    raise AssertionError("something waited for a loop")


def _only_edit() -> CommandRegistry:
    registry = CommandRegistry()
    registry.add_all(EditCommand())
    return registry
