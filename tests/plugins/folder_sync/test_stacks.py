"""What becomes of a photo's place in a stack when it is edited?"""

from __future__ import annotations

import pytest

from artframe_folder_sync.records import ActionKind, EditedPhotos
from tests.immich.simulator import pictures
from tests.plugins.folder_sync.contents import Content, photo
from tests.plugins.folder_sync.world import PERMISSIONS, World, said

OLD, OTHER, NEW, ELSEWHERE = photo(1), photo(2), photo(3), photo(4)
COPY = "/api/assets/copy"
MONTHS = 200 * 24 * 3600
WITHOUT_UPDATE = [one for one in PERMISSIONS if one != "stack.update"]


@pytest.fixture
def stacked(world: World) -> World:
    """Two photos in one stack, the first one up, and one beside it."""
    for path, content in {"a.jpg": OLD, "b.jpg": OTHER, "c.jpg": ELSEWHERE}.items():
        world.put(path, content)
    world.sync()
    world.immich_stack(OLD, OTHER)
    world.settle()
    return world


def edit(world: World, path: str = "a.jpg") -> str:
    """What people are told about it."""
    world.edit(path, NEW)
    world.settle()
    return said(world.run())


def test_the_new_version_of_a_cover_becomes_the_cover_before_the_old_one_goes(stacked: World) -> None:
    said_then = edit(stacked)
    assert stacked.stacks() == {NEW: {NEW, OTHER}}
    assert stacked.asset(OLD).trashed
    writes = stacked.writes()
    assert next(one for one in writes if "stacks" in one[1]) in writes[: writes.index(("DELETE", "/assets"))]
    assert said_then == ""
    stacked.assert_quiet()


def test_the_new_version_of_another_photo_of_a_stack_joins_it_below_its_cover(stacked: World) -> None:
    edit(stacked, "b.jpg")
    assert stacked.stacks() == {OLD: {OLD, NEW}}
    assert stacked.asset(OTHER).trashed
    stacked.assert_quiet()


def test_an_earlier_version_that_is_kept_lies_below_the_new_one_where_it_was_the_cover(stacked: World) -> None:
    stacked.configure(edited_photos=EditedPhotos.KEEP)
    edit(stacked)
    assert stacked.stacks() == {NEW: {NEW, OLD, OTHER}}
    stacked.assert_quiet()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.jpg", {NEW: {NEW, OLD, OTHER}}),
        ("b.jpg", {OLD: {OLD, OTHER, NEW}}),
        ("c.jpg", {OLD: {OLD, OTHER}, NEW: {NEW, ELSEWHERE}}),
    ],
)
def test_where_edited_photos_are_stacked_the_new_version_joins_the_stack_that_is_there(
    stacked: World, path: str, expected: dict[bytes, set[bytes]]
) -> None:
    stacked.configure(edited_photos=EditedPhotos.STACK)
    edit(stacked, path)
    assert stacked.stacks() == expected
    assert stacked.immich_trashed() == []
    stacked.assert_quiet()


def test_an_edit_that_is_taken_back_is_the_cover_again(stacked: World) -> None:
    edit(stacked)
    stacked.edit("a.jpg", OLD)
    stacked.sync()
    assert stacked.stacks() == {OLD: {OLD, OTHER}}
    assert stacked.asset(NEW).trashed
    stacked.assert_quiet()


@pytest.mark.parametrize(
    ("method", "path", "skip"),
    [("PUT", COPY, 0), ("PUT", COPY, 1), ("PUT", "/api/stacks/*", 0), ("GET", "/api/assets/*", 1)],
)
def test_a_run_that_breaks_off_before_copy_or_cover_is_made_up_for(
    stacked: World, method: str, path: str, skip: int
) -> None:
    fault = stacked.server.faults.status(502, method=method, path=path, skip=skip)
    edit_that_breaks_off(stacked)
    assert fault.struck
    stacked.sync()
    assert stacked.stacks() == {NEW: {NEW, OTHER}}
    assert stacked.asset(OLD).trashed
    stacked.assert_quiet()


def edit_that_breaks_off(stacked: World) -> None:
    stacked.edit("a.jpg", NEW)
    stacked.settle()
    stacked.attempt()
    assert not stacked.asset(OLD).trashed
    stacked.server.faults.clear()
    stacked.restart()


@pytest.mark.parametrize(("path", "skip"), [(COPY, 0), (COPY, 1), ("/api/stacks/*", 0)])
def test_a_photo_at_which_immich_fails_is_tried_again_and_keeps_nothing_else_back(
    stacked: World, path: str, skip: int
) -> None:
    stacked.server.faults.status(500, method="PUT", path=path, skip=skip)
    stacked.put("new.jpg", photo(5))
    assert "not taken over yet" in edit(stacked)
    assert not stacked.asset(photo(5)).trashed
    assert not stacked.asset(OLD).trashed
    stacked.server.faults.clear()
    stacked.sync()
    stacked.sync()
    assert stacked.stacks() == {NEW: {NEW, OTHER}}
    assert stacked.asset(OLD).trashed
    stacked.assert_quiet()


