"""Under which file name may a photo lie in the photos folder, whatever its source calls it?"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 255
"""Bytes that ext4, exFAT and NTFS all take."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_STRANGE = re.compile(r"[^A-Za-z0-9-]")
_LONGEST_SUFFIX = 20


def safe_name(name: str, photo_id: str) -> str:
    """A name for one file, readable on every system: no separators, no controls, no device names, at most 255 bytes.

    The extension survives a cut. A name of which nothing is left becomes the photo's id.
    """
    clean = _cleaned(name)
    if not clean.strip("._ "):
        clean = _cleaned(f"photo_{photo_id}") + (PurePosixPath(clean).suffix if clean.strip("._ ") else "")
    if clean.startswith("."):
        clean = f"photo_{clean}"
    if _RESERVED.match(clean):
        clean = f"photo_{clean}"
    return _joined(*_split(clean), "")


def numbered(name: str, number: int) -> str:
    """The same name with ``_<number>`` before its extension, for duplicates; still at most 255 bytes."""
    return _joined(*_split(name), f"_{number}")


def plain_name(name: str, photo_id: str) -> str:
    """A name of ASCII letters and digits from the photo's id, for disks that refuse the photo's own name."""
    suffix = _split(name)[1]
    return f"photo_{_STRANGE.sub('_', photo_id)[:60]}{suffix if not _STRANGE.search(suffix[1:]) else ''}"


def folded(name: str) -> str:
    """What two names have in common that differ only in case: on some disks they are one file."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _cleaned(name: str) -> str:
    # Lone surrogates (names that were never Unicode) have no bytes of their own.
    text = name.encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFC", text)
    text = "".join("_" if _invisible(letter) else letter for letter in text)
    return _FORBIDDEN.sub("_", text).rstrip(". ").lstrip(" ")


def _invisible(letter: str) -> bool:
    """Control characters, line separators, and the marks that make ``gpj.exe`` read as ``exe.jpg``."""
    return (
        unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Cs")
        or letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    )


def _split(name: str) -> tuple[str, str]:
    dot = name.rfind(".")
    # A long "extension" is part of the name: "Letter from aunt Emma. Written in haste"
    if dot <= 0 or len(name[dot:].encode()) > _LONGEST_SUFFIX:
        return name, ""
    return name[:dot], name[dot:]


def _joined(stem: str, suffix: str, number: str) -> str:
    room = LONGEST - len(suffix.encode()) - len(number)
    cut = stem.encode()[:room].decode("utf-8", "ignore")
    if cut != stem:
        cut = cut.rstrip(". ")
    return f"{cut}{number}{suffix}"
