"""What does the doctor say: one fact, how much it matters, and what to do?"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from artframe.core.sentence import NOTHING, Sentence, with_phrases


class Severity(enum.Enum):
    """How much a finding matters; the worst is last."""

    FINE = "fine"
    NOTICE = "notice"
    """Nothing is wrong; good to know."""
    WARNING = "warning"
    """Something does not work, or will not for long."""
    ERROR = "error"
    """The frame cannot do what it is for, or may lose what it keeps."""

    @property
    def ok(self) -> bool:
        return self in (Severity.FINE, Severity.NOTICE)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One ``fact`` about ``area`` (``network``, ``disk``); the ``remedy`` is empty where nothing is wrong."""

    area: str
    severity: Severity
    fact: Sentence
    remedy: Sentence = NOTHING

    @property
    def text(self) -> str:
        return self.fact.english

    @property
    def hint(self) -> str:
        return self.remedy.english

    def as_json(self) -> dict[str, Any]:
        return {
            "area": self.area,
            "ok": self.severity.ok,
            "severity": self.severity.value,
            **with_phrases(text=self.fact, hint=self.remedy),
        }


Words = Sentence | str
"""A string: words that are known in English only, such as a plugin's."""


class Area:
    """Makes the findings of one area."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fine(self, text: Words) -> Finding:
        return self._finding(Severity.FINE, text)

    def notice(self, text: Words, hint: Words = NOTHING) -> Finding:
        return self._finding(Severity.NOTICE, text, hint)

    def warning(self, text: Words, hint: Words) -> Finding:
        return self._finding(Severity.WARNING, text, hint)

    def error(self, text: Words, hint: Words) -> Finding:
        return self._finding(Severity.ERROR, text, hint)

    def _finding(self, severity: Severity, text: Words, hint: Words = NOTHING) -> Finding:
        return Finding(area=self.name, severity=severity, fact=_sentence(text), remedy=_sentence(hint))


def _sentence(words: Words) -> Sentence:
    return words if isinstance(words, Sentence) else Sentence(english=words)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One look at something. ``function`` blocks (it gets a thread of its own) or is ``async``; it changes nothing.

    ``what`` names it where it did not come back within ``seconds``: ``the disk``.
    """

    area: str
    what: str
    function: Callable[[], Any]
    """Returns findings, or is ``async`` and does."""
    seconds: float = 10.0
