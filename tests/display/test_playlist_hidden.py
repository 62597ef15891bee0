"""A hidden photo is never chosen, whatever else fails, and takes its place again when it may."""

from __future__ import annotations

import pytest

from artframe.errors import NotReady
from artframe.plugin import Selection

from .wall import Wall, ids


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
