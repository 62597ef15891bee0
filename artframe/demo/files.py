"""How does a painted picture become a file as a camera or a phone would have written it?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
from PIL import ExifTags, Image

from artframe.demo.canvas import Canvas
from artframe.demo.movie import quicktime
from artframe.demo.picture import DemoPicture, Kind
from artframe.demo.profile import display_p3, to_display_p3

PAINTED_PIXELS = 1_700_000
_CAMERAS = {
    "DSC": ("Artframe", "Demo Camera 24"),
    "IMG": ("Artframe", "Demo Phone 12"),
    "PAN": ("Artframe", "Demo Phone 12"),
}
_RATE = 12
# What brings the stored pixels of each EXIF orientation upright, turned round.
_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def write(picture: DemoPicture, folder: Path) -> None:
    """Paint and write all files of a picture, each under a temporary name first. Raises OSError."""
    for name, content in _contents(picture):
        temporary = folder / f".{name}.part"
        temporary.write_bytes(content)
        temporary.replace(folder / name)


def _contents(picture: DemoPicture) -> Iterator[tuple[str, bytes]]:
    upright = paint(picture)
    if picture.kind is Kind.VIDEO:
        yield picture.file_name, _film(upright, picture, picture.size, frames=36)
    elif picture.kind is Kind.BROKEN:
        yield picture.file_name, _damaged(_encoded(picture, upright))
    else:
        if picture.film_name is not None:
            yield picture.film_name, _film(upright, picture, (720, 480), frames=18)
        yield picture.file_name, _encoded(picture, upright)


def paint(picture: DemoPicture) -> Image.Image:
    """The upright picture; large ones are painted smaller and enlarged when written."""
    width, height = picture.size
    scale = min(1.0, (PAINTED_PIXELS / (width * height)) ** 0.5)
    canvas = Canvas(max(1, round(width * scale)), max(1, round(height * scale)), picture.seed)
    picture.scene(canvas)
    # A lossless file would spend most of its bytes on grain.
    return canvas.finish(grain=0.0 if picture.file_name.endswith(".png") else 0.010)


def _encoded(picture: DemoPicture, upright: Image.Image) -> bytes:
    image = upright if upright.size == picture.size else upright.resize(picture.size, Image.Resampling.BICUBIC)
    profile = None
    if picture.kind is Kind.GREY:
        image = image.convert("L")
    elif picture.kind is Kind.WIDE_GAMUT:
        image, profile = to_display_p3(image), display_p3()
    if picture.orientation in _STORED:
        image = image.transpose(_STORED[picture.orientation])
    exif, buffer = _exif(picture), io.BytesIO()
    match picture.file_name.rsplit(".", 1)[-1]:
        case "heic":
            pillow_heif.from_pillow(image).save(buffer, quality=78, exif=exif, enc_params={"preset": "ultrafast"})
        case "png":
            image.save(buffer, "PNG", exif=exif)
        case "webp":
            image.save(buffer, "WEBP", quality=86, method=2, exif=exif)
        case _:
            image.save(buffer, "JPEG", quality=88, exif=exif, icc_profile=profile)
    return buffer.getvalue()


def _exif(picture: DemoPicture) -> bytes:
    exif = Image.Exif()
    taken = picture.taken.strftime("%Y:%m:%d %H:%M:%S")
    zone = picture.taken.strftime("%z")
    offset = f"{zone[:3]}:{zone[3:5]}"
    exif[ExifTags.Base.ImageDescription] = picture.description.encode("ascii", "replace").decode()
    exif[ExifTags.Base.Orientation] = picture.orientation
    exif[ExifTags.Base.DateTime] = taken
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    camera[ExifTags.Base.DateTimeOriginal] = camera[ExifTags.Base.DateTimeDigitized] = taken
    camera[ExifTags.Base.OffsetTimeOriginal] = camera[ExifTags.Base.OffsetTime] = offset
    if picture.file_name[:3] in _CAMERAS:
        exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = _CAMERAS[picture.file_name[:3]]
    if picture.place is not None:
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSLatitudeRef] = "N" if picture.place.latitude >= 0 else "S"
        place[ExifTags.GPS.GPSLatitude] = _degrees(picture.place.latitude)
        place[ExifTags.GPS.GPSLongitudeRef] = "E" if picture.place.longitude >= 0 else "W"
        place[ExifTags.GPS.GPSLongitude] = _degrees(picture.place.longitude)
    return exif.tobytes()


def _degrees(angle: float) -> tuple[float, float, float]:
    minutes = abs(angle) % 1 * 60
    return float(int(abs(angle))), float(int(minutes)), round(minutes % 1 * 60, 2)


def _film(still: Image.Image, picture: DemoPicture, size: tuple[int, int], frames: int) -> bytes:
    """A slow ride into the picture."""
    pictures = []
    ratio = size[0] / size[1]
    full = min(still.width, still.height * ratio)
    for index in range(frames):
        width = full * (1 - 0.14 * index / frames)
        height = width / ratio
        left, top = (still.width - width) / 2, (still.height - height) / 2
        frame = still.resize(size, Image.Resampling.BILINEAR, (left, top, left + width, top + height))
        buffer = io.BytesIO()
        frame.save(buffer, "JPEG", quality=80)
        pictures.append(buffer.getvalue())
    return quicktime(pictures, size, rate=_RATE, taken=picture.taken)


def _damaged(content: bytes) -> bytes:
    """What a dying memory card leaves: the right beginning, then nothing that makes sense."""
    return content[:2] + bytes((value * 73 + 41) % 251 for value in range(24_000))
