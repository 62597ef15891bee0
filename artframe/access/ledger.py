"""Where does it stand who may use the frame, so that no crash loses it and no damage opens a door?"""

from __future__ import annotations

import contextlib
import json
import logging
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from artframe.access.records import VERSION, State, as_json, from_json
from artframe.core.files import write_atomic
from artframe.errors import NotReady

log = logging.getLogger(__name__)

HINT = "make room on the disk, or mount it writable; then try again"


@dataclass(frozen=True, kw_only=True)
class AccessChanged:
    """Event: users, sessions, tokens, the pairing code, or what is wrong with the file are other ones."""


class Ledger:
    """The file ``access.json`` (0600) and what it says. Thread-safe; what changes, saves or looks again blocks.

    ``state`` is a value: whoever reads it never waits for the disk. Each of ``folds`` brings what happened since the
    last writing (visits) into what is written.
    """

    def __init__(self, path: Path, changed: Callable[[], None]) -> None:
        self.path = path
        self.folds: list[Callable[[State], State]] = []
        self._changed = changed
        self._lock = threading.RLock()
        self._state = State()
        self._unreadable = ""
        self._unwritten = ""
        self._set_aside = False
        self._read()

    @property
    def state(self) -> State:
        return self._state

    @property
    def unreadable(self) -> str:
        """Why nothing is known of what the file says; empty normally. Nothing is changed then, and nobody let in."""
        return self._unreadable

    @property
    def unwritten(self) -> str:
        """Why what happened is only in the memory; empty when the file says all of it."""
        return self._unwritten

    @property
    def set_aside(self) -> bool:
        """Whether a damaged file stands beside it and nobody is a user since."""
        return self._set_aside and not self._state.accounts

    def change(self, make: Callable[[State], State]) -> None:
        """Put another state into force once it is on the disk; if it cannot be written, nothing changes.

        Raises NotReady, and whatever ``make`` raises.
        """
        with self._lock:
            if self._unreadable:
                raise NotReady(f"{self._unreadable}; nothing was changed", "see that artframe may read that file")
            new = self._folded(make(self._state))
            try:
                self._write(new)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise NotReady(f"that cannot be written down: {reason}; nothing was changed", HINT) from error
            self._state, self._unwritten = new, ""
        self._changed()

    def change_at_once(self, make: Callable[[State], State]) -> bool:
        """Put another state into force whatever the disk does; False if it is not on the disk (yet)."""
        with self._lock:
            self._state = make(self._state)
            written = self.save()
        self._changed()
        return written

    def save(self) -> bool:
        """Write what is in the memory only; False if that cannot be done now."""
        with self._lock:
            if self._unreadable:
                return False
            new = self._folded(self._state)
            try:
                self._write(new)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                if not self._unwritten:
                    log.warning("%s cannot be written (%s); artframe goes on with the memory", self.path.name, reason)
                self._unwritten = reason
                return False
            self._state, self._unwritten = new, ""
            return True

    def look_again(self) -> None:
        """Read a file that could not be read so far."""
        with self._lock:
            if not self._unreadable:
                return
            self._read()
            known = not self._unreadable
        if known:
            self._changed()

    def _read(self) -> None:
        damaged = self.path.with_name(self.path.name + ".damaged")
        self._unreadable = ""
        try:
            text = self.path.read_bytes()
            self._tighten()
        except FileNotFoundError:
            self._set_aside = damaged.exists()
            return
        except OSError as error:
            self._unreadable = f"who may use the frame cannot be read: {error.strerror or type(error).__name__}"
            log.error("%s; nobody is let in until it can", self._unreadable)
            return
        try:
            content = json.loads(text)
            if content["version"] > VERSION:
                self._unreadable = "who may use the frame was written down by a newer artframe"
                log.error("%s; nobody is let in until that is back", self._unreadable)
                return
            self._state = from_json(content)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            log.error("%s is damaged (%s) and is set aside; nobody can sign in", self.path.name, type(error).__name__)
            self._set_aside = True
            with contextlib.suppress(OSError):  # a disk that is read-only: the next change replaces it, if any can
                self.path.replace(damaged)

    def _tighten(self) -> None:
        with contextlib.suppress(OSError):
            if stat.S_IMODE(self.path.stat().st_mode) & 0o077:
                self.path.chmod(0o600)

    def folded(self) -> State:
        """The state with what happened since it was written."""
        return self._folded(self._state)

    def _folded(self, state: State) -> State:
        for fold in self.folds:
            state = fold(state)
        return state

    def _write(self, state: State) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(self.path, json.dumps(as_json(state), ensure_ascii=True, indent=1) + "\n", mode=0o600)
