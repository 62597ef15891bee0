"""Moments, spans, sizes and numbers, as people of either language write them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from artframe.interfaces.web.pages.formats import Formats, sentence
from artframe.interfaces.web.pages.texts import texts

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
EN, DE = Formats(texts("en"), NOW), Formats(texts("de"), NOW)


@pytest.fixture(autouse=True)
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    os.environ.pop("TZ", None)
    time.tzset()


def test_numbers_have_their_separators() -> None:
    assert (EN.number(1234567.891, 2), DE.number(1234567.891, 2)) == ("1,234,567.89", "1.234.567,89")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (1_500_000, "1.5 MB"), (999_600_000, "1.0 GB"), (5e15, "5,000 TB")],
)
def test_sizes_are_short(count: float, text: str) -> None:
    assert EN.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (0.42, "0.4 s"), (5, "5 s"), (65, "1 min 5 s"), (3600, "1 h"), (90061, "1 d 1 h"), (-3, "0 s")],
)
def test_spans_have_their_two_largest_units(seconds: float, text: str) -> None:
    assert EN.span(seconds) == text


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("the password has 5 characters", "The password has 5 characters"),
        ("then, after a while, it went", "Then, after a while, it went"),
        ("frame.json was not saved", "frame.json was not saved"),
        ("web.tls is 'own'", "web.tls is 'own'"),
        ("family/sync does not run", "family/sync does not run"),
        ("'photo next' needs one", "'photo next' needs one"),
        ("5 photos are here", "5 photos are here"),
        ("Immich 3.0 answers", "Immich 3.0 answers"),
        ("", ""),
    ],
)
def test_a_message_begins_like_a_sentence_unless_it_begins_with_a_name(message: str, said: str) -> None:
    assert sentence(message) == said


def test_moments_are_shown_in_the_frame_s_time_zone() -> None:
    assert EN.moment("2026-07-01T22:30:00+00:00") == "2 Jul 2026, 00:30"
    assert DE.moment("2026-03-01T12:00:00+00:00") == "1. März 2026, 13:00"


def test_when_a_photo_was_taken_is_the_wall_clock_there() -> None:
    assert EN.moment("2020-12-24T18:00:00") == "24 Dec 2020, 18:00"


@pytest.mark.parametrize(
    ("away", "english", "german"),
    [
        (timedelta(seconds=-1), "just now", "gerade eben"),
        (timedelta(seconds=-40), "40 seconds ago", "vor 40 Sekunden"),
        (timedelta(minutes=-1), "1 minute ago", "vor 1 Minute"),
        (timedelta(hours=5), "in 5 hours", "in 5 Stunden"),
        (timedelta(days=-2), "2 days ago", "vor 2 Tagen"),
        (timedelta(days=-9), "24 Feb 2026, 13:00", "24. Feb. 2026, 13:00"),
    ],
)
def test_what_is_near_is_told_from_now(away: timedelta, english: str, german: str) -> None:
    moment = (NOW + away).isoformat()
    assert (EN.ago(moment), DE.ago(moment)) == (english, german)


def test_a_time_of_another_day_has_its_date() -> None:
    assert EN.clock("2026-03-05T07:08:09+00:00") == "08:08:09"
    assert EN.clock("2026-03-04T07:08:09+00:00") == "4 Mar 2026, 08:08:09"
