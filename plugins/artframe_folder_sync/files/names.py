"""What may a file be called? Safe local names, names for conflicts, names for comparing and for people."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_LONGEST = 255
"""Bytes of a name, on nearly every file system."""
_LONGEST_ENDING = 16
# What Windows, Android's cards and FAT refuse. A folder fed by Syncthing goes to all of them.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f"*/:<>?\\|\ud800-\udfff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)
# Signs that turn the direction of the text around would let a name look like another one.
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

_JOINERS = "\u200c\u200d"
"""Invisible but harmless: families of emoji and Persian words are joined and parted by them."""


def local_name(file_name: str, asset_id: str) -> str:
    """A name (no path) for a photo of Immich: its own where every system takes it, else near to it plus ``~<id8>``.

    At most 255 bytes, never hidden, the same for the same arguments.
    """
    wanted = unicodedata.normalize("NFC", file_name)
    name = _FORBIDDEN.sub("_", _INVISIBLE.sub("", wanted))
    name = name.strip().rstrip(". ").lstrip()
    if name.startswith((".", "~")):
        # Hidden files and the temporary ones of others are not synced, so it would vanish from our sight.
        name = f"_{name[1:]}"
    if _RESERVED.fullmatch(name.split(".")[0].strip()):
        name = f"_{name}"
    stem, ending = _parted(name)
    if name and name == wanted and len(name.encode()) <= _LONGEST:
        return name
    return _joined(stem or "photo", f"~{_short(asset_id)}", ending)


def conflict_name(path: str, day: date, source: str, number: int = 1) -> str:
    """``IMG_1 (conflict 2026-11-20 immich).jpg`` beside ``path``; ``number`` > 1 for the next ones of that day."""
    count = f" {number}" if number > 1 else ""
    return _beside(path, f" (conflict {day.isoformat()} {source}{count})")


def clash_name(path: str, asset_id: str) -> str:
    """``IMG_1~1a2b3c4d.jpg``; given a path that has that already, the whole id in its place."""
    short = f"~{_short(asset_id)}"
    folder, _, name = path.rpartition("/")
    stem, ending = _parted(name)
    if stem.endswith(short):
        shorter = f"{folder}/{stem.removesuffix(short)}{ending}" if folder else stem.removesuffix(short) + ending
        return _beside(shorter, f"~{_letters(asset_id)}")
    return _beside(path, short)


def numbered_name(path: str, number: int) -> str:
    """``IMG_1 (2).jpg``."""
    return _beside(path, f" ({number})")


def folded(path: str) -> str:
    """Equal for two paths that some systems take for one: Unicode form and case aside."""
    if path.isascii():
        return path.lower()
    # Not casefold(): no disk takes "Straße" and "Strasse" for one name.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).lower())


def composed(path: str) -> str:
    """Equal for two paths that are the same letters in another Unicode form: no person can tell them apart."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def printable(path: str) -> str:
    """For texts: control characters and bytes that are no UTF-8 escaped, everything on one line."""
    if path.isascii() and path.isprintable():
        return path
    return "".join(one if one.isprintable() or one in _JOINERS else _escaped(one) for one in path)


def _escaped(one: str) -> str:
    code = ord(one)
    if 0xDC80 <= code <= 0xDCFF:  # a byte, in Python's way of carrying it in a text
        return f"\\x{code - 0xDC00:02x}"
    return one.encode("unicode_escape", "surrogatepass").decode() if code < 0xD800 or code > 0xDFFF else f"\\u{code:x}"


def _beside(path: str, addition: str) -> str:
    folder, slash, name = path.rpartition("/")
    stem, ending = _parted(name)
    return folder + slash + _joined(stem, addition, ending)


def _joined(stem: str, addition: str, ending: str) -> str:
    """Shortens the stem, between two characters, until everything fits."""
    room = _LONGEST - len(_bytes(addition)) - len(_bytes(ending))
    while len(_bytes(stem)) > room:
        stem = stem[:-1]
    return f"{stem.rstrip('. ') if addition.startswith(' ') else stem}{addition}{ending}"


def _parted(name: str) -> tuple[str, str]:
    """``IMG.tar`` and ``.gz``: what is too long for an ending is part of the stem."""
    stem, dot, ending = name.rpartition(".")
    if not stem or not dot or not ending.isalnum() or len(_bytes(ending)) > _LONGEST_ENDING:
        return name, ""
    return stem, f".{ending}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _letters(asset_id: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", asset_id) or "photo"


def _short(asset_id: str) -> str:
    return _letters(asset_id)[:8]
