"""What is common to all expected values: a path, a complaint in both generations' words, a way to be read?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.refusal import Issue

Path = tuple[str | int, ...]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


def received(value: object) -> str:
    match value:
        case _Missing():
            return "undefined"
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def name_of(path: Path) -> str:
    return ".".join(map(str, path))


def issue(path: Path, old: str | Sequence[str], message: str, **facts: object) -> Issue:
    """An issue whose 2.7 lines start with the field's name."""
    lines = [old] if isinstance(old, str) else old
    return Issue(path=path, modern={**facts, "message": message}, old=[f"{name_of(path)} {line}" for line in lines])


class Wrong(Exception):
    """Carries the issues of one field out of ``Field.read``."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__(str(issues))
        self.issues = issues


@dataclass(frozen=True, kw_only=True)
class Field:
    """One expected value. Subclasses say which type they want in 3.0's and in 2.7's words."""

    required: bool = False
    nullable: bool = False

    expected = "string"
    complaint = "must be a string"
    wanted = ""
    must_be_filled = False
    refuses_null = False

    def read(self, value: object, path: Path, generation: Generation) -> Any:
        """The value in the form the handlers work with; Wrong when it is not acceptable."""
        raise NotImplementedError

    def mistyped(self, value: object, path: Path) -> Wrong:
        """The value is of another type or absent."""
        lines = [self.complaint]
        if (value is MISSING or value is None) and self.must_be_filled:
            lines.append("should not be empty")
        message = f"Invalid input: expected {self.wanted or self.expected}, received {received(value)}"
        return Wrong(issue(path, lines, message, expected=self.expected, code="invalid_type"))
