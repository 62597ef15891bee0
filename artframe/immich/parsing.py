"""How do the server's answers become our records, whichever version wrote them?"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from artframe.immich.answers import CHECK_ADDRESS
from artframe.immich.errors import MalformedAnswer, NotImmich
from artframe.immich.records import (
    Album,
    Asset,
    AssetType,
    FaceBox,
    KeyInfo,
    MediaTypes,
    NewKey,
    Person,
    Stack,
    Tag,
    User,
    Visibility,
)
from artframe.immich.version import Version

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**53
_HEX_LENGTH = 40
_TYPES = {one.value: one for one in AssetType}
_VISIBILITIES = {one.value: one for one in Visibility}
_DURATION = re.compile(r"(\d+):(\d{1,2}):(\d{1,2})(?:\.(\d+))?")


def asset(raw: Any) -> Asset:
    """An asset from any answer that carries one: search, GET /assets/:id, an album of 2.7."""
    data = _object(raw, "an asset")
    exif = _mapping(data.get("exifInfo"))
    library_id = _text(data, "libraryId") or None
    created_at, local = timestamp(data.get("createdAt")), timestamp(data.get("localDateTime"))
    taken_at = timestamp(data.get("fileCreatedAt")) or local or created_at or _EPOCH
    return Asset(
        id=_id(data, "an asset"),
        owner_id=_text(data, "ownerId"),
        file_name=_text(data, "originalFileName"),
        type=_TYPES.get(_text(data, "type"), AssetType.OTHER),
        visibility=_visibility(data),
        taken_at=taken_at,
        # Immich writes the wall clock as if it were UTC.
        local_taken_at=(local or taken_at).replace(tzinfo=None),
        updated_at=_milliseconds(timestamp(data.get("updatedAt"))),
        created_at=_milliseconds(created_at),
        is_trashed=data.get("isTrashed") is True,
        is_offline=data.get("isOffline") is True,
        is_favourite=data.get("isFavorite") is True,
        is_edited=data.get("isEdited") is True,
        sha1=None if library_id else sha1_hex(data.get("checksum")),
        size=_count(exif.get("fileSizeInByte")),
        width=_count(data.get("width")) or None,
        height=_count(data.get("height")) or None,
        mime_type=_text(data, "originalMimeType"),
        description=_text(exif, "description"),
        rating=_count(exif.get("rating")) or None,
        city=_text(exif, "city"),
        country=_text(exif, "country"),
        people=tuple(map(person, _list(data.get("people")))),
        library_id=library_id,
        live_photo_video_id=_text(data, "livePhotoVideoId") or None,
        duration_ms=duration_ms(data.get("duration")),
        stack=_stack(data.get("stack")),
        has_thumbhash=bool(data.get("thumbhash")),
    )


def _stack(raw: Any) -> Stack | None:
    data = _mapping(raw)
    stack_id, cover_id = _text(data, "id").lower(), _text(data, "primaryAssetId").lower()
    return Stack(id=stack_id, cover_id=cover_id) if stack_id and cover_id else None


def album(raw: Any) -> Album:
    """An album; its owner is a field in 2.7 and the member with the role ``owner`` in 3.0."""
    data = _object(raw, "an album")
    owner = _mapping(data.get("owner"))
    for member in _list(data.get("albumUsers")):
        entry = _mapping(member)
        if entry.get("role") == "owner":
            owner = owner or _mapping(entry.get("user"))
    return Album(
        id=_id(data, "an album"),
        name=_text(data, "albumName"),
        description=_text(data, "description"),
        asset_count=_count(data.get("assetCount")) or 0,
        owner_id=_text(data, "ownerId") or _text(owner, "id") or None,
        owner_name=_text(owner, "name"),
        shared=data.get("shared") is True,
        thumbnail_asset_id=_text(data, "albumThumbnailAssetId") or None,
        created_at=_milliseconds(timestamp(data.get("createdAt"))),
        updated_at=_milliseconds(timestamp(data.get("updatedAt"))),
        last_asset_at=_milliseconds(timestamp(data.get("lastModifiedAssetTimestamp"))),
    )


def person(raw: Any) -> Person:
    """A person; only 2.7 delivers the face boxes along with an asset."""
    data = _object(raw, "a person")
    boxes = (_face_box(_mapping(face)) for face in _list(data.get("faces")))
    return Person(
        id=_text(data, "id"),
        name=_text(data, "name"),
        hidden=data.get("isHidden") is True,
        faces=tuple(box for box in boxes if box is not None),
    )


def tag(raw: Any) -> Tag:
    """A tag of the account; ``value`` is its whole path."""
    data = _object(raw, "a tag")
    return Tag(id=_id(data, "a tag"), path=_text(data, "value") or _text(data, "name"))


def user(raw: Any) -> User:
    """The answer of GET /users/me."""
    data = _object(raw, "a user")
    return User(
        id=_id(data, "a user"),
        name=_text(data, "name"),
        email=_text(data, "email"),
        is_admin=data.get("isAdmin") is True,
    )


def key_info(raw: Any) -> KeyInfo:
    """The answer of GET /api-keys/me."""
    data = _object(raw, "an API key")
    permissions = tuple(name for name in _list(data.get("permissions")) if isinstance(name, str))
    return KeyInfo(name=_text(data, "name"), permissions=permissions)


def new_key(raw: Any) -> NewKey:
    """The answer of POST /api-keys."""
    data = _object(raw, "a new API key")
    secret = _text(data, "secret")
    if not secret:
        raise MalformedAnswer("the server made an API key and did not tell it")
    return NewKey(id=_id(_mapping(data.get("apiKey")), "a new API key"), secret=secret)


def media_types(raw: Any) -> MediaTypes:
    """The answer of GET /server/media-types."""
    data = _object(raw, "the list of file types")
    images, videos, sidecars = (
        frozenset(one.lower() for one in _list(data.get(name)) if isinstance(one, str))
        for name in ("image", "video", "sidecar")
    )
    if not images:
        # A caller that knew of no type would take every photo for none.
        raise MalformedAnswer("the server names no file types that it takes")
    return MediaTypes(images=images, videos=videos, sidecars=sidecars)


def version(raw: Any) -> Version:
    """The answer of GET /server/version."""
    data = _mapping(raw)
    numbers = [_count(data.get(part)) for part in ("major", "minor", "patch")]
    if numbers[0] is None:
        raise NotImmich("something other than Immich answers the question for its version", CHECK_ADDRESS)
    return Version(major=numbers[0], minor=numbers[1] or 0, patch=numbers[2] or 0)


def timestamp(value: Any) -> datetime | None:
    """Aware UTC for any of Immich's date formats (``…Z``, ``…+00:00``, without zone: UTC), None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is UTC:
            return moment
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def sha1_hex(value: Any) -> str | None:
    """The hex digest of a base64 or hex SHA-1, None if it is neither."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == _HEX_LENGTH:
            return bytes.fromhex(value).hex() if value.isalnum() else None
        digest = binascii.a2b_base64(value, strict_mode=True)
    except ValueError:
        return None
    return digest.hex() if len(digest) == 20 else None


def duration_ms(value: Any) -> int | None:
    """Milliseconds of a video: 3.0 sends a number, 2.7 a text such as ``0:00:03.500``; None where there is none."""
    if value is None:
        return None
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        hours, minutes, seconds, fraction = match.groups()
        whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
        return whole * 1000 + int((fraction or "0")[:3].ljust(3, "0")) or None
    return _count(value) or None


def _face_box(face: Mapping[str, Any]) -> FaceBox | None:
    width, height = _number(face.get("imageWidth")), _number(face.get("imageHeight"))
    edges = [_number(face.get(f"boundingBox{edge}")) for edge in ("X1", "Y1", "X2", "Y2")]
    if not width or not height or None in edges:
        return None
    left, top, right, bottom = (
        min(max((edge or 0.0) / size, 0.0), 1.0)
        for edge, size in zip(edges, (width, height, width, height), strict=True)
    )
    return FaceBox(left=left, top=top, right=right, bottom=bottom)


def _visibility(data: Mapping[str, Any]) -> Visibility:
    if "visibility" not in data:
        return Visibility.ARCHIVE if data.get("isArchived") is True else Visibility.TIMELINE
    return _VISIBILITIES.get(_text(data, "visibility"), Visibility.HIDDEN)


def _milliseconds(moment: datetime | None) -> datetime | None:
    if moment is None or moment.microsecond % 1000 == 0:
        return moment
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _object(raw: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise MalformedAnswer(f"the server sent {type(raw).__name__} where {what} was expected")
    return raw


def _id(data: Mapping[str, Any], what: str) -> str:
    identity = _text(data, "id")
    if not identity:
        raise MalformedAnswer(f"the server sent {what} without an id")
    return identity


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        return ""
    # JSON may hold half a character, which no file name, no database and no screen can take.
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # JSON as Python reads it may hold NaN, Infinity and numbers of a thousand digits.
    return float(value) if abs(value) < _LARGEST else None


def _count(value: Any) -> int | None:
    if value is None:
        return None
    number = _number(value)
    return None if number is None else int(number)
