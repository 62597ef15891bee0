"""Is a JSON body, a query or a form what the server expects, and what is said about it if not?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.field import MISSING, Field, Path, Wrong, issue, name_of, received
from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.refusal import Issue, bad_request, invalid

NOT_A_DATE = "must be a date string"
UUID_V4 = r"^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$"
_UUID = re.compile(UUID_V4)


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """A string; ``filled`` refuses the empty one in 2.7 (3.0 never minds)."""

    filled: bool = False

    @property
    def must_be_filled(self) -> bool:  # type: ignore[override]
        return self.filled

    def read(self, value: object, path: Path, generation: Generation) -> str:
        if not isinstance(value, str):
            raise self.mistyped(value, path)
        if self.filled and not value and not generation.modern:
            raise Wrong(issue(path, "should not be empty", "Too small", code="too_small"))
        return value


@dataclass(frozen=True, kw_only=True)
class Uuid(Field):
    """A version 4 UUID; upper case passes here (and then matches no row)."""

    complaint = "must be a UUID"
    each = False

    def read(self, value: object, path: Path, generation: Generation) -> str:
        if isinstance(value, str) and _UUID.match(value):
            return value
        if not isinstance(value, str):
            raise self.mistyped(value, path)
        raise Wrong(
            issue(
                path,
                self.complaint,
                "Invalid UUID",
                origin="string",
                code="invalid_format",
                format="uuid",
                pattern=f"/{UUID_V4}/",
            )
        )


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """A boolean; in queries and forms the words ``true`` and ``false`` in lower case."""

    words: bool = False
    expected = "boolean"
    complaint = "must be a boolean value"

    def read(self, value: object, path: Path, generation: Generation) -> bool:
        if self.words and value in ("true", "false"):
            return value == "true"
        if isinstance(value, bool):
            return value
        if value is MISSING:
            message = "Invalid input: expected boolean, received undefined"
            raise Wrong(issue(path, "should not be empty", message, expected="boolean", code="invalid_type"))
        if self.words and isinstance(value, str):
            message = 'Invalid option: expected one of "true"|"false"'
            raise Wrong(issue(path, self.complaint, message, code="invalid_value", values=["true", "false"]))
        raise self.mistyped(value, path)


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A number within limits. ``words`` (queries, forms) and 2.7 also take it as text."""

    least: float | None = None
    most: float | None = None
    whole: bool = True
    words: bool = False
    expected = "number"
    complaint = "must be a number conforming to the specified constraints"

    def read(self, value: object, path: Path, generation: Generation) -> float:
        if isinstance(value, str) and (self.words or not generation.modern):
            value = self._number(value)
            if isinstance(value, str):
                message = "Invalid input: expected number, received NaN"
                raise Wrong(
                    issue(path, self.complaint, message, expected="number", code="invalid_type", received="NaN")
                )
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.mistyped(value, path)
        if self.whole and value != int(value):
            message = f"Invalid input: expected int, received {received(value)}"
            raise Wrong(issue(path, "must be an integer number", message, expected="int", code="invalid_type"))
        self._check_limits(value, path)
        return int(value) if self.whole else value

    def _number(self, text: str) -> object:
        try:
            return float(text)
        except ValueError:
            return text

    def _check_limits(self, value: float, path: Path) -> None:
        if self.least is not None and value < self.least:
            facts: dict[str, object] = {"origin": "number", "code": "too_small", "minimum": self.least}
            message = f"Too small: expected number to be >={self.least}"
            raise Wrong(issue(path, f"must not be less than {self.least}", message, inclusive=True, **facts))
        if self.most is not None and value > self.most:
            facts = {"origin": "number", "code": "too_big", "maximum": self.most}
            message = f"Too big: expected number to be <={self.most}"
            raise Wrong(issue(path, f"must not be greater than {self.most}", message, inclusive=True, **facts))


