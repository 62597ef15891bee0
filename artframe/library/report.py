"""What did a sync do?"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from artframe.library.guard import Held

_SAMPLE = 5


@dataclass(frozen=True, kw_only=True)
class SyncReport:
    """The outcome of one complete sync.

    ``added`` and ``replaced`` were fetched (``bytes`` in all), ``kept`` were here already. ``failed`` could not be
    fetched or were damaged (``problems`` names some), ``skipped`` are too large for the quota, ``no_room`` wait for
    their turn, ``waiting`` were not ready on the other side: sync again soon. ``evicted`` made room for others.
    ``foreign`` files lie in the photos folder that are not ours any more. ``held`` photos wait for a confirmation.
    """

    added: int
    replaced: int
    removed: int
    kept: int
    failed: int
    skipped: int
    no_room: int
    waiting: int
    evicted: int
    foreign: int
    bytes: int
    seconds: float
    held: Held | None
    problems: tuple[str, ...]

    @property
    def summary(self) -> str:
        """One line for people: what happened, without the zeros."""
        parts = [f"{self.kept} kept"]
        words = {
            "new": self.added,
            "replaced": self.replaced,
            "removed": self.removed,
            "failed": self.failed,
            "larger than the quota": self.skipped,
            "waiting for room": self.no_room,
            "not ready yet": self.waiting,
            "gave up their place": self.evicted,
        }
        parts += [f"{count} {word}" for word, count in words.items() if count]
        if self.held is not None:
            parts.append(f"{self.held.count} missing photos held until confirmed")
        return ", ".join(parts)


class Counts:
    """The numbers of a running sync; several threads count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.added = 0
        self.replaced = 0
        self.removed = 0
        self.kept = 0
        self.failed = 0
        self.skipped = 0
        self.foreign = 0
        self.bytes = 0
        self.problems: list[str] = []

    def arrive(self, size: int, *, replaced: bool) -> None:
        """A photo was fetched and is in place."""
        with self._lock:
            self.bytes += size
            if replaced:
                self.replaced += 1
            else:
                self.added += 1

    def fail(self, problem: str) -> None:
        """A photo could not be brought."""
        with self._lock:
            self.failed += 1
            if len(self.problems) < _SAMPLE:
                self.problems.append(problem)
