"""What does Immich hold, in our own words?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AssetType(StrEnum):
    """What kind of file an asset is; a kind we do not know counts as OTHER."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    OTHER = "OTHER"


class Visibility(StrEnum):
    """Where Immich shows an asset; a value we do not know counts as HIDDEN, so that it is not shown by mistake."""

    TIMELINE = "timeline"
    ARCHIVE = "archive"
    HIDDEN = "hidden"
    LOCKED = "locked"


@dataclass(frozen=True, kw_only=True, slots=True)
class FaceBox:
    """Where a face is, as shares (0..1) of the upright picture's width and height."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody in a picture. ``name`` may be empty; ``faces`` are only there where the server delivers them."""

    id: str
    name: str
    hidden: bool = False
    faces: tuple[FaceBox, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """A tag. ``path`` is its whole name, ``parent/child``; one name may stand under several parents."""

    id: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrow:
    """Only photos of this person and with this tag; empty: of anybody, with any tag."""

    person_id: str = ""
    tag_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """Photos on top of each other. ``cover_id``: the one that is shown for all, which may be in the trash."""

    id: str
    cover_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """A photo or video on the server.

    ``taken_at`` is aware UTC; ``local_taken_at`` is the naive wall clock of the place. ``created_at`` is when
    it came into Immich. That and ``updated_at`` are cut to milliseconds, because some answers carry microseconds and
    others do not. ``sha1`` (hex) is that of the original's
    bytes; it is None in external libraries, where Immich only hashes the path. ``size`` (bytes) is known through EXIF.
    ``width`` and ``height`` are those of the upright picture. ``file_name`` is whatever the uploader wrote: never a
    path. ``is_offline``: the file of an external library is away. ``stack``: only told where one asset is asked for.
    """

    id: str
    owner_id: str
    file_name: str
    type: AssetType
    visibility: Visibility
    taken_at: datetime
    local_taken_at: datetime
    updated_at: datetime | None
    created_at: datetime | None = None
    is_trashed: bool = False
    is_offline: bool = False
    is_favourite: bool = False
    is_edited: bool = False
    sha1: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    mime_type: str = ""
    description: str = ""
    rating: int | None = None
    city: str = ""
    country: str = ""
    people: tuple[Person, ...] = ()
    library_id: str | None = None
    live_photo_video_id: str | None = None
    duration_ms: int | None = None
    stack: Stack | None = None
    has_thumbhash: bool = False
    """Whether Immich could decode the file: without it, there is no preview (not yet, or never)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Album:
    """An album. ``asset_count`` counts what is in the timeline or archived, of all contributors, without the trash.

    ``owner_id`` is None where the server names no owner. ``updated_at`` does not move when assets are removed;
    ``last_asset_at`` is the newest change of a member asset.
    """

    id: str
    name: str
    description: str
    asset_count: int
    owner_id: str | None
    owner_name: str
    shared: bool
    thumbnail_asset_id: str | None
    created_at: datetime | None
    updated_at: datetime | None
    last_asset_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Whose key or session this is."""

    id: str
    name: str
    email: str
    is_admin: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyInfo:
    """The API key in use. ``permissions`` are names such as ``album.read``, or ``all``."""

    name: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewKey:
    """An API key that was just made; ``secret`` is the key itself."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaTypes:
    """The endings of file names that the server takes, in lower case with their dot: ``.jpg``."""

    images: frozenset[str]
    videos: frozenset[str]
    sidecars: frozenset[str]
