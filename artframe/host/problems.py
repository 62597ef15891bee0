"""What is wrong at the moment, since when, and what can the person do about it?"""

from __future__ import annotations

import enum
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from artframe.core.clock import Clock
from artframe.core.events import EventBus
from artframe.core.sentence import Sentence, Text, sentence_of, with_phrases
from artframe.core.state_file import StateFile

_GRACE_SECONDS = 3600.0
"""How long a problem that nobody reports any more (plugin stopped, frame restarted) keeps its beginning."""


class Severity(enum.Enum):
    """How much a problem matters; compare by ``rank`` (higher is worse)."""

    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One cause, one line. ``owner`` is a plugin's instance or a part of the frame; ``since`` is aware UTC.

    ``answer`` is the command that settles it, with ``arguments``; empty where there is none.
    """

    owner: str
    key: str
    said: Sentence
    advice: Sentence
    severity: Severity
    since: datetime
    answer: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def message(self) -> str:
        return self.said.english

    @property
    def hint(self) -> str:
        return self.advice.english

    @property
    def line(self) -> str:
        """What happened and since when, in the frame's own time zone."""
        return f"{self.owner}: {self.message} (since {self.since.astimezone():%Y-%m-%d %H:%M})"

    def as_json(self) -> dict[str, Any]:
        return {
            "owner": self.owner,
            "key": self.key,
            **with_phrases(message=self.said, hint=self.advice),
            "severity": self.severity.value,
            "since": self.since.isoformat(),
            "answer": self.answer,
            "arguments": dict(self.arguments),
        }


@dataclass(frozen=True, kw_only=True)
class ProblemsChanged:
    """Event: the list of problems is another one."""

    problems: tuple[Problem, ...]


class Problems:
    """All problems of the frame; thread-safe. The beginning of each survives a restart, in one small file.

    The file is written when a problem begins or ends, never for a repetition.
    """

    def __init__(self, path: Path, *, clock: Clock, events: EventBus) -> None:
        self._clock = clock
        self._events = events
        self._lock = threading.RLock()
        self._open: dict[tuple[str, str], Problem] = {}
        self._file = StateFile(path)
        self._began = _read(self._file.load())
        self._unheard = dict.fromkeys(self._began, clock.monotonic())

    def problem(
        self,
        owner: str,
        key: str,
        message: Text,
        hint: Text = "",
        severity: Severity = Severity.WARNING,
        *,
        since: datetime | None = None,
        answer: str = "",
        arguments: Mapping[str, Any] | None = None,
    ) -> None:
        """Show a problem until it is cleared. The same key replaces the text and keeps the time.

        ``since`` tells the beginning where the owner knows it better (a job knows since when it fails).
        """
        name = (owner, key)
        with self._lock:
            began = since or self._beginning(name)
            new = Problem(
                owner=owner,
                key=key,
                said=sentence_of(message),
                advice=sentence_of(hint),
                severity=severity,
                since=began,
                answer=answer,
                arguments=arguments or {},
            )
            if self._open.get(name) == new:
                return
            self._open[name] = new
            self._unheard.pop(name, None)
            if self._began.get(name) != began:
                self._began[name] = began
                self._save()
            self._publish()

    def clear(self, owner: str, key: str) -> None:
        """The problem is gone; harmless when there was none."""
        self._end([(owner, key)])

    def hide(self, owner: str, keep: Collection[str] = ()) -> None:
        """The owner stopped: its problems (but for the keys in ``keep``) are not shown any more.

        One that is reported again soon keeps its time.
        """
        with self._lock:
            hidden = [name for name in self._open if name[0] == owner and name[1] not in keep]
            for name in hidden:
                del self._open[name]
                self._unheard[name] = self._clock.monotonic()
            if hidden:
                self._publish()

    def forget(self, owner: str) -> None:
        """The owner is gone for good."""
        with self._lock:
            self._end([name for name in {*self._open, *self._began} if name[0] == owner])

    def __iter__(self) -> Iterator[Problem]:
        """The worst first, then the oldest."""
        with self._lock:
            known = list(self._open.values())
        return iter(sorted(known, key=lambda one: (-one.severity.rank, one.since, one.owner, one.key)))

    def of(self, owner: str) -> tuple[Problem, ...]:
        """The problems of one owner."""
        return tuple(problem for problem in self if problem.owner == owner)

    def close(self) -> None:
        """Wait until the file is written."""
        self._file.flush()

    def _beginning(self, name: tuple[str, str]) -> datetime:
        now = self._clock.now()
        self._drop_unheard()
        # A beginning in the future is left from a time when the clock was wrong.
        return min(self._began.get(name, now), now)

    def _drop_unheard(self) -> None:
        limit = self._clock.monotonic() - _GRACE_SECONDS
        for name, quiet_since in list(self._unheard.items()):
            if quiet_since < limit:
                del self._unheard[name]
                self._began.pop(name, None)

    def _end(self, names: list[tuple[str, str]]) -> None:
        with self._lock:
            shown = [self._open.pop(name) for name in names if name in self._open]
            kept = [self._began.pop(name) for name in names if name in self._began]
            for name in names:
                self._unheard.pop(name, None)
            if kept:
                self._save()
            if shown:
                self._publish()

    def _publish(self) -> None:
        # Under the lock, so that events come in the order of the changes; listeners only take note.
        self._events.publish(ProblemsChanged(problems=tuple(self)))

    def _save(self) -> None:
        began: dict[str, dict[str, str]] = {}
        for (owner, key), moment in sorted(self._began.items()):
            began.setdefault(owner, {})[key] = moment.isoformat()
        self._file.save({"version": 1, "since": began})


def _read(content: dict[str, Any]) -> dict[tuple[str, str], datetime]:
    began: dict[tuple[str, str], datetime] = {}
    try:
        for owner, keys in content.get("since", {}).items():
            for key, moment in keys.items():
                parsed = datetime.fromisoformat(moment)
                if parsed.tzinfo is not None:
                    began[owner, key] = parsed
    except (AttributeError, TypeError, ValueError):
        return {}
    return began
