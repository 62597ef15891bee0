"""Which way up is a photo? The eight EXIF orientations, for pixels and for rectangles."""

from __future__ import annotations

from enum import Enum

from PIL import ExifTags, Image

from artframe.display.layout import Region, Size


class Orientation(Enum):
    """How the stored pixels must be turned; the value is the EXIF tag's.

    ``swaps`` exchanges width and height; ``flips_x`` and ``flips_y`` say from which end the stored axes are counted.
    """

    NORMAL = 1
    MIRRORED = 2
    UPSIDE_DOWN = 3
    UPSIDE_DOWN_MIRRORED = 4
    TRANSPOSED = 5
    CLOCKWISE = 6
    TRANSVERSED = 7
    COUNTERCLOCKWISE = 8

    @property
    def swaps(self) -> bool:
        return self.value >= 5

    @property
    def flips_x(self) -> bool:
        return self.value in (2, 3, 7, 8)

    @property
    def flips_y(self) -> bool:
        return self.value in (3, 4, 6, 7)

    def turned(self, size: Size) -> Size:
        """Return the other side's size: the upright one of a stored one and the reverse."""
        return Size(size.height, size.width) if self.swaps else size

    def stored(self, region: Region, stored: Size) -> Region:
        """Return where a rectangle of the upright photo lies in the stored one, whose size is given."""
        left, top, right, bottom = region
        if self.swaps:
            left, top, right, bottom = top, left, bottom, right
        if self.flips_x:
            left, right = stored.width - right, stored.width - left
        if self.flips_y:
            top, bottom = stored.height - bottom, stored.height - top
        return Region(left, top, right, bottom)

    def upright(self, image: Image.Image) -> Image.Image:
        """Turn stored pixels upright."""
        method = _METHODS.get(self)
        return image if method is None else image.transpose(method)


_METHODS = {
    Orientation.MIRRORED: Image.Transpose.FLIP_LEFT_RIGHT,
    Orientation.UPSIDE_DOWN: Image.Transpose.ROTATE_180,
    Orientation.UPSIDE_DOWN_MIRRORED: Image.Transpose.FLIP_TOP_BOTTOM,
    Orientation.TRANSPOSED: Image.Transpose.TRANSPOSE,
    Orientation.CLOCKWISE: Image.Transpose.ROTATE_270,  # Pillow counts against the clock
    Orientation.TRANSVERSED: Image.Transpose.TRANSVERSE,
    Orientation.COUNTERCLOCKWISE: Image.Transpose.ROTATE_90,
}


def orientation_of(image: Image.Image) -> Orientation:
    """Read the orientation of an opened photo; a missing, odd or broken tag means upright.

    TIFF and HEIF are upright as soon as they are loaded: their decoders have already turned them.
    """
    if image.format in ("TIFF", "HEIF"):
        return Orientation.NORMAL
    try:
        return Orientation(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged metadata comes as anything from SyntaxError to struct.error; the pixels may be fine
        return Orientation.NORMAL
