"""What may a file be called? Safe local names, names for conflicts, names for comparing and for people."""

from __future__ import annotations

from datetime import date


def local_name(file_name: str, asset_id: str) -> str:
    """A name (no path) for a photo of Immich: its own where every system takes it, else near to it plus ``~<id8>``.

    At most 255 bytes, never hidden, the same for the same arguments.
    """
    raise NotImplementedError


def conflict_name(path: str, day: date, source: str, number: int = 1) -> str:
    """``IMG_1 (conflict 2026-11-20 immich).jpg`` beside ``path``; ``number`` > 1 for the next ones of that day."""
    raise NotImplementedError


def clash_name(path: str, asset_id: str) -> str:
    """``IMG_1~1a2b3c4d.jpg``; given that one, the same with the whole id."""
    raise NotImplementedError


def numbered_name(path: str, number: int) -> str:
    """``IMG_1 (2).jpg``."""
    raise NotImplementedError


def folded(path: str) -> str:
    """Equal for two paths that some systems take for one: Unicode form and case aside."""
    raise NotImplementedError


def printable(path: str) -> str:
    """For texts: control characters and bytes that are no UTF-8 escaped, everything on one line."""
    raise NotImplementedError
