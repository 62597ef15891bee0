"""What did a sync do?"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import reduce
from operator import add

from artframe.core.sentence import Sentence, said
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
    def summary(self) -> Sentence:
        """One line for people: what happened, without the zeros."""
        held = self.held.count if self.held is not None else 0
        parts = (
            (self.added, said("sync.new", "{count} new", count=self.added)),
            (self.replaced, said("sync.replaced", "{count} replaced", count=self.replaced)),
            (self.removed, said("sync.removed", "{count} removed", count=self.removed)),
            (self.failed, said("sync.failed", "{count} failed", count=self.failed)),
            (self.skipped, said("sync.too_large", "{count} larger than the quota", count=self.skipped)),
            (self.no_room, said("sync.no_room", "{count} waiting for room", count=self.no_room)),
            (self.waiting, said("sync.not_ready", "{count} not ready yet", count=self.waiting)),
            (self.evicted, said("sync.evicted", "{count} gave up their place", count=self.evicted)),
            (held, said("sync.held", "{count} missing photos held until confirmed", count=held)),
        )
        kept = said("sync.kept", "{count} kept", count=self.kept)
        return reduce(add, (part for count, part in parts if count), kept)


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
