"""The playlist chooses fairly, without repeats, keeps its place over restarts, and always has a reason."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artframe.display.playlist import Playlist, Slide
from artframe.errors import NotReady
from artframe.library.hidden import HiddenPhotos
from artframe.plugin import Selection
from tests.library.shelf import Home, Shelf


class Wall:
    """A home whose sources are shown in some order."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.hidden = self._hidden()
        self.shelves: dict[str, Shelf] = {}
        self.selections: dict[str, Selection] = {}
        self.playlist = Playlist(home.database, home.clock, self.hidden)

    def _hidden(self) -> HiddenPhotos:
        return HiddenPhotos(self.home.path / "state" / "hidden.json", self.home.database, self.home.clock)

    def source(self, name: str, selection: Selection, count: int, *, first: int = 0) -> None:
        shelf = self.shelves.setdefault(name, Shelf())
        shelf.put_many(count, first=first)
        self.home.sync(shelf, name)
        self.selections[name] = selection
        self.playlist.set_sources(self.selections)

    def restart(self) -> None:
        self.home.restart()
        self.hidden = self._hidden()
        self.playlist = Playlist(self.home.database, self.home.clock, self.hidden)
        self.playlist.set_sources(self.selections)

    def next(self) -> Slide:
        slide = self.playlist.next()
        assert slide is not None
        return slide

    def show(self, count: int = 1) -> list[str]:
        """Choose and show; returns the ids."""
        ids = []
        for _ in range(count):
            slide = self.next()
            self.playlist.shown(slide)
            self.home.clock.advance(10)
            ids.append(slide.local.photo.id)
        return ids


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Wall]:
    home = Home(tmp_path)
    wall = Wall(home)
    yield wall
    wall.home.close()


def ids(numbers: Sequence[int]) -> list[str]:
    return [f"p{number:05}" for number in numbers]


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


def test_failed_photo_is_left_out_until_another_version_comes(wall: Wall) -> None:
    wall.source("family", "sequential", 3)
    slide = wall.next()
    wall.playlist.failed(slide, "p00000.jpg cannot be decoded")
    assert wall.show(4) == ids([1, 2, 1, 2])
    shelf = wall.shelves["family"]
    assert wall.home.library.troubles("family") == [{"name": "p00000.jpg", "reason": "cannot be decoded"}]
    shelf.put("p00000", content=b"a good file now")
    wall.home.sync(shelf, "family")
    assert "p00000" in wall.show(3)


@pytest.mark.parametrize("selection", ["random", "sequential", "newest"])
def test_all_photos_have_their_turn_while_nothing_can_be_written_which_is_made_up_for(
    wall: Wall, monkeypatch: pytest.MonkeyPatch, selection: Selection
) -> None:
    wall.source("family", selection, 6)

    def full(*_: object, **__: object) -> None:
        raise NotReady("the disk is full")

    def show() -> str:
        slide = ahead.pop(0)
        with contextlib.suppress(NotReady):
            wall.playlist.shown(slide)
        ahead.append(wall.next())
        return slide.local.photo.id

    ahead = [wall.next(), wall.next()]
    with monkeypatch.context() as patch:
        patch.setattr(wall.home.database, "change", full)
        seen = [show() for _ in range(18)]
    for start in range(13):
        assert len(set(seen[start : start + 6])) >= 5, seen
    assert set(seen[:6]) == set(ids(range(6)))
    assert wall.playlist.history(20) == []
    last = show()
    assert [one.id for one in wall.playlist.history(6)] == [last, *seen[::-1][:5]]


