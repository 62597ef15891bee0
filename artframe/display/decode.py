"""How does a photo file become upright sRGB pixels that fit the panel, with little time and memory?"""

from __future__ import annotations

import importlib
import io
import math
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from artframe.display.colour import eight_bit, to_rgb
from artframe.display.layout import Fit, Focus, Placement, Region, Size, place
from artframe.display.orientation import orientation_of
from artframe.errors import ArtframeError

# The largest photo that is opened at all. Beyond it a file is an attack or a mistake, not a photo.
MAX_STORED_PIXELS = 400_000_000
# The largest picture that is held in memory decoded. JPEG stays far below it: it is decoded at 1/2, 1/4 or 1/8.
MAX_DECODED_PIXELS = 100_000_000
# What decoding a file of another format needs at its peak, in bytes per pixel (measured: HEIC 11, WebP 13, PNG 7).
BYTES_PER_PIXEL = 12
# How much of what is shrunk a lot is averaged first, in whole pixels; see Pillow's ``resize``.
_GAP = 2.0
_WITH_ALPHA = ("LA", "RGBA")

Image.MAX_IMAGE_PIXELS = MAX_STORED_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


class UnreadablePhoto(ArtframeError):
    """A photo that cannot be shown: not a picture, damaged, or too large. The frame goes on with the next one."""


