"""Which words do the pages use, in which language? One catalogue file for each."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from artframe.host.catalogues import catalogues

FOLDER = Path(__file__).parents[1] / "texts"
LANGUAGES = ("en", "de")


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts of one language.

    ``words`` by key (``frame.next``); ``settings`` translates titles, helps and units of settings, which the models
    write in English; ``phrases`` by key (``reason.taken``) what the frame says, in English where it says it.
    """

    language: str
    words: Mapping[str, str]
    settings: Mapping[str, str]
    phrases: Mapping[str, str]

    def text(self, key: str, **values: object) -> str:
        """The text of the key, its ``{places}`` filled in. Raises KeyError for a key that nobody wrote."""
        words = self.words[key]
        return words.format_map(values) if values else words

    def count(self, key: str, number: int, shown: str, **values: object) -> str:
        """The text for so many of something: ``key.one`` or ``key.other``; ``shown`` is the number for people."""
        form = "one" if number == 1 else "other"
        return self.text(f"{key}.{form}", count=shown, **values)

    def knows(self, key: str) -> bool:
        """Whether there is a text of this key: for words that come from elsewhere (a state, an outcome)."""
        return key in self.words

    def named(self, family: str, word: str) -> str:
        """The text of one of a family of words (``state``, ``running``); the word itself if it is a new one."""
        return self.words.get(f"{family}.{word}", word.replace("_", " "))

    def setting(self, english: str) -> str:
        """The title, help or unit of a setting in this language; in English where nobody translated it."""
        return self.settings.get(english, english)


@functools.cache
def texts(language: str) -> Texts:
    """The catalogue of a language, with what the plugins bring for it; English for one that there is not."""
    ours = own_texts(language)
    settings: dict[str, str] = {}
    phrases: dict[str, str] = {}
    for one in catalogues(ours.language) if ours.language != LANGUAGES[0] else ():
        settings = {**one.settings, **settings}
        phrases = {**one.phrases, **phrases}
    return replace(ours, settings={**settings, **ours.settings}, phrases={**phrases, **ours.phrases})


def own_texts(language: str) -> Texts:
    """The same without the plugins'."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    content = json.loads((FOLDER / f"{known}.json").read_text("utf-8"))
    return Texts(language=known, words=content["words"], settings=content["settings"], phrases=content["phrases"])


def preferred(accepted: str, default: str) -> str:
    """Our language that a browser's ``Accept-Language`` likes best; ``default`` if it names none of ours."""
    wishes = []
    for position, part in enumerate(accepted[:500].split(",")):
        tag, _, rest = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            wishes.append((-_quality(rest), position, language))
    return min(wishes)[2] if wishes else default


def _quality(parameters: str) -> float:
    name, _, number = parameters.strip().partition("=")
    try:
        return min(max(float(number), 0.0), 1.0) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
