"""A listing that loses too much waits for a person, and only for what he confirmed."""

from __future__ import annotations

import pytest

from artframe.errors import CommandError
from artframe.library.guard import digest, loses_too_much
from tests.library.shelf import Home, Shelf


@pytest.mark.parametrize(
    ("missing", "known", "held"),
    [
        pytest.param(20, 20, False, id="twenty are few, even if they are all"),
        pytest.param(21, 21, True, id="an emptied album is held"),
        pytest.param(30, 100, False, id="thirty percent is not more than thirty percent"),
        pytest.param(31, 100, True, id="more than twenty and more than thirty percent"),
        pytest.param(300, 10_000, False, id="many, but a small share"),
    ],
)
def test_what_is_too_much(missing: int, known: int, held: bool) -> None:
    assert loses_too_much(missing, known) is held


def test_the_same_set_has_the_same_digest_in_any_order() -> None:
    assert digest(["a", "b"]) == digest(["b", "a"]) != digest(["ab"])


def lose(shelf: Shelf, count: int) -> None:
    for photo_id in list(shelf.pictures)[:count]:
        del shelf.pictures[photo_id]


def test_large_loss_is_held_until_confirmed(home: Home, shelf: Shelf) -> None:
    shelf.put_many(60)
    home.sync(shelf)
    lose(shelf, 40)
    shelf.put("new")
    report = home.sync(shelf)
    assert report.held is not None
    assert (report.held.count, report.held.known, report.removed, report.added) == (40, 60, 0, 1)
    assert "p00000.jpg" in report.held.message and "+35" in report.held.message
    assert len(home.files()) == 61
    mirror = home.mirror()
    assert mirror.held == report.held, "it survives a restart"
    assert mirror.confirm() == 40
    report = home.sync(shelf)
    assert (report.held, report.removed) == (None, 40)
    assert len(home.files()) == 21
    assert home.mirror().held is None


def test_emptied_album_is_held_too(home: Home, shelf: Shelf) -> None:
    shelf.put_many(25)
    home.sync(shelf)
    shelf.pictures.clear()
    assert home.sync(shelf).held is not None
    assert home.library.count() == 25


def test_small_album_may_be_emptied(home: Home, shelf: Shelf) -> None:
    shelf.put_many(20)
    home.sync(shelf)
    shelf.pictures.clear()
    assert home.sync(shelf).removed == 20


def test_confirmation_is_for_exactly_that_set(home: Home, shelf: Shelf) -> None:
    shelf.put_many(100)
    home.sync(shelf)
    lose(shelf, 50)
    home.sync(shelf)
    home.mirror().confirm()
    lose(shelf, 10)
    report = home.sync(shelf)
    assert report.held is not None and report.held.count == 60
    assert len(home.files()) == 100
    assert home.mirror().held == report.held, "another loss asks anew"


def test_photos_that_come_back_need_no_confirmation(home: Home, shelf: Shelf) -> None:
    shelf.put_many(50)
    home.sync(shelf)
    saved = dict(shelf.pictures)
    shelf.pictures.clear()
    home.sync(shelf)
    shelf.pictures = saved
    shelf.fetched.clear()
    report = home.sync(shelf)
    assert (report.held, report.kept, shelf.fetched) == (None, 50, [])
    assert home.mirror().held is None
    with pytest.raises(CommandError):
        home.mirror().confirm()
