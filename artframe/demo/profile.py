"""What does a camera mean whose colours are those of Display P3? Its ICC profile, made by hand."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageCms

# Primaries and white adapted to D50 (SMPTE EG 432-1 with the D65 white, Bradford adaptation).
_COLUMNS = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
_D50 = (0.9642, 1.0, 0.8249)
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def display_p3() -> bytes:
    """An ICC profile (version 4, monitor, RGB to XYZ) with the wide primaries and the curve of sRGB."""
    curve = b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + b"".join(_fixed(value) for value in _SRGB_CURVE)
    tags = {
        b"desc": _text("Display P3, made for the demo"),
        b"cprt": _text("Public domain"),
        b"wtpt": _xyz(_D50),
        **{name: _xyz(column) for name, column in _COLUMNS.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        padded = content + b"\0" * (-len(content) % 4)
        table += struct.pack(">4sII", name, offset + len(body), len(content))
        body += padded
    head = struct.pack(">I4sI4s4s4s", offset + len(body), b"\0" * 4, 0x04000000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2020, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28 + b"".join(_fixed(value) for value in _D50)
    return head.ljust(128, b"\0") + table + body


def to_display_p3(image: Image.Image) -> Image.Image:
    """The same colours, written in the numbers of Display P3."""
    target = ImageCms.ImageCmsProfile(io.BytesIO(display_p3()))
    converted = ImageCms.profileToProfile(image, ImageCms.createProfile("sRGB"), target)
    assert converted is not None
    return converted


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(value) for value in values)


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded
