"""How did one run of a job go?"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from artframe.core.failure import Blame, Failure
from artframe.core.sentence import Phrase, Sentence, with_phrases
from artframe.core.task import Progress
from artframe.jobs.pace import Reading


class Outcome(enum.Enum):
    """How a run ended; ``text`` is for people, ``exit_code`` for a shell that waited for it."""

    GOOD = ("good", "done", 0)
    NOT_READY = ("not_ready", "tried again soon", 75)
    NEEDS_ATTENTION = ("needs_attention", "waits for you", 78)
    CANCELLED = ("cancelled", "stopped on request", 130)
    FAILED = ("failed", "failed because of a bug", 1)

    text: str
    exit_code: int

    def __new__(cls, code: str, text: str, exit_code: int) -> Outcome:
        member = object.__new__(cls)
        member._value_ = code
        member.text = text
        member.exit_code = exit_code
        return member

    @property
    def is_failure(self) -> bool:
        """It should have worked; a run that was stopped on purpose is no failure."""
        return self in (Outcome.NOT_READY, Outcome.NEEDS_ATTENTION, Outcome.FAILED)


_OUTCOMES = {
    Blame.WORLD: Outcome.NOT_READY,
    Blame.PERSON: Outcome.NEEDS_ATTENTION,
    Blame.CALLER: Outcome.NEEDS_ATTENTION,
    Blame.NOBODY: Outcome.CANCELLED,
    Blame.PROGRAMMER: Outcome.FAILED,
}


def outcome_of(failure: Failure | None) -> Outcome:
    """Sort a failure (None: there was none)."""
    return Outcome.GOOD if failure is None else _OUTCOMES[failure.blame]


@dataclass(frozen=True, kw_only=True)
class JobRun:
    """One run: ``job`` is ``<owner>/<name>``, ``started`` aware UTC, ``done`` how many units, ``counts`` its sums.
    ``phrases`` and ``hint_phrases`` are what message and hint are made of, where the frame itself said it.

    ``failing_since`` is the beginning of the first of the failures in a row that this run ends, None if it is good.
    """

    job: str
    owner: str
    outcome: Outcome
    started: datetime
    seconds: float
    message: str = ""
    hint: str = ""
    done: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    phrases: tuple[Phrase, ...] = ()
    hint_phrases: tuple[Phrase, ...] = ()
    failing_since: datetime | None = None
    failure: Failure | None = field(default=None, repr=False, compare=False)

    @property
    def said(self) -> Sentence:
        return Sentence(english=self.message, phrases=self.phrases)

    def as_json(self) -> dict[str, Any]:
        return {
            "job": self.job,
            "outcome": self.outcome.value,
            "started": self.started.isoformat(),
            "seconds": round(self.seconds, 3),
            **with_phrases(
                message=self.said,
                hint=Sentence(english=self.hint, phrases=self.hint_phrases),
            ),
            "done": self.done,
            "counts": dict(self.counts),
        }


@dataclass(frozen=True, kw_only=True)
class JobStarted:
    """Event: a run began."""

    job: str
    owner: str


@dataclass(frozen=True, kw_only=True)
class JobProgress:
    """Event: how far a run is, and how fast; at most a few in a second."""

    job: str
    owner: str
    progress: Progress
    pace: Reading


@dataclass(frozen=True, kw_only=True)
class JobEnded:
    """Event: a run is over, and written into the history."""

    run: JobRun
