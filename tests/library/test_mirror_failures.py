"""Whatever breaks during a sync, what is here stays, and what is missing comes later."""

from __future__ import annotations

import logging

import pytest

from artframe.core.task import Task
from artframe.errors import ArtframeError, AuthFailed, Cancelled, ConfigError, NotReady
from tests.library.shelf import Home, Shelf


def test_interrupted_photo_is_resumed_where_it_stopped(home: Home, shelf: Shelf) -> None:
    shelf.put("a", content=b"0123456789abcdef")
    shelf.fetch_fails["a"] = NotReady("cut")
    home.sync(shelf)
    assert home.files() == {}
    assert len(home.parts()) == 1
    shelf.fetch_fails.clear()
    home.sync(shelf)
    assert shelf.offsets == [0, 8, 12], "tried twice in the first sync, resumed each time"
    assert home.files() == {"a.jpg": b"0123456789abcdef"}


def test_part_of_an_older_version_is_never_continued(home: Home, shelf: Shelf) -> None:
    shelf.put("a", content=b"0123456789abcdef")
    shelf.fetch_fails["a"] = NotReady("cut")
    home.sync(shelf)
    shelf.put("a", content=b"ABCDEFGHIJKLMNOP")
    shelf.fetch_fails.clear()
    shelf.offsets.clear()
    home.sync(shelf)
    assert shelf.offsets == [0]
    assert home.files() == {"a.jpg": b"ABCDEFGHIJKLMNOP"}
    assert home.parts() == []


def test_damaged_bytes_are_thrown_away_and_fetched_anew(home: Home, shelf: Shelf) -> None:
    shelf.put("a", content=b"right")
    shelf.sends_instead["a"] = [b"wrong", b"short"[:2]]
    report = home.sync(shelf)
    assert home.files() == {"a.jpg": b"right"}
    assert report.failed == 0


def test_photo_that_stays_damaged_is_counted_and_the_others_come(home: Home, shelf: Shelf) -> None:
    shelf.put_many(5)
    shelf.sends_instead["p00002"] = [b"wrong"] * 10
    report = home.sync(shelf)
    assert (report.added, report.failed) == (4, 1)
    assert "checksum" in report.problems[0] or "bytes came" in report.problems[0]
    assert "p00002.jpg" not in home.files()
    assert home.library.troubles("family")[0]["name"] == "p00002.jpg"
    shelf.sends_instead.clear()
    assert home.sync(shelf).added == 1


def test_bug_in_fetch_fails_one_photo_only(home: Home, shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    shelf.put_many(3)
    shelf.fetch_fails["p00001"] = ZeroDivisionError("oops")
    with caplog.at_level(logging.ERROR):
        report = home.sync(shelf)
    assert (report.added, report.failed) == (2, 1)
    assert "ZeroDivisionError" in report.problems[0]


@pytest.mark.parametrize("error", [AuthFailed("refused"), ConfigError("wrong")], ids=lambda error: type(error).__name__)
def test_refused_key_stops_the_sync_and_keeps_everything(home: Home, shelf: Shelf, error: ArtframeError) -> None:
    shelf.put_many(3)
    home.sync(shelf)
    before = home.files()
    shelf.put("new")
    del shelf.pictures["p00000"]
    shelf.listing_fails, shelf.listing_fails_after = error, 1
    with pytest.raises(type(error)):
        home.sync(shelf)
    assert set(before) <= set(home.files())
    shelf.listing_fails = None
    shelf.fetch_fails["new"] = error
    with pytest.raises(type(error)):
        home.sync(shelf)


def test_listing_that_breaks_off_removes_nothing(home: Home, shelf: Shelf) -> None:
    shelf.put_many(40)
    home.sync(shelf)
    shelf.listing_fails, shelf.listing_fails_after = NotReady("server away"), 2
    with pytest.raises(NotReady):
        home.sync(shelf)
    assert len(home.files()) == 40


def test_server_that_vanishes_during_the_downloads_stops_the_sync(home: Home, shelf: Shelf) -> None:
    shelf.put_many(100)
    for photo_id in list(shelf.pictures)[10:]:
        shelf.fetch_fails[photo_id] = NotReady("server away")
    with pytest.raises(NotReady):
        home.sync(shelf)
    assert len(home.files()) == 10
    assert len(shelf.fetched) < 60
    shelf.fetch_fails.clear()
    home.sync(shelf)
    assert len(home.files()) == 100


def test_photo_that_is_not_ready_yet_is_tried_again_and_is_no_failure(home: Home, shelf: Shelf) -> None:
    shelf.put_many(10)
    shelf.fetch_fails["p00003"] = NotReady("preview not made yet")
    report = home.sync(shelf)
    assert (report.added, report.waiting, report.failed) == (9, 1, 0)
    assert shelf.fetched.count("p00003") == 2


def test_cancelled_sync_keeps_what_is_complete(home: Home, shelf: Shelf) -> None:
    shelf.put_many(30)
    task = Task()
    shelf.before_fetch = lambda photo_id: task.cancel() if photo_id == "p00010" else None
    with pytest.raises(Cancelled):
        home.sync(shelf, task=task)
    names = set(home.files())
    assert 0 < len(names) < 30
    assert {local.path.name for local in home.library.photos()} == names
    home.sync(shelf)
    assert len(home.files()) == 30
