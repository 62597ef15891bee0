"""What is on the desk of somebody who works on the configuration over SFTP, and not in the files?

Programs that copy files write a temporary one and rename it, ask for the size of what they wrote, delete what could not
be written, and move the old file away before they bring the new one. All that happens on the desk, which the sessions
of one key share; only what is complete and right goes to the files. With its last session the desk is cleared.
"""

from __future__ import annotations

import errno
import threading
import time
from dataclasses import dataclass, field

from artframe.config.document import MAX_BYTES
from artframe.interfaces.ssh.files.paths import Parts, told

_ROOM = 4 * MAX_BYTES
_MOST = 40


@dataclass
class Sheet:
    """A temporary file: never on the disk."""

    content: bytes = field(repr=False)
    modified: float


@dataclass(frozen=True, kw_only=True)
class Written:
    """How a file looked to whoever wrote it (``content``), as long as ``basis`` stands for what it holds."""

    basis: str
    content: bytes = field(repr=False)


class Desk:
    """Of one key; held by its ``lock`` in each thread that works on it.

    ``read`` names what was read of each file: who saves it must have seen what it replaces.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.sessions = 0
        self.sheets: dict[Parts, Sheet] = {}
        self.written: dict[str, Written] = {}
        self.read: dict[str, str] = {}
        self.refused: set[str] = set()
        self.away: set[str] = set()

    def lay(self, place: Parts, content: bytes, modified: float | None = None) -> None:
        """Put a temporary file there. Raises OSError when there are too many."""
        others = [sheet for where, sheet in self.sheets.items() if where != place]
        if len(others) >= _MOST or sum(len(sheet.content) for sheet in others) + len(content) > _ROOM:
            raise told(errno.ENOSPC, "there are too many temporary files already; delete some")
        self.sheets[place] = Sheet(content, time.time() if modified is None else modified)

    def waits_for(self, place: Parts) -> bool:
        """Whether a temporary file is there whose name says that it is to replace this one (``x.filepart`` for x)."""
        *folder, name = place
        return any(
            list(where[:-1]) == folder and where != place and name in where[-1].removesuffix(".tmp")
            for where in self.sheets
        )


class Desks:
    """The desks of all keys that have sessions."""

    def __init__(self) -> None:
        self._desks: dict[str, Desk] = {}

    def __bool__(self) -> bool:
        return bool(self._desks)

    def take(self, key: str) -> Desk:
        """The desk of the key for one more session; ``leave`` gives it back."""
        desk = self._desks.setdefault(key, Desk())
        desk.sessions += 1
        return desk

    def leave(self, key: str) -> None:
        """One session less."""
        desk = self._desks[key]
        desk.sessions -= 1
        if not desk.sessions:
            del self._desks[key]
