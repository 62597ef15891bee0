"""What happens where Immich or the folder has a content already (scenarios 25 to 27)."""

from __future__ import annotations

import pytest

from artframe_folder_sync.records import ActionKind, Mode, Reappeared
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World, said


def test_s25_a_new_file_whose_photo_is_in_the_trash_takes_it_out_of_there(world: World) -> None:
    world.immich_upload("old name.jpg", photo())
    world.immich_trash(photo())
    world.put("IMG.jpg", photo(), age=1000)

    report = world.run()

    assert report.done.get(ActionKind.RESTORE_REMOTE) == 1
    assert world.immich() == [("old name.jpg", photo())]
    assert world.immich_trashed() == []
    assert ("POST", "/assets") not in world.writes()
    world.assert_quiet()


def test_s25_a_photo_that_goes_to_the_trash_while_its_twin_is_uploaded_is_not_left_there(world: World) -> None:
    def meanwhile() -> None:
        world.immich_upload("from the phone.jpg", photo())
        world.immich_trash(photo())

    world.server.faults.meanwhile(meanwhile, path="/api/assets", method="POST", times=1)
    world.put("IMG.jpg", photo(), age=1000)

    world.run()
    world.sync()

    assert world.immich() == [("from the phone.jpg", photo())]
    assert world.immich_trashed() == []
    assert world.folder() == {"IMG.jpg": photo()}
    world.assert_quiet()


def test_s25_a_photo_on_its_way_out_for_good_is_uploaded_again(world: World) -> None:
    world.immich_upload("old.jpg", photo())
    world.server.jobs.pause("backgroundTask")
    world.server.site.jobs.wait_until_idle()
    old = world.asset(photo()).id
    world.force_delete(photo())
    world.put("IMG.jpg", photo(), age=1000)
    world.attempt()

    world.server.jobs.resume("backgroundTask")
    assert world.server.jobs.wait_until_idle()
    for _ in range(3):
        world.clock.advance(24 * 3600)
        world.run()

    assert world.folder() == {"IMG.jpg": photo()}
    assert world.immich() == [("IMG.jpg", photo())]
    assert world.asset(photo()).id != old
    world.assert_quiet()


@pytest.mark.parametrize("why", ["held back", "upload only"])
def test_s25_what_was_trashed_on_purpose_is_not_restored_because_its_file_is_still_there(
    world: World, why: str
) -> None:
    for number in range(4):
        world.put(f"{number}.jpg", photo(number), age=1000)
    if why == "upload only":
        world.configure(mode=Mode.UPLOAD)
    else:
        world.configure(max_deletions=1, max_deletions_percent=0)
    world.sync()
    world.immich_trash(photo(1), photo(2))

    for _ in range(3):
        world.run()
        assert world.writes() == []
        world.settle()

    assert len(world.folder()) == 4
    assert [content for _, content in world.immich_trashed()] == [photo(1), photo(2)]


def test_s25_a_photo_that_comes_back_from_a_stale_phone_is_neither_restored_nor_removed(world: World) -> None:
    world.put("IMG.jpg", photo(), age=1000)
    world.sync()
    world.immich_trash(photo())
    world.sync()
    assert world.folder() == {}
    world.put("IMG.jpg", photo(), age=1000 + world.config.settle_seconds)

    for _ in range(3):
        report = world.sync()
        assert "img.jpg" in said(report)

    assert world.folder() == {"IMG.jpg": photo()}
    assert world.immich_trashed() == [("IMG.jpg", photo())]


@pytest.mark.parametrize("policy", list(Reappeared))
def test_s25_what_becomes_of_a_photo_that_comes_back_is_a_choice(world: World, policy: Reappeared) -> None:
    world.configure(reappeared=policy)
    world.put("IMG.jpg", photo(), age=1000)
    world.sync()
    world.immich_trash(photo())
    world.sync()
    world.put("IMG.jpg", photo(), age=100_000)

    world.sync()
    world.sync()

    restored = policy is Reappeared.ACCEPT
    assert world.immich_trashed() == ([] if restored else [("IMG.jpg", photo())])
    assert world.folder() == ({} if policy is Reappeared.REMOVE else {"IMG.jpg": photo()})
    assert photo() in world.local_trash().values()
    if policy is not Reappeared.ASK:
        world.assert_quiet()


