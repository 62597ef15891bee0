"""How far is a long piece of work, and should it stop?"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from artframe.core.sentence import Phrase, Sentence, with_phrases
from artframe.core.transfer import Moving, Transfer, together
from artframe.errors import Cancelled

_MOST_COUNTS = 16


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A moment of a task: ``done`` of ``total`` (None: unknown) units, and one line on what it does now.

    ``phrases`` are what the line is made of, where it was said as a Sentence. ``bytes`` is all that has moved since the
    beginning, ``moving`` the files that are on their way now (None: none is).
    """

    done: int = 0
    total: int | None = None
    message: str = ""
    phrases: tuple[Phrase, ...] = ()
    bytes: int = 0
    moving: Moving | None = None

    @property
    def sentence(self) -> Sentence:
        return Sentence(english=self.message, phrases=self.phrases)

    def as_json(self) -> dict[str, Any]:
        """As every face of the frame hands it on."""
        return {
            "done": self.done,
            "total": self.total,
            **with_phrases(message=self.sentence),
            "bytes": self.bytes,
            "moving": self.moving.as_json() if self.moving is not None else None,
        }


class Task:
    """Given to a job that asks for it (a parameter named ``task``). Thread-safe.

    ``step()`` raises Cancelled when the work should end: call it often, between whole pieces, where stopping is safe.
    """

    def __init__(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._progress = Progress()
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._counts: dict[str, int] = {}
        self._transfers: list[Transfer] = []

    @property
    def counts(self) -> dict[str, int]:
        """What was counted so far, by name."""
        with self._lock:
            return dict(self._counts)

    def count(self, what: str, amount: int = 1) -> None:
        """Add to a sum that the history keeps of this run: ``photos``, ``removed``, ``bytes`` or a name of your own.

        Nothing to do with how far the work is. At most 16 names are kept. What a name of your own means, the job's
        ``counts`` say; one that begins with ``bytes`` is a sum of bytes.
        """
        with self._lock:
            if what in self._counts or len(self._counts) < _MOST_COUNTS:
                self._counts[what] = self._counts.get(what, 0) + amount

    @property
    def progress(self) -> Progress:
        return self._progress

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the work to end at its next step."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise Cancelled if the work should end; reports nothing."""
        if self._cancelled.is_set():
            raise Cancelled

    def plan(self, total: int | None, message: str | Sentence | None = None, *, done: int = 0) -> None:
        """Say how many units there are in all (None: unknown), how many of them are done, and go on counting there."""
        with self._lock:
            self._progress = replace(self._progress, done=done, total=total)
        self._change(more=0, message=message)

    def step(self, count: int = 1, message: str | Sentence | None = None) -> None:
        """Count units as done; raises Cancelled when the work should end."""
        self._change(more=count, message=message)
        self.check()

    @contextlib.contextmanager
    def transfer(self, name: str, total: int | None, *, done: int = 0) -> Iterator[Callable[[int], None]]:
        """A file of ``total`` bytes (None: unknown) is on its way, ``done`` of them from earlier.

        Call what this gives with how many have arrived so far; it never raises. Any number at once, in any thread.
        """
        one = Transfer(name=name, total=total, done=done)

        def arrived(done: int) -> None:
            with self._lock:
                moved, one.done = max(done - one.done, 0), done
                self._moving(moved)
            self._report(self._progress)

        with self._lock:
            self._transfers.append(one)
        try:
            yield arrived
        finally:
            with self._lock:
                self._transfers.remove(one)
                self._moving(0)
            self._report(self._progress)

    def follow(self, progress: Progress) -> None:
        """Show how far another task is, in one step; never raises."""
        with self._lock:
            self._progress = progress
        self._report(progress)

    def say(self, message: str | Sentence) -> None:
        """Change the line on what happens now; raises Cancelled when the work should end."""
        self.step(0, message)

    def _moving(self, moved: int) -> None:
        before = self._progress
        self._progress = replace(before, bytes=before.bytes + moved, moving=together(self._transfers))

    def _change(self, *, more: int, message: str | Sentence | None) -> None:
        with self._lock:
            progress = replace(self._progress, done=self._progress.done + more)
            if message is not None:
                told = message if isinstance(message, Sentence) else Sentence(english=message)
                progress = replace(progress, message=told.english, phrases=told.phrases)
            self._progress = progress
        self._report(progress)

    def _report(self, progress: Progress) -> None:
        if self._on_progress is not None:
            self._on_progress(progress)
