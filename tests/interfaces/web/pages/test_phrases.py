"""What the frame itself says can be said in German, too, all of it."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import artframe
import artframe_folder_sync
import artframe_immich
from artframe.core.sentence import Sentence, said, with_phrases
from artframe.host.catalogues import catalogues, read_catalogue
from artframe.interfaces.web.pages.formats import Formats
from artframe.interfaces.web.pages.texts import own_texts, texts

SAME = {
    *("exiftool.install", "exiftool.version", "power.cool"),
    *("folder_sync.all_named", "folder_sync.hints", "folder_sync.permission", "folder_sync.whose"),
}
"""Said without a word that is not the same in German: a command, a name, what is filled in."""
NOW = datetime(2026, 10, 4, 12, tzinfo=UTC)


OURS = Path(artframe.__file__).parent
PLUGINS = {"folder_sync": Path(artframe_folder_sync.__file__).parent, "immich": Path(artframe_immich.__file__).parent}
"""The code of each kind."""


def sayings(folder: Path) -> Iterator[tuple[str, str]]:
    """Key and English of everything that the code in a folder can say."""
    for path in folder.rglob("*.py"):
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
    found = {one for folder in (OURS, *PLUGINS.values()) for one in sayings(folder)}
    assert len(found) == len({key for key, _ in found}) > 20


@pytest.mark.parametrize("whose", ["artframe", *PLUGINS])
def test_all_that_the_code_can_say_is_there_in_german_and_nothing_else_is(whose: str) -> None:
    english = dict(sayings(PLUGINS.get(whose, OURS)))
    if whose in PLUGINS:
        german = read_catalogue(whose, PLUGINS[whose] / "texts" / "de.json").phrases
        assert all(key.startswith(f"{whose}.") for key in english), "what is said under another name is not used"
    else:
        german = own_texts("de").phrases
    assert not english.keys() - german.keys(), "said and not there"
    assert not german.keys() - english.keys(), "there and not said"
    for key, text in german.items():
        assert text.strip() == text != "", key
        assert places(text) == places(english[key]), key
        assert key in SAME or text != re.sub(r":[^{}]*\}", "}", english[key]), key


def test_english_stands_where_it_is_said_and_not_in_the_catalogue() -> None:
    assert not texts("en").phrases


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    trouble = said("connection.silent", "{server} does not answer", server="photos.example")
    told = said("sync.some_here", "{trouble}; showing the {count} photos that are here", trouble=trouble, count=1200)
    assert str(told) == "photos.example does not answer; showing the 1200 photos that are here"
    german, row = Formats(texts("de"), NOW), json.loads(json.dumps(with_phrases(message=told)))
    assert german.told(row, "message") == "photos.example antwortet nicht; die 1.200 vorhandenen Fotos werden gezeigt"
    foreign = said("sync.one_here", "{trouble}; showing the one photo", trouble=Sentence(english="no such thing"))
    assert german.told(with_phrases(message=foreign), "message").startswith("no such thing; das eine")


def test_a_catalogue_that_cannot_be_read_or_says_what_is_not_its_own_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "de.json"
    path.write_text(json.dumps({"phrases": {"toy.done": "fertig", "sync.kept": "meins", "toy.no": 3}}))
    assert read_catalogue("toy", path).phrases == {"toy.done": "fertig"}
    path.write_text("[]")
    with pytest.raises(AttributeError):
        read_catalogue("toy", path)
    (package := tmp_path / "toy_of_nobody" / "texts").mkdir(parents=True)
    (package / "de.json").write_text("{")
    (package.parent / "__init__.py").write_text("raise SystemExit")
    (metadata := tmp_path / "toy-1.dist-info").mkdir()
    (metadata / "METADATA").write_text("Name: toy\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[artframe.plugins]\ntoy = toy_of_nobody:Toy\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        assert {"folder_sync", "immich"} <= {one.kind for one in catalogues("de")}
        (package / "de.json").write_text(json.dumps({"settings": {"Wheels": "Räder"}}))
        assert {one.kind: one.settings for one in catalogues("de")}["toy"] == {"Wheels": "Räder"}


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
