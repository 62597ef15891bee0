"""What does a file look like without its secrets, and how do they come back into an edited text?

In the text that a person edits, the mask stands for what the file holds at that place. So a text that comes back with
the masks as they were says the same as the file, to the letter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from artframe.config.broken_text import Remains
from artframe.config.describe import Schema
from artframe.config.document import Document
from artframe.config.locate import Lines, Position
from artframe.config.masking import CREDENTIALS, MASK, MASKED_CREDENTIALS, masked
from artframe.config.problem import ConfigProblem, Path
from artframe.config.rewrite import rewrite, same
from artframe.config.setting_path import NOTHING, value_at

NO_SECRET = "this is the mask, not a secret"  # noqa: S105
_INSTEAD = 'the secret itself, or {"$secret": "name"}'


@dataclass(frozen=True, kw_only=True)
class Origin:
    """For what the mask at ``path`` of an edited file stands: for what the file holds at ``source``, or for ``value``.

    NOTHING in both: for nothing that could be told.
    """

    path: Path
    source: Path | None = None
    value: Any = field(default=NOTHING, repr=False)

    @property
    def known(self) -> bool:
        return self.source is not None or self.value is not NOTHING


@dataclass(frozen=True, kw_only=True)
class PutBack:
    """An edited text with the secrets in it again. ``pieces``: what was replaced, (start, end, new text)."""

    text: str = field(repr=False)
    edited: str = field(repr=False)
    pieces: tuple[tuple[int, int, str], ...] = field(repr=False)

    def place(self, line: int, column: int) -> Position:
        """Where in the edited text that stands which is there in the one with the secrets."""
        offset = _offset(self.text, line, column)
        shift = 0
        for start, end, new in self.pieces:
            if start + shift >= offset:
                break
            if start + shift + len(new) > offset:
                return Lines(self.edited).position(start)
            shift += len(new) - (end - start)
        return Lines(self.edited).position(offset - shift)


def masked_text(document: Document, schema: Schema | None) -> str:
    """The file's text with a mask for each secret; all other formatting stays."""
    return rewrite(document.text, document.data, masked(document.data, schema))


def origins(new: Any, old: Any, schema: Schema | None) -> Iterator[Origin]:
    """For what each mask in the data ``new`` stands, which was made from ``old`` as it is shown."""
    yield from _origins(new, old, masked(old, schema), (), ())


def origins_in_broken(new: Any, remains: Remains, path: Path = ()) -> Iterator[Origin]:
    """The same when what the file holds is no JSON: a mask stands for the one text of that name that was masked."""
    for here, value in _masks(new, path):
        original = remains.original(str(here[-1]), value)
        yield Origin(path=here, value=NOTHING if original is None else original)


def put_back(edited: Document, found: Sequence[Origin], source: Document | None) -> PutBack:
    """The edited text with every mask of known origin replaced by what it stands for."""
    pieces = []
    for origin in found:
        start, end = edited.positions.spans[origin.path]
        if origin.source is not None and source is not None:
            first, last = source.positions.spans[origin.source]
            pieces.append((start, end, source.text[first:last]))
        elif origin.value is not NOTHING:
            pieces.append((start, end, json.dumps(origin.value, ensure_ascii=False)))
    pieces.sort()
    text, done = "", 0
    for start, end, new in pieces:
        text += edited.text[done:start] + new
        done = end
    return PutBack(text=text + edited.text[done:], edited=edited.text, pieces=tuple(pieces))


def mask_problem(document: Document, path: Path) -> ConfigProblem:
    """A mask stands where there is no secret for it."""
    return document.problem(path, NO_SECRET, allowed=_INSTEAD)


def _origins(new: Any, old: Any, shown: Any, here: Path, there: Path) -> Iterator[Origin]:
    if isinstance(new, Mapping):
        for name, value in new.items():
            yield from _origins(value, _of(old, name), _of(shown, name), (*here, name), (*there, name))
    elif isinstance(new, list):
        for index, value in enumerate(new):
            twin = _twin(new, index, shown)
            inside = (NOTHING, NOTHING) if twin is None else (_of(old, twin), _of(shown, twin))
            yield from _origins(value, *inside, (*here, index), (*there, index if twin is None else twin))
    elif isinstance(new, str):
        if old is not NOTHING and new == shown and not same(old, shown):
            yield Origin(path=here, source=there)
        elif new == MASK and old != MASK:
            yield Origin(path=here, source=None if old is NOTHING else there)
        elif MASKED_CREDENTIALS.search(new) and new != old:
            yield Origin(path=here, value=_with_credentials(new, old))


def _twin(new: list[Any], index: int, shown: Any) -> int | None:
    """Which entry of the list as it was shown this one is: the one that looks alike, else the one in its place."""
    if not isinstance(shown, list):
        return None
    alike = [place for place, entry in enumerate(shown) if same(entry, new[index])]
    if len(alike) == 1:
        return alike[0]
    # Of several that look alike, and of one that was edited, only its place tells which it is.
    return index if len(shown) == len(new) else None


def _with_credentials(new: str, old: Any) -> Any:
    """An address that was edited with its name and password masked."""
    hidden = CREDENTIALS.findall(old) if isinstance(old, str) else []
    known = [found.group() for found in CREDENTIALS.finditer(old)] if hidden else []
    if len(known) != len(CREDENTIALS.findall(new)):
        return NOTHING
    pieces = iter(known)
    return CREDENTIALS.sub(lambda found: next(pieces) if MASK in found.group() else _skip(pieces, found.group()), new)


def _skip(pieces: Iterator[str], kept: str) -> str:
    next(pieces)
    return kept


def _of(value: Any, part: str | int) -> Any:
    return value_at(value, (part,))


def _masks(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _masks(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _masks(member, (*path, index))
    elif isinstance(value, str) and (value == MASK or MASKED_CREDENTIALS.search(value)):
        yield path, value


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1
