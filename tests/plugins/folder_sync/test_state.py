"""What is remembered of a pair, and what becomes of it when the file is damaged or two want it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from artframe.plugin import NotReady
from artframe_folder_sync.records import Action, ActionKind, FileFact
from artframe_folder_sync.state.assets import Assets, Seen
from artframe_folder_sync.state.database import Lock, State, micros, moment
from artframe_folder_sync.state.files import Files
from artframe_folder_sync.state.gone import KEPT_DAYS, Tombstones, Waiting

DAY = 86_400_000_000
SHA1 = "a" * 40


def fact(path: str, size: int = 100, mtime_ns: int = 5) -> FileFact:
    return FileFact(path=path, size=size, mtime_ns=mtime_ns, ctime_ns=6, inode=(1 << 64) - 1, device=3)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "pair.db")


def test_a_name_that_is_no_text_comes_back_as_it_was(state: State) -> None:
    files = Files(state)
    path = "b\udcff\udc80/\n'\u00e4.jpg"
    files.saw([fact(path)], 1)
    row = files.at(path)
    assert row is not None and row.path == path
    assert list(files.at_all([path, "other"])) == [path]
    assert list(files.paths()) == [path]
    state.close()


def test_a_changed_file_is_unread_and_tried_again(state: State) -> None:
    files = Files(state)
    files.saw([fact("a.jpg")], 1)
    files.read([("a.jpg", SHA1)], 2)
    files.link([("a.jpg", SHA1, "ASSET")], 3)
    files.refuse("a.jpg", "too large", retry_at=None)
    files.saw([fact("a.jpg", size=101)], 4)
    row = files.at("a.jpg")
    assert row is not None
    assert (row.sha1, row.refused, row.tries, row.changed_at) == (None, None, 0, 4)
    assert (row.base, row.asset) == (SHA1, "asset"), "what both sides had is not forgotten"
    state.close()


def test_what_was_never_synced_is_not_missed(state: State) -> None:
    files = Files(state)
    for path in ("new.jpg", "old.jpg"):
        files.saw([fact(path)], 1)
        files.read([(path, SHA1)], 1)
    files.link([("old.jpg", SHA1, "asset")], 1)
    files.missing(["new.jpg", "old.jpg"], 10)
    files.missing(["old.jpg"], 20)
    assert files.at("new.jpg") is None
    row = files.at("old.jpg")
    assert row is not None and row.missing_since == 10, "since the first time"
    files.missing(["old.jpg"], 5)
    row = files.at("old.jpg")
    assert row is not None and row.missing_since == 5, "a clock that was set back"
    state.close()


def test_all_or_nothing(state: State) -> None:
    files = Files(state)
    with pytest.raises(RuntimeError), state.writing():
        files.saw([fact("a.jpg")], 1)
        raise RuntimeError
    assert files.at("a.jpg") is None
    state.close()


def test_a_copy_takes_nothing_back(state: State, tmp_path: Path) -> None:
    state.set_meta("known", "yes")
    with state.copy(tmp_path / "copy.db") as copy:
        assert copy.meta("known") == "yes"
        copy.set_meta("known", "no")
    assert state.meta("known") == "yes"
    state.close()


def test_a_damaged_file_is_set_aside_and_the_next_run_is_a_first_one(tmp_path: Path) -> None:
    file = tmp_path / "pair.db"
    file.write_bytes(b"this is no database, and long enough to be looked at as one" * 100)
    with State(file) as state:
        assert state.meta("first_run_done") is None
    assert (tmp_path / "pair.db.unusable").exists()


def test_only_one_run_at_a_time(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "pair.lock"), Lock(tmp_path / "pair.lock")
    with first.held(), pytest.raises(NotReady, match="another run"), second.held():
        pass
    with second.held():
        pass


def test_moments_go_through_unchanged() -> None:
    now = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
    assert moment(micros(now)) == now


def test_a_tombstone_lives_for_more_than_a_year_and_what_was_kept_for_ever(state: State) -> None:
    stones = Tombstones(state)
    common = {"sha1": SHA1, "asset": "x", "size": 1, "mtime": 1, "side": "local", "at": 0, "reason": ""}
    stones.add(path="gone.jpg", **common)  # type: ignore[arg-type]
    stones.add(path="kept.jpg", kept_remote=True, **common)  # type: ignore[arg-type]
    stones.expire(KEPT_DAYS * DAY)
    assert len(stones.where("1")) == 2
    stones.expire(KEPT_DAYS * DAY + 1)
    assert [one.path for one in stones.where("1")] == ["kept.jpg"]
    state.close()


def test_what_is_approved_is_what_was_held_at_that_moment(state: State) -> None:
    waiting = Waiting(state)
    held = [Action(kind=ActionKind.TRASH_LOCAL, path=path, reason="", sha1=SHA1, asset_id="x") for path in "abc"]
    waiting.hold("local", held[:2], "many")
    assert waiting.approve("local") == 2
    waiting.hold("local", held[2:], "more")
    assert waiting.approved("local") == {one.key for one in held[:2]}
    waiting.done("local", [held[0].key])
    assert waiting.approved("local") == {held[1].key}
    assert waiting.approved("remote") == set()
    state.close()


def test_deletions_of_the_last_24_hours_are_counted(state: State) -> None:
    waiting = Waiting(state)
    allowed = Action(kind=ActionKind.TRASH_LOCAL, path="a", reason="", sha1=SHA1, asset_id="x")
    waiting.hold("local", [allowed], "many")
    waiting.approve("local")
    waiting.used("local", [allowed.key, "1", "2", "3"], 10 * DAY)
    waiting.used("remote", ["1"], 10 * DAY)
    assert waiting.approved("local") == set()
    assert waiting.spent("local", 11 * DAY - 1) == 3, "what was allowed counts towards nothing"
    assert waiting.spent("local", 11 * DAY) == 0
    assert waiting.spent("local", 9 * DAY) == 3, "a clock that was set back frees nothing"
    state.close()


def test_the_asset_that_is_there_is_preferred_to_its_twin_in_the_trash(state: State) -> None:
    assets = Assets(state)
    assets.mark("TRASHED", SHA1, Seen.TRASHED)
    assets.mark("gone", SHA1, Seen.PURGED)
    found = assets.with_content(SHA1)
    assert found is not None and found.id == "trashed"
    assets.mark("live", SHA1, Seen.LIVE)
    found = assets.with_content(SHA1)
    assert found is not None and found.id == "live"
    state.close()
