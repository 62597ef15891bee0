"""How a family could lose a photo through a disk that forgets: damage is no edit, and the good photo stays."""

from __future__ import annotations

import os

import pytest

from tests.plugins.folder_sync.contents import photo, text
from tests.plugins.folder_sync.world import World, said

DAY = 24 * 3600


def _rot(world: World, path: str) -> bytes:
    """A bit flips on the disk: nobody wrote, so no time tells of it."""
    file = world.root / path
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    world.known.remember(text(bytes(content).hex()))
    before = file.stat()
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat().st_ctime_ns
    world.close()
    with world.state() as state, state.writing() as db:
        # Nobody can set the time of the last change to an inode: so the state is as if it had been this one before.
        db.execute("UPDATE file SET ctime = ? WHERE path = ?", (after, path.encode()))
    return bytes(content)


def test_a_bit_that_flips_on_the_disk_does_not_replace_the_good_photo_in_immich(world: World) -> None:
    """Every file is read again each week; what changed although nobody wrote to it is damage and no edit."""
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    damaged = _rot(world, "IMG.jpg")
    for _ in range(3):
        world.clock.advance(8 * DAY)
        report = world.run(lossless=False)
        assert world.writes() == []
    assert [one.path for one in report.troubles] == ["IMG.jpg"]
    assert "damaged" in said(report)
    assert not world.asset(photo(1)).trashed
    assert world.folder()["IMG.jpg"] == damaged
    # The good one is put back, with its date: then all goes on.
    status = (world.root / "IMG.jpg").stat()
    (world.root / "IMG.jpg").write_bytes(photo(1))
    os.utime(world.root / "IMG.jpg", ns=(status.st_atime_ns, status.st_mtime_ns))
    world.settle()
    report = world.run(lossless=False)
    assert report.troubles == ()
    world.assert_quiet()
    assert len(world.assets()) == 2


@pytest.mark.parametrize("days", [30, None, 0])
def test_who_deletes_a_damaged_file_gets_the_good_one_back(world: World, days: int | None) -> None:
    world.configure(delete_threshold_days=days)
    world.put("album/IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    _rot(world, "album/IMG.jpg")
    world.clock.advance(8 * DAY)
    world.run(lossless=False)
    world.remove("album/IMG.jpg")
    world.sync()
    world.sync()
    assert world.folder() == {"album/IMG.jpg": photo(1), "stays.jpg": photo(2)}
    assert not world.asset(photo(1)).trashed
    world.remove("album/IMG.jpg")
    world.sync()
    assert world.asset(photo(1)).trashed is (days != 0)


def test_a_damaged_file_is_not_what_immich_deletes(world: World) -> None:
    world.put("IMG.jpg", photo(1))
    world.sync()
    damaged = _rot(world, "IMG.jpg")
    world.clock.advance(8 * DAY)
    world.run(lossless=False)
    world.immich_trash(photo(1))
    world.sync()
    assert world.folder() == {"IMG.jpg": damaged}


def test_damage_that_is_found_because_rights_changed_takes_no_good_photo_along(world: World) -> None:
    """Or because the disk has another number after a restart: then nothing tells damage from an edit."""
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    damaged = _rot(world, "IMG.jpg")
    for file in world.root.glob("*.jpg"):
        file.chmod(0o640)
    world.settle()
    report = world.run(lossless=False)
    assert "damaged" in said(report)
    world.sync()
    assert not any(one.trashed for one in world.assets())
    assert ("IMG.jpg", damaged) in world.immich()
    world.assert_quiet()
