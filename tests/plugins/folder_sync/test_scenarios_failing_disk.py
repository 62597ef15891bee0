"""A disk that is full, forbidden, broken or gone: it stops what needs it, and says nothing about what is on it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.errors import ArtframeError
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.records import DownloadRule
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.downloads import download_all
from tests.plugins.folder_sync.mounting import memory_over
from tests.plugins.folder_sync.world import World, said

CODES = ["EACCES", "EIO", "ESTALE"]


class FullDisk(Disk):
    """A disk with so many bytes left."""

    def __init__(self, root: Path, free: int) -> None:
        super().__init__(root)
        self.free = free

    def free_bytes(self) -> int:
        return self.free


@pytest.fixture
def small_disk(world: World) -> Iterator[World]:
    """The folder is a real file system of its own, of 256 KiB."""
    with memory_over(world.root, size="256k"):
        yield world
        world.close()


def incoming(world: World) -> list[Path]:
    return [one for one in (world.root / ".artframe-tmp").rglob("*") if one.is_file()]


def test_s58_a_disk_that_is_full_takes_no_half_photo(small_disk: World) -> None:
    """Really full: what came so far is removed, and nothing is forgotten."""
    world = small_disk
    world.configure(connections=1)
    world.put("stays.jpg", photo(1))
    world.sync()
    large = photo(2) + os.urandom(200_000)
    world.immich_upload("large.jpg", large)
    download_all(world)
    ballast = world.root / "ballast.bin"
    ballast.write_bytes(bytes(int(0.6 * os.statvfs(world.root).f_bavail * 4096)))
    second = photo(3) + os.urandom(100_000)
    world.immich_upload("second.jpg", second)
    report = world.run()
    assert second not in world.folder().values()
    assert incoming(world) == []
    assert "room" in said(report) or "space" in said(report)
    ballast.unlink()
    world.clock.advance(24 * 3600)
    world.remove(*(path for path, content in world.folder().items() if content == large))
    world.sync()
    assert second in world.folder().values()


def test_s58_writing_that_fails_in_the_middle_leaves_nothing(world: World) -> None:
    """The disk said there was room, and then there was none."""
    world.put("stays.jpg", photo(1))
    world.sync()
    world.immich_upload("first.jpg", photo(2))
    download_all(world)
    failing = True

    def probe(operation: str, path: str) -> None:
        if failing and operation in ("write", "receive"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    world.close()
    world.make_disk = lambda root: Disk(root, probe=probe)
    before = world.folder()
    for number in range(20, 30):
        world.immich_upload(f"{number}.jpg", photo(number))
    report = world.run()
    assert world.folder() == before
    assert incoming(world) == []
    assert "space" in said(report) or "room" in said(report)
    failing = False
    world.clock.advance(24 * 3600)
    world.sync()
    assert set(world.folder().values()) == {photo(1), photo(2), *map(photo, range(20, 30))}
    world.assert_quiet()


def test_s58_a_download_leaves_the_reserve_alone(world: World) -> None:
    disk = FullDisk(world.root, free=10_000_000)
    world.make_disk = lambda _: disk
    world.put("stays.jpg", photo(1))
    world.sync()
    world.immich_upload("first.jpg", photo(2))
    download_all(world)
    world.configure(download=DownloadRule(enabled=True, reserve_bytes=5_000_000))
    world.run()
    disk.free = 5_000_100
    world.immich_upload("second.jpg", photo(3))
    report = world.run()
    assert photo(3) not in world.folder().values()
    assert "room" in said(report)
    disk.free = 50_000_000
    world.clock.advance(24 * 3600)
    world.run()
    assert photo(3) in world.folder().values()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("where", ["album", "album/1.jpg"], ids=["folder", "file"])
def test_s59_what_cannot_be_read_is_unknown_and_not_deleted(world: World, code: str, where: str) -> None:
    """Neither sent nor deleted on any side, said once; the rest of the folder is synced."""
    disk = world.meddle()
    for number in range(3):
        world.put(f"album/{number}.jpg", photo(number))
    world.put("stays.jpg", photo(3))
    world.sync()
    disk.fail(code, where)
    world.put("new.jpg", photo(9))
    report = world.sync()
    world.sync()
    assert not any(one.trashed for one in world.assets())
    assert ("new.jpg", photo(9)) in world.immich()
    assert [one.path for one in report.troubles].count(where) == 1
    disk.heal()
    world.sync()
    world.assert_quiet()


@pytest.mark.parametrize("code", CODES)
def test_s59_a_file_that_cannot_be_read_keeps_what_immich_deleted(world: World, code: str) -> None:
    """Whether it is still the photo that was deleted, nobody can say."""
    disk = world.meddle()
    for number in range(3):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    disk.fail(code, "0.jpg")
    world.immich_trash(photo(0), photo(1))
    world.sync()
    assert world.folder() == {"0.jpg": photo(0), "2.jpg": photo(2)}
    disk.heal()
    world.sync()
    assert world.folder() == {"2.jpg": photo(2)}
    assert world.local_trash() == {"0.jpg": photo(0), "1.jpg": photo(1)}


@pytest.mark.parametrize("code", CODES)
def test_s59_a_folder_whose_root_cannot_be_read_stops_the_pair(world: World, code: str) -> None:
    disk = world.meddle()
    for number in range(3):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    disk.fail(code, "")
    assets = world.assets()
    for _ in range(3):
        world.settle()
        try:
            world.run()
        except ArtframeError as error:
            assert "folder" in str(error).lower()
    assert world.assets() == assets
    disk.heal()
    world.sync()
    world.assert_quiet()
