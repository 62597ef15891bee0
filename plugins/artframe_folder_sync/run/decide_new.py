"""What is to be done with a content that is new in the folder? Pure: file, server and history in, one action out."""

from __future__ import annotations

from dataclasses import dataclass

from artframe.immich import UploadCheck
from artframe_folder_sync.records import Action, ActionKind, Mode, Reappeared, Trouble
from artframe_folder_sync.state.files import FileRow
from artframe_folder_sync.state.gone import Gone

ASKING = "it was deleted in Immich, and the same file is here again"


@dataclass(frozen=True, kw_only=True, slots=True)
class Powers:
    """What this run may do, by the mode and by the key's permissions."""

    upload: bool
    """Send files."""
    delete: bool
    """Move assets to Immich's trash, and out of it."""
    local: bool
    """Change the folder."""
    download: bool
    """Read originals."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """What is known about a content besides the server's answer."""

    edited: Action | None = None
    """What ``judge`` said, for a file that was on both sides before."""
    held_elsewhere: bool = False
    """The asset that has this content is linked to another file (also a missing one): a copy, or a move over it."""
    was_there: bool = False
    """The asset that has this content came to Immich before the file got it: another photo took the file's name."""
    tombstone: Gone | None = None
    """The newest one for this content, if it was deleted in Immich and taken away here."""
    copy_in_trash: bool = False
    """Whether what was taken away still lies in the local trash."""


def judge_new(
    file: FileRow, check: UploadCheck, lead: Lead, *, mode: Mode, reappeared: Reappeared, powers: Powers
) -> Action | Trouble | None:
    """The action for a file whose content is not the one both sides had; a Trouble when a person must decide."""
    if check.known and not check.in_trash and check.asset_id is not None:
        return _known(file, check.asset_id, lead)
    if came_back(file, lead):
        if reappeared is Reappeared.ASK:
            return Trouble(
                path=file.path,
                reason=ASKING,
                hint="restore it in Immich to keep it on both sides, or delete it here; the setting 'reappeared' "
                "decides for all",
            )
        if reappeared is Reappeared.REMOVE and mode is not Mode.UPLOAD and powers.local:
            return _action(ActionKind.TRASH_LOCAL, file, f"{ASKING}: removed again", None)
    if mode is Mode.MIRROR_DOWN:
        return None
    if check.known and check.in_trash and check.asset_id is not None:
        if not powers.delete:
            return Trouble(
                path=file.path,
                reason="its photo is in Immich's trash, and the API key may not restore it",
                hint="give the key the permission asset.delete",
            )
        return _action(ActionKind.RESTORE_REMOTE, file, "it is in the folder, and only in Immich's trash there", check)
    if not powers.upload:
        return None
    if lead.edited is not None and lead.edited.kind is ActionKind.REPLACE_REMOTE:
        return lead.edited
    reason = lead.edited.reason if lead.edited is not None else "new in the folder"
    return _action(ActionKind.UPLOAD, file, reason, None)


def _known(file: FileRow, asset_id: str, lead: Lead) -> Action:
    is_edit = lead.edited is not None and lead.edited.kind is ActionKind.REPLACE_REMOTE
    if lead.edited is not None and is_edit and not lead.held_elsewhere and not lead.was_there:
        # Perhaps our own upload before the power went: what it did not get to is done now.
        return Action(
            kind=ActionKind.REPLACE_REMOTE,
            path=file.path,
            reason="edited in the folder; Immich has the new version already",
            sha1=file.sha1,
            asset_id=lead.edited.asset_id,
            size=file.size,
            other_path=None,
            known_as=asset_id.lower(),
        )
    return Action(
        kind=ActionKind.LINK,
        path=file.path,
        reason="Immich has this content already",
        sha1=file.sha1,
        asset_id=asset_id.lower(),
        size=file.size,
    )


def came_back(file: FileRow, lead: Lead) -> bool:
    """Whether this is what was taken away, again from somewhere (an old phone), and not put back on purpose.

    Taken out of our trash, or written anew since: that is on purpose. Only times of this machine are compared.
    """
    gone = lead.tombstone
    return gone is not None and lead.copy_in_trash and file.mtime // 1000 <= gone.at


def _action(kind: ActionKind, file: FileRow, reason: str, check: UploadCheck | None) -> Action:
    asset_id = check.asset_id.lower() if check is not None and check.asset_id is not None else None
    return Action(kind=kind, path=file.path, reason=reason, sha1=file.sha1, asset_id=asset_id, size=file.size)
