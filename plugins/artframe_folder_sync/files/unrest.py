"""Where in a folder did something change, and has it come to rest?"""

from __future__ import annotations

import threading
from dataclasses import dataclass

PATIENCE = 6.0
"""Settle times: a folder in which something always changes is looked at all the same after so many."""
MOST_FOLDERS = 500
"""When more folders than this changed, looking through everything is cheaper."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What came to rest: folders relative to the root, or ``everything`` where nobody knows what changed."""

    folders: frozenset[str]
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.folders) or self.everything


@dataclass
class _Span:
    first: float
    last: float


class Unrest:
    """Gathers changes until no more come for ``settle`` seconds; thread-safe. Moments are monotonic seconds."""

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._lock = threading.Lock()
        self._folders: dict[str, _Span] = {}
        self._everything: _Span | None = None

    def note(self, folder: str, now: float) -> None:
        """Something changed in this folder."""
        with self._lock:
            if self._everything is not None:
                self._everything.last = now
                return
            span = self._folders.get(folder)
            if span is not None:
                span.last = now
                return
            self._folders[folder] = _Span(now, now)
            if len(self._folders) > MOST_FOLDERS:
                self._lose(now)

    def lose(self, now: float) -> None:
        """Something changed, and nobody can say where."""
        with self._lock:
            self._lose(now)

    def give_back(self, changes: Changes, now: float) -> None:
        """What was taken could not be looked at: it is due again after the settle time."""
        if changes.everything:
            self.lose(now)
        for folder in changes.folders:
            self.note(folder, now)

    def due_at(self) -> float | None:
        """When the first of it has come to rest; None if all is quiet."""
        with self._lock:
            spans = [self._everything] if self._everything is not None else list(self._folders.values())
            return min((self._rests(span) for span in spans), default=None)

    def take(self, now: float) -> Changes:
        """What has come to rest by now. What still changes stays for later."""
        with self._lock:
            if self._everything is not None:
                if self._rests(self._everything) > now:
                    return Changes(folders=frozenset())
                self._everything = None
                return Changes(folders=frozenset(), everything=True)
            rested = frozenset(folder for folder, span in self._folders.items() if self._rests(span) <= now)
            for folder in rested:
                del self._folders[folder]
            return Changes(folders=rested)

    @property
    def waiting(self) -> frozenset[str]:
        """The folders in which something changed, rested or not."""
        with self._lock:
            return frozenset(self._folders)

    def forget(self, until: float) -> None:
        """Everything was looked at from this moment on: only what changed later is still of interest."""
        with self._lock:
            self._folders = {folder: span for folder, span in self._folders.items() if span.last > until}
            if self._everything is not None and self._everything.last <= until:
                self._everything = None

    def _lose(self, now: float) -> None:
        first = min((span.first for span in self._folders.values()), default=now)
        self._folders.clear()
        self._everything = self._everything or _Span(first, now)
        self._everything.last = now

    def _rests(self, span: _Span) -> float:
        return min(span.last + self._settle, span.first + PATIENCE * self._settle)