def test_a_stack_that_was_joined_without_an_answer_is_not_joined_again(stacked: World) -> None:
    """Immich would take it apart: both photos are in it already."""

    def join() -> None:
        with stacked.server.site.store.writing() as database:
            sql = "UPDATE asset SET stack_id = (SELECT stack_id FROM asset WHERE id = ?) WHERE id = ?"
            database.execute(sql, (stacked.asset(OLD).id, stacked.asset(NEW).id))

    stacked.server.faults.meanwhile(join, path=COPY, skip=1, times=1)
    stacked.server.faults.status(502, path=COPY, skip=1)
    edit_that_breaks_off(stacked)
    assert stacked.stacks() == {OLD: {OLD, NEW, OTHER}}
    stacked.sync()
    assert stacked.stacks() == {NEW: {NEW, OTHER}}
    stacked.assert_quiet()


def test_without_the_permission_a_cover_stays_that_and_a_person_is_told(stacked: World) -> None:
    stacked.use_key(*WITHOUT_UPDATE)
    stacked.sync()
    stacked.edit("a.jpg", NEW)
    stacked.settle()
    plan = stacked.run(dry=True)
    assert [one.kind for one in plan.actions] == [ActionKind.REPLACE_REMOTE]
    assert "lacks stack.update" in said(stacked.run())
    assert stacked.stacks() == {OLD: {OLD, OTHER}}
    assert not any(one.trashed for one in stacked.assets())
    stacked.assert_quiet()


def test_without_the_permission_other_photos_of_a_stack_are_replaced_all_the_same(stacked: World) -> None:
    stacked.use_key(*WITHOUT_UPDATE)
    stacked.sync()
    assert "stack.update" not in edit(stacked, "b.jpg")
    assert stacked.stacks() == {OLD: {OLD, NEW}}
    assert stacked.asset(OTHER).trashed


def test_a_new_version_that_somebody_stacked_elsewhere_stays_there_and_the_old_cover_stays(stacked: World) -> None:
    stacked.edit("a.jpg", NEW)
    stacked.settle()

    def act() -> None:
        stacked.immich_stack(ELSEWHERE, NEW)

    stacked.server.faults.meanwhile(act, path="/api/assets/copy", times=1, before=False)
    stacked.server.faults.status(400, path=COPY, skip=1, times=1)
    report = stacked.run()
    stacked.sync()
    assert stacked.stacks() == {OLD: {OLD, OTHER}, ELSEWHERE: {ELSEWHERE, NEW}}
    assert "could not be taken over" in said(report)
    assert not stacked.asset(OLD).trashed


@pytest.mark.parametrize("same_day", [True, False])
def test_an_old_photo_keeps_its_place_until_it_is_known_whether_the_new_one_is_its_edit(
    world: World, same_day: bool
) -> None:
    """Cameras count from 0001 again: that is no new version, and must not lie on top of the old photo."""
    first = Content(pictures.jpeg(1, (16, 12), taken="2020:05:06 07:08:09"), "first")
    taken = "2020:05:06 09:08:09" if same_day else "2026:02:03 04:05:06"
    second = Content(pictures.jpeg(2, (16, 12), taken=taken), "second")
    world.put("a.jpg", first)
    world.put("b.jpg", OTHER)
    world.sync()
    world.immich_stack(first, OTHER)
    world.clock.advance(MONTHS)
    world.run()
    world.edit("a.jpg", second)
    world.sync()
    assert world.stacks() == {first: {first, OTHER}}
    for _ in range(3):
        world.clock.advance(3600)
        world.run()
    assert world.asset(first).trashed is same_day
    assert world.stacks() == ({second: {second, OTHER}} if same_day else {first: {first, OTHER}})
    world.assert_quiet()


def test_a_file_that_is_back_while_immich_is_asked_about_another_one_is_not_deleted_there(stacked: World) -> None:
    away = stacked.base / "c.jpg"
    (stacked.root / "c.jpg").rename(away)
    stacked.run()
    stacked.edit("a.jpg", NEW)
    stacked.settle()
    fault = stacked.server.faults.meanwhile(
        lambda: away.rename(stacked.root / "c.jpg"), method="GET", path="/api/assets/*", skip=2, times=1
    )
    stacked.run()
    assert fault.struck
    assert stacked.asset(OLD).trashed
    assert not stacked.asset(ELSEWHERE).trashed
