"""Photos that cannot be read, disks that take or give nothing, folders that vanish: each photo keeps its turn."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from artframe.errors import NotReady
from artframe.plugin import Selection

from .wall import Wall, ids


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
