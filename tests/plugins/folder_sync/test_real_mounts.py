"""Real file systems that vanish, hide something, become read-only or run full, under the folder and under the state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from artframe.errors import ArtframeError, NotReady
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.mounting import memory_over
from tests.plugins.folder_sync.world import World, said


def fill(place: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = place / "ballast.bin"
    with ballast.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(4096))
            except OSError:
                return ballast


def once(action: Callable[[], object]) -> Callable[[str], None]:
    """Only the first time."""
    left = [action]

    def act(path: str) -> None:
        if left:
            left.pop()()

    return act


@pytest.mark.parametrize("moment", ["before the run", "during the scan", "before the second look"])
def test_a_mount_that_vanishes_deletes_nothing(world: World, moment: str) -> None:
    """A real file system, taken away for real; what is below it looks like an empty folder."""
    with memory_over(world.root, size="4m") as mount:
        disk = world.meddle()
        for number in range(6):
            world.put(f"album/{number}.jpg", photo(number))
        world.sync()
        world.settle()
        if moment == "before the run":
            mount.leave()
        else:
            world.put("album/new.jpg", photo(9), age=100)
            (disk.before if moment == "during the scan" else disk.after)("open", once(mount.leave))
        for _ in range(3):
            try:
                world.run(lossless=False)
            except ArtframeError as error:
                assert "folder" in str(error).lower()
            world.settle()
        assert not any(one.trashed for one in world.assets())
        assert list(world.root.iterdir()) == [], "nothing is written onto the mount point"
        world.close()


@pytest.mark.parametrize("below", ["mounted later", "mounted before"])
def test_another_disk_below_the_folder_is_not_entered_and_deletes_nothing(world: World, below: str) -> None:
    """A disk that is mounted over a folder hides its photos."""
    album = world.root / "album"
    album.mkdir()
    for number in range(3):
        world.put(f"album/{number}.jpg", photo(number))
    world.put("stays.jpg", photo(3))
    if below == "mounted later":
        world.sync()
    with memory_over(album, size="1m"):
        world.sync()
        world.sync()
        assert not any(one.trashed for one in world.assets())
    world.sync()
    world.sync()
    assert len(world.immich()) == 4
    world.assert_quiet()
    world.close()


def test_a_folder_that_became_read_only_is_still_read_and_loses_nothing(world: World) -> None:
    """As after an error of its file system: new photos go to Immich, what was deleted there stays here for now."""
    with memory_over(world.root, size="4m") as mount:
        for number in range(4):
            world.put(f"{number}.jpg", photo(number))
        world.sync()
        world.put("new.jpg", photo(9), age=100)
        world.immich_trash(photo(0))
        mount.become("ro")
        report = world.sync()
        assert ("new.jpg", photo(9)) in world.immich()
        assert world.folder()["0.jpg"] == photo(0)
        assert "0.jpg" in said(report)
        mount.become("rw")
        world.sync()
        assert world.local_trash() == {"0.jpg": photo(0)}
        world.assert_quiet()
        world.close()


def test_a_full_disk_under_the_state_ends_the_run_and_the_next_one_goes_on(world: World) -> None:
    """What cannot be remembered is not done."""
    world.data_dir.mkdir()
    with memory_over(world.data_dir, size="8m"):
        for number in range(4):
            world.put(f"{number}.jpg", photo(number))
        world.sync()
        ballast = fill(world.data_dir)
        for number in range(100, 400):
            world.put(f"a folder with a rather long name, so that the state needs room/{number}.jpg", photo(number))
        world.remove("1.jpg")
        world.immich_trash(photo(0))
        for _ in range(3):
            world.settle()
            with pytest.raises(NotReady, match="room"):
                world.run()
        assert "0.jpg" in world.folder()
        assert not world.asset(photo(1)).trashed
        ballast.unlink()
        world.sync()
        assert len(world.immich()) == 302
        assert world.local_trash() == {"0.jpg": photo(0)}
        world.assert_quiet()
        world.close()
