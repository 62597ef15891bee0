"""What the frame says is English with the keys of its parts beside it."""

from __future__ import annotations

import json
from datetime import date

from artframe.core.sentence import Phrase, Sentence, phrases_json, read_phrases, said, with_phrases


def test_a_sentence_is_its_english_and_knows_what_it_was_made_of() -> None:
    made = said("disk.free", "{free:,} MB of '{name}' are free", free=1234, name="{home}")
    made += said("photo.taken", "taken {day}", day=date(2025, 5, 4))
    assert str(made) == made.english == "1,234 MB of '{home}' are free, taken 4 May 2025"
    assert made.phrases == (
        Phrase("disk.free", {"free": 1234, "name": "{home}"}),
        Phrase("photo.taken", {"day": date(2025, 5, 4)}),
    )


def test_half_a_sentence_without_a_key_leaves_the_whole_in_english() -> None:
    assert (said("a.b", "known") + Sentence(english="a plugin's words")).phrases == ()
    assert (Sentence(english="a plugin's words") + said("a.b", "known")).english == "a plugin's words, known"


def test_answers_hold_the_english_and_the_phrases_of_each_sentence() -> None:
    told = with_phrases(text=said("x.y", "{count} of it", count=3), hint=Sentence(english="ask the plugin"))
    assert told == {
        "text": "3 of it",
        "hint": "ask the plugin",
        "phrases": {"text": [{"key": "x.y", "values": {"count": 3}}]},
    }


def test_phrases_outlast_a_file_and_what_cannot_be_read_is_none() -> None:
    phrases = said("x.taken", "taken {day} by {name}", day=date(2025, 5, 4), name="Ada").phrases
    kept = json.loads(json.dumps(phrases_json(phrases)))
    assert read_phrases(kept) == (Phrase("x.taken", {"day": "2025-05-04", "name": "Ada"}),)
    assert phrases_json(read_phrases(kept)) == kept
    for broken in (None, [], 5, "word", [{"key": "x"}], [{"key": "x", "values": 7}], [3]):
        assert read_phrases(broken) == ()
