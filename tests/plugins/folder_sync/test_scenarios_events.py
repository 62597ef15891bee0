"""Folders that tell of changes, of some, or of none; and other programs that are not done yet (68, 69)."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from artframe_folder_sync.files.unrest import Unrest
from artframe_folder_sync.files.watching import FolderWatch
from artframe_folder_sync.records import ActionKind
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World


class Ears:
    """What a watch tells."""

    def __init__(self) -> None:
        self.heard = threading.Condition()
        self.folders: set[str] = set()
        self.lost = 0

    def changed(self, folder: str) -> None:
        with self.heard:
            self.folders.add(folder)
            self.heard.notify_all()

    def lose(self) -> None:
        with self.heard:
            self.lost += 1
            self.heard.notify_all()

    def wait(self, until: Callable[[], bool]) -> bool:
        with self.heard:
            return self.heard.wait_for(until, 60)


def refused() -> BaseObserver:
    """What the system says at its limit."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_s68_a_change_is_told_by_its_folder(tmp_path: Path) -> None:
    ears = Ears()
    (tmp_path / "album").mkdir()
    watch = FolderWatch(tmp_path, ears.changed, ears.lose)
    watch.start()
    try:
        (tmp_path / "album" / "IMG.jpg").write_bytes(photo(1))
        assert ears.wait(lambda: "album" in ears.folders)
        (tmp_path / "new").mkdir()
        assert ears.wait(lambda: "new" in ears.folders)
    finally:
        watch.stop()


@pytest.mark.parametrize(
    ("observer", "file_system"),
    [(refused, "ext4"), (Observer, "nfs4"), (Observer, "fuse.sshfs")],
    ids=["limit of the system", "network share", "FUSE"],
)
def test_s68_where_nobody_tells_of_changes_this_is_said_and_the_scan_finds_them(
    world: World, observer: Callable[[], BaseObserver], file_system: str
) -> None:
    """A limit of the system, or a folder that others change over the network."""
    ears = Ears()
    watch = FolderWatch(world.root, ears.changed, ears.lose, observer=observer, file_system=lambda _: file_system)
    watch.start()
    watch.stop()
    assert str(world.root) in watch.trouble
    world.put("IMG.jpg", photo(1))
    world.settle()
    world.run(full=True)
    assert world.immich() == [("IMG.jpg", photo(1))]


def test_s68_changes_that_were_lost_are_looked_for_everywhere() -> None:
    """The kernel's queue ran over: nobody knows where."""
    unrest = Unrest(10)
    unrest.note("album", 0)
    unrest.lose(1)
    assert unrest.take(11).everything
    assert not unrest.take(12)


def test_s69_a_folder_in_which_files_still_arrive_waits(world: World) -> None:
    """Each arrival begins the settle time of its folder anew; other folders do not wait for it."""
    unrest = Unrest(10)
    world.put("album/1.jpg", photo(1), age=10)
    world.put("other/2.jpg", photo(2), age=10)
    unrest.note("album", 0)
    unrest.note("other", 0)
    unrest.note("album", 8)
    assert unrest.take(10).folders == {"other"}
    world.run(full=False, dirty=["other"])
    assert world.immich() == [("2.jpg", photo(2))]
    assert unrest.take(18).folders == {"album"}
    world.run(full=False, dirty=["album"])
    assert len(world.immich()) == 2


def test_s69_a_rename_that_arrives_in_two_halves_is_a_rename(world: World) -> None:
    """Syncthing may delete first and add later: within the grace, that is no deletion."""
    world.put("album/old.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    asset = world.asset(photo(1))
    world.remove("album/old.jpg")
    world.run(full=False, dirty=["album"])
    assert world.writes() == []
    world.clock.advance(30)
    world.put("album/.syncthing.new.jpg.tmp", photo(1), age=25)
    world.run(full=False, dirty=["album"])
    assert world.writes() == []
    world.rename("album/.syncthing.new.jpg.tmp", "album/new.jpg")
    world.clock.advance(20)
    report = world.run(full=False, dirty=["album"])
    assert world.writes() == []
    assert report.done.get(ActionKind.MOVE) == 1
    world.sync()
    assert world.asset(photo(1)) == asset
    world.assert_quiet()


def test_s69_a_file_that_arrives_slowly_is_sent_once_and_whole(world: World) -> None:
    """Looked at every few seconds while it grows."""
    whole = photo(1)
    for end in (100, 200, 300):
        world.put("IMG.jpg", whole[:end])
        world.clock.advance(5)
        world.run(full=False, dirty=[""], lossless=False)
        assert world.assets() == []
    world.put("IMG.jpg", whole)
    world.settle()
    world.run(lossless=False)
    world.settle()
    world.run()
    assert world.immich() == [("IMG.jpg", whole)]
    assert len(world.assets()) == 1
