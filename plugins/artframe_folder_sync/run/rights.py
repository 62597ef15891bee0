"""Is this still the key of the pair's user, and what does it allow?"""

from __future__ import annotations

from dataclasses import dataclass

from artframe.immich import ADD_PERMISSION, Immich
from artframe.plugin import AuthFailed
from artframe_folder_sync.records import Mode, PairConfig
from artframe_folder_sync.run.decide_new import Powers

_NEEDED = {
    "asset.upload": "nothing is uploaded",
    "asset.delete": "nothing is put into Immich's trash or taken out of it",
    "asset.download": "nothing comes down from Immich",
}


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the key allows, and what is said about it. ``has_trash``: the server keeps what is deleted for a while."""

    permissions: frozenset[str]
    has_trash: bool
    notes: tuple[str, ...]

    def may(self, permission: str) -> bool:
        """Whether the key has this permission."""
        return "all" in self.permissions or permission in self.permissions


def verify(client: Immich, config: PairConfig) -> Rights:
    """AuthFailed when nothing may be done with this key; raises ImmichError as it comes."""
    permissions = frozenset(client.key().permissions)
    lacking = [one for one in ("user.read", "asset.read") if not permissions & {one, "all"}]
    if lacking:
        raise AuthFailed(
            f"the API key lacks the permission {' and '.join(lacking)}, so nothing is synced",
            ADD_PERMISSION,
        )
    found = client.me().id.lower()
    if found != config.user_id.lower():
        raise AuthFailed(
            f"the API key belongs to another user ({found}) than this folder ({config.user_id}), so nothing is synced",
            "put the right key into the settings, or give the new user a folder of its own",
        )
    notes = [
        f"{consequence}: the API key lacks {permission}"
        for permission, consequence in _NEEDED.items()
        if not permissions & {permission, "all"}
    ]
    # A trash that is emptied the next night is none.
    has_trash = bool(client.trash_days())
    if not has_trash:
        notes.append("nothing is deleted in Immich: its trash is switched off, so that it would be for good")
    return Rights(permissions=permissions, has_trash=has_trash, notes=tuple(notes))


def powers_of(rights: Rights, mode: Mode) -> Powers:
    """What a run may do."""
    up = mode is not Mode.MIRROR_DOWN
    return Powers(
        upload=up and rights.may("asset.upload"),
        delete=up and rights.may("asset.delete") and rights.has_trash,
        local=mode is not Mode.UPLOAD,
        download=mode is not Mode.UPLOAD and rights.may("asset.download"),
    )
