"""How do many files change as one, so that a power cut at any moment leaves the old ones or the new ones?

What is to come is first written beside (``state/restore.new``). Renaming that folder to ``state/restore`` is the one
moment that decides: before it, nothing has happened; after it, the next start of artframe finishes what was begun.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artframe.backup.contents import CONFIG, mode, place
from artframe.config.layout import FRAME, Layout
from artframe.config.saving import delete, private_folder, save
from artframe.core.files import sync_folder

log = logging.getLogger(__name__)

_PLAN = "plan.json"
Changes = Mapping[str, bytes | None]
"""The new content by name; None: the file is to go."""


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One file: from the content with the SHA-256 ``before`` to that of ``after``, which lies as ``staged``.

    Each is empty where there is no file.
    """

    name: str
    before: str
    after: str
    staged: str


class Journal:
    """The changes under way on one home. Everything blocks and raises OSError."""

    def __init__(self, home: Path) -> None:
        self._home = home
        state = Layout(home).state
        self._new, self._folder, self._done = (state / f"restore{end}" for end in (".new", "", ".done"))

    @property
    def pending(self) -> bool:
        """Whether changes were decided on and not yet finished."""
        return self._folder.is_dir()

    def decide(self, changes: Changes) -> None:
        """From here on the changes happen, whatever comes; until this returns, nothing has changed."""
        self._clear()
        private_folder(self._new)
        steps = []
        for number, (name, content) in enumerate(changes.items()):
            step = _Step(
                name=name,
                before=_digest(content_of(place(self._home, name))),
                after=_digest(content),
                staged=f"{number:04d}" if content is not None else "",
            )
            if content is not None:
                save(self._new / step.staged, content, mode=0o600)
            steps.append(step)
        plan = {"version": 1, "steps": [vars(step) for step in steps]}
        save(self._new / _PLAN, json.dumps(plan).encode(), mode=0o600)
        self._new.rename(self._folder)
        sync_folder(self._folder.parent)

    def finish(self) -> None:
        """Make the changes that were decided on and are not made yet. May be repeated until it succeeds.

        A file that somebody changed meanwhile is left alone.
        """
        for step in self._steps():
            target = place(self._home, step.name)
            current = _digest(content_of(target))
            if current == step.after:
                continue
            if current != step.before:
                log.warning("%s was changed since; it stays as it is and is not restored", step.name)
            elif not step.staged:
                delete(target)
            else:
                put(self._home, step.name, (self._folder / step.staged).read_bytes())
        self.forget()

    def forget(self) -> None:
        """Nothing is pending any more."""
        if self.pending:
            self._folder.rename(self._done)
            sync_folder(self._done.parent)
        self._clear()

    def _steps(self) -> list[_Step]:
        plan: dict[str, Any] = json.loads((self._folder / _PLAN).read_bytes())
        return [_Step(**step) for step in plan["steps"]]

    def _clear(self) -> None:
        for folder in (self._new, self._done):
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(folder)


def put(home: Path, name: str, content: bytes) -> None:
    """Write one file of a backup to its place, in one step, with the rights it should have. Raises OSError."""
    target = place(home, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    save(target, content, mode=mode(name), keep_mode=name == f"{CONFIG}{FRAME}")


def finish_at_start(home: Path) -> None:
    """Finish what a crash interrupted. Never raises: a frame that cannot do that shows pictures all the same."""
    journal = Journal(home)
    try:
        if not journal.pending:
            journal.forget()  # what was left of one that was not decided on: it holds secrets
            return
        journal.finish()
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.error("a restore that was interrupted cannot be finished (%s); tried again at the next start", error)
    else:
        log.info("finished a restore that was interrupted")


def content_of(path: Path) -> bytes | None:
    """What a file holds; None if it is not there. Raises OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _digest(content: bytes | None) -> str:
    return hashlib.sha256(content).hexdigest() if content is not None else ""
