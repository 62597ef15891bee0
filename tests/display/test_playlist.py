"""The playlist chooses fairly, without repeats, keeps its place over restarts, and always has a reason."""

from __future__ import annotations

import itertools
from collections import Counter

from .wall import Wall, ids


def test_nothing_here_is_nothing_to_show(wall: Wall) -> None:
    assert wall.playlist.next() is None
    wall.playlist.set_sources({"family": "random"})
    assert wall.playlist.next() is None
    assert wall.playlist.previous() is None


def test_shuffle_shows_every_photo_once_before_any_comes_again(wall: Wall) -> None:
    wall.source("family", "random", 12)
    for _ in range(4):
        assert sorted(wall.show(12)) == ids(range(12))


def test_shuffle_goes_on_after_a_restart_where_it_was(wall: Wall) -> None:
    wall.source("family", "random", 10)
    seen = wall.show(4)
    wall.restart()
    seen += wall.show(6)
    assert sorted(seen) == ids(range(10))


def test_no_photo_comes_twice_in_a_row_where_two_rounds_meet(wall: Wall) -> None:
    wall.source("family", "random", 2)
    shown = wall.show(60)
    assert all(one != other for one, other in itertools.pairwise(shown))


def test_new_photos_join_the_present_round(wall: Wall) -> None:
    wall.source("family", "random", 5)
    first = wall.show(3)
    wall.source("family", "random", 5, first=5)
    rest = wall.show(7)
    assert sorted(first + rest) == ids(range(10))


def test_two_pictures_prepared_ahead_differ(wall: Wall) -> None:
    wall.source("family", "random", 3)
    for _ in range(20):
        current, one, two = wall.next(), wall.next(), wall.next()
        assert len({slide.local.key for slide in (current, one, two)}) == 3
        for slide in (current, one, two):
            wall.playlist.shown(slide)


def test_single_photo_is_shown_again_and_again(wall: Wall) -> None:
    wall.source("family", "random", 1)
    assert [wall.next().local.photo.id for _ in range(3)] == ids([0, 0, 0])


def test_released_slide_is_due_as_before(wall: Wall) -> None:
    wall.source("family", "sequential", 5)
    one, two = wall.next(), wall.next()
    wall.playlist.release(two)
    wall.playlist.release(one)
    assert wall.show(5) == ids(range(5))


def test_sequential_goes_by_date_and_keeps_its_place_over_restarts(wall: Wall) -> None:
    wall.source("family", "sequential", 6)
    assert wall.show(4) == ids([0, 1, 2, 3])
    wall.restart()
    assert wall.show(4) == ids([4, 5, 0, 1])


def test_newest_goes_on_to_older_and_starts_again(wall: Wall) -> None:
    wall.source("family", "newest", 4)
    assert wall.show(6) == ids([3, 2, 1, 0, 3, 2])


def test_newer_photo_that_arrives_is_next(wall: Wall) -> None:
    wall.source("family", "newest", 4)
    assert wall.show(2) == ids([3, 2])
    wall.source("family", "newest", 2, first=10)
    assert wall.show(4) == ids([11, 10, 3, 2])
    wall.restart()
    assert wall.show(2) == ids([1, 0])


def test_newer_photo_is_next_although_others_are_prepared(wall: Wall) -> None:
    wall.source("family", "newest", 6)
    wall.show(1)
    ahead = [wall.next(), wall.next()]
    wall.source("family", "newest", 1, first=10)
    assert wall.next().local.photo.id == "p00010"
    for slide in ahead:
        wall.playlist.shown(slide)


def test_oldest_is_the_mirror_of_newest(wall: Wall) -> None:
    wall.source("family", "oldest", 4, first=5)
    assert wall.show(2) == ids([5, 6])
    wall.source("family", "oldest", 1)
    assert wall.show(3) == ids([0, 5, 6])


def test_sources_take_turns_by_their_number_of_photos(wall: Wall) -> None:
    wall.source("large", "random", 30)
    wall.source("small", "random", 10)
    shown = []
    for _ in range(40):
        slide = wall.next()
        wall.playlist.shown(slide)
        shown.append(slide.local.source)
    assert Counter(shown) == {"large": 30, "small": 10}
    gaps = [index for index, name in enumerate(shown) if name == "small"]
    assert all(later - earlier == 4 for earlier, later in itertools.pairwise(gaps)), "spread, not in a block"


