"""What Immich deleted waits in the folder's own trash, and leaves it only to come back or when its time is over."""

from __future__ import annotations

import errno
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from artframe.testing import ManualClock
from artframe_folder_sync.files.disk import Disk, FileChanged
from artframe_folder_sync.files.local_trash import LocalTrash

DAY = 24 * 3600


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 5, 1, 12, tzinfo=UTC))


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@pytest.fixture
def trash(disk: Disk, clock: ManualClock) -> LocalTrash:
    return LocalTrash(disk, clock)


def put(disk: Disk, path: str, content: bytes = b"one") -> None:
    (disk.root / path).parent.mkdir(parents=True, exist_ok=True)
    (disk.root / path).write_bytes(content)


def delete(trash: LocalTrash, disk: Disk, path: str, content: bytes = b"one") -> str:
    put(disk, path, content)
    place = trash.place_for(path)
    trash.put(path, place)
    return place


def live(trash: LocalTrash, clock: ManualClock, days: int) -> list[str]:
    """So many days pass, and each day the trash is asked what may go."""
    gone: list[str] = []
    for _ in range(days):
        clock.advance(DAY)
        gone += trash.expire(30, lambda path: True)
    return gone


def test_a_file_keeps_its_path_below_the_day(trash: LocalTrash, disk: Disk) -> None:
    place = delete(trash, disk, "a/b/1.jpg")
    assert place == ".artframe-trash/2026-05-01/a/b/1.jpg"
    assert (disk.root / place).read_bytes() == b"one"
    assert not (disk.root / "a/b/1.jpg").exists()


def test_the_second_of_a_day_has_a_place_of_its_own(trash: LocalTrash, disk: Disk) -> None:
    places = [delete(trash, disk, "1.jpg", b"%d" % number) for number in range(3)]
    assert places == [f".artframe-trash/2026-05-01{end}/1.jpg" for end in ("", ".2", ".3")]
    assert [(disk.root / place).read_bytes() for place in places] == [b"0", b"1", b"2"]


def test_a_file_and_a_folder_of_one_name_both_find_a_place(trash: LocalTrash, disk: Disk) -> None:
    delete(trash, disk, "a")
    assert delete(trash, disk, "a/1.jpg") == ".artframe-trash/2026-05-01.2/a/1.jpg"
    (disk.root / "a").rmdir()
    assert delete(trash, disk, "a") == ".artframe-trash/2026-05-01.3/a"


def test_nothing_in_the_trash_is_replaced(trash: LocalTrash, disk: Disk) -> None:
    place = delete(trash, disk, "1.jpg", b"first")
    put(disk, "1.jpg", b"second")
    with pytest.raises(FileExistsError):
        trash.put("1.jpg", place)
    assert (disk.root / place).read_bytes() == b"first"
    assert (disk.root / "1.jpg").read_bytes() == b"second"


def test_a_file_that_was_edited_meanwhile_does_not_go(trash: LocalTrash, disk: Disk) -> None:
    put(disk, "1.jpg")
    seen = disk.status("1.jpg")
    put(disk, "1.jpg", b"edited")
    with pytest.raises(FileChanged):
        trash.put("1.jpg", trash.place_for("1.jpg"), expected=seen)
    assert (disk.root / "1.jpg").read_bytes() == b"edited"


def test_a_file_comes_back_as_it_was_and_its_empty_folders_go(trash: LocalTrash, disk: Disk) -> None:
    put(disk, "a/b/1.jpg")
    before = disk.status("a/b/1.jpg")
    place = delete(trash, disk, "a/b/1.jpg")
    other = delete(trash, disk, "a/2.jpg")
    trash.take_back(place, "a/b/1.jpg")
    after = disk.status("a/b/1.jpg")
    assert (after.size, after.inode) == (before.size, before.inode)
    assert [one.trash_path for one in trash.listing()] == [other]
    assert not (disk.root / ".artframe-trash/2026-05-01/a/b").exists()
    trash.take_back(other, "a/2.jpg")
    assert not (disk.root / ".artframe-trash/2026-05-01").exists()


def test_a_file_does_not_come_back_over_another_one(trash: LocalTrash, disk: Disk) -> None:
    place = delete(trash, disk, "1.jpg", b"old")
    put(disk, "1.jpg", b"new")
    with pytest.raises(FileExistsError):
        trash.take_back(place, "1.jpg")
    assert (disk.root / "1.jpg").read_bytes() == b"new"
    assert (disk.root / place).read_bytes() == b"old"


