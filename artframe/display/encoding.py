"""How does a picture become a file in memory, without holding up a fade meanwhile?"""

from __future__ import annotations

import os
import tempfile
from typing import IO, Any

from PIL import Image


def jpeg(picture: Image.Image, quality: int) -> bytes:
    """Return the picture as a JPEG without any metadata. Blocking; any thread."""
    return _saved(picture, "JPEG", quality=quality)


def png(picture: Image.Image) -> bytes:
    """Return the picture as a PNG, soon rather than small. Blocking; any thread."""
    return _saved(picture, "PNG", compress_level=1)


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    with _memory() as file:
        picture.save(file, kind, **options)
        file.seek(0)
        return file.read()


def _memory() -> IO[bytes]:
    # A file with a descriptor of its own: into that Pillow encodes without the interpreter's lock, into a BytesIO with
    # it (pieces of some milliseconds each, measured), and the main thread needs it for every frame of a fade.
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("picture"), "w+b")
    return tempfile.TemporaryFile()