def test_an_unreadable_photo_does_not_hold_up_the_others_while_nothing_can_be_written(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall.source("family", "sequential", 3)
    slide = wall.next()

    def full(*_: object, **__: object) -> None:
        raise NotReady("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(wall.home.database, "change", full)
        with pytest.raises(NotReady):
            wall.playlist.failed(slide, "cannot be decoded")
        assert wall.next().local.photo.id == "p00001"


def test_photo_whose_file_is_gone_comes_back_with_the_next_sync(wall: Wall) -> None:
    wall.source("family", "sequential", 3)
    slide = wall.next()
    slide.local.path.unlink()
    wall.playlist.failed(slide, "gone")
    assert wall.show(2) == ids([1, 2])
    assert wall.home.sync(wall.shelves["family"], "family").added == 1
    assert wall.show(1) == ids([0])


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


@pytest.mark.parametrize("selection", ["random", "sequential", "newest", "oldest"])
def test_a_hidden_photo_is_never_chosen_and_takes_its_place_again_when_it_may(wall: Wall, selection: Selection) -> None:
    wall.source("family", selection, 5)
    wall.hidden.hide("family", "p00002")
    assert sorted(wall.show(8)) == sorted(ids([0, 1, 3, 4]) * 2)
    wall.restart()
    assert "p00002" not in wall.show(4)
    wall.hidden.unhide("family", "p00002")
    assert "p00002" in wall.show(5)


def test_hiding_all_photos_leaves_none_to_choose(wall: Wall) -> None:
    wall.source("family", "random", 2)
    for name in ids([0, 1]):
        wall.hidden.hide("family", name)
    assert wall.playlist.next() is None and wall.playlist.previous() is None


def test_a_hidden_photo_is_passed_over_though_the_database_could_not_take_note(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall.source("family", "sequential", 3)

    def full(*_: object, **__: object) -> None:
        raise NotReady("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(wall.home.database, "change", full)
        with pytest.raises(NotReady):
            wall.hidden.hide("family", "p00000")
        assert {wall.next().local.photo.id for _ in range(4)} == set(ids([1, 2]))


def test_previous_passes_over_what_was_hidden(wall: Wall) -> None:
    wall.source("family", "sequential", 3)
    wall.show(3)
    wall.hidden.hide("family", "p00002")
    wall.restart()
    slide = wall.playlist.previous()
    assert slide is not None and slide.local.photo.id == "p00001"


def test_a_slide_knows_when_its_photo_was_hidden_meanwhile(wall: Wall) -> None:
    wall.source("family", "sequential", 3)
    slide, other = wall.next(), wall.next()
    wall.hidden.hide(*slide.local.key)
    assert wall.playlist.is_hidden(slide) and not wall.playlist.is_hidden(other)


def test_the_reason_counts_what_may_be_shown(wall: Wall) -> None:
    wall.source("family", "random", 5)
    wall.hidden.hide("family", "p00002")
    assert "1 of 4 of this round" in wall.next().reason.english


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


STEP = st.one_of(
    st.just("show"), st.just("restart"), st.just("ahead"), st.tuples(st.just("add"), st.integers(1, 3)),
    st.tuples(st.just("remove"), st.integers(0, 30)), st.tuples(st.just("hide"), st.integers(0, 30)),
    st.tuples(st.just("unhide"), st.integers(0, 30)),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=25), st.randoms(use_true_random=False))
def test_shuffle_never_repeats_within_a_round_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[object], chance: random.Random
) -> None:
    """Photos come and go, the frame restarts, slides are prepared and given back: still no early repeat."""
    wall = Wall(Home(tmp_path_factory.mktemp("wall")))
    try:
        wall.source("family", "random", 4)
        pictures = wall.shelves["family"].pictures
        due = set(pictures)
        hidden: set[str] = set()
        seen: set[str] = set()
        added = 4

        def show() -> None:
            slide = wall.next()
            wall.playlist.shown(slide)
            if not due:
                due.update(set(pictures) - hidden)
                seen.clear()
            assert slide.local.photo.id in due
            due.discard(slide.local.photo.id)
            seen.add(slide.local.photo.id)

        actions: dict[str, Callable[[int], None]] = {}

        def add(count: int) -> None:
            nonlocal added
            if not due:
                return
            wall.source("family", "random", count, first=added)
            due.update(ids(range(added, added + count)))
            added += count

        def remove(number: int) -> None:
            if len(set(pictures) - hidden) > 2:
                gone = sorted(set(pictures) - hidden)[number % len(set(pictures) - hidden)]
                del pictures[gone]
                due.discard(gone)
                wall.home.sync(wall.shelves["family"], "family")

        def hide(number: int) -> None:
            shown = sorted(set(pictures) - hidden)
            if len(shown) > 2:
                name = shown[number % len(shown)]
                wall.hidden.hide("family", name)
                hidden.add(name)
                due.discard(name)

        def unhide(number: int) -> None:
            if hidden and due:
                name = sorted(hidden)[number % len(hidden)]
                wall.hidden.unhide("family", name)
                hidden.discard(name)
                if name not in seen:
                    due.add(name)

        actions.update(add=add, remove=remove, hide=hide, unhide=unhide)
        for step in steps:
            if step == "restart":
                wall.restart()
            elif step == "ahead":
                slides = [wall.next() for _ in range(min(2, len(set(pictures) - hidden)))]
                assert len({slide.local.key for slide in slides}) == len(slides)
                chance.shuffle(slides)
                for slide in slides:
                    wall.playlist.release(slide)
            elif isinstance(step, tuple):
                actions[step[0]](step[1])
            show()
    finally:
        wall.home.close()


def test_a_folder_that_vanished_and_came_back_costs_no_photo_its_place(wall: Wall) -> None:
    wall.source("disk", "random", 3)
    wall.source("card", "random", 1)
    slide = wall.next()
    assert slide.local.source == "disk"
    folder = slide.local.path.parent
    folder.rename(folder.with_name("unplugged"))
    wall.playlist.failed(slide, "the file is no longer there")
    for _ in range(4):
        there = wall.next()
        assert there.local.source == "card"
        wall.playlist.shown(there)
    folder.with_name("unplugged").rename(folder)
    seen = {slide.local.key for slide in (wall.next() for _ in range(8)) if wall.playlist.shown(slide) is None}
    assert len(seen) == 4


def test_disk_that_fails_to_read_is_not_held_against_the_photos(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    wall.source("family", "sequential", 3)

    def eio(path: Path, *_: object, **__: object) -> object:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(Path, "open", eio)
    for _ in range(3):
        wall.playlist.failed(wall.next(), "is damaged: Input/output error")
    assert wall.playlist.next() is None
    assert wall.home.library.count() == 3
    monkeypatch.undo()
    assert len(wall.show(3)) == 3
