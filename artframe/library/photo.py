"""What is a photo, to a source that lists it, to the mirror that keeps it, and to the display that shows it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True)
class Face:
    """A face: ``name`` ("" if unknown) and its box as shares (0..1) of the upright picture's width and height."""

    name: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo as a source lists it.

    ``id`` is the source's own and never changes. ``name`` is the file name as the source calls it, trusted by nobody
    (the mirror makes it safe). ``version`` changes whenever the bytes that ``fetch`` would bring change. ``sha1`` (hex)
    and ``size`` (bytes) describe those bytes where the source knows them: the mirror refuses anything else.
    ``taken_at`` is aware UTC and orders photos; ``local_taken_at`` is the naive wall clock where it was taken, for
    people.
    """

    id: str
    name: str
    version: str
    sha1: str | None = None
    size: int | None = None
    taken_at: datetime | None = None
    local_taken_at: datetime | None = None
    width: int | None = None
    height: int | None = None
    caption: str = ""
    place: str = ""
    people: tuple[str, ...] = ()
    faces: tuple[Face, ...] = ()
    favourite: bool = False
    group: str = ""
    """What the photo is part of, for people: the album's name."""


@dataclass(frozen=True, kw_only=True)
class LocalPhoto:
    """A photo that lies complete and verified on this frame; ``source`` is the instance that keeps it."""

    source: str
    path: Path
    photo: Photo

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the photo on this frame: source and id."""
        return (self.source, self.photo.id)

    def as_json(self) -> dict[str, Any]:
        """What people want to know of it, as every face of the frame hands it on."""
        photo = self.photo
        return {
            "source": self.source,
            "id": photo.id,
            "name": photo.name,
            "taken_at": photo.local_taken_at.isoformat() if photo.local_taken_at is not None else None,
            "caption": photo.caption,
            "place": photo.place,
            "people": list(photo.people),
            "album": photo.group,
        }


class Destination(Protocol):
    """Where ``fetch`` writes the bytes of one photo. The mirror verifies, names and keeps them."""

    @property
    def offset(self) -> int:
        """Bytes that an interrupted earlier try of the same version left here; fetch may go on from there."""
        ...

    def write(self, data: bytes) -> None:
        """Append bytes; raises Cancelled when the frame stops and NotReady when the disk is full."""
        ...

    def restart(self) -> None:
        """Forget what is here (the other side sends from the start after all)."""
        ...

    def rename(self, name: str) -> None:
        """The bytes are of another type than the listed name says (a rendition): keep them under this name instead."""
        ...


class LibraryView(Protocol):
    """The photos on this frame, read-only, as plugins see them."""

    def count(self, source: str | None = None) -> int:
        """How many photos are here (of one source, or of all)."""
        ...

    def photos(self, source: str | None = None) -> Iterator[LocalPhoto]:
        """Every photo that is here, ordered by date taken, in constant memory."""
        ...

    def find(self, source: str, photo_id: str) -> LocalPhoto | None:
        """One photo, if it is here."""
        ...


@dataclass(frozen=True, kw_only=True)
class LibraryChanged:
    """Event: photos of this source arrived, changed or went."""

    source: str


@dataclass(frozen=True, kw_only=True)
class PhotoShown:
    """Event: this photo is on the screen now; ``reason`` says why it was chosen."""

    local: LocalPhoto
    reason: str
