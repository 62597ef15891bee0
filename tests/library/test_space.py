"""A source keeps within its quota and leaves the disk its floor; the oldest seen makes room."""

from __future__ import annotations

import contextlib
import errno
from dataclasses import replace

import pytest

from artframe.core.task import Task
from artframe.errors import NotReady
from artframe.library.disk import Disk
from artframe.library.space import Limits
from tests.library.shelf import Home, Shelf


def fill(shelf: Shelf, count: int, size: int = 10) -> None:
    for number in range(count):
        shelf.put(f"p{number}", content=str(number).encode().rjust(size, b"."))


def used(home: Home) -> int:
    return sum(len(content) for content in home.files().values())


def unfinished(home: Home) -> int:
    """Bytes that take room on the disk although nothing is complete yet; a file just linked counts once, as there."""
    total = 0
    for path in (home.folder().parent / "parts").iterdir():
        with contextlib.suppress(FileNotFoundError):  # it was completed while we counted
            status = path.stat()
            total += status.st_size if status.st_nlink == 1 else 0
    return total


def test_quota_is_kept_and_the_rest_waits(home: Home, shelf: Shelf) -> None:
    fill(shelf, 10)
    home.limits = Limits(downloads=3, quota_bytes=45)
    report = home.sync(shelf)
    assert (report.added, report.no_room, report.evicted) == (4, 6, 0)
    assert used(home) == 40


def test_unseen_photos_are_never_given_up_for_others(home: Home, shelf: Shelf) -> None:
    fill(shelf, 10)
    home.limits = Limits(downloads=1, quota_bytes=40)
    home.sync(shelf)
    before = home.files()
    shelf.fetched.clear()
    report = home.sync(shelf)
    assert (home.files(), report.evicted, shelf.fetched) == (before, 0, [])


def test_oldest_seen_makes_room_and_comes_back_when_due(home: Home, shelf: Shelf) -> None:
    fill(shelf, 6)
    home.limits = Limits(downloads=1, quota_bytes=40)
    home.sync(shelf)
    assert sorted(home.files()) == ["p0.jpg", "p1.jpg", "p2.jpg", "p3.jpg"]
    for number in (2, 0, 3):
        home.shown(f"p{number}")
    report = home.sync(shelf)
    assert sorted(home.files()) == ["p1.jpg", "p3.jpg", "p4.jpg", "p5.jpg"], "p2 and p0 were seen first"
    assert (report.added, report.evicted) == (2, 2)
    for number in (1, 4, 5):
        home.shown(f"p{number}")
    home.sync(shelf)
    assert sorted(home.files()) == ["p0.jpg", "p2.jpg", "p4.jpg", "p5.jpg"], "p3 and p1 went for p2 and p0"


def test_evicted_photos_do_not_push_each_other_out_without_being_shown(home: Home, shelf: Shelf) -> None:
    fill(shelf, 5)
    home.limits = Limits(downloads=1, quota_bytes=40)
    home.sync(shelf)
    home.shown("p0")
    home.sync(shelf)
    before = home.files()
    for _ in range(3):
        shelf.fetched.clear()
        assert home.sync(shelf).evicted == 0
        assert (home.files(), shelf.fetched) == (before, [])


def test_every_photo_gets_its_turn_on_a_small_card(home: Home, shelf: Shelf) -> None:
    fill(shelf, 12)
    home.limits = Limits(downloads=1, quota_bytes=50)
    seen: set[str] = set()
    for _ in range(6):
        home.sync(shelf)
        for local in list(home.library.photos()):
            seen.add(local.photo.id)
            home.shown(local.photo.id)
    assert len(seen) == 12


def test_lowered_quota_is_kept_at_the_next_sync(home: Home, shelf: Shelf) -> None:
    fill(shelf, 5)
    home.sync(shelf)
    home.shown("p3")
    home.limits = Limits(downloads=1, quota_bytes=30)
    home.sync(shelf)
    assert used(home) == 30
    assert "p3.jpg" not in home.files(), "what was seen goes before what nobody saw"


def test_photo_larger_than_the_quota_is_skipped_and_counted(home: Home, shelf: Shelf) -> None:
    fill(shelf, 2)
    shelf.put("huge", content=b"x" * 100)
    home.limits = Limits(downloads=1, quota_bytes=50)
    report = home.sync(shelf)
    assert (report.added, report.skipped) == (2, 1)
    assert sorted(home.files()) == ["p0.jpg", "p1.jpg"]


def test_photo_that_turns_out_larger_than_the_quota_is_skipped_and_leaves_nothing(home: Home, shelf: Shelf) -> None:
    shelf.put("surprise", content=b"y" * 100).honest = False
    home.limits = Limits(downloads=1, quota_bytes=50)
    report = home.sync(shelf)
    assert (report.added, report.skipped) == (0, 1)
    assert (home.files(), home.parts()) == ({}, [])


def test_free_space_floor_is_respected(home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shelf, 10)
    monkeypatch.setattr(Disk, "free", lambda disk: 1000 - unfinished(home) - used(home))
    home.limits = Limits(downloads=1, min_free_bytes=965)
    report = home.sync(shelf)
    assert (report.added, report.no_room) == (3, 7)
    home.shown("p0")
    home.sync(shelf)
    assert used(home) == 30
    assert "p0.jpg" not in home.files()


def test_disk_that_others_filled_costs_no_photo(home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shelf, 3)
    home.sync(shelf)
    for number in range(3):
        home.shown(f"p{number}")
    shelf.put("new")
    monkeypatch.setattr(Disk, "free", lambda disk: 100)
    home.limits = Limits(downloads=1, min_free_bytes=10_000)
    assert home.sync(shelf).evicted == 0, "giving up all three would not make enough room"
    assert len(home.files()) == 3


def test_full_disk_stops_the_sync_and_leaves_no_half_file(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shelf, 2)
    home.sync(shelf)
    fill(shelf, 3)
    append = Disk.append
    filled: list[bool] = []

    def full(disk: Disk, file: object, data: bytes) -> None:
        if b"2" in data:
            filled.append(True)
            raise OSError(errno.ENOSPC, "No space left on device")
        append(disk, file, data)  # type: ignore[arg-type]

    home.limits = Limits(downloads=1)
    monkeypatch.setattr(Disk, "append", full)
    monkeypatch.setattr(Disk, "free", lambda disk: 5 if filled else 1000)
    with pytest.raises(NotReady, match="disk is full"):
        home.sync(shelf)
    assert sorted(home.files()) == ["p0.jpg", "p1.jpg"]
    assert home.parts() == []
    monkeypatch.undo()
    assert home.sync(shelf).added == 1


def test_new_choice_of_albums_pushes_the_old_one_out_of_a_full_quota(home: Home, shelf: Shelf) -> None:
    fill(shelf, 4)
    home.limits = Limits(downloads=2, quota_bytes=40)
    home.sync(shelf)
    shelf.pictures.clear()
    shelf.chosen = "another"
    for number in range(4):
        shelf.put(f"q{number}", content=b"0123456789")
    report = home.sync(shelf)
    assert sorted(home.files()) == ["q0.jpg", "q1.jpg", "q2.jpg", "q3.jpg"]
    assert report.no_room == 0


def test_limits_may_change_while_the_frame_runs(home: Home, shelf: Shelf) -> None:
    fill(shelf, 5)
    mirror = home.mirror()
    mirror.limits = replace(mirror.limits, quota_bytes=20)
    mirror.sync(shelf, Task())
    assert used(home) == 20
