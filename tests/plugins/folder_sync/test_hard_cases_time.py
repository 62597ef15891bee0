"""How a family could lose a photo through wrong clocks, and through a state from long ago."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from artframe.core.task import Task
from artframe.immich import Immich
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.local_trash import LocalTrash
from artframe_folder_sync.files.namesakes import Namesakes
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.undo import pending, take_back
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World

DAY = 24 * 3600


@pytest.mark.parametrize("full", [True, False], ids=["full", "quick"])
def test_what_is_deleted_while_the_clock_is_years_behind_does_not_expire_when_it_is_right_again(
    world: World, full: bool
) -> None:
    """A Raspberry Pi has no clock of its own."""
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.immich_trash(photo(0))
    for _ in range(12):
        world.clock.advance(DAY)
        world.run()
    right = world.clock.now()
    world.clock.set_wall(right.replace(year=2001))
    world.immich_trash(photo(1))
    world.run(full=full)
    assert photo(1) not in world.folder().values()
    world.clock.set_wall(right + timedelta(minutes=10))
    for _ in range(3):
        world.settle()
        world.run()
    assert world.local_trash() == {"0.jpg": photo(0), "1.jpg": photo(1)}
    for _ in range(40):
        world.clock.advance(DAY)
        world.run(lossless=False)
    assert world.local_trash() == {}


def test_an_immich_that_is_empty_lets_the_trash_of_the_folder_be(world: World) -> None:
    """Perhaps it is about to be set up anew, and then this is all there is."""
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.immich_trash(photo(0))
    world.sync()
    for _ in range(10):
        world.clock.advance(DAY)
        world.run()
    world.immich_purge(*(photo(number) for number in range(5)))
    for _ in range(40):
        world.clock.advance(DAY)
        world.run()
    assert world.local_trash() == {"0.jpg": photo(0)}


# -- a state from long ago ---------------------------------------------------------------------------------------------


def test_a_state_from_a_backup_of_the_frames_card_loses_and_brings_back_nothing_that_was_decided_since(
    world: World, tmp_path: Path
) -> None:
    for number in range(8):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.close()
    shutil.copytree(world.data_dir, tmp_path / "backup")

    world.remove("0.jpg")
    world.put("1.jpg", photo(11))
    world.rename("2.jpg", "album/2.jpg")
    world.immich_trash(photo(3))
    world.put("new.jpg", photo(20))
    world.sync()
    world.rename("4.jpg", "5b.jpg")
    world.immich_trash(photo(5))
    world.sync()
    world.immich_restore(photo(5))
    world.sync()
    files = world.folder()
    live = world.immich()

    world.close()
    shutil.rmtree(world.data_dir)
    shutil.copytree(tmp_path / "backup", world.data_dir)
    for _ in range(3):
        world.sync()
    assert world.folder() == files
    assert sorted(world.immich()) == sorted(live)
    world.assert_quiet()


def test_undoing_after_the_photo_and_its_name_got_another_fate_replaces_nothing(world: World) -> None:
    for number in range(4):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.immich_trash(photo(0), photo(1))
    world.sync()
    world.put("0.jpg", photo(10))
    world.immich_purge(photo(1))
    world.sync()
    journal = Journal(world.data_dir / "journal.jsonl", world.clock)
    run, entries = pending(journal, world.user_id)
    with Immich(world.server.url, world.key, sleep=world.clock.advance) as client:
        disk = Disk(world.root)
        undone = take_back(
            entries,
            run=run,
            journal=journal,
            trash=LocalTrash(disk, world.clock),
            namesakes=Namesakes(disk),
            client=client,
            now="undo",
            task=Task(),
        )
    journal.close()
    assert sorted(undone.files) == ["1.jpg"]
    assert [one.path for one in undone.failed] == ["0.jpg"]
    world.sync()
    world.sync()
    assert {photo(0), photo(1), photo(10)} <= set(world.folder().values()) | set(world.local_trash().values())
    assert world.folder()["1.jpg"] == photo(1)
    assert world.folder()["0.jpg"] == photo(10)
    assert not any(one.trashed for one in world.assets())
    world.assert_quiet()
