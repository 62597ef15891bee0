"""Whose key is it, and what may it do? What it may not do is named, with what does not happen for it."""

from __future__ import annotations

from dataclasses import dataclass

from artframe.immich import ADD_PERMISSION, Immich
from artframe.plugin import AuthFailed, Sentence, said
from artframe_folder_sync.settings import FolderSyncSettings

PERMISSIONS = ("asset.upload", "asset.read", "asset.delete", "user.read")
"""What every key needs."""
OPTIONAL_PERMISSIONS = (
    *("asset.copy", "asset.download", "stack.create", "stack.update", "person.read"),
    *("album.read", "album.create", "albumAsset.create", "albumAsset.delete"),
)
"""What makes more possible. Who lacks stack.update is told so when a cover of a stack is edited, and not before."""
_WITHOUT = {
    "user.read": said("folder_sync.without_user_read", "nobody can tell whose key it is, so nothing is synced"),
    "asset.read": said("folder_sync.without_read", "nothing is synced"),
    "asset.upload": said("folder_sync.without_upload", "nothing is uploaded"),
    "asset.delete": said("folder_sync.without_delete", "nothing is put into Immich's trash or taken out of it"),
}
_ALBUMS = said("folder_sync.without_albums", "files are not put into albums")


@dataclass(frozen=True, kw_only=True)
class Person:
    """The user behind a key. ``missing``: what the key lacks, with what does not happen for it."""

    user_id: str
    name: str
    key_name: str
    missing: dict[str, Sentence]


def wanted_for(settings: FolderSyncSettings) -> dict[str, Sentence]:
    """The permissions that these settings need, each with what does not happen without it."""
    wanted = dict(_WITHOUT)
    goes_up, comes_down = settings.mode != "mirror_down", settings.mode != "upload"
    if comes_down:
        wanted["asset.download"] = said(
            "folder_sync.without_download",
            "no file comes from Immich; one that is in the folder's own trash still comes back",
        )
    if goes_up:
        wanted["asset.copy"] = said(
            "folder_sync.without_copy", "the new version of an edited photo does not take over albums and favourites"
        )
        if settings.edited_photos == "stack":
            wanted["stack.create"] = said(
                "folder_sync.without_stacks",
                "the old version of an edited photo is not stacked, but stays beside the new one",
            )
        if settings.albums_by_folder:
            names = ("album.read", "album.create", "albumAsset.create", "albumAsset.delete")
            wanted.update(dict.fromkeys(names, _ALBUMS))
    if comes_down and settings.download:
        if settings.download_albums:
            wanted.setdefault("album.read", said("folder_sync.without_album_read", "nothing is downloaded by album"))
        if settings.download_people:
            wanted["person.read"] = said("folder_sync.without_person_read", "nothing is downloaded by person")
    return wanted


def person_of(client: Immich, settings: FolderSyncSettings) -> Person:
    """Ask the server. Raises ImmichError, and AuthFailed where the key cannot even say whose it is."""
    client.version()
    key = client.key()
    wanted = wanted_for(settings)
    missing = {name: wanted[name] for name in wanted if name in client.missing_permissions(wanted)}
    if "user.read" in missing:
        raise AuthFailed(
            f"the API key '{key.name}' lacks the permission user.read: {missing['user.read']}", ADD_PERMISSION
        )
    user = client.me()
    return Person(user_id=user.id, name=user.name or user.email, key_name=key.name, missing=missing)
