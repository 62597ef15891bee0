"""Files that are no photo, not yet one, too large, or not what they were by their date."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from artframe.core.task import Task
from artframe.errors import Cancelled
from artframe_folder_sync.files.disk import Disk
from tests.plugins.folder_sync.contents import Content, movie, photo, text
from tests.plugins.folder_sync.world import World

NOTHING = Content(b"", "nothing")
HOURS = 3600


def uploads(world: World) -> int:
    """How many files the last run sent."""
    return world.requests().count(("POST", "/assets"))


class CountingDisk(Disk):
    """Remembers which files were opened, and can be asked to call somebody at the n-th."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, probe=self._note)
        self.opened: list[str] = []
        self.at: tuple[int, Task] | None = None
        self._lock = threading.Lock()

    def _note(self, operation: str, path: str) -> None:
        if operation == "open" and not path.startswith("."):
            with self._lock:
                self.opened.append(path)
                if self.at is not None and len(self.opened) == self.at[0]:
                    self.at[1].cancel()


def test_s46_an_empty_file_waits_until_it_is_filled(world: World) -> None:
    world.put("IMG.jpg", NOTHING)
    world.sync()
    assert world.assets() == []
    world.put("IMG.jpg", photo(1))
    world.sync()
    assert world.immich() == [("IMG.jpg", photo(1))]


def test_s46_a_file_that_became_empty_takes_nothing_from_immich(world: World) -> None:
    """A placeholder of a phone or of Syncthing; what comes after it counts."""
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.edit("IMG.jpg", NOTHING)
    world.sync()
    world.sync()
    assert world.immich() == [("IMG.jpg", photo(1)), ("stays.jpg", photo(2))]
    world.edit("IMG.jpg", photo(1))
    world.sync()
    assert len(world.assets()) == 2
    world.assert_quiet()


def test_s46_an_empty_file_is_no_deletion_in_the_folder_either(world: World) -> None:
    """Trashed in Immich meanwhile: the placeholder is not what was deleted, and nothing of it is sent."""
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.edit("IMG.jpg", NOTHING)
    world.immich_trash(photo(1))
    world.sync()
    assert len(world.assets()) == 2
    assert world.asset(photo(1)).trashed


def test_s47_what_immich_does_not_take_is_not_sent(world: World) -> None:
    """Immich says itself what it takes."""
    for name in ("notes.txt", "invoice.pdf", "IMG.json", "no_ending", "song.mp3", "album.zip"):
        world.put(name, text(f"this is {name}"))
    world.put("IMG.JPG", photo(1))
    world.sync()
    assert world.immich() == [("IMG.JPG", photo(1))]
    world.settle()
    world.run()
    assert uploads(world) == 0


def test_s47_what_immich_refused_is_sent_again_only_when_it_changed(world: World) -> None:
    world.put("odd.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.settle()
    refusal = world.server.faults.status(
        400, message="Unsupported file type odd.jpg", method="POST", path="/api/assets"
    )
    report = world.run()
    assert {trouble.path for trouble in report.troubles} == {"odd.jpg", "stays.jpg"}
    world.server.faults.remove(refusal)
    world.clock.advance(HOURS)
    world.run()
    assert uploads(world) == 0, "remembered by size and date"
    world.restart()
    world.clock.advance(HOURS)
    world.run()
    assert uploads(world) == 0, "also after a restart"
    world.put("odd.jpg", photo(3))
    world.sync()
    assert [content for _, content in world.immich()] == [photo(3)]


def test_s48_a_file_too_large_for_the_proxy_stops_nobody_else(world: World) -> None:
    world.put("huge.mp4", movie(1))
    for number in range(3):
        world.put(f"{number}.jpg", photo(number))
    world.configure(connections=1)
    world.settle()
    world.server.faults.status(413, method="POST", path="/api/assets", times=1)
    report = world.run()
    assert len(world.assets()) == 3
    assert len(report.troubles) == 1 and "size" in report.troubles[0].reason
    refused = report.troubles[0].path
    world.clock.advance(HOURS)
    world.run()
    assert uploads(world) == 0
    world.put(refused, photo(9))
    world.sync()
    assert len(world.assets()) == 4


def test_s49_a_file_is_read_once_and_not_again_until_it_changed(world: World) -> None:
    """By size, date and inode; also in another process."""
    disks: list[CountingDisk] = []
    world.make_disk = lambda root: disks.append(CountingDisk(root)) or disks[-1]  # type: ignore[func-returns-value]
    for number in range(8):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.restart()
    world.sync()
    assert len(disks) == 2
    assert disks[1].opened == []
    world.put("3.jpg", photo(30))
    world.sync()
    assert set(disks[1].opened) == {"3.jpg"}


def test_s49_a_first_scan_that_was_stopped_goes_on_where_it_was(world: World) -> None:
    disks: list[CountingDisk] = []
    world.make_disk = lambda root: disks.append(CountingDisk(root)) or disks[-1]  # type: ignore[func-returns-value]
    world.configure(hash_threads=1)
    for number in range(160):
        world.put(f"{number}.jpg", photo(number))
    world.settle()
    task = Task()
    assert world.pair is not None
    disks[0].at = (140, task)
    with pytest.raises(Cancelled):
        world.pair.run(task, full=True)
    assert world.assets() == []
    world.restart()
    world.sync()
    assert len(world.assets()) == 160
    read_twice = {path for path in disks[1].opened if disks[1].opened.count(path) > 1}
    assert len(read_twice) < 160, "to upload it each is read once, and to hash it only those that were not yet"


@pytest.mark.parametrize("shift", [-5 * HOURS, 5 * HOURS], ids=["older", "newer"])
def test_s50_dates_that_all_changed_change_nothing(world: World, shift: int) -> None:
    """A time zone, a restored backup, ``chmod -R``: the content is looked at, and it is the same."""
    for number in range(12):
        world.put(f"{number}.jpg", photo(number), age=10 * HOURS)
    world.sync()
    for file in world.root.glob("*.jpg"):
        moment = file.stat().st_mtime + shift
        os.utime(file, (moment, moment))
        file.chmod(0o600)
    world.settle()
    report = world.run()
    assert world.writes() == []
    assert report.tracked == 12
    world.assert_quiet()


def test_s50_an_older_date_with_another_content_is_noticed(world: World) -> None:
    world.put("IMG.jpg", photo(1))
    world.sync()
    world.put("IMG.jpg", photo(2), age=timedelta(days=100).total_seconds())
    world.sync()
    assert world.immich() == [("IMG.jpg", photo(2))]
    assert world.asset(photo(1)).trashed


def test_s51_another_content_under_the_same_date_and_size_is_noticed(world: World) -> None:
    """By the time of the last change to the inode, which nobody can set."""
    first, second = text("this is one content"), text("that is the other c")
    assert len(first) == len(second)
    file = world.put("IMG.jpg", first, age=100)
    world.sync()
    status = file.stat()
    world.known.remember(second)
    with file.open("r+b") as handle:
        handle.write(second)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (status.st_ino, status.st_mtime_ns)
    world.sync()
    assert sorted(world.immich()) == sorted([("IMG.jpg", first), ("IMG.jpg", second)]), "perhaps it is damaged"
    assert world.folder() == {"IMG.jpg": second}
    world.assert_quiet()
