"""The first download of more photos than one piece of work takes: counted, held, and let through as a whole."""

from __future__ import annotations

import pytest

from artframe_folder_sync.records import ActionKind, DownloadRule
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


def test_what_waits_is_written_down_once_however_often_it_is_looked_at(full: World) -> None:
    (before,) = full.run().held
    with full.state() as state:
        state.db.execute(
            "CREATE TRIGGER again BEFORE INSERT ON held BEGIN SELECT RAISE(ABORT, 'it is written again'); END"
        )
    (held,) = full.run().held
    assert held.digest == before.digest
