"""What waits for a person's word may be very many: it is counted, held and let through as a whole, and written once."""

from __future__ import annotations

import pytest

from artframe_folder_sync.records import ActionKind, DownloadRule
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World

MANY = 2100  # more than two pieces of 900


@pytest.fixture
def full(world: World) -> World:
    """An account with many photos, none of which is in the folder; downloads are switched on."""
    world.server.add_assets_in_bulk(world.user_id, MANY, data=b"the same bytes, and eight of its own")
    world.configure(download=DownloadRule(enabled=True, reserve_bytes=0))
    return world


def test_a_first_download_of_many_is_told_and_held_as_a_whole(full: World) -> None:
    (told,) = full.run().held
    (kept,) = full.pair.held()
    assert (told.side, told.count) == (kept.side, kept.count) == ("download", MANY)
    assert told.digest == kept.digest
    assert f"{MANY} photos (92 kB)" in told.reason
    assert full.pair.confirm("download", told.digest) == MANY
    plan = full.run(dry=True)
    assert plan.held == ()
    assert len({one.asset_id for one in plan.actions if one.kind is ActionKind.DOWNLOAD}) == MANY


def test_what_was_agreed_to_comes_down_and_what_came_since_comes_with_the_next_run(full: World) -> None:
    full.configure(download=DownloadRule(enabled=True, reserve_bytes=0, since=full.clock.now()))
    first = full.immich_upload("new.jpg", b"new", taken_at=full.clock.now())
    (held,) = full.run().held
    assert held.count == 1
    full.pair.confirm("download")
    full.immich_upload("newer.jpg", b"newer", taken_at=full.clock.now())
    report = full.run()
    assert [one.asset_id for one in report.actions] == [first], "exactly what was agreed to"
    assert full.run().done == {ActionKind.DOWNLOAD: 1}


def test_what_was_agreed_to_is_not_said_of_another_choice_of_photos(world: World) -> None:
    world.immich_upload("old.jpg", b"old")
    new = world.immich_upload("new.jpg", b"new", taken_at=world.clock.now())
    world.configure(download=DownloadRule(enabled=True, reserve_bytes=0, since=world.clock.now()))
    (held,) = world.run().held
    assert world.pair.confirm("download", held.digest) == 1
    world.configure(download=DownloadRule(enabled=True, reserve_bytes=0))
    (held,) = world.run().held
    assert held.count == 2
    world.pair.confirm("download", held.digest)
    assert new in [one.asset_id for one in world.run().actions]
    assert len(world.folder()) == 2


def forbid_writing(world: World) -> None:
    """From now on nothing can be written down that waits."""
    with world.state() as state:
        state.db.execute(
            "CREATE TRIGGER again BEFORE INSERT ON held BEGIN SELECT RAISE(ABORT, 'it is written again'); END"
        )


def test_downloads_that_wait_are_written_down_once_however_often_they_are_looked_at(full: World) -> None:
    (before,) = full.run().held
    forbid_writing(full)
    (held,) = full.run().held
    assert held.digest == before.digest


def test_deletions_that_wait_are_written_down_once_however_often_they_are_looked_at(world: World) -> None:
    contents = [photo(number) for number in range(5)]
    for number, content in enumerate(contents):
        world.put(f"{number}.jpg", content)
    world.configure(max_deletions=1, max_deletions_percent=1)
    world.sync()
    world.immich_trash(*contents[:3])
    (before,) = world.run().held
    forbid_writing(world)
    world.clock.advance(60)
    (held,) = world.run(full=False).held
    assert held == before
    assert world.pair.held() == (held,)
    assert world.pair.confirm("local", held.digest) == 3
