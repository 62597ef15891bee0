"""What does an image file say about itself?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, UnidentifiedImageError

from artframe.immich.simulator import moments
from artframe.immich.simulator.media.facts import Facts, whole
from artframe.immich.simulator.media.thumbhash import thumbhash
from artframe.immich.simulator.media.zones import offset_name, zone_at

pillow_heif.register_heif_opener()
NOT_A_PICTURE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError)
SWAPS_SIDES = {5, 6, 7, 8}
TURN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_picture(path: Path) -> Facts:
    """The facts of an image; what cannot be read stays unsaid."""
    try:
        with Image.open(path) as picture:
            facts = _read_exif(picture)
            try:
                picture.draft("RGB", (64, 64))
                small = picture.convert("RGB")
                small.thumbnail((64, 64))
            except NOT_A_PICTURE:
                return facts
            return replace(facts, thumbhash=thumbhash(turned(small, int(facts.orientation or 1))))
    except NOT_A_PICTURE:
        return Facts()


def turned(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture upright."""
    return picture.transpose(TURN[orientation]) if orientation in TURN else picture


def _read_exif(picture: Image.Image) -> Facts:
    exif = picture.getexif()
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    said = exif.get(ExifTags.Base.Orientation)
    orientation = int(said) if isinstance(said, int) and 1 <= said <= 8 else None
    width, height = picture.size
    upright = (height, width) if orientation in SWAPS_SIDES else (width, height)
    latitude = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S")
    longitude = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W")
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        latitude = longitude = None
    facts = Facts(
        width=upright[0],
        height=upright[1],
        raw_width=width,
        raw_height=height,
        orientation=None if orientation is None else str(orientation),
        make=_text(exif.get(ExifTags.Base.Make)),
        model=_text(exif.get(ExifTags.Base.Model)),
        lens=_text(camera.get(ExifTags.Base.LensModel)),
        f_number=_number(camera.get(ExifTags.Base.FNumber)),
        focal_length=_number(camera.get(ExifTags.Base.FocalLength)),
        iso=_whole_number(camera.get(ExifTags.Base.ISOSpeedRatings)),
        exposure_time=_exposure(camera.get(ExifTags.Base.ExposureTime)),
        latitude=latitude,
        longitude=longitude,
        description=_text(exif.get(ExifTags.Base.ImageDescription)),
    )
    text = camera.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = camera.get(ExifTags.Base.OffsetTimeOriginal) or camera.get(ExifTags.Base.OffsetTime)
    fraction = camera.get(ExifTags.Base.SubsecTimeOriginal)
    return _dated(facts, _text(text), _text(offset), _text(fraction))


def _dated(facts: Facts, text: str | None, offset: str | None, fraction: str | None) -> Facts:
    """Without an offset the place tells the time zone; without a place the wall clock counts as UTC."""
    try:
        clock = datetime.strptime(text or "", "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - a wall clock
    except ValueError:
        return facts  # also 0000:00:00
    if fraction and fraction.isdigit():
        clock = clock.replace(microsecond=int(fraction[:6].ljust(6, "0")))
    local = moments.from_datetime(clock)
    if facts.latitude is not None and facts.longitude is not None:
        name, minutes = zone_at(facts.latitude, facts.longitude, clock)
        if offset is None:
            return replace(facts, local=local, taken=local - minutes * 60_000_000, time_zone=name)
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)", offset or "")
    if match is None:
        return replace(facts, local=local, taken=local)
    minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)
    return replace(facts, local=local, taken=local - minutes * 60_000_000, time_zone=offset_name(minutes))


def _degrees(place: dict[int, Any], value: int, reference: int, negative: str) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in place[value])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    angle = degrees + minutes / 60 + seconds / 3600
    if angle != angle:
        return None
    return round(-angle if str(place.get(reference, "")).upper().startswith(negative) else angle, 6)


def _text(value: object) -> str | None:
    text = str(value).strip("\0 \t\r\n") if isinstance(value, str) else ""
    return text or None


def _number(value: Any) -> float | None:
    try:
        return whole(float(value))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None


def _whole_number(value: Any) -> int | None:
    if isinstance(value, tuple):
        value = value[0] if value else None
    return value if isinstance(value, int) else None


def _exposure(value: Any) -> str | None:
    seconds = _number(value)
    if not seconds:
        return None
    return f"1/{round(1 / seconds)}" if seconds < 0.3 else f"{seconds:g}"
