"""One file's three states in, at most one action out: the whole table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from artframe.immich import UploadCheck
from artframe_folder_sync.records import (
    Action,
    ActionKind,
    AgeClock,
    Mode,
    PairConfig,
    Reappeared,
    RemoteDeletions,
    Trouble,
)
from artframe_folder_sync.run.decide import Moment, age_of, judge
from artframe_folder_sync.run.decide_new import Lead, Powers, judge_new
from artframe_folder_sync.state.assets import AssetRow, Seen
from artframe_folder_sync.state.database import micros
from artframe_folder_sync.state.files import FileRow
from artframe_folder_sync.state.gone import Gone

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MOMENT = Moment(here=NOW, server=NOW)
CONFIG = PairConfig(folder=Path("/photos"), server="http://immich", user_id="me", key_digest="")
POWERS = Powers(upload=True, delete=True, local=True, download=True)
OLD, NEW, THIRD = "a" * 40, "b" * 40, "c" * 40
ASSET, OTHER = "asset-1", "asset-2"


def ago(**span: float) -> int:
    return micros(NOW - timedelta(**span))


def file(**changes: object) -> FileRow:
    """A file that was on both sides, as it was then."""
    row = FileRow(
        path="a.jpg",
        size=100,
        mtime=ago(days=100) * 1000,
        ctime=0,
        inode=1,
        device=1,
        sha1=OLD,
        hashed_at=ago(days=1),
        base=OLD,
        asset=ASSET,
        linked_at=ago(days=5),
        changed_at=ago(days=100),
        missing_since=None,
        refused=None,
        retry_at=None,
        tries=0,
        still=None,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def asset(state: Seen = Seen.LIVE, **changes: object) -> AssetRow:
    row = AssetRow(
        id=ASSET,
        sha1=OLD,
        state=state,
        favourite=False,
        updated=ago(days=5),
        created=ago(days=5),
        taken=ago(days=200),
        name="a.jpg",
        video=None,
        is_video=False,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


SAME, EDITED = file(), file(sha1=NEW)
MISSING = file(missing_since=ago(hours=1))
UNREAD = file(sha1=None)


def kind(row: FileRow, seen: AssetRow | None, config: PairConfig = CONFIG, other_copy: str | None = None) -> str | None:
    action = judge(row, seen, config, MOMENT, other_copy=other_copy)
    return None if action is None else action.kind.value


@pytest.mark.parametrize(
    ("state", "same", "edited", "missing"),
    [
        (Seen.LIVE, None, "replace_remote", "trash_remote"),
        (Seen.ARCHIVED, None, "replace_remote", "trash_remote"),
        (Seen.HIDDEN, None, "upload", "keep_remote"),
        (Seen.LOCKED, None, "upload", "keep_remote"),
        (Seen.TRASHED, "trash_local", "upload", "forget"),
        (Seen.PURGED, "trash_local", "upload", "forget"),
        (Seen.ELSEWHERE, None, "upload", None),
        (Seen.UNKNOWN, None, "upload", None),
    ],
)
def test_the_table(state: Seen, same: str | None, edited: str | None, missing: str | None) -> None:
    assert kind(SAME, asset(state)) == same
    assert kind(EDITED, asset(state)) == edited
    assert kind(MISSING, asset(state)) == missing
    assert kind(UNREAD, asset(state)) is None


def test_an_asset_that_was_never_listed_deletes_nothing() -> None:
    assert kind(SAME, None) is None
    assert kind(MISSING, None) is None
    assert kind(EDITED, None) == "upload"


@pytest.mark.parametrize("state", [Seen.TRASHED, Seen.PURGED])
def test_an_empty_file_stands_for_nothing(state: Seen) -> None:
    assert kind(file(size=0), asset(state)) is None
    assert kind(file(size=0, sha1=NEW), asset(state)) is None


def test_replaced_in_immich() -> None:
    replaced = asset(sha1=THIRD)
    assert kind(SAME, replaced) == "replace_local"
    assert kind(EDITED, replaced) == "upload"
    assert kind(MISSING, replaced) == "bring_back"


def test_on_purge_waits_until_the_trash_is_emptied() -> None:
    config = replace(CONFIG, remote_deletions=RemoteDeletions.ON_PURGE)
    assert kind(SAME, asset(Seen.TRASHED), config) is None
    assert kind(SAME, asset(Seen.PURGED), config) == "trash_local"


def test_a_mode_leaves_the_other_side_alone() -> None:
    upload, down = replace(CONFIG, mode=Mode.UPLOAD), replace(CONFIG, mode=Mode.MIRROR_DOWN)
    for state in Seen:
        assert kind(SAME, asset(state), upload) is None
        assert kind(EDITED, asset(state), down) is None
        assert kind(MISSING, asset(state), down) not in ("trash_remote", "upload")
    assert kind(SAME, asset(sha1=THIRD), upload) is None


def test_a_deletion_waits_for_the_grace_and_for_a_second_sight() -> None:
    assert kind(file(missing_since=ago(seconds=59)), asset()) is None
    assert kind(file(missing_since=ago(seconds=60)), asset()) == "trash_remote"
    impatient = replace(CONFIG, delete_grace_seconds=0)
    assert kind(file(missing_since=micros(NOW)), asset(), impatient) is None
    assert kind(file(missing_since=ago(seconds=-30)), asset()) is None, "the clock was set back"


def test_another_copy_keeps_the_asset() -> None:
    assert kind(MISSING, asset(), other_copy="b.jpg") == "forget"
    assert kind(MISSING, asset(Seen.TRASHED), other_copy="b.jpg") == "forget"


@pytest.mark.parametrize(
    ("days", "age", "expected"),
    [
        (30, 29, "trash_remote"),
        (30, 30, "keep_remote"),
        (0, 0, "keep_remote"),
        (None, 4000, "trash_remote"),
        (30, -2, "keep_remote"),
    ],
)
def test_only_what_is_young_enough_is_deleted_in_immich(days: int | None, age: int, expected: str) -> None:
    config = replace(CONFIG, delete_threshold_days=days)
    assert kind(MISSING, asset(created=ago(days=age)), config) == expected


def test_each_clock_asks_something_else() -> None:
    ages = [age_of(MISSING, asset(), clock, MOMENT) for clock in AgeClock]
    assert ages == [5 * 86_400_000_000, 200 * 86_400_000_000, 100 * 86_400_000_000]
    unknown = asset(created=None, taken=None)
    assert age_of(MISSING, unknown, AgeClock.IN_IMMICH, MOMENT) == 5 * 86_400_000_000, "since it was linked"
    assert age_of(file(linked_at=None), unknown, AgeClock.IN_IMMICH, MOMENT) is None
    assert age_of(MISSING, unknown, AgeClock.TAKEN, MOMENT) is None
    assert kind(file(missing_since=ago(hours=1), linked_at=None), unknown) == "keep_remote"


def test_ages_of_what_the_server_dates_go_by_its_own_clock() -> None:
    wrong_here = Moment(here=NOW + timedelta(days=365), server=NOW)
    assert age_of(MISSING, asset(), AgeClock.IN_IMMICH, wrong_here) == 5 * 86_400_000_000


def test_a_clock_that_stands_where_the_frame_was_switched_off_makes_no_old_photo_young() -> None:
    behind = Moment(here=NOW - timedelta(days=95), server=NOW)
    assert age_of(MISSING, asset(), AgeClock.FILE_AGE, behind) == 100 * 86_400_000_000
    assert age_of(MISSING, asset(created=None), AgeClock.IN_IMMICH, behind) == 5 * 86_400_000_000


def test_a_favourite_is_kept_if_wanted() -> None:
    config = replace(CONFIG, keep_favourites=True)
    assert kind(MISSING, asset(favourite=True), config) == "keep_remote"
    assert kind(MISSING, asset(), config) == "trash_remote"


# -- new contents ------------------------------------------------------------------------------------------------------

FRESH = file(base=None, asset=None, linked_at=None, sha1=NEW)
UNKNOWN = UploadCheck(known=False)
LIVE = UploadCheck(known=True, asset_id=OTHER)
IN_TRASH = UploadCheck(known=True, asset_id=OTHER, in_trash=True)
STONE = Gone(
    id=1,
    path="a.jpg",
    sha1=NEW,
    asset=OTHER,
    size=100,
    mtime=0,
    side="remote",
    at=ago(days=1),
    trash_path=".artframe-trash/2026-04-30/a.jpg",
    stage="gone",
    kept_remote=False,
    reason="",
)
TAKEN_AWAY = Lead(tombstone=STONE, copy_in_trash=True)


def new(
    check: UploadCheck,
    lead: Lead | None = None,
    row: FileRow = FRESH,
    mode: Mode = Mode.TWO_WAY,
    reappeared: Reappeared = Reappeared.ASK,
    powers: Powers = POWERS,
) -> str | None:
    verdict = judge_new(row, check, lead or Lead(), mode=mode, reappeared=reappeared, powers=powers)
    if isinstance(verdict, Action):
        return verdict.kind.value
    return "trouble" if isinstance(verdict, Trouble) else None


def test_a_new_content_is_linked_restored_or_sent() -> None:
    assert (new(LIVE), new(IN_TRASH), new(UNKNOWN)) == ("link", "restore_remote", "upload")
    assert new(LIVE, mode=Mode.MIRROR_DOWN) == "link"
    assert new(IN_TRASH, mode=Mode.MIRROR_DOWN) is None
    assert new(UNKNOWN, mode=Mode.MIRROR_DOWN) is None


def test_without_a_permission_it_waits() -> None:
    assert new(IN_TRASH, powers=replace(POWERS, delete=False)) == "trouble"
    assert new(UNKNOWN, powers=replace(POWERS, upload=False)) is None


@pytest.mark.parametrize("check", [IN_TRASH, UNKNOWN])
def test_what_came_back_from_an_old_phone_goes_by_the_setting(check: UploadCheck) -> None:
    assert new(check, TAKEN_AWAY) == "trouble"
    assert new(check, TAKEN_AWAY, reappeared=Reappeared.REMOVE) == "trash_local"
    accepted = new(check, TAKEN_AWAY, reappeared=Reappeared.ACCEPT)
    assert accepted == ("restore_remote" if check.in_trash else "upload")
    assert new(LIVE, TAKEN_AWAY) == "link", "restored in Immich meanwhile"


def test_what_was_put_back_on_purpose_is_accepted() -> None:
    taken_out = Lead(tombstone=STONE, copy_in_trash=False)
    assert new(IN_TRASH, taken_out) == "restore_remote"
    written_anew = replace(FRESH, mtime=ago(hours=1) * 1000)
    assert new(IN_TRASH, TAKEN_AWAY, row=written_anew) == "restore_remote"


def test_an_edit_whose_new_version_is_there_takes_over_from_the_old_one() -> None:
    edited = judge(EDITED, asset(), CONFIG, MOMENT, other_copy=None)
    verdict = judge_new(EDITED, LIVE, Lead(edited=edited), mode=Mode.TWO_WAY, reappeared=Reappeared.ASK, powers=POWERS)
    assert isinstance(verdict, Action)
    assert (verdict.kind, verdict.asset_id, verdict.known_as) == (ActionKind.REPLACE_REMOTE, ASSET, OTHER)
    assert new(LIVE, Lead(edited=edited, held_elsewhere=True), row=EDITED) == "link", "a known photo took its place"
