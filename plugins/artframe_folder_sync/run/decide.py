"""What is to be done about a file that both sides once had? Pure: one file's three states in, at most one action out.

========== =================== ================== ====================== =====================================
folder     live or archived    hidden, locked     in the trash           gone for good
========== =================== ================== ====================== =====================================
unchanged  nothing             nothing            to the local trash     to the local trash
edited     new version, copy   new asset          new asset (conflict)   new asset (conflict)
missing    trash, or keep      keep               forget (both gone)     forget (both gone)
unknown    nothing             nothing            nothing                nothing
========== =================== ================== ====================== =====================================

Replaced in Immich (another content under the same id): unchanged: the new one comes down; edited: both are kept;
missing: it comes down. An asset of which nothing is known changes nothing but that an edited file is sent as new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from artframe_folder_sync.records import Action, ActionKind, AgeClock, Mode, PairConfig, RemoteDeletions
from artframe_folder_sync.state.assets import AssetRow, Seen
from artframe_folder_sync.state.database import micros
from artframe_folder_sync.state.files import FileRow

_DAY = 86_400_000_000
_SECOND = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """What time it is here, and by the server's clock (both aware); ages of what the server dates use its own."""

    here: datetime
    server: datetime


def judge(
    file: FileRow, asset: AssetRow | None, config: PairConfig, now: Moment, *, other_copy: str | None
) -> Action | None:
    """The action for a tracked file (``base`` and ``asset`` are set), or None.

    ``other_copy``: another path in the folder that has the base content now, if any.
    """
    if file.base is None or file.asset is None:
        raise ValueError(f"{file.path} was never on both sides")
    if file.missing_since is not None:
        return _missing(file, asset, config, now, other_copy)
    if file.sha1 is None or file.size == 0:
        # Not read yet, or an empty placeholder: an empty file never stands for a photo.
        return None
    return _unchanged(file, asset, config) if file.sha1 == file.base else _edited(file, asset, config)


def _unchanged(file: FileRow, asset: AssetRow | None, config: PairConfig) -> Action | None:
    if config.mode is Mode.UPLOAD or asset is None:
        return None
    if was_replaced(file, asset):
        return _action(ActionKind.REPLACE_LOCAL, file, "replaced in Immich by another version")
    if asset.state is Seen.PURGED:
        return _action(ActionKind.TRASH_LOCAL, file, "deleted for good in Immich")
    if asset.state is Seen.TRASHED and config.remote_deletions is RemoteDeletions.ON_TRASH:
        return _action(ActionKind.TRASH_LOCAL, file, "moved to the trash in Immich")
    return None


def _edited(file: FileRow, asset: AssetRow | None, config: PairConfig) -> Action | None:
    if config.mode is Mode.MIRROR_DOWN:
        return None
    state = Seen.UNKNOWN if asset is None else asset.state
    if asset is not None and was_replaced(file, asset):
        return _action(ActionKind.UPLOAD, file, "edited here and replaced in Immich: both versions are kept")
    if state in (Seen.LIVE, Seen.ARCHIVED):
        return _action(ActionKind.REPLACE_REMOTE, file, "edited in the folder")
    if state in (Seen.TRASHED, Seen.PURGED):
        return _action(ActionKind.UPLOAD, file, "edited here and deleted in Immich: the edit is kept")
    return _action(ActionKind.UPLOAD, file, "edited in the folder; the earlier version stays where it is in Immich")


def _missing(
    file: FileRow, asset: AssetRow | None, config: PairConfig, now: Moment, other_copy: str | None
) -> Action | None:
    if asset is None or asset.state in (Seen.UNKNOWN, Seen.ELSEWHERE):
        return None
    if other_copy is not None:
        return _action(ActionKind.FORGET, file, "another copy of it is still in the folder", other_path=other_copy)
    if asset.state in (Seen.TRASHED, Seen.PURGED):
        return _action(ActionKind.FORGET, file, "deleted on both sides")
    if was_replaced(file, asset):
        if config.mode is Mode.UPLOAD:
            return _action(ActionKind.KEEP_REMOTE, file, "deleted in the folder, replaced in Immich: it stays there")
        return _action(ActionKind.BRING_BACK, file, "deleted in the folder, but replaced in Immich", sha1=asset.sha1)
    waited = micros(now.here) - (file.missing_since or 0)
    if waited <= 0 or waited < config.delete_grace_seconds * _SECOND:
        # Never at the first sight of it, however short the grace is.
        return None
    if (kept := reason_to_keep(file, asset, config, now)) is not None:
        return _action(ActionKind.KEEP_REMOTE, file, kept)
    return _action(ActionKind.TRASH_REMOTE, file, "deleted in the folder")


def was_replaced(file: FileRow, asset: AssetRow) -> bool:
    """Whether the same asset has another content than when both sides were equal."""
    return asset.state.is_there and asset.sha1 is not None and asset.sha1 != file.base


def reason_to_keep(file: FileRow, asset: AssetRow, config: PairConfig, now: Moment) -> str | None:
    """Why a photo that was deleted in the folder stays in Immich, or None."""
    if config.mode is Mode.MIRROR_DOWN:
        return "nothing is deleted in Immich in this mode"
    if asset.state is Seen.HIDDEN:
        return "it is hidden in Immich"
    if asset.state is Seen.LOCKED:
        return "it is in Immich's locked folder"
    if config.keep_favourites and asset.favourite:
        return "it is a favourite in Immich"
    days = config.delete_threshold_days
    if days is None:
        return None
    if days == 0:
        return "deletions in the folder are never passed on (delete_threshold_days is 0)"
    age = age_of(file, asset, config.age_clock, now)
    if age is None:
        return "nobody knows how old it is"
    if age >= days * _DAY:
        return f"it is {age // _DAY} days old, and only what is younger than {days} days is deleted in Immich"
    return None


def is_young(file: FileRow, asset: AssetRow, config: PairConfig, now: Moment) -> bool:
    """Whether it is younger than the threshold: what is deleted or edited here is deleted or edited there."""
    if config.delete_threshold_days is None:
        return True
    age = age_of(file, asset, config.age_clock, now)
    return age is not None and age < config.delete_threshold_days * _DAY


def age_of(file: FileRow, asset: AssetRow, clock: AgeClock, now: Moment) -> int | None:
    """Microseconds by the chosen clock; None where they cannot be known: then nothing is deleted."""
    server = micros(now.server)
    # A clock that stands where the frame was switched off would make old photos young.
    here = max(micros(now.here), server)
    if clock is AgeClock.IN_IMMICH:
        if asset.created is not None:
            age = server - asset.created
        elif file.linked_at is not None:
            age = here - file.linked_at
        else:
            return None
    elif clock is AgeClock.TAKEN:
        if asset.taken is None:
            return None
        age = server - asset.taken
    else:
        age = here - file.mtime // 1000
    # More than a day in the future: one of the clocks is wrong.
    return age if age > -_DAY else None


def _action(
    kind: ActionKind, file: FileRow, reason: str, *, sha1: str | None = None, other_path: str | None = None
) -> Action:
    return Action(
        kind=kind,
        path=file.path,
        reason=reason,
        sha1=sha1 or (file.sha1 if kind in (ActionKind.UPLOAD, ActionKind.REPLACE_REMOTE) else file.base),
        asset_id=file.asset,
        size=file.size,
        other_path=other_path,
    )
