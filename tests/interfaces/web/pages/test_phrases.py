"""What the frame itself says can be said in German, too, all of it."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import artframe
from artframe.core.sentence import Sentence, said, with_phrases
from artframe.interfaces.web.pages.formats import Formats
from artframe.interfaces.web.pages.texts import texts

SAME = {"exiftool.install", "exiftool.version", "power.cool"}
"""Said without a word that is not the same in German: a command, a name, a temperature."""
NOW = datetime(2026, 10, 4, 12, tzinfo=UTC)


def sayings() -> Iterator[tuple[str, str]]:
    """Key and English of everything that the code can say."""
    for path in Path(artframe.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said":
                key, english = node.args
                assert isinstance(key, ast.Constant) and isinstance(english, ast.Constant), f"{path}:{node.lineno}"
                named = {keyword.arg for keyword in node.keywords}
                assert named == places(english.value), f"{path}:{node.lineno}"
                yield key.value, english.value


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_a_key_always_means_the_same_english() -> None:
    found = set(sayings())
    assert len(found) == len({key for key, _ in found}) > 20


def test_all_that_the_code_can_say_is_there_in_german_and_nothing_else_is() -> None:
    english, german = dict(sayings()), texts("de").phrases
    assert not english.keys() - german.keys(), "said and not there"
    assert not german.keys() - english.keys(), "there and not said"
    for key, text in german.items():
        assert text.strip() == text != "", key
        assert places(text) == places(english[key]), key
        assert key in SAME or text != re.sub(r":[^{}]*\}", "}", english[key]), key


def test_english_stands_where_it_is_said_and_not_in_the_catalogue() -> None:
    assert not texts("en").phrases


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    reason = said("reason.shuffled_from", "… {album} {number} {total}", album="A {b}", number=1234, total=5000)
    reason += said("reason.taken", "… {day}", day=date(2025, 3, 4))
    german = Formats(texts("de"), NOW).told(with_phrases(reason=reason), "reason")
    assert german == "gemischt aus „A {b}“: 1.234 von 5.000 dieser Runde, aufgenommen am 4. März 2025"


def test_what_the_catalogue_does_not_know_stays_english_as_a_whole() -> None:
    formats = Formats(texts("de"), NOW)
    known = said("reason.in_order", "in order")
    for row in (
        with_phrases(reason=known + said("reason.of_tomorrow", "by the moon")),  # from a newer artframe
        with_phrases(reason=said("reason.taken", "taken some day")),  # without the value that German needs
        with_phrases(reason=Sentence(english="a plugin's words")),
        {"reason": "an answer from before", "phrases": None},
        {"reason": "an answer from before"},
    ):
        assert formats.told(row, "reason") == ""
    assert formats.told(with_phrases(reason=known), "reason") == "der Reihe nach"
