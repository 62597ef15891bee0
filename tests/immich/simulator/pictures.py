"""Files for the tests: pictures with and without camera data, videos, sidecars."""

from __future__ import annotations

import io
import random
import struct
from datetime import UTC, datetime
from functools import cache

import pillow_heif
from PIL import ExifTags, Image

BETWEEN_1904_AND_1970 = 2_082_844_800


def picture(seed: int = 0, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A soft picture that differs with its seed."""
    source = random.Random(seed)
    small = Image.new("RGB", (8, 6))
    small.putdata([tuple(source.randrange(256) for _ in range(3)) for _ in range(48)])
    return small.resize(size, Image.Resampling.BICUBIC)


def jpeg(
    seed: int = 0,
    size: tuple[int, int] = (800, 600),
    *,
    orientation: int | None = None,
    taken: str | None = None,
    offset: str | None = None,
    place: tuple[float, float] | None = None,
    camera: str | None = None,
) -> bytes:
    """A JPEG; ``taken`` as EXIF writes it (``2020:05:06 07:08:09``), ``place`` in degrees."""
    exif = Image.Exif()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    if camera is not None:
        exif[ExifTags.Base.Make] = camera
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    if taken is not None:
        inner[ExifTags.Base.DateTimeOriginal] = taken
    if offset is not None:
        inner[ExifTags.Base.OffsetTimeOriginal] = offset
    if place is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef] = "S" if place[0] < 0 else "N"
        gps[ExifTags.GPS.GPSLatitude] = (abs(place[0]), 0.0, 0.0)
        gps[ExifTags.GPS.GPSLongitudeRef] = "W" if place[1] < 0 else "E"
        gps[ExifTags.GPS.GPSLongitude] = (abs(place[1]), 0.0, 0.0)
    buffer = io.BytesIO()
    picture(seed, size).save(buffer, "JPEG", quality=70, exif=exif)
    return buffer.getvalue()


@cache
def jpeg_of(length: int) -> bytes:
    """A JPEG of exactly this many bytes; the same for the same length."""
    data = jpeg(length, (80, 60))
    return data + bytes(length - len(data)) if len(data) <= length else bytes([length % 251]) * length


@cache
def heic(seed: int = 0, size: tuple[int, int] = (640, 480)) -> bytes:
    """A HEIC file."""
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture(seed, size)).save(buffer, quality=50)
    return buffer.getvalue()


def mp4(
    length: int = 4096,
    *,
    seconds: float = 3.0,
    size: tuple[int, int] = (640, 360),
    taken: datetime = datetime(2022, 8, 15, 10, 20, 30, tzinfo=UTC),
) -> bytes:
    """The boxes of an MP4 with duration, size and date, and no frames."""
    created = int(taken.timestamp()) + BETWEEN_1904_AND_1970
    movie = bytes(4) + struct.pack(">IIII", created, created, 1000, round(seconds * 1000)) + bytes(80)
    track = bytes(76) + struct.pack(">II", size[0] << 16, size[1] << 16)
    boxes = _box(b"ftyp", b"isomiso2") + _box(b"moov", _box(b"mvhd", movie) + _box(b"trak", _box(b"tkhd", track)))
    return boxes + _box(b"free", bytes(max(0, length - len(boxes) - 8)))


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


XMP = b"""<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'
 xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:digiKam='http://www.digikam.org/ns/1.0/'
 xmp:Rating='4' exif:DateTimeOriginal='2019-09-09T09:09:09+02:00'><dc:description><rdf:Alt>
<rdf:li xml:lang='x-default'>from sidecar</rdf:li></rdf:Alt></dc:description>
<digiKam:TagsList><rdf:Seq><rdf:li>side/tag</rdf:li></rdf:Seq></digiKam:TagsList></rdf:Description></rdf:RDF></x:xmpmeta>"""
