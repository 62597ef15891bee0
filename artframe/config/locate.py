"""At which line and column of a JSON text does each value stand?

The standard library tells positions only for errors. This reads a text that ``json.loads`` accepted once more, piece by
piece and without recursion, and remembers where each key and each value begins and ends.
"""

from __future__ import annotations

import bisect
import json
import re
from dataclasses import dataclass, field

from artframe.config.problem import Path

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Position:
    """A place in a text; both count from 1, columns in characters."""

    line: int
    column: int


class Lines:
    """Turns offsets into lines and columns."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        line = bisect.bisect_right(self._starts, offset)
        return Position(line=line, column=offset - self._starts[line - 1] + 1)


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """A key that stands twice in the same object."""

    path: Path
    first: Position
    again: Position


@dataclass(frozen=True, kw_only=True)
class Positions:
    """Where everything stands. ``spans`` and ``keys`` hold offsets: (start, end) of a value, start of a key."""

    lines: Lines
    spans: dict[Path, tuple[int, int]]
    keys: dict[Path, int]
    duplicates: tuple[Duplicate, ...]

    def of_value(self, path: Path) -> Position:
        """Where the value begins; for a path that is not in the text, its nearest ancestor that is."""
        while path and path not in self.spans:
            path = path[:-1]
        return self.lines.position(self.spans[path][0])

    def of_key(self, path: Path) -> Position:
        """Where the key of an object's member begins; elsewhere the same as ``of_value``."""
        return self.lines.position(self.keys[path]) if path in self.keys else self.of_value(path)


@dataclass(kw_only=True)
class _Open:
    """An object or array whose end was not seen yet."""

    start: int
    is_object: bool
    index: int = 0
    key: str | None = None
    seen: dict[str, int] = field(default_factory=dict)


def locate(text: str) -> Positions:
    """Find every value of a valid JSON text. Of a key that stands twice the last counts, as in ``json.loads``."""
    lines = Lines(text)
    spans: dict[Path, tuple[int, int]] = {}
    keys: dict[Path, int] = {}
    duplicates: list[Duplicate] = []
    path: list[str | int] = []
    opened: list[_Open] = []

    for match in TOKEN.finditer(text):
        piece, start = match.group(), match.start()
        inside = opened[-1] if opened else None
        if piece in ("]", "}"):
            here = opened.pop()
            del path[len(opened) :]
            spans[tuple(path)] = (here.start, match.end())
        elif piece == ",":
            assert inside is not None
            inside.key = None
            inside.index += 1
        elif piece == ":":
            continue
        elif inside is not None and inside.is_object and inside.key is None:
            key = str(json.loads(piece, strict=False))
            inside.key = key
            path[len(opened) - 1 :] = [key]
            if key in inside.seen:
                first = lines.position(inside.seen[key])
                duplicates.append(Duplicate(path=tuple(path), first=first, again=lines.position(start)))
                _forget(spans, keys, tuple(path))
            inside.seen[key] = start
            keys[tuple(path)] = start
        else:
            if inside is not None and not inside.is_object:
                path[len(opened) - 1 :] = [inside.index]
            if piece in ("[", "{"):
                opened.append(_Open(start=start, is_object=piece == "{"))
            else:
                spans[tuple(path)] = (start, match.end())
    return Positions(lines=lines, spans=spans, keys=keys, duplicates=tuple(duplicates))


def _forget(spans: dict[Path, tuple[int, int]], keys: dict[Path, int], path: Path) -> None:
    """Drop what stood under the first of two equal keys."""
    for known in [known for known in spans if known[: len(path)] == path]:
        del spans[known]
    for known in [known for known in keys if known[: len(path)] == path]:
        del keys[known]
