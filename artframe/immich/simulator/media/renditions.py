"""How are previews and thumbnails made?"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from artframe.immich.simulator.media.pictures import NOT_A_PICTURE, turned

SHORTER_SIDE = {"preview": 1440, "thumbnail": 250}
FORMATS = {
    "preview": ("JPEG", ".jpeg", "image/jpeg"),
    "thumbnail": ("WEBP", ".webp", "image/webp"),
    "fullsize": ("JPEG", ".jpeg", "image/jpeg"),
}


def file_name(kind: str, edited: bool) -> str:
    """The name of a rendition in its asset's folder."""
    return f"{kind}{'_edited' if edited else ''}{FORMATS[kind][1]}"


def make_picture(original: Path, kind: str, orientation: int, edits: Sequence[dict[str, Any]], target: Path) -> bool:
    """Write an image upright, edited, its shorter side within the limit, never enlarged. False if impossible."""
    try:
        with Image.open(original) as opened:
            shorter = SHORTER_SIDE.get(kind)
            if shorter is not None and not edits:
                opened.draft("RGB", _fitted(opened.size, shorter))  # a JPEG decoder that already shrinks
            picture = turned(_plain(opened), orientation)
        picture = with_edits(picture, edits)
        if shorter is not None:
            picture = picture.resize(_fitted(picture.size, shorter), Image.Resampling.LANCZOS, reducing_gap=2.0)
        _save(picture, kind, target)
    except NOT_A_PICTURE:
        return False
    return True


def make_card(width: int, height: int, kind: str, target: Path) -> bool:
    """Write a video's rendition. No frame is decoded: it is a card of the video's shape with a triangle on it."""
    size = _fitted((width, height), SHORTER_SIDE.get(kind, 1440))
    card = Image.new("RGB", size, (38, 42, 48))
    middle_x, middle_y, reach = size[0] / 2, size[1] / 2, min(size) / 6
    triangle = [
        (middle_x - reach, middle_y - reach),
        (middle_x - reach, middle_y + reach),
        (middle_x + reach, middle_y),
    ]
    ImageDraw.Draw(card).polygon(triangle, fill=(214, 219, 226))
    _save(card, kind, target)
    return True


def with_edits(picture: Image.Image, edits: Sequence[dict[str, Any]]) -> Image.Image:
    """The picture cropped, rotated and mirrored as the web app's editor was told."""
    for edit in edits:
        values = edit["parameters"]
        if edit["action"] == "crop":
            left, top = int(values["x"]), int(values["y"])
            picture = picture.crop((left, top, left + int(values["width"]), top + int(values["height"])))
        elif edit["action"] == "rotate":
            picture = picture.rotate(-float(values["angle"]), expand=True)
        elif edit["action"] == "mirror":
            across = values["axis"] == "vertical"
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT if across else Image.Transpose.FLIP_TOP_BOTTOM)
    return picture


def size_with_edits(width: int, height: int, edits: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Width and height after the edits."""
    for edit in edits:
        if edit["action"] == "crop":
            width, height = int(edit["parameters"]["width"]), int(edit["parameters"]["height"])
        elif edit["action"] == "rotate" and int(edit["parameters"]["angle"]) % 180 == 90:
            width, height = height, width
    return width, height


def _fitted(size: tuple[int, int], shorter: int) -> tuple[int, int]:
    scale = min(1.0, shorter / min(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        ground = Image.new("RGBA", whole.size, "black")
        return Image.alpha_composite(ground, whole).convert("RGB")
    return picture.convert("RGB")


def _save(picture: Image.Image, kind: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        picture.save(file, FORMATS[kind][0], quality=80)
    Path(name).replace(target)
