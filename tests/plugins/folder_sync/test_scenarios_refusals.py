"""A server that is away, overloaded, full, or does not let us: nothing counts as deleted, and the rest goes on."""

from __future__ import annotations

import contextlib

import pytest

from artframe.errors import AuthFailed, NotReady
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.downloads import download_all
from tests.plugins.folder_sync.world import PERMISSIONS, World, said

UPLOAD = {"method": "POST", "path": "/api/assets"}


@pytest.fixture
def synced(world: World) -> World:
    """Five photos on both sides."""
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    return world


def test_s53_a_server_that_is_away_at_the_start_pauses_the_run(synced: World) -> None:
    synced.remove("0.jpg")
    synced.put("new.jpg", photo(9))
    synced.settle()
    synced.server.stop()
    files = synced.fingerprint()
    for _ in range(3):
        with pytest.raises(NotReady):
            synced.run()
        synced.settle()
    assert synced.fingerprint() == files
    synced.server.start()
    synced.sync()
    assert synced.asset(photo(0)).trashed
    assert not synced.asset(photo(9)).trashed
    synced.assert_quiet()


@pytest.mark.parametrize("get_through", [1, 3, 6])
def test_s53_a_server_that_goes_away_in_the_middle_deletes_nothing(synced: World, get_through: int) -> None:
    """However far the run had come."""
    synced.put("new.jpg", photo(9))
    synced.settle()
    fault = synced.server.faults.refuse(skip=get_through)
    with pytest.raises(NotReady):
        synced.run()
    assert len(synced.folder()) == 6
    assert not any(one.trashed for one in synced.assets())
    synced.server.faults.remove(fault)
    synced.sync()
    assert len(synced.immich()) == 6
    synced.assert_quiet()


def test_s55_too_many_requests_pause_the_run_for_as_long_as_the_server_asks(synced: World) -> None:
    synced.put("new.jpg", photo(9))
    synced.settle()
    fault = synced.server.faults.status(429, retry_after=1234, path="/api/search/metadata")
    with pytest.raises(NotReady) as paused:
        synced.run()
    assert paused.value.retry_after is not None and paused.value.retry_after >= 1234
    synced.server.faults.remove(fault)
    synced.sync()
    assert len(synced.immich()) == 6


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_s55_an_upload_that_meets_a_failing_server_is_sent_again_later(synced: World, code: int) -> None:
    """From its first byte on. A 500 may be that file's own fault, and stops nobody else."""
    synced.put("new.jpg", photo(9))
    synced.settle()
    fault = synced.server.faults.status(code, **UPLOAD)
    with contextlib.nullcontext() if code == 500 else pytest.raises(NotReady):
        report = synced.run()
        assert "new.jpg" in said(report)
    assert len(synced.immich()) == 5
    synced.server.faults.remove(fault)
    synced.clock.advance(3600)
    synced.sync()
    assert ("new.jpg", photo(9)) in synced.immich()
    synced.assert_quiet()


def test_s55_an_upload_whose_answer_was_lost_is_known_by_its_content(synced: World) -> None:
    """The server has it: it is not sent a second time, and there is no second asset."""
    synced.put("new.jpg", photo(9))
    synced.settle()
    synced.server.faults.cut(0, times=1, **UPLOAD)
    try:
        synced.run()
    except NotReady:
        synced.run()
        assert ("POST", "/assets") not in synced.requests()
    assert len(synced.assets()) == 6
    synced.sync()
    synced.assert_quiet()


def test_s56_a_key_that_was_taken_back_stops_everything_at_once(synced: World) -> None:
    synced.remove("0.jpg")
    synced.settle()
    synced.server.delete_keys(synced.user_id)
    files = synced.fingerprint()
    for _ in range(2):
        with pytest.raises(AuthFailed):
            synced.run()
        assert synced.writes() == []
        synced.settle()
    assert synced.fingerprint() == files
    assert not any(one.trashed for one in synced.assets())
    synced.use_key()
    for _ in range(2):
        synced.sync()
    assert synced.asset(photo(0)).trashed, "with a key that is good, what was meant is done"


