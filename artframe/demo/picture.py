"""What is promised about one picture of the demo library?"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from artframe.demo.canvas import Canvas
from artframe.demo.sitter import Sitter

LIVING_ROOM, SUMMER, FAMILY = "Living room", "Summer", "Family"
ALBUMS = (LIVING_ROOM, SUMMER, FAMILY)


class Kind(enum.Enum):
    """What sort of file it is; ``shown`` says whether a frame can show it as a photo."""

    PHOTO = "photo", True
    GREY = "photo without colours", True
    WIDE_GAMUT = "photo in Display P3", True
    LIVE = "live photo: a still with a short film of its own", True
    VIDEO = "film", False
    BROKEN = "file that cannot be read", False

    def __init__(self, text: str, shown: bool) -> None:
        self.text, self.shown = text, shown


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a picture claims to be taken; degrees."""

    city: str
    latitude: float
    longitude: float


@dataclass(frozen=True, kw_only=True)
class DemoPicture:
    """One file. ``size`` is that of the upright picture in pixels, ``orientation`` the EXIF value 1..8 of the file."""

    file_name: str
    seed: int
    scene: Callable[[Canvas], None]
    size: tuple[int, int]
    taken: datetime
    description: str
    orientation: int = 1
    kind: Kind = Kind.PHOTO
    place: Place | None = None
    people: tuple[Sitter, ...] = ()
    albums: tuple[str, ...] = (LIVING_ROOM,)
    favourite: bool = False

    @property
    def film_name(self) -> str | None:
        """The file of a live photo's film."""
        return self.file_name.rsplit(".", 1)[0] + ".mov" if self.kind is Kind.LIVE else None

    @property
    def file_names(self) -> tuple[str, ...]:
        """All files of this picture; the film of a live photo comes first."""
        return (self.file_name,) if self.film_name is None else (self.film_name, self.file_name)

    def face_boxes(self) -> list[tuple[str, tuple[int, int, int, int]]]:
        """Names and face boxes (x1, y1, x2, y2) in pixels of the upright picture."""
        width, height = self.size
        return [
            (
                sitter.name,
                (
                    round(sitter.face[0] * width),
                    round(sitter.face[1] * height),
                    round(sitter.face[2] * width),
                    round(sitter.face[3] * height),
                ),
            )
            for sitter in self.people
        ]
