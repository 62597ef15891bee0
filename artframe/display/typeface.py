"""Which font draws a text, and how is the text broken into lines?"""

from __future__ import annotations

import functools
import threading
import unicodedata
from pathlib import Path

from PIL import ImageFont

# Inter (SIL Open Font License, fonts/OFL.txt): Latin, Greek and Cyrillic. It travels with artframe, because a frame
# without a desktop has no fonts and Pillow's own knows ASCII only.
_FOLDER = Path(__file__).parent / "fonts"
TEXT = _FOLDER / "Inter-Regular.otf"
DISPLAY = _FOLDER / "InterDisplay-Light.otf"

# Where Debian and Raspberry Pi OS keep fonts for other scripts; used only when a text needs them and they are there.
_OTHERS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"),
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
)
_MISSING = "\uffff"  # a code point that no font has: what it looks like is what every missing letter looks like
ELLIPSIS = "…"

# FreeType faces must not be used by two threads at once.
drawing = threading.RLock()


@functools.lru_cache(maxsize=32)
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """Return the font of this file at a height in pixels."""
    return ImageFont.truetype(path, max(6, size))


def font_for(text: str, path: Path, size: int) -> ImageFont.FreeTypeFont:
    """Return the wished font, or one that is installed and has all letters of the text if the wished one has not."""
    for candidate in (path, *(other for other in _OTHERS if other.is_file())):
        if not unknown_letters(text, candidate):
            return font(candidate, size)
    return font(path, size)


def drawable(text: str, path: Path) -> str:
    """Return the text as one clean line, without the emoji and scripts that no font here can draw."""
    letters = (char if char.isprintable() else " " for char in unicodedata.normalize("NFC", text))
    # Variation selectors only say how the emoji before them is to look.
    line = " ".join("".join(char for char in letters if not "\ufe00" <= char <= "\ufe0f").split())
    missing = unknown_letters(line, Path(font_for(line, path, 16).path))  # type: ignore[arg-type]
    return " ".join("".join(char for char in line if char not in missing).split())


def unknown_letters(text: str, path: Path) -> set[str]:
    """Return the letters of a text that a font file does not have."""
    return {char for char in set(text) if not char.isspace() and not _has(path, char)}


@functools.lru_cache(maxsize=4096)
def _has(path: Path, char: str) -> bool:
    with drawing:
        face = font(path, 16)
        return bytes(face.getmask(char)) != bytes(face.getmask(_MISSING))


def wrap(text: str, face: ImageFont.FreeTypeFont, width: float, max_lines: int) -> list[str]:
    """Break a text into lines no wider than ``width`` pixels; what does not fit ends in an ellipsis."""
    with drawing:
        lines: list[str] = []
        for word in text.split():
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and face.getlength(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(word)
        cut = len(lines) > max_lines
        lines = lines[:max_lines]
        return [
            _shortened(line, face, width, always=cut and index == max_lines - 1) for index, line in enumerate(lines)
        ]


def _shortened(line: str, face: ImageFont.FreeTypeFont, width: float, *, always: bool) -> str:
    if not always and face.getlength(line) <= width:
        return line
    while line and face.getlength(line + ELLIPSIS) > width:
        line = line[:-1]
    return line.rstrip(" ,.;:-") + ELLIPSIS
