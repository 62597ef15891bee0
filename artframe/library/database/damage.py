"""Is an error of the database damage, the world's fault, or a bug?"""

from __future__ import annotations

import enum

from artframe.core.failure import no_room
from artframe.errors import ArtframeError, NotReady


class Code(enum.IntEnum):
    """SQLite's primary result codes that mean more than a bug (sqlite.org/rescode.html)."""

    BUSY = 5
    READONLY = 8
    IOERR = 10
    CORRUPT = 11
    CANTOPEN = 14
    NOTADB = 26


def is_damage(error: Exception) -> bool:
    """Whether the file itself is broken."""
    # A sound file without our tables is not a library either.
    return _code(error) in (Code.CORRUPT, Code.NOTADB) or (_code(error) != 0 and "no such table" in str(error))


def explained(error: Exception) -> Exception:
    """A full or failing disk is the world's matter (NotReady); all else is a bug and passes as it is."""
    if isinstance(error, ArtframeError):
        return error
    code = _code(error)
    if no_room(error) is not None:
        return NotReady(
            "the disk is full, so the library's database could not be written; nothing is lost, it waits",
            "make room on the disk; artframe then goes on by itself",
        )
    if code in (Code.IOERR, Code.READONLY, Code.CANTOPEN, Code.BUSY):
        return NotReady(
            f"the library's database cannot be used now ({error}); artframe tries again",
            "look at the disk: is it full, read-only or failing?",
        )
    return error


def _code(error: Exception) -> int:
    """The primary code; the higher bits only say more of it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
