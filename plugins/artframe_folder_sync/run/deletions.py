"""Which deletions follow from what both sides are now? Nothing is done here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from artframe_folder_sync.files.names import printable
from artframe_folder_sync.records import Action, ActionKind, PairConfig
from artframe_folder_sync.run.decide import Moment, is_young, judge, reason_to_keep
from artframe_folder_sync.run.local import DAMAGED, SET_BACK
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import AssetRow, Seen
from artframe_folder_sync.state.database import Row, micros, raw, text
from artframe_folder_sync.state.files import FileRow

_MISSING = "missing_since IS NOT NULL AND base IS NOT NULL"
_JUST_WRITTEN = "sha1 IS NULL AND missing_since IS NULL AND size > 0 AND changed_at > ?"
_UNREAD = "sha1 IS NULL AND missing_since IS NULL AND size > 0 AND (size = ?1 OR NOT ?2)"
"""A file of this size; or any, when the size is not that of what both sides had."""
_DAY = 86_400_000_000
"""What could not be read for longer than that keeps nothing back."""
_READ_BY = 600_000_000
"""Microseconds: so long Immich may need to read the date in a photo."""
_LOST = """missing_since IS NULL AND base IS NOT NULL AND sha1 = base AND size > 0 AND
    asset IN (SELECT id FROM asset WHERE state IN ('trashed', 'purged')) AND
    NOT EXISTS (SELECT 1 FROM gone WHERE gone.asset = file.asset AND gone.stage = 'asked')"""


@dataclass(kw_only=True)
class Deletions:
    """What could be done, before the brakes. ``kept``: KEEP_REMOTE and FORGET, which delete nothing.

    ``doubtful``: those of ``remote`` whose files nobody seems to have deleted.
    """

    local: list[Action] = field(default_factory=list)
    remote: list[Action] = field(default_factory=list)
    doubtful: list[Action] = field(default_factory=list)
    kept: list[Action] = field(default_factory=list)


def find_deletions(bench: Workbench, *, full: bool, looked_at: datetime) -> Deletions:
    """``full``: the whole folder was scanned and all of Immich listed; otherwise nothing is derived from absence.

    ``looked_at``: when the scan began. Only what an earlier one missed, too, counts as deleted, however long it took.
    """
    found = Deletions()
    now = bench.moment
    if bench.powers.local:
        for row in bench.files.where(_LOST):
            action = judge(row, bench.assets.at(row.asset or ""), bench.config, now, other_copy=None)
            if action is not None and action.kind is ActionKind.TRASH_LOCAL:
                found.local.append(action)
                found.local.extend(_its_video(bench, row))
    if full:
        _missing(bench, found, looked_at)
        _superseded(bench, found)
    return found


def _its_video(bench: Workbench, still: FileRow) -> list[Action]:
    """The video of a live photo goes where its photo goes; Immich does not say so of the video itself."""
    videos = bench.files.where_now("still = ? AND missing_since IS NULL AND sha1 = base", (raw(still.path),))
    return [
        Action(
            kind=ActionKind.TRASH_LOCAL,
            path=video.path,
            reason="its live photo was deleted in Immich",
            sha1=video.base,
            asset_id=video.asset,
            size=video.size,
        )
        for video in videos
        if (asset := bench.assets.at(video.asset or "")) is not None and asset.state is Seen.HIDDEN
    ]


def _missing(bench: Workbench, found: Deletions, looked_at: datetime) -> None:
    now = replace(bench.moment, here=looked_at)
    for row in bench.files.where(_MISSING):
        if bench.files.count(_UNREAD, (row.size, row.sha1 == row.base)):
            continue  # a file that was not read yet may be this one under another name
        action = judge(row, bench.assets.at(row.asset or ""), bench.config, now, other_copy=_other_copy(bench, row))
        if action is None:
            continue
        if row.still is not None and (still := bench.files.at(row.still)) is not None and still.missing_since:
            continue  # the video of a live photo goes where its still goes
        if row.refused == DAMAGED and action.kind in (ActionKind.TRASH_REMOTE, ActionKind.KEEP_REMOTE):
            # As one that is gone on both sides, of which Immich has one again.
            reason = "its file was damaged and is deleted: the good one of Immich comes back"
            found.kept.append(replace(action, kind=ActionKind.FORGET, reason=reason))
        elif action.kind is ActionKind.FORGET:
            found.kept.append(action)
        elif _is_half(bench, row):
            bench.trouble(
                row.path,
                "one half of a live photo was deleted, and the other one is here; nothing is deleted in Immich",
                "delete both halves, or put the missing one back",
            )
        elif action.kind is ActionKind.KEEP_REMOTE:
            found.kept.append(action)
        elif action.kind is ActionKind.TRASH_REMOTE and bench.powers.delete:
            holder = bench.elsewhere.holder(row.asset or "", row.base or "")
            if holder is None:
                found.remote.append(action)
                if row.refused == SET_BACK:
                    found.doubtful.append(action)
            else:
                reason = f"it is in another folder of the same person: {printable(holder)}"
                found.kept.append(replace(action, kind=ActionKind.KEEP_REMOTE, reason=reason))
        elif action.kind is ActionKind.TRASH_REMOTE:
            bench.note("what is deleted in the folder stays in Immich: the API key may not delete there")


def _other_copy(bench: Workbench, row: FileRow) -> str | None:
    found = bench.files.where_now("sha1 = ? AND missing_since IS NULL", (row.base,), limit=1)
    return found[0].path if found else None


def _is_half(bench: Workbench, row: FileRow) -> bool:
    """Whether the missing file is half of a live photo of which the other half is there."""
    if row.still is not None:
        still = bench.files.at(row.still)
        return still is not None and still.missing_since is None
    return bench.files.count("still = ? AND missing_since IS NULL", (raw(row.path),)) > 0


def stays(bench: Workbench, entry: Row, reason: str) -> None:
    """An earlier version (a row of ``superseded``) is kept: it must not come down as something new."""
    bench.tombstones.add(
        path=text(entry["path"]),
        sha1=entry["sha1"],
        asset=entry["asset"],
        size=0,
        mtime=0,
        side="local",
        at=bench.now,
        reason=reason,
        kept_remote=True,
    )


def _superseded(bench: Workbench, found: Deletions) -> None:
    """Earlier versions whose successor is confirmed, as long as their content is at no path any more."""
    if bench.files.count(_JUST_WRITTEN, (bench.now - _DAY,)):
        return  # one of them may be the earlier version, under another name
    now = bench.moment
    finished: list[str] = []
    for entry in bench.state.db.execute("SELECT * FROM superseded").fetchall():
        asset = bench.assets.at(entry["asset"])
        in_use = bench.files.count("asset = ? OR (sha1 = ? AND missing_since IS NULL)", (entry["asset"], entry["sha1"]))
        if in_use or asset is None or asset.state not in (Seen.LIVE, Seen.ARCHIVED) or asset.sha1 != entry["sha1"]:
            finished.append(entry["asset"])
            continue
        path = text(entry["path"])
        row, successor = bench.files.at(path), bench.assets.at(entry["successor"])
        if row is None or row.asset != entry["successor"] or successor is None or not successor.state.is_there:
            # In doubt, the earlier version stays.
            stays(bench, entry, "an earlier version, kept in Immich")
            finished.append(entry["asset"])
            continue
        if _takes_video_along(bench, asset, edited=bool(entry["edited"])):
            if successor.created is not None and micros(now.server) - successor.created >= _READ_BY:
                stays(bench, entry, "a live photo whose video nothing else has: it stays in Immich")
                bench.trouble(path, "it was a live photo, and its new version does not move: both stay in Immich")
                finished.append(entry["asset"])
            continue
        if entry["edited"] and bench.config.delete_threshold_days == 0:
            stays(bench, entry, "an earlier version; nothing is ever deleted in Immich (delete_threshold_days is 0)")
            finished.append(entry["asset"])
            continue
        if entry["edited"] and (is_edit := _is_edit(row, asset, successor, bench.config, now)) is not True:
            if is_edit is False:
                stays(bench, entry, "an older photo, whose name another one took: it stays in Immich")
                finished.append(entry["asset"])
            continue
        if bench.elsewhere.holder(entry["asset"], entry["sha1"]) is not None:
            stays(bench, entry, "an earlier version, which is in another folder of the same person")
            finished.append(entry["asset"])
            continue
        if not entry["edited"] and (kept := reason_to_keep(row, asset, bench.config, now)) is not None:
            stays(bench, entry, f"overwritten by another photo, but kept in Immich: {kept}")
            finished.append(entry["asset"])
            continue
        if bench.powers.delete:
            found.remote.append(
                Action(
                    kind=ActionKind.TRASH_REMOTE,
                    path=path,
                    reason="replaced by its edited version" if entry["edited"] else "overwritten by another photo",
                    sha1=entry["sha1"],
                    asset_id=entry["asset"],
                    size=row.size,
                    other_path=path,
                )
            )
    with bench.state.writing() as db:
        db.executemany("DELETE FROM superseded WHERE asset = ?", ((one,) for one in finished))


def _takes_video_along(bench: Workbench, old: AssetRow, *, edited: bool) -> bool:
    """Whether a video would be deleted with the photo once the trash is emptied: Immich keeps it while others have it.

    One that was overwritten by another photo may take along what is in no file of the folder.
    """
    if old.video is None:
        return False
    sql = "SELECT 1 FROM asset WHERE video = ? AND id <> ? AND state IN ('live', 'archived', 'hidden', 'locked')"
    if bench.state.db.execute(sql, (old.video, old.id)).fetchone() is not None:
        return False
    return edited or bench.files.count("asset = ? AND missing_since IS NULL", (old.video,)) > 0


def _is_edit(row: FileRow, old: AssetRow, new: AssetRow, config: PairConfig, now: Moment) -> bool | None:
    """Whether one is the earlier version of the other, and not another photo of that name; None: not to be told yet.

    Of what is young enough to be deleted from the folder it is believed. What is older must have been taken on the same
    day: cameras count from the start again.
    """
    if is_young(row, old, config, now):
        return True
    if new.taken is None or new.created is None or micros(now.server) - new.created < _READ_BY:
        return None
    return old.taken is not None and abs(old.taken - new.taken) <= _DAY
