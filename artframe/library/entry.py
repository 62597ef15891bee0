"""How is a photo written down in the database, and read back?"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from artframe.core.visible import is_writable
from artframe.library.database import Row
from artframe.library.photo import Face, Photo

UNDATED = -(2**62)
"""Photos without a date count as the oldest."""

LONGEST_CAPTION = 2000
_LONGEST_NAME = 255
_LONGEST_WORDS = 200
_MOST_PEOPLE = 100

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DEFAULTS = {field.name: field.default for field in fields(Photo)}


def microseconds(moment: datetime) -> int:
    """An aware moment as the database keeps it; exact, also before 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime:
    """The reverse of ``microseconds``."""
    return _EPOCH + timedelta(microseconds=value)


def order(photo: Photo) -> int:
    """The photo's place in time."""
    return UNDATED if photo.taken_at is None else microseconds(photo.taken_at)


def to_json(photo: Photo) -> str:
    """All fields that say something; the same photo always gives the same text. No more of each than people read.

    What is said of a photo is kept in memory, told to all who follow along and shown by the hundred on a page; who may
    add a photo to a shared album must not fill all of that with a description of megabytes.
    """
    plain = {name: value for name, value in asdict(_shortened(photo)).items() if value != _DEFAULTS[name]}
    text = json.dumps(plain, default=_plain, ensure_ascii=False, separators=(",", ":"))
    # Lone surrogates (half a character, from a careless server) have no bytes of their own.
    return text if is_writable(text) else json.dumps(plain, default=_plain, separators=(",", ":"))


def from_json(text: str) -> Photo:
    """The reverse of ``to_json``."""
    plain: dict[str, Any] = json.loads(text)
    for name in ("taken_at", "local_taken_at"):
        if name in plain:
            plain[name] = datetime.fromisoformat(plain[name])
    if "people" in plain:
        plain["people"] = tuple(plain["people"])
    if "faces" in plain:
        plain["faces"] = tuple(Face(**face) for face in plain["faces"])
    return Photo(**plain)


def new_shuffle_key() -> int:
    """A random place in a round."""
    return random.getrandbits(62)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of the photos table: what is listed, and what lies in the folder."""

    key: int
    id: str
    listed: str
    version: str
    sha1: str | None
    size: int | None
    file_name: str | None
    local_version: str | None
    local_sha1: str | None
    bytes: int | None
    mtime_ns: int | None
    fetched_at: int | None
    adopted: int
    evicted: int
    hidden: int
    pending_name: str | None
    pending_sha1: str | None
    failures: int
    problem: str | None
    last_shown: int | None

    @property
    def here(self) -> bool:
        """Whether a complete file of some version lies in the folder."""
        return self.local_version is not None

    @property
    def current(self) -> bool:
        """Whether it is the version that is listed."""
        return self.local_version == self.version

    @property
    def photo(self) -> Photo:
        return from_json(self.listed)


_COLUMNS = tuple(field.name for field in fields(Entry))
COLUMNS = ", ".join(_COLUMNS)
"""What a query selects for ``entry``."""


def entry(row: Row) -> Entry:
    """Read a row that was selected with ``COLUMNS``."""
    return Entry(**{name: row[name] for name in _COLUMNS})


def _shortened(photo: Photo) -> Photo:
    if _is_short(photo):
        return photo
    # The end of a file's name says of which kind it is.
    name = photo.name if len(photo.name) <= _LONGEST_NAME else f"{photo.name[: _LONGEST_NAME - 20]}{photo.name[-20:]}"
    return replace(
        photo,
        name=name,
        caption=photo.caption[:LONGEST_CAPTION],
        place=photo.place[:_LONGEST_WORDS],
        group=photo.group[:_LONGEST_WORDS],
        people=tuple(name[:_LONGEST_WORDS] for name in photo.people[:_MOST_PEOPLE]),
        faces=tuple(replace(face, name=face.name[:_LONGEST_WORDS]) for face in photo.faces[:_MOST_PEOPLE]),
    )


def _is_short(photo: Photo) -> bool:
    if len(photo.caption) > LONGEST_CAPTION or len(photo.name) > _LONGEST_NAME:
        return False
    if len(photo.people) > _MOST_PEOPLE or len(photo.faces) > _MOST_PEOPLE:
        return False
    words = (photo.place, photo.group, *photo.people, *(face.name for face in photo.faces))
    return max(map(len, words)) <= _LONGEST_WORDS


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a photo cannot hold a {type(value).__name__}")