@pytest.mark.parametrize("where", ["timeline", "archive", "hidden", "locked"])
def test_s26_a_photo_that_immich_has_is_linked_and_stays_where_it_is_shown(world: World, where: str) -> None:
    world.immich_upload("from the phone.jpg", photo())
    move = {"archive": world.server.archive, "hidden": world.server.hide, "locked": world.server.lock}
    if where in move:
        move[where](world.asset(photo()).id)
    world.put("IMG.jpg", photo(), age=1000)

    report = world.run()

    assert report.done.get(ActionKind.LINK) == 1
    assert world.writes() == []
    for _ in range(3):
        world.sync()
    assert world.asset(photo()).visibility == where
    assert len(world.assets()) == 1
    assert world.folder() == {"IMG.jpg": photo()}
    world.assert_quiet()


def test_s26_a_photo_that_somebody_else_uploads_at_the_same_moment_is_linked(world: World) -> None:
    world.server.faults.meanwhile(
        lambda: world.immich_upload("from the phone.jpg", photo()), path="/api/assets", method="POST", times=1
    )
    world.put("IMG.jpg", photo(), age=1000)

    world.run()

    assert world.immich() == [("from the phone.jpg", photo())]
    world.put("other.jpg", photo(2), age=1000)
    world.remove("IMG.jpg")
    world.sync()
    assert world.immich_trashed() == [("from the phone.jpg", photo())]


def test_s27_of_two_files_with_one_content_only_the_last_one_counts(world: World) -> None:
    world.put("camera/IMG.jpg", photo(), age=1000)
    world.put("copies/IMG (1).jpg", photo(), age=900)
    world.put("other.jpg", photo(2), age=1000)
    report = world.run()
    assert len(world.assets()) == 2
    assert report.tracked == 3

    world.remove("camera/IMG.jpg")
    for _ in range(3):
        world.settle()
        world.run()
        assert world.writes() == []
    assert len(world.immich()) == 2

    world.remove("copies/IMG (1).jpg")
    world.sync()
    assert [content for _, content in world.immich_trashed()] == [photo()]
    world.assert_quiet()


def test_s27_an_edit_of_one_of_two_copies_leaves_the_photo_to_the_other_one(world: World) -> None:
    world.put("a.jpg", photo(), age=1000)
    world.put("b.jpg", photo(), age=1000)
    world.sync()
    world.edit("a.jpg", photo(2))

    for _ in range(3):
        world.sync()

    assert {content for _, content in world.immich()} == {photo(), photo(2)}
    assert world.immich_trashed() == []
    world.remove("b.jpg")
    world.sync()
    assert [content for _, content in world.immich_trashed()] == [photo()]
    world.assert_quiet()


def test_s27_two_files_with_one_content_deleted_together_are_one_deletion(world: World) -> None:
    world.put("a.jpg", photo(), age=1000)
    world.put("b.jpg", photo(), age=1000)
    world.put("c.jpg", photo(2), age=1000)
    world.sync()
    world.remove("a.jpg", "b.jpg")

    world.sync()

    assert [content for _, content in world.immich_trashed()] == [photo()]
    world.assert_quiet()


def test_s27_a_copy_made_right_after_a_deletion_keeps_the_photo(world: World) -> None:
    world.put("a.jpg", photo(), age=1000)
    world.sync()
    world.remove("a.jpg")
    world.run(lossless=False)
    world.settle()
    world.put("elsewhere/still being written.jpg", photo())  # too young to be uploaded, and there nevertheless

    world.run()

    assert world.immich_trashed() == []
    world.sync()
    world.assert_quiet()
    assert len(world.immich()) == 1
