"""How does a photo of any colour space become plain sRGB, as a panel shows it?"""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from typing import cast

from PIL import Image, ImageCms

# A household has a handful of cameras, each with its own profile; building a transform costs more than applying it.
KNOWN_PROFILES = 16

_FLAGS = (
    ImageCms.Flags.NOCACHE | ImageCms.Flags.BLACKPOINTCOMPENSATION
)  # without NOCACHE a transform is not thread-safe
_transforms: OrderedDict[tuple[bytes, str], ImageCms.ImageCmsTransform | None] = OrderedDict()
_lock = threading.Lock()


def to_rgb(image: Image.Image, profile: bytes | None, background: tuple[int, int, int]) -> Image.Image:
    """Return the picture in sRGB without transparency: what was transparent shows the background.

    ``profile`` is the file's embedded ICC profile. One that is broken or does not belong to these pixels is ignored.
    """
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    if alpha is not None:
        image = image.convert("RGB" if image.mode == "RGBA" else "L")
    transform = _transform(profile, image.mode) if profile else None
    if transform is not None:
        image = cast("Image.Image", ImageCms.applyTransform(image, transform))  # None only when told to work in place
    elif image.mode != "RGB":
        image = image.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        ground = Image.new("RGB", image.size, background)
        ground.paste(image, mask=alpha)
        return ground
    return image


def eight_bit(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be resized well: palettes resolved, 16 and 32 bit brought to 8."""
    mode = image.mode
    if mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if mode == "F":
        low, high = image.getextrema()
        span = float(high) - float(low) or 1.0  # type: ignore[arg-type]
        return image.point(lambda value: value * (255 / span) - float(low) * 255 / span).convert("L")  # type: ignore[arg-type]
    if mode == "1":
        return image.convert("L")
    if "transparency" in image.info or mode in ("PA", "RGBa"):
        return image.convert("RGBA")
    if mode in ("RGB", "L", "RGBA", "LA", "CMYK"):
        return image
    return image.convert("RGB")


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return what turns this profile's colours into sRGB; None when they are sRGB already or the profile is useless."""
    key = (hashlib.sha256(profile).digest(), mode)
    with _lock:
        if key in _transforms:
            _transforms.move_to_end(key)
            return _transforms[key]
    transform = _build(profile, mode)
    with _lock:
        _transforms[key] = transform
        while len(_transforms) > KNOWN_PROFILES:
            _transforms.popitem(last=False)
    return transform


def _build(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if mode == "RGB" and "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB", intent, _FLAGS)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
