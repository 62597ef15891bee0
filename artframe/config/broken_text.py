"""What may be shown of a text that is no JSON, so that nobody can tell for sure where a secret stands?

A value is shown only where it follows the name of a setting that is known to be harmless; everything else is masked.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from artframe.config.describe import Schema, all_names, secret_names
from artframe.config.masking import MASK, REFERENCES, is_harmless_note, without_credentials

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"?|[{}\[\],:]|[^\s{}\[\],:"]+')
_TELLING = 6
"""So many letters make a text that does not stand somewhere by chance."""
_KIND = re.compile(r'"plugin"\s*:\s*"([^"\\]+)"')


@dataclass(frozen=True, kw_only=True)
class Remains:
    """A broken text that may be shown; ``masked``: what was masked in it, (as shown, as it is) by name."""

    text: str
    masked: dict[str, tuple[tuple[str, str], ...]] = field(repr=False)

    def original(self, name: str, shown: str) -> str | None:
        """What was masked like this after this name; None if that cannot be told."""
        found = [original for as_shown, original in self.masked.get(name, ()) if as_shown == shown]
        return found[0] if len(found) == 1 else None


class _Expected(enum.Enum):
    """What may come next."""

    NOTHING_KNOWN = enum.auto()
    NAME = enum.auto()
    COLON = enum.auto()
    VALUE = enum.auto()
    ENTRY = enum.auto()
    """The next one of a harmless list."""
    END_OF_ENTRY = enum.auto()


def kind_in(text: str) -> str:
    """The kind of plugin that a broken file names; empty if that cannot be told."""
    found = _KIND.search(text)
    return found[1] if found else ""


def masked_remains(text: str, schema: Schema, secrets: Sequence[str]) -> Remains:
    """Mask what may be secret in a broken text. ``secrets``: those that are known, masked wherever they stand."""
    pieces, masked = _Masking(schema).apply(text)
    shown = "".join(pieces)
    for secret in sorted(secrets, key=len, reverse=True):
        # Shorter ones would be found in half of all words; where they stand as values they are masked anyway.
        shown = shown.replace(secret, MASK) if len(secret) >= _TELLING else shown
    return Remains(text=shown, masked={name: tuple(values) for name, values in masked.items()})


class _Masking:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._secret = set(secret_names(schema))
        self._lists = self._secret - set(secret_names(schema, lists=False))
        self._known = (all_names(schema) - self._secret) | set(REFERENCES)
        self._expected = _Expected.NAME
        self._name: str | None = None
        self._doubtful = False
        """Something was out of order and no known name came since: what looks like a name may be a secret."""
        self._masked: dict[str, list[tuple[str, str]]] = {}

    def apply(self, text: str) -> tuple[list[str], dict[str, list[tuple[str, str]]]]:
        pieces: list[str] = []
        done = 0
        for token in _TOKEN.finditer(text):
            pieces.append(text[done : token.start()])
            piece, done = token.group(), token.end()
            if piece in "{}[],:":
                self._punctuation(piece)
                pieces.append(piece)
            else:
                pieces.append(self._word(piece, followed_by=text[done:].lstrip()[:1]))
        return [*pieces, text[done:]], self._masked

    def _punctuation(self, mark: str) -> None:
        expected = self._expected
        if mark == ":" and expected is _Expected.COLON:
            self._expected = _Expected.VALUE
        elif (mark == "[" and expected is _Expected.VALUE and self._harmless(self._name)) or (
            mark == "," and expected is _Expected.END_OF_ENTRY
        ):
            self._expected = _Expected.ENTRY
        elif mark in "{,":
            self._expected, self._name = _Expected.NAME, None
        else:
            self._expected, self._name = _Expected.NOTHING_KNOWN, None

    def _word(self, piece: str, *, followed_by: str) -> str:
        word = _meaning(piece)
        known = word in self._known or word in self._secret
        if followed_by == ":" and (known or (self._expected is _Expected.NAME and not self._doubtful)):
            self._expected, self._name = _Expected.COLON, word
            self._doubtful = word in self._lists or (not known and self._doubtful)
            return piece
        expected, name = self._expected, self._name
        self._expected = _Expected.END_OF_ENTRY if expected is _Expected.ENTRY else _Expected.NOTHING_KNOWN
        if known:
            self._doubtful = True
            return piece
        harmless = expected in (_Expected.VALUE, _Expected.ENTRY) and self._harmless(name)
        shown = without_credentials(word) if harmless else MASK
        whole = piece.startswith('"') and piece.endswith('"') and len(piece) > 1
        if shown == word:
            return piece
        sound = expected is _Expected.VALUE and name is not None and whole
        self._doubtful = self._doubtful if sound else True
        if sound and name is not None:
            self._masked.setdefault(name, []).append((shown, word))
        if whole:
            return json.dumps(shown, ensure_ascii=False)
        return f'"{shown}' if piece.startswith('"') else shown

    def _harmless(self, name: str | None) -> bool:
        if name is None or name in self._secret:
            return False
        return name in self._known or (name.startswith("_") and is_harmless_note(name, self._schema))


def _meaning(piece: str) -> str:
    try:
        value = json.loads(piece)
    except ValueError:
        return piece.strip('"')
    return value if isinstance(value, str) else piece