@dataclass(frozen=True, kw_only=True)
class Degrees(Field):
    """A latitude or longitude (``kind``); it cannot be cleared with null."""

    kind: str
    most: int
    refuses_null = True

    def read(self, value: object, path: Path, generation: Generation) -> float:
        if not generation.modern:
            number = Number(whole=False, least=-self.most, most=self.most)
            lines = ["should not be empty"] if value is None else []
            lines.append(f"must be a {self.kind} string or number")
            try:
                return number.read(value, path, generation)
            except Wrong:
                raise Wrong(issue(path, lines, "")) from None
        return Number(whole=False, least=-self.most, most=self.most).read(value, path, generation)


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a few words."""

    options: Sequence[str]

    def read(self, value: object, path: Path, generation: Generation) -> str:
        if isinstance(value, str) and value in self.options:
            return value
        listed = "|".join(f'"{option}"' for option in self.options)
        old = f"must be one of the following values: {', '.join(self.options)}"
        message = f"Invalid option: expected one of {listed}"
        raise Wrong(issue(path, old, message, code="invalid_value", values=list(self.options)))


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """A point in time in microseconds: strict ``...Z`` in 3.0, any ISO date in 2.7."""

    complaint = "must be a Date instance"
    must_be_filled = True
    wanted = "ISO 8601 datetime string"

    def read(self, value: object, path: Path, generation: Generation) -> int:
        if not isinstance(value, str):
            raise self.mistyped(value, path)
        moment = moments.parse_strict(value) if generation.modern else moments.parse_loose(value)
        if moment is not None:
            return moment
        raise Wrong(
            issue(
                path,
                NOT_A_DATE,
                "Invalid input: expected ISO 8601 datetime string, received string",
                origin="string",
                code="invalid_format",
                format="datetime",
                pattern=moments.STRICT_PATTERN,
            )
        )


@dataclass(frozen=True, kw_only=True)
class Many(Field):
    """A list of one kind of thing."""

    of: Field
    least: int = 0
    expected = "array"
    complaint = "must be an array"

    def read(self, value: object, path: Path, generation: Generation) -> list[Any]:
        if not isinstance(value, list):
            raise self.mistyped(value, path)
        if len(value) < self.least:
            message = f"Too small: expected array to have >={self.least} items"
            facts = {"origin": "array", "code": "too_small", "minimum": self.least, "inclusive": True}
            raise Wrong(issue(path, f"must contain at least {self.least} elements", message, **facts))
        found: list[Any] = []
        wrong: list[Issue] = []
        for index, item in enumerate(value):
            try:
                found.append(self.of.read(item, (*path, index), generation))
            except Wrong as error:
                wrong.extend(error.issues)
        if wrong and not isinstance(self.of, Thing):  # 2.7 speaks of the list, not of the item
            own = wrong[0].old[0].removeprefix(f"{name_of(wrong[0].path)} ")
            line = f"each value in {name_of(path)} {own}"
            wrong = [Issue(path=one.path, modern=one.modern, old=[line] if one is wrong[0] else []) for one in wrong]
        if wrong:
            raise Wrong(*wrong)
        return found


@dataclass(frozen=True, kw_only=True)
class Thing(Field):
    """A nested object with fields of its own."""

    fields: Mapping[str, Field]
    expected = "object"
    complaint = "must be an object"

    def read(self, value: object, path: Path, generation: Generation) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.mistyped(value, path)
        found: dict[str, Any] = {}
        wrong: list[Issue] = []
        for name, field in self.fields.items():
            given = value.get(name, MISSING)
            if (given is MISSING and not field.required) or (
                given is None and (field.nullable or _lenient(field, generation))
            ):
                if given is None and field.nullable:
                    found[name] = None
                continue
            try:
                found[name] = field.read(given, (*path, name), generation)
            except Wrong as error:
                wrong.extend(error.issues)
        if wrong:
            raise Wrong(*wrong)
        return found


def _lenient(field: Field, generation: Generation) -> bool:
    return not generation.modern and not field.required and not field.refuses_null


@dataclass(frozen=True, kw_only=True)
class AnyObject(Field):
    """A JSON object whose content is nobody's business here."""

    expected = "record"
    complaint = "must be an object"

    def read(self, value: object, path: Path, generation: Generation) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.mistyped(value, path)
        return value


def read_fields(fields: Mapping[str, Field], given: object, generation: Generation) -> dict[str, Any]:
    """The known fields of ``given``; unknown ones are ignored without a word, as Immich does. Raises Refused."""
    if given is MISSING and not generation.modern:
        given = {}  # 2.7 takes a missing body for an empty one
    try:
        return Thing(fields=fields).read(given, (), generation)
    except Wrong as error:
        first = error.issues[0].old[:1]
        if not generation.modern and first and first[0].endswith(NOT_A_DATE):
            raise bad_request(first[0]) from None  # 2.7 gives up at the first date it cannot read
        raise invalid(*error.issues) from None
