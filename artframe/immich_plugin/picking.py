"""What of Immich can be picked from instead of typed, and what does it look like?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from artframe.immich import Album, Immich, NotFound, Rendition, RenditionMissing
from artframe.plugin import Choice, Thumbnail

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
Pickable: TypeAlias = Literal["albums", "people", "tags"]
_LARGEST = 2 << 20
"""Bytes: a thumbnail has some 20,000; what is much larger is none."""


def choices(client: Immich, what: Pickable) -> list[Choice]:
    """Every album, person or tag by name; the value is its UUID, and the picture what ``thumbnail`` is asked for.

    Two albums may bear one name, and a renamed one is still the same. Raises ImmichError.
    """
    made: dict[Pickable, Callable[[Immich], list[Choice]]] = {"albums": _albums, "people": _people, "tags": _tags}
    return made[what](client)


def thumbnail(client: Immich, picture: str) -> Thumbnail | None:
    """The picture of a choice: ``album/<asset id>``, ``person/<id>``, ``tag/<id>``; None if there is none.

    Needs asset.view, for people and tags also asset.read and person.read. Raises ImmichError.
    """
    kind, _, identity = picture.partition("/")
    if not UUID.fullmatch(identity):
        return None  # it becomes part of an address on the server
    try:
        if kind == "person":
            return _face(client, identity)
        if kind == "tag":
            return _rendition(client, client.account.newest_asset(tag_id=identity))
        return _rendition(client, identity) if kind == "album" else None
    except (NotFound, RenditionMissing):
        return None


def _albums(client: Immich) -> list[Choice]:
    return [
        Choice(
            value=album.id,
            label=album.name or "(no name)",
            detail=_photos(album),
            picture=f"album/{album.thumbnail_asset_id}" if album.thumbnail_asset_id else "",
        )
        for album in sorted(client.albums(), key=lambda album: (album.name.casefold(), album.id))
    ]


def _photos(album: Album) -> str:
    count = "1 photo" if album.asset_count == 1 else f"{album.asset_count:,} photos"
    return f"{count} · {album.owner_name}" if album.shared and album.owner_name else count


def _people(client: Immich) -> list[Choice]:
    # In Immich's order, those seen most often first; nobody can pick somebody without a name by anything but a UUID.
    return [
        Choice(value=person.id, label=person.name, picture=f"person/{person.id}")
        for person in client.account.people()
        if person.name
    ]


def _tags(client: Immich) -> list[Choice]:
    return [Choice(value=tag.id, label=tag.path, picture=f"tag/{tag.id}") for tag in client.account.tags()]


def _face(client: Immich, person_id: str) -> Thumbnail | None:
    try:
        content, media_type = client.account.face(person_id)
    except NotFound:
        # A face that was drawn by hand has no picture of its own in Immich.
        return _rendition(client, client.account.newest_asset(person_id=person_id))
    return _pictured(content, media_type)


def _rendition(client: Immich, asset_id: str | None) -> Thumbnail | None:
    if asset_id is None:
        return None
    with client.open(asset_id, Rendition.THUMBNAIL) as body:
        content = bytearray()
        for piece in body.chunks():
            content += piece
            if len(content) > _LARGEST:
                return None
    return _pictured(bytes(content), body.content_type)


def _pictured(content: bytes, media_type: str) -> Thumbnail | None:
    # Only what a browser shows as a picture and as nothing else: an SVG can carry a script.
    if media_type not in ("image/jpeg", "image/png", "image/webp") or len(content) > _LARGEST:
        return None
    return Thumbnail(content=content, media_type=media_type)