def test_source_that_is_switched_off_is_not_shown(wall: Wall) -> None:
    wall.source("a", "random", 3)
    wall.source("b", "random", 3)
    wall.playlist.set_sources({"b": "random"})
    for _ in range(6):
        slide = wall.next()
        assert slide.local.source == "b"
        wall.playlist.shown(slide)


def test_the_place_in_the_round_is_right_where_one_round_gives_way_to_the_next(wall: Wall) -> None:
    wall.source("family", "random", 4)
    ahead, places = [wall.next(), wall.next()], []
    for _ in range(12):
        slide = ahead.pop(0)
        places.append(slide.reason.english.partition(" of 4 of this round")[0][-1])
        wall.playlist.shown(slide)
        ahead.append(wall.next())
    assert "".join(places) == "123412341234"


def test_previous_walks_back_through_what_an_earlier_run_showed(wall: Wall) -> None:
    wall.source("family", "sequential", 5)
    wall.show(3)
    wall.restart()
    found = [wall.playlist.previous() for _ in range(4)]
    assert [slide.local.photo.id if slide else None for slide in found] == [*ids([2, 1, 0]), None]
    assert found[0] is not None
    wall.playlist.shown(found[0])
    assert wall.show(1) == ids([3]), "looking back moves nothing"


def test_previous_leaves_out_what_is_no_longer_here(wall: Wall) -> None:
    wall.source("family", "sequential", 3)
    wall.show(3)
    del wall.shelves["family"].pictures["p00002"]
    wall.home.sync(wall.shelves["family"], "family")
    wall.restart()
    slide = wall.playlist.previous()
    assert slide is not None and slide.local.photo.id == "p00001"


def test_a_photo_that_was_away_for_rounds_does_not_come_again_and_again(wall: Wall) -> None:
    # Mended, fetched again or no longer hidden: it joins the present round, wherever it stood before.
    wall.source("family", "random", 5)
    slide = wall.next()
    wall.playlist.failed(slide, "cannot be decoded")
    for _ in range(6):
        wall.show(4)
    wall.shelves["family"].put(slide.local.photo.id, content=b"a good file now")
    wall.home.sync(wall.shelves["family"], "family")
    assert Counter(wall.show(15)) == Counter(dict.fromkeys(ids(range(5)), 3))


def test_history_tells_what_was_shown_over_restarts_and_by_name_when_it_is_gone(wall: Wall) -> None:
    wall.source("family", "sequential", 3)
    wall.show(3)
    del wall.shelves["family"].pictures["p00001"]
    wall.home.sync(wall.shelves["family"], "family")
    wall.restart()
    past = wall.playlist.history(2)
    assert [(one.id, one.name, one.local is not None) for one in past] == [
        ("p00002", "p00002.jpg", True),
        ("p00001", "p00001.jpg", False),
    ]
    assert past[0].at > past[1].at and past[0].reason.english.startswith("in order from 'Summer'")
    assert [phrase.key for phrase in past[0].reason.phrases] == ["reason.in_order_from", "reason.taken"]
    assert past[0].reason.phrases[0].values == {"album": "Summer"}


def test_history_is_bounded(wall: Wall) -> None:
    wall.source("family", "random", 3)
    wall.show(230)
    assert wall.home.database.rows("SELECT count(*) AS n FROM history")[0]["n"] == 200


def test_reason_is_a_sentence_for_people(wall: Wall) -> None:
    wall.source("family", "random", 40)
    wall.show(11)
    ahead = wall.next()
    assert ahead.reason.english.startswith("shuffled from 'Summer': 12 of 40 of this round, taken ")
    assert wall.next().reason.english.startswith("shuffled from 'Summer': 13 of 40 of this round, taken ")
    wall.source("other", "newest", 400, first=100)
    slide = wall.next()
    assert slide.reason.english == "newest first from 'Summer', taken 14 May 2025"
