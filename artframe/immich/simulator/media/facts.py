"""What does a file say about itself?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was read from an original: display size, camera data, dates. Moments are microseconds; None = not said.

    ``taken`` is the instant, ``local`` the wall clock at that instant written as if it were UTC. ``thumbhash`` is None
    when the picture cannot be decoded.
    """

    width: int | None = None
    height: int | None = None
    raw_width: int | None = None
    raw_height: int | None = None
    orientation: str | None = None
    taken: int | None = None
    local: int | None = None
    time_zone: str | None = None
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    f_number: float | None = None
    focal_length: float | None = None
    iso: int | None = None
    exposure_time: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    description: str | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    duration: int | None = None
    thumbhash: str | None = None

    @property
    def decodable(self) -> bool:
        return self.thumbhash is not None

    def exif(self) -> dict[str, Any]:
        """The camera part of the API's ``exifInfo``."""
        return {
            "make": self.make,
            "model": self.model,
            "exifImageWidth": self.raw_width,
            "exifImageHeight": self.raw_height,
            "orientation": self.orientation,
            "timeZone": self.time_zone,
            "lensModel": self.lens,
            "fNumber": self.f_number,
            "focalLength": self.focal_length,
            "iso": self.iso,
            "exposureTime": self.exposure_time,
            "latitude": self.latitude,
            "longitude": self.longitude,
        }


def whole(value: float) -> float:
    """2.0 as 2, so that JSON shows what Immich shows."""
    return int(value) if value == int(value) else round(value, 6)