@pytest.mark.parametrize("path", ["1.jpg", "a/.artframe-trash/1.jpg"])
def test_only_the_trash_takes_and_gives(trash: LocalTrash, disk: Disk, path: str) -> None:
    put(disk, "0.jpg")
    with pytest.raises(ValueError, match="not in the trash"):
        trash.put("0.jpg", path)
    with pytest.raises(ValueError, match="not in the trash"):
        trash.take_back(path, "0.jpg")


def test_the_listing_tells_what_lies_there_since_when(trash: LocalTrash, disk: Disk, clock: ManualClock) -> None:
    assert list(trash.listing()) == []
    delete(trash, disk, "a/1.jpg")
    delete(trash, disk, "a/1.jpg", b"later")
    clock.advance(DAY)
    delete(trash, disk, "2.jpg")
    put(disk, ".artframe-trash/a note of mine.txt")
    put(disk, ".artframe-trash/2026-99-99/x.jpg")
    assert [(one.path, one.day, one.size) for one in trash.listing()] == [
        ("a/1.jpg", date(2026, 5, 1), 3),
        ("a/1.jpg", date(2026, 5, 1), 5),
        ("2.jpg", date(2026, 5, 2), 3),
    ]


def test_what_lay_there_for_its_time_goes_and_nothing_before(trash: LocalTrash, disk: Disk, clock: ManualClock) -> None:
    place = delete(trash, disk, "a/1.jpg")
    assert live(trash, clock, 29) == []
    later = delete(trash, disk, "2.jpg")
    assert live(trash, clock, 1) == []
    assert live(trash, clock, 1) == [place]
    assert [one.trash_path for one in trash.listing()] == [later]
    assert not (disk.root / ".artframe-trash/2026-05-01").exists()
    assert live(trash, clock, 29) == [later]


def test_what_may_not_go_stays(trash: LocalTrash, disk: Disk, clock: ManualClock) -> None:
    stays, goes = delete(trash, disk, "1.jpg"), delete(trash, disk, "2.jpg")
    gone: list[str] = []
    for _ in range(40):
        clock.advance(DAY)
        gone += trash.expire(30, lambda path: path != stays)
    assert gone == [goes]
    assert (disk.root / stays).exists()


def test_a_clock_that_jumps_a_year_ahead_empties_no_trash(trash: LocalTrash, disk: Disk, clock: ManualClock) -> None:
    place = delete(trash, disk, "1.jpg")
    trash.expire(30, lambda path: True)
    clock.set_wall(datetime(2027, 5, 1, 12, tzinfo=UTC))
    for _ in range(50):
        assert trash.expire(30, lambda path: True) == []
    clock.set_wall(datetime(2026, 5, 2, 12, tzinfo=UTC))
    assert live(trash, clock, 29) == []
    assert live(trash, clock, 1) == [place]


def test_a_frame_that_was_off_for_long_needs_a_week_to_believe_its_clock(
    trash: LocalTrash, disk: Disk, clock: ManualClock
) -> None:
    place = delete(trash, disk, "1.jpg")
    clock.advance(100 * DAY)
    assert live(trash, clock, 6) == []
    assert live(trash, clock, 1) == [place]


def test_trash_that_is_kept_for_no_day_goes_the_day_after(trash: LocalTrash, disk: Disk, clock: ManualClock) -> None:
    place = delete(trash, disk, "1.jpg")
    assert trash.expire(0, lambda path: True) == []
    clock.advance(DAY)
    assert trash.expire(0, lambda path: True) == [place]


def test_an_empty_trash_is_not_written_to(trash: LocalTrash, disk: Disk, clock: ManualClock) -> None:
    live(trash, clock, 3)
    assert list(disk.root.iterdir()) == []


def test_expiring_never_goes_through_a_link(trash: LocalTrash, disk: Disk, clock: ManualClock, tmp_path: Path) -> None:
    delete(trash, disk, "1.jpg")
    put(disk, "keep/2.jpg")
    (disk.root / ".artframe-trash/2026-05-01/link").symlink_to(disk.root / "keep")
    (disk.root / ".artframe-trash/2026-04-01").symlink_to(disk.root / "keep")
    live(trash, clock, 40)
    assert (disk.root / "keep/2.jpg").read_bytes() == b"one"


def test_a_disk_error_while_expiring_is_told_and_keeps_the_rest(disk: Disk, clock: ManualClock) -> None:
    place = delete(LocalTrash(disk, clock), disk, "1.jpg")

    def fail(operation: str, path: str) -> None:
        if operation == "remove" and path == place:
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    with pytest.raises(OSError, match="Input/output"):
        live(LocalTrash(Disk(disk.root, probe=fail), clock), clock, 40)
    assert (disk.root / place).exists()