class PhotoGone(UnreadablePhoto):
    """A photo whose file is not there any more."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """An upright sRGB picture of exactly ``placement.size``; ``pixels`` is how many the file itself has."""

    image: Image.Image
    placement: Placement
    pixels: int


def decodable_pixels(memory: int | None = None) -> int:
    """Return how many pixels may be decoded on a machine with this much memory in bytes (default: this machine).

    A photo that makes a small frame run out of memory would be chosen again after the restart, for ever.
    """
    if memory is None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(12_000_000, min(MAX_DECODED_PIXELS, memory // BYTES_PER_PIXEL))


def decode(
    path: Path,
    canvas: Size,
    fit: Fit,
    *,
    focus: Focus | None = None,
    background: tuple[int, int, int] = (0, 0, 0),
    max_pixels: int | None = None,
) -> Fitted:
    """Read a photo for a canvas: only as much of it, and only as large, as the canvas shows. Blocking; any thread.

    A file that lacks nothing but its last bytes is shown; one with a part missing is not: a grey half is not for a
    living room. Of an animation the first frame is read. Raises PhotoGone and UnreadablePhoto.
    """
    try:
        with _open(path) as source:
            return _fitted(source, canvas, fit, focus, background, max_pixels or decodable_pixels())
    except FileNotFoundError as error:
        raise PhotoGone(f"{path.name} is no longer there; the frame shows another photo") from error
    except UnreadablePhoto:
        raise
    except UnidentifiedImageError as error:
        raise UnreadablePhoto(f"{path.name} is not a picture that artframe can read") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadablePhoto(
            f"{path.name} claims to have more than {MAX_STORED_PIXELS // 10**6} megapixels"
        ) from error
    except MemoryError as error:
        raise UnreadablePhoto(f"{path.name} needs more memory than this frame has") from error
    except Exception as error:  # damaged files make decoders raise nearly anything
        raise UnreadablePhoto(f"{path.name} is damaged: {error}") from error


def _fitted(
    source: Image.Image,
    canvas: Size,
    fit: Fit,
    focus: Focus | None,
    background: tuple[int, int, int],
    max_pixels: int,
) -> Fitted:
    stored = Size(*source.size)
    orientation = orientation_of(source)
    placement = place(orientation.turned(stored), canvas, fit, focus)
    target = orientation.turned(placement.size)
    box = orientation.stored(placement.crop, stored)
    # JPEG can be decoded at 1/2, 1/4 or 1/8: ask for the smallest of those that still has enough pixels in the crop.
    enough = (math.ceil(target.width * stored.width / box.width), math.ceil(target.height * stored.height / box.height))
    drafted = source.draft(None, enough)
    if drafted:
        box = box.scaled(drafted[1][2] / stored.width, drafted[1][3] / stored.height)
    _refuse_large(source, stored, max_pixels)
    pixels = eight_bit(_loaded(source))
    if pixels is not source:
        source.close()
    # Turning comes after the resize, when there are a tenth of the pixels to turn.
    small = _shrunk(pixels, target, box)
    profile = source.info.get("icc_profile")
    image = to_rgb(orientation.upright(small), profile, background)
    return Fitted(image=image, placement=placement, pixels=stored.width * stored.height)


def _shrunk(pixels: Image.Image, target: Size, box: Region) -> Image.Image:
    """Resize, and let go of the large picture as early as can be: it is closed when this returns.

    Pillow resizes in two passes, first in width, and keeps all three pictures until the end. Each pass by itself, and
    the one first that leaves the smaller picture, the large one is gone when the last pass begins. The pixels are
    Pillow's; where height comes first, but for the rounding between the passes.
    """
    resampling = _filter(box, target)
    width, height = pixels.size
    if pixels.mode in _WITH_ALPHA or box.width / target.width >= 2 * _GAP or box.height / target.height >= 2 * _GAP:
        small = pixels.resize(target, resampling, box=box, reducing_gap=_GAP)
        pixels.close()
        return small
    if target.width * height <= width * target.height:
        half, rest = Size(target.width, height), Region(0.0, box.top, float(target.width), box.bottom)
        middle = pixels.resize(half, resampling, box=Region(box.left, 0.0, box.right, float(height)))
    else:
        half, rest = Size(width, target.height), Region(box.left, 0.0, box.right, float(target.height))
        middle = pixels.resize(half, resampling, box=Region(0.0, box.top, float(width), box.bottom))
    pixels.close()
    return middle.resize(target, resampling, box=rest)


def _filter(box: Region, target: Size) -> Image.Resampling:
    """Choose LANCZOS, or BICUBIC where it costs a quarter less and nobody sees it (+0.4 to -1.4 dB, both over 48)."""
    shrinks = min(box.width / target.width, box.height / target.height)
    return Image.Resampling.BICUBIC if 1.5 <= shrinks <= 2.0 else Image.Resampling.LANCZOS


def _refuse_large(source: Image.Image, stored: Size, max_pixels: int) -> None:
    # A progressive JPEG keeps all its coefficients, whatever the scale: it costs like a full decode.
    whole = stored.width * stored.height if source.info.get("progressive") else 0
    if max(whole // 3, source.width * source.height) > max_pixels:
        megapixels = stored.width * stored.height / 1e6
        raise UnreadablePhoto(
            f"{Path(getattr(source, 'filename', '') or 'a photo').name} has {megapixels:.0f} megapixels, "
            "more than this frame has memory for",
            "let the photo's source fetch smaller renditions (quality: display)",
        )


def _loaded(source: Image.Image) -> Image.Image:
    """Decode. A JPEG whose end is missing is tried once more with an end put on it, and kept if no part is grey."""
    try:
        source.load()
        return source
    except OSError:
        if source.format not in ("JPEG", "MPO"):
            raise
        with Path(source.filename).open("rb") as file:  # type: ignore[attr-defined]
            mended = Image.open(io.BytesIO(file.read() + b"\xff\xd9"), formats=["JPEG"])
        mended.draft(None, source.size)
        mended.load()
        if _lacks_tail(mended):
            raise
        return mended


def _lacks_tail(image: Image.Image) -> bool:
    """True when the last pixels are one flat colour: what the decoder paints where data are missing."""
    corner = (image.width - max(2, image.width // 16), image.height - max(2, image.height // 32), *image.size)
    return all(low == high for low, high in _extrema(image.crop(corner)))


def _extrema(image: Image.Image) -> list[tuple[float, float]]:
    return [band.getextrema() for band in image.split()]  # type: ignore[misc]


def _open(path: Path) -> Image.Image:
    try:
        return Image.open(path)
    except UnidentifiedImageError:
        if not _is_heif(path):
            raise
    # Loaded with the first HEIC photo only: the decoder costs 7 MB that a frame without such photos can spare.
    importlib.import_module("pillow_heif").register_heif_opener(thumbnails=False)
    return Image.open(path)


def _is_heif(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
