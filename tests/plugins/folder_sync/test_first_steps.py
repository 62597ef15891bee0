"""The everyday: a file comes, moves, goes; a photo is deleted in Immich and restored there."""

from __future__ import annotations

import errno
from datetime import timedelta

from artframe_folder_sync.records import ActionKind, Mode
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World


def test_a_first_run_sends_all_and_a_second_one_nothing(world: World) -> None:
    world.put("a.jpg", photo(1))
    world.put("holiday/b.jpg", photo(2))
    world.settle()
    report = world.run()
    assert report.done == {ActionKind.UPLOAD: 2}
    assert world.immich() == [("a.jpg", photo(1)), ("b.jpg", photo(2))]
    world.assert_quiet()


def test_what_both_sides_have_is_linked(world: World) -> None:
    world.put("a.jpg", photo(1))
    world.immich_upload("other.jpg", photo(1))
    world.settle()
    assert world.run().done == {ActionKind.LINK: 1}
    assert world.writes() == []
    world.assert_quiet()


def test_a_deleted_file_goes_to_the_trash_of_immich_after_the_grace(world: World) -> None:
    world.put("a.jpg", photo(1))
    world.put("b.jpg", photo(2))
    world.sync()
    world.remove("a.jpg")
    assert not world.run().done
    world.settle()
    assert world.run().done == {ActionKind.TRASH_REMOTE: 1}
    assert world.immich_trashed() == [("a.jpg", photo(1))]
    world.assert_quiet()


def test_what_is_deleted_in_immich_goes_to_the_local_trash_and_comes_back(world: World) -> None:
    world.put("a.jpg", photo(1))
    world.put("b.jpg", photo(2))
    world.sync()
    world.immich_trash(photo(1))
    assert world.run().done == {ActionKind.TRASH_LOCAL: 1}
    assert world.local_trash()["a.jpg"] == photo(1)
    assert world.folder() == {"b.jpg": photo(2)}
    world.assert_quiet()
    world.immich_restore(photo(1))
    assert world.run().done == {ActionKind.BRING_BACK: 1}
    assert world.folder() == {"a.jpg": photo(1), "b.jpg": photo(2)}
    assert not [one for one in world.requests() if one[1].endswith("/original")]
    world.assert_quiet()


def test_a_moved_file_changes_nothing_in_immich(world: World) -> None:
    world.put("a.jpg", photo(1))
    world.sync()
    world.rename("a.jpg", "new/b.jpg")
    assert world.run().done == {ActionKind.MOVE: 1}
    assert world.writes() == []
    world.assert_quiet()


def test_an_edited_file_is_a_new_version(world: World) -> None:
    world.put("a.jpg", photo(1))
    world.sync()
    world.settle()
    world.edit("a.jpg", photo(2))
    world.settle()
    assert world.run().done == {ActionKind.REPLACE_REMOTE: 1, ActionKind.TRASH_REMOTE: 1}
    assert world.immich() == [("a.jpg", photo(2))]
    assert world.immich_trashed() == [("a.jpg", photo(1))]
    world.assert_quiet()


def test_a_dry_run_shows_the_plan_and_changes_nothing(world: World) -> None:
    world.put("a.jpg", photo(1))
    world.settle()
    before = world.fingerprint()
    report = world.run(dry=True)
    assert [(one.kind, one.path) for one in report.actions] == [(ActionKind.UPLOAD, "a.jpg")]
    assert world.writes() == []
    assert world.fingerprint() == before
    assert [path.name for path in world.data_dir.iterdir() if path.suffix == ".db"] == []


def test_an_edit_that_is_taken_back_leaves_one_photo(world: World) -> None:
    world.put("a.jpg", photo(1))
    world.sync()
    world.edit("a.jpg", photo(2))
    world.sync()
    world.edit("a.jpg", photo(1))
    world.sync()
    assert world.immich() == [("a.jpg", photo(1))]
    assert world.immich_trashed() == [("a.jpg", photo(2))]
    world.assert_quiet()


