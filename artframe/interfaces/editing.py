"""How does a person edit a configuration file with an editor of their own, as visudo does it, and lose nothing?

The loop knows nothing of terminals. Whoever has one (the command line, an SSH session) is the ``Person``; who can read
and save the file is the ``EditedFile``: ``await edit_file(file, person, copies)``.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

from artframe.config.merging import merge
from artframe.config.opening import Opened
from artframe.config.problem import ConfigRefused, ConflictError
from artframe.errors import ArtframeError, CommandError
from artframe.interfaces.editing_copies import Copies, Copy

P = ParamSpec("P")
R = TypeVar("R")


class Person(Protocol):
    """Who edits, and where they sit."""

    async def edit(self, path: Path, line: int | None) -> int:
        """Open their editor on the file, at the line if it can do that, and wait until it has ended.

        Returns its exit status, negative for the signal that ended it. Raises ArtframeError if there is no editor.
        """
        ...

    async def ask(self, question: str) -> str:
        """One line from them, "" for Enter alone. Raises EOFError when nobody is there any more."""
        ...

    async def show(self, text: str) -> None:
        """Lines for them to read; harmless when nobody is there any more."""
        ...


class EditedFile(Protocol):
    """A configuration file that can be read and saved, whoever holds it."""

    async def read(self) -> Opened:
        """What it says now. Raises ArtframeError."""
        ...

    async def save(self, copy: Path, basis: str) -> str:
        """Check what the copy says, put it in force, and return the line that tells so. The copy stays.

        Raises ConfigRefused with all that is wrong, ConflictError if ``basis`` is no longer what the file says, and
        any other ArtframeError for what the person cannot mend in the text.
        """
        ...


class Outcome(enum.Enum):
    """How an edit ended; ``exit_code`` is what a shell sees."""

    SAVED = 0
    UNCHANGED = 0, "nothing was changed"
    DISCARDED = 1, "discarded"
    KEPT = 1, "kept for later"

    def __init__(self, exit_code: int, word: str = "saved") -> None:
        self.exit_code = exit_code
        self.word = word


async def at_once(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The way to call what touches the disk where nobody else has to wait for it."""
    return function(*args, **kwargs)


Call = Callable[..., Awaitable[Any]]
"""How to call what touches the disk, with its arguments: ``Caller.call`` on a loop, ``at_once`` elsewhere."""


async def edit_file(file: EditedFile, person: Person, copies: Copies, call: Call = at_once) -> Outcome:
    """Let the person edit until the file is saved, given up, or put aside for later.

    Whatever ends it otherwise (the line is cut, the process dies) leaves the text in its copy, and the next edit of
    the same file offers it again. Raises ArtframeError when it cannot begin.
    """
    opened = await file.read()
    copy = await _taken_up(opened.file, person, copies, call)
    if copy is None:
        copy = await call(copies.begin, opened)
    ended = False
    try:
        outcome = await _Edit(file, person, copy, call).until_done()
        ended = outcome is not Outcome.KEPT
        return outcome
    except EOFError:
        await person.show(_kept(copy))
        return Outcome.KEPT
    except ArtframeError:
        ended = not await call(lambda: copy.precious)
        raise
    except OSError as error:
        await person.show(f"the copy cannot be used: {error.strerror or error}\n{_kept(copy)}")
        return Outcome.KEPT
    finally:
        # Also when everything is torn down: no waiting here, and an editor may still be busy saving what it has.
        copy.close(keep=not ended)


