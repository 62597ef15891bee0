"""What does the doctor say: one fact, how much it matters, and what to do?"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


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
    """One fact about ``area`` (``network``, ``disk``); ``hint`` says what to do and is empty where nothing is wrong."""

    area: str
    severity: Severity
    text: str
    hint: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "area": self.area,
            "ok": self.severity.ok,
            "severity": self.severity.value,
            "text": self.text,
            "hint": self.hint,
        }


class Area:
    """Makes the findings of one area."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fine(self, text: str) -> Finding:
        return Finding(area=self.name, severity=Severity.FINE, text=text)

    def notice(self, text: str, hint: str = "") -> Finding:
        return Finding(area=self.name, severity=Severity.NOTICE, text=text, hint=hint)

    def warning(self, text: str, hint: str) -> Finding:
        return Finding(area=self.name, severity=Severity.WARNING, text=text, hint=hint)

    def error(self, text: str, hint: str) -> Finding:
        return Finding(area=self.name, severity=Severity.ERROR, text=text, hint=hint)


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