@pytest.mark.parametrize("code", [401, 403])
def test_s56_a_refusal_in_the_middle_is_no_deletion(synced: World, code: int) -> None:
    synced.settle()
    for number, path in enumerate(("/api/search/metadata", "/api/assets/bulk-upload-check", "/api/assets"), 20):
        synced.put("new.jpg", photo(number), age=60)
        fault = synced.server.faults.status(code, path=path)
        synced.immich_trash(photo(1))
        with pytest.raises(AuthFailed):
            synced.run()
        synced.server.faults.remove(fault)
        synced.immich_restore(photo(1))
        assert set(synced.folder()) >= {f"{number}.jpg" for number in range(5)}
        synced.sync()
        synced.remove("new.jpg")
        synced.sync()


def test_s56_a_key_that_may_not_delete_uploads_and_says_what_it_leaves_undone(synced: World) -> None:
    synced.use_key(*(one for one in PERMISSIONS if one != "asset.delete"))
    synced.sync()
    synced.remove("0.jpg")
    synced.put("new.jpg", photo(9))
    synced.immich_trash(photo(1))
    report = synced.sync()
    assert "asset.delete" in said(report)
    assert not synced.asset(photo(0)).trashed
    assert ("new.jpg", photo(9)) in synced.immich()
    assert synced.local_trash() == {"1.jpg": photo(1)}, "the other direction is not concerned"
    synced.use_key()
    for _ in range(2):
        synced.sync()
    assert synced.asset(photo(0)).trashed


def test_s56_a_key_that_may_not_upload_deletes_nothing_that_it_cannot_judge(synced: World) -> None:
    """Without asset.upload nobody can tell a locked photo from one that is deleted for good."""
    synced.use_key(*(one for one in PERMISSIONS if one != "asset.upload"))
    synced.sync()
    synced.put("new.jpg", photo(9))
    synced.immich_purge(photo(1))
    report = synced.sync()
    assert "asset.upload" in said(report)
    assert set(synced.folder()) == {*(f"{number}.jpg" for number in range(5)), "new.jpg"}
    assert len(synced.assets()) == 4


def test_s56_a_key_that_may_not_read_stops_the_pair(synced: World) -> None:
    synced.use_key(*(one for one in PERMISSIONS if one != "asset.read"))
    synced.remove("0.jpg")
    for _ in range(2):
        synced.settle()
        with pytest.raises(AuthFailed, match=r"asset\.read"):
            synced.run()
    assert not any(one.trashed for one in synced.assets())


def test_s57_a_full_quota_stops_uploads_and_nothing_else(synced: World) -> None:
    for number in range(20, 40):
        synced.put(f"{number}.jpg", photo(number))
    synced.immich_trash(photo(1))
    synced.remove("0.jpg")
    synced.settle()
    synced.run()
    synced.settle()
    fault = synced.server.faults.status(400, message="Quota has been exceeded!", **UPLOAD)
    for number in range(40, 60):
        synced.put(f"{number}.jpg", photo(number), age=60)
    report = synced.run()
    assert "quota" in said(report)
    assert synced.requests().count(("POST", "/assets")) < 10, "no storm of hopeless uploads"
    assert synced.local_trash() == {"1.jpg": photo(1)}
    assert synced.asset(photo(0)).trashed
    synced.server.faults.remove(fault)
    synced.clock.advance(24 * 3600)
    synced.sync()
    assert len(synced.immich()) == 5 - 2 + 40
    synced.assert_quiet()


def test_s57_a_full_quota_does_not_keep_new_photos_of_immich_out(world: World) -> None:
    world.put("0.jpg", photo(0))
    world.immich_upload("app.jpg", photo(1))
    world.sync()
    world.put("1.jpg", photo(2), age=60)
    world.server.faults.status(400, message="Quota has been exceeded!", **UPLOAD)
    download_all(world)
    assert photo(1) in world.folder().values()