def test_an_earlier_version_is_only_trashed_when_the_whole_folder_was_seen(world: World) -> None:
    """It may have moved where a quick run does not look."""
    world.put("here/a.jpg", photo(1))
    world.sync()
    world.rename("here/a.jpg", "there/b.jpg")
    world.put("here/a.jpg", photo(2))
    world.settle()
    world.run(full=False, dirty=["here"])
    assert not world.asset(photo(1)).trashed
    world.sync()
    assert {content for _, content in world.immich()} == {photo(1), photo(2)}
    assert world.immich_trashed() == []
    world.assert_quiet()


def test_a_file_that_cannot_be_read_asks_for_another_run_more_and_more_rarely(world: World) -> None:
    """And never for one at once, for ever."""
    world.put("a.jpg", photo(1))
    world.settle()
    pauses = []

    def unreadable(path: str) -> None:
        if path == "a.jpg":
            raise OSError(errno.EIO, "a bad sector", path)

    world.meddle().before("open", unreadable)
    for _ in range(6):
        report = world.run()
        assert report.look_again is not None
        pauses.append((report.look_again - world.clock.now()).total_seconds())
        world.clock.advance(pauses[-1])
    assert pauses[0] >= 30
    assert pauses == sorted(pauses)
    assert pauses[-1] > 4 * pauses[0]


def test_a_deletion_asks_for_the_full_run_that_confirms_it_also_while_others_are_held(world: World) -> None:
    world.configure(max_deletions=1, max_deletions_percent=0)
    for number in range(6):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.remove("0.jpg", "1.jpg", "2.jpg")
    assert world.sync().held
    world.settle()
    world.remove("3.jpg")
    report = world.run()
    assert report.again_in_full
    assert report.look_again is not None
    assert report.look_again - world.clock.now() == timedelta(seconds=world.config.delete_grace_seconds)


def test_deletions_that_did_not_come_about_do_not_count(world: World) -> None:
    world.configure(max_deletions=3, max_deletions_percent=0)
    for number in range(6):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.remove("0.jpg", "1.jpg", "2.jpg")
    world.run()
    world.settle()
    fault = world.server.faults.status(503, path="/api/assets", method="DELETE")
    assert world.attempt()
    world.server.faults.remove(fault)
    report = world.run()
    assert not report.held
    assert report.done == {ActionKind.TRASH_REMOTE: 3}


def test_what_waits_because_immich_is_empty_goes_on_waiting_in_quick_runs(world: World) -> None:
    for number in range(3):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.immich_purge(photo(0), photo(1), photo(2))
    assert world.run().held
    assert world.run(full=False).held
    assert world.pair.held()
    assert len(world.folder()) == 3


def test_a_photo_that_is_locked_and_in_the_trash_is_named_until_somebody_restores_it(world: World) -> None:
    """Also in the runs that do not try it again."""
    world.immich_upload("a.jpg", photo(1))
    world.immich_trash(photo(1))
    world.server.lock([world.asset(photo(1)).id])
    world.put("a.jpg", photo(1))
    world.settle()
    for _ in range(2):
        report = world.run()
        assert [one.path for one in report.troubles] == ["a.jpg"]
        assert "trash" in report.troubles[0].reason
    assert world.folder() == {"a.jpg": photo(1)}


def test_an_emptied_folder_is_asked_about_also_where_nothing_would_be_deleted(world: World) -> None:
    world.configure(mode=Mode.MIRROR_DOWN)
    world.immich_upload("a.jpg", photo(1))
    world.put("a.jpg", photo(1))
    world.sync()
    world.remove("a.jpg")
    (held,) = world.sync().held
    assert (held.side, held.count) == ("remote", 1)
    assert "empty" in held.reason
    assert world.pair.confirm("remote") == 1
    report = world.run()
    assert report.done == {ActionKind.KEEP_REMOTE: 1}
    assert not report.held
    assert world.run().look_again is None
    assert not world.asset(photo(1)).trashed
