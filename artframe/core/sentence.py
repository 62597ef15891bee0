"""What does the frame say, so that a face of it can say the same in another language?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeAlias

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

Value: TypeAlias = "int | str | date | Sentence | Mapping[str, Any]"
"""What is filled in. A sentence within a sentence is said in the same language, if it can be; as JSON it is a mapping
of its ``text`` in English and its ``phrases``."""


class Phrase(NamedTuple):
    """A part of a sentence: a ``key`` that stays the same over versions, and what is filled in."""

    key: str
    values: Mapping[str, Value]


class Sentence:
    """Words for people in ``english``, and the ``phrases`` they are made of, joined by commas.

    Without phrases, only English is known: words that come from elsewhere, such as a plugin's.
    """

    # No dataclass: errors are made of sentences, and the command line, which loads little, of errors.
    __slots__ = ("english", "phrases")

    def __init__(self, *, english: str, phrases: tuple[Phrase, ...] = ()) -> None:
        self.english = english
        self.phrases = phrases

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sentence):
            return NotImplemented
        return (self.english, self.phrases) == (other.english, other.phrases)

    def __hash__(self) -> int:
        return hash(self.english)

    def __repr__(self) -> str:
        return f"Sentence(english={self.english!r}, phrases={self.phrases!r})"

    def __str__(self) -> str:
        return self.english

    def as_json(self) -> dict[str, Any]:
        """To be kept in a file; ``read_sentence`` takes it back."""
        return {"text": self.english, "phrases": phrases_json(self.phrases)}

    def __add__(self, more: Sentence) -> Sentence:
        """One sentence of both. If one of them is known in English only, so is the whole."""
        phrases = (*self.phrases, *more.phrases) if self.phrases and more.phrases else ()
        return Sentence(english=f"{self.english}, {more.english}", phrases=phrases)


NOTHING = Sentence(english="")
Text: TypeAlias = str | Sentence
"""Words for people; those that are a plain text are known in English only."""


def sentence_of(text: Text) -> Sentence:
    """The words as a sentence."""
    return text if isinstance(text, Sentence) else Sentence(english=text)


def said(key: str, english: str, /, **values: Value) -> Sentence:
    """A sentence of one phrase: ``english`` with its ``{places}`` filled in. A ``date`` is named ``day``.

    Key and English are written out where this is called, so that a test finds all of them.
    """
    written = {name: _written(value) for name, value in values.items()}
    return Sentence(english=english.format_map(written), phrases=(Phrase(key, values),))


def phrases_json(phrases: Iterable[Phrase]) -> list[dict[str, Any]]:
    """As the faces hand them on; a day is ISO 8601."""
    return [
        {
            "key": phrase.key,
            "values": {name: _plain(value) for name, value in phrase.values.items()},
        }
        for phrase in phrases
    ]


def with_phrases(**sentences: Sentence) -> dict[str, Any]:
    """Fields of an answer: each sentence in English under its name, and the phrases of all that have some."""
    told: dict[str, Any] = {name: sentence.english for name, sentence in sentences.items()}
    parts = {name: phrases_json(sentence.phrases) for name, sentence in sentences.items() if sentence.phrases}
    return {**told, "phrases": parts}


def read_phrases(plain: Any) -> tuple[Phrase, ...]:
    """What ``phrases_json`` gave, from a file; none if it cannot be read."""
    try:
        return tuple(Phrase(str(one["key"]), dict(one["values"])) for one in plain or ())
    except (KeyError, TypeError, ValueError):
        return ()


def read_sentence(plain: Any) -> Sentence:
    """What ``Sentence.as_json`` gave, or a text in English. Raises KeyError, TypeError for what is neither."""
    if isinstance(plain, str):
        return Sentence(english=plain)
    return Sentence(english=str(plain["text"]), phrases=read_phrases(plain["phrases"]))


def _written(value: Value) -> int | str:
    if isinstance(value, Sentence):
        return value.english
    if isinstance(value, date):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return value if isinstance(value, int | str) else str(value["text"])


def _plain(value: Value) -> Any:
    if isinstance(value, Sentence):
        return value.as_json()
    return value.isoformat() if isinstance(value, date) else value