class _Edit:
    def __init__(self, file: EditedFile, person: Person, copy: Copy, call: Call) -> None:
        self._file = file
        self._person = person
        self._copy = copy
        self._call = call
        self._line: int | None = None

    async def until_done(self) -> Outcome:
        again = True
        while True:
            if again:
                await self._edited()
            text = await self._call(self._copy.read)
            if text is None or text == self._copy.original:
                await self._person.show(f"{self._copy.file}: nothing was changed")
                return Outcome.UNCHANGED
            try:
                await self._person.show(await self._file.save(self._copy.path, self._copy.basis))
                return Outcome.SAVED
            except ConflictError as conflict:
                now = await self._file.read()
                if now.content == self._copy.original:
                    answer = await self._refused(conflict)  # what it knew was old; it has read the file by now
                else:
                    answer = await self._conflict(text, now)
            except ArtframeError as error:
                answer = await self._refused(error)
            if answer == "d":
                await self._person.show(f"{self._copy.file}: your text is discarded, the file is as it was")
                return Outcome.DISCARDED
            if answer == "k":
                await self._person.show(_kept(self._copy))
                return Outcome.KEPT
            again = answer == "e"

    async def _edited(self) -> None:
        status = await self._person.edit(self._copy.path, self._line)
        if status == 0:
            return
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        if not await self._call(lambda: self._copy.precious):
            raise CommandError(f"the editor {how}; nothing was changed", "$VISUAL or $EDITOR names another one")
        await self._person.show(f"the editor {how}")
        if await self._choose({"a": "apply what it saved", "e": "edit again"}) == "e":
            await self._edited()

    async def _refused(self, error: ArtframeError) -> str:
        self._line = None
        if isinstance(error, ConfigRefused):
            mine = [problem.line for problem in error.problems if problem.file == self._copy.file and problem.line]
            self._line = min(mine, default=None)
        await self._person.show(str(error))
        return await self._choose(
            {"e": "edit again", "a": "apply if it is right by now", "d": "discard", "k": "keep it for later"}
        )

    async def _conflict(self, ours: bytes, now: Opened) -> str:
        base, mine, theirs = (_text(one) for one in (self._copy.original, ours, now.content))
        change = difflib.unified_diff(base.split("\n"), theirs.split("\n"), "before", "saved meanwhile", lineterm="")
        told = f"{now.file} was changed by somebody else while you edited it; nothing was overwritten"
        await self._person.show("\n".join([told, *change]))
        answer = await self._choose({"m": "merge both and edit the result", "d": "discard yours", "k": "keep yours"})
        if answer != "m":
            return answer
        both = merge(base, mine, theirs)
        await self._call(self._copy.rebase, both.text.encode(errors="surrogateescape"), now)
        self._line = next((n for n, line in enumerate(both.text.split("\n"), 1) if line.startswith("<<<<<<<")), None)
        if both.clashes:
            await self._person.show(f"{both.clashes} of the changes exclude each other; they stand marked in the text")
        return "e"

    async def _choose(self, choices: dict[str, str]) -> str:
        offer = ", ".join(f"({letter}){what.removeprefix(letter)}" for letter, what in choices.items())
        while True:
            answer = (await self._person.ask(f"What now? {offer}: ")).strip().lower()
            for letter, what in choices.items():
                if answer in (letter, what, what.split()[0].rstrip(",")):
                    return letter


async def _taken_up(file: str, person: Person, copies: Copies, call: Call) -> Copy | None:
    """An unfinished edit of the file, if there is one and the person wants to go on with it."""
    left = await call(copies.left_behind, file)
    chosen: Copy | None = None
    try:
        for copy in left:
            when = f"{copy.touched.astimezone():%Y-%m-%d %H:%M}"
            question = f"An edit of {file} from {when} was not finished. (g)o on with it, (d)elete it, (l)eave it: "
            answer = ""
            while answer not in ("g", "d", "l"):
                answer = (await person.ask(question)).strip().lower()[:1]
            if answer == "g":
                chosen = copy
                break
            copy.close(keep=answer != "d")
    finally:
        for copy in left:
            if copy is not chosen:
                copy.close(keep=True)
    return chosen


def _kept(copy: Copy) -> str:
    again = "; the next 'config edit' of the file offers it again" if copy.found_again else ""
    return f"your text of {copy.file} is in {copy.path}{again}"


def _text(content: bytes) -> str:
    return content.decode(errors="surrogateescape")
