"""How does a text for people remember what it was made of, so that somebody else can say it in another language?"""

from __future__ import annotations

from collections.abc import Mapping


class Words(str):
    """A text in English, with the ``key`` that stands for it and the ``values`` that were filled in."""

    key: str
    values: Mapping[str, str]


def said(key: str, english: str, /, **values: str) -> Words:
    """``english`` with its ``{places}`` filled in. Both are written out where this is called: a test finds them."""
    made = Words(english.format_map(values))
    made.key, made.values = key, values
    return made
