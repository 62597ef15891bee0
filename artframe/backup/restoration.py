"""How does a frame become what a backup says, all of it or nothing?"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from artframe.backup.archive import Backup, packed, read
from artframe.backup.contents import CONFIG, NOTHING, State, config_file
from artframe.backup.creation import present
from artframe.backup.journal import Journal, content_of, put
from artframe.backup.review import config_problems, state_problem
from artframe.config.problem import ConfigRefused
from artframe.config.saving import private_folder
from artframe.config.store import ConfigStore
from artframe.core.clock import Clock
from artframe.core.files import write_atomic
from artframe.core.lock import InstanceLock
from artframe.core.task import Progress, Task
from artframe.errors import CommandError, NotReady
from artframe.jobs.history import merged_history

log = logging.getLogger(__name__)

_REASON = "restore of a backup"
_KEPT = 3
_NAME = re.compile(r"before-restore-\d{8}T\d{12}Z\.zip")
_STAMP = "%Y%m%dT%H%M%S%fZ"

Adopt = Callable[[bytes], None]
"""Takes what a file of the machine's own says now into the running frame; called in a worker."""


class Restoration:
    """Restores backups on one home. ``adopt`` says who follows which file without a restart. Everything blocks."""

    def __init__(
        self,
        store: ConfigStore,
        clock: Clock,
        adopt: Mapping[State, Adopt] | None = None,
        lock: InstanceLock | None = None,
    ) -> None:
        self._store = store
        self._home = store.layout.home
        self._clock = clock
        self._adopt = dict(adopt or {})
        self._journal = Journal(self._home)
        self._busy = threading.Lock()
        self._lock = lock

    @property
    def kept(self) -> tuple[Path, ...]:
        """The backups that were made before each of the last restores, the newest first."""
        folder = self._folder
        names = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)] if folder.is_dir() else []
        return tuple(sorted(names, key=lambda path: path.name, reverse=True))

    def restore(self, path: Path, task: Task, *, anyway: bool = False) -> dict[str, Any]:
        """Verify everything, keep what is here, then change it. ``anyway``: also what cannot be used on this frame.

        Raises CommandError, ConfigRefused or NotReady with nothing changed; Cancelled before anything was.
        """
        if not self._busy.acquire(blocking=False):
            raise CommandError("another backup is being restored at this moment; nothing was done", exit_code=75)
        try:
            if self._lock is not None:
                self._lock.acquire()
            task.plan(4, "looking at the backup")
            backup = read(path)
            self._check(backup, anyway)
            task.step(message="keeping what is here")
            with self._store.held():
                return self._apply(backup, task)
        finally:
            if self._lock is not None:
                self._lock.release()
            self._busy.release()

    def _check(self, backup: Backup, anyway: bool) -> None:
        for name, content in backup.files.items():
            problem = state_problem(name, content)
            if problem:
                text = f"{name} in this backup cannot be used: {problem}; nothing was changed"
                raise CommandError(text, "take another backup, or a newer artframe", exit_code=65)
        problems = config_problems(self._store, backup)
        if problems and not anyway:
            refused = ConfigRefused(
                "the configuration in the backup", problems, said="cannot be used on this frame; nothing was changed"
            )
            refused.hint = "install what is missing, or say --anyway: those plugins wait until that is mended"
            raise refused

    def _apply(self, backup: Backup, task: Task) -> dict[str, Any]:
        if self._journal.pending:
            self._journal.finish()
        # What somebody saved a moment ago is read, and so kept, before it is replaced.
        self._store.reload()
        before = present(self._store, self._clock.now())
        kept = self._keep(before)
        changes = self._changes(backup)
        for name in changes:
            file = config_file(name)
            if file is not None:
                self._store.keep(file, reason=_REASON)
        task.step(message="putting the files in place")
        task.check()
        self._put(changes)
        _tell(task, 3, "putting it in force")
        self._store.reload(reason=_REASON)
        waiting = self._follow(backup, changes)
        _tell(task, 4, "done")
        log.info("restored the backup of '%s' from %s", backup.frame, backup.created.isoformat(timespec="seconds"))
        return {
            "backup": backup.about,
            "restored": [name for name, content in changes.items() if content is not None],
            "removed": [name for name, content in changes.items() if content is None],
            "unchanged": [name for name in backup.files if name not in changes],
            "kept": kept.name,
            "notes": waiting,
        }

    def _changes(self, backup: Backup) -> dict[str, bytes | None]:
        """What differs from what is here. Plugins of which the backup knows nothing go; their photos stay."""
        wanted: dict[str, bytes | None] = dict(backup.files)
        if State.JOBS.value in wanted:
            wanted[State.JOBS.value] = self._history(backup.files[State.JOBS.value])
        for file in self._store.layout.listing().plugins or ():
            wanted.setdefault(f"{CONFIG}{file}", None)
        return {name: content for name, content in wanted.items() if self._differs(name, content)}

    def _differs(self, name: str, content: bytes | None) -> bool:
        here = content_of(self._home / name)
        return here != content and not (here is None and content == NOTHING.get(name))

    def _history(self, saved: bytes) -> bytes:
        here = content_of(self._home / State.JOBS.value)
        merged = merged_history(json.loads(here) if here else {}, json.loads(saved), self._clock.now())
        return (json.dumps(merged, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    def _put(self, changes: Mapping[str, bytes | None]) -> None:
        """Make the changes. Where the disk refuses in the middle, everything goes back to what it was."""
        old = {name: content_of(self._home / name) for name in changes}
        try:
            self._journal.decide(changes)
        except OSError as error:
            raise _disk(error, "nothing was changed") from error
        try:
            self._journal.finish()
        except OSError as error:
            try:
                for name, content in old.items():
                    _put_back(self._home, name, content)
                self._journal.forget()
            except OSError:
                raise _disk(error, "the next start of artframe finishes what was begun") from error
            finally:
                self._store.reload(reason=_REASON)
            raise _disk(error, "everything is as it was") from error

    def _follow(self, backup: Backup, changes: Mapping[str, bytes | None]) -> list[str]:
        """Have the running frame take over what has changed; returns what is left for a person to know."""
        notes = []
        for state in State:
            content = changes.get(state.value)
            if content is None:
                continue
            try:
                if state not in self._adopt:
                    raise LookupError
                self._adopt[state](content)
            except LookupError:
                notes.append(_AT_START[state])
            except Exception:
                log.exception("%s is restored, but the running frame cannot take it over", state.value)
                notes.append(_AT_START[state])
        if changes.get(State.ACCESS.value) is not None:
            notes.append("everybody signs in to the web page again, with the password of the backup")
        notes += [f"{name} could not be used on its own frame either; it is as it was" for name in backup.unusable]
        return notes

    @property
    def _folder(self) -> Path:
        return self._store.layout.state / "backups"

    def _keep(self, before: Backup) -> Path:
        """The present state as a backup of its own, in the frame's own folder; the last three stay."""
        path = self._folder / f"before-restore-{before.created.astimezone(UTC).strftime(_STAMP)}.zip"
        try:
            private_folder(self._folder)
            write_atomic(path, packed(before), mode=0o600)
            for old in self.kept[_KEPT:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            raise _disk(error, "nothing was changed: what is here could not be kept first") from error
        return path


_AT_START = {
    State.ACCESS: "the users of the backup count from the next start of artframe on",
    State.HOST_KEY: "restart artframe, so that SSH clients know the frame again by its key",
    State.HIDDEN: "photos that were hidden are hidden again from the next start of artframe on",
    State.JOBS: "the history of jobs is shown from the next start of artframe on",
}


def _tell(task: Task, done: int, message: str) -> None:
    """Progress that nobody may cancel any more."""
    task.follow(Progress(done=done, total=4, message=message))


def _put_back(home: Path, name: str, content: bytes | None) -> None:
    if content_of(home / name) == content:
        return
    if content is None:
        (home / name).unlink(missing_ok=True)
    else:
        put(home, name, content)


def _disk(error: OSError, what: str) -> NotReady:
    return NotReady(
        f"the backup could not be restored: {error.strerror or type(error).__name__}; {what}",
        "make room on the disk (or mount it writable) and restore it again",
    )
