"""What was ever done to the folder and to Immich, and what takes it back? One line of JSON for each action."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from artframe.plugin import Clock

LARGEST = 8 << 20
"""Bytes of one file; then the next one begins."""
KEPT = 8
"""So many older files stay: some 300,000 actions."""
UNDONE = "undo"
"""The action of the lines that say what was taken back; their ``undo`` names the line they answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One action that was done. ``at`` is aware UTC, ``run`` names the run, ``pair`` is the user's UUID.

    ``action`` is the value of an ActionKind, or ``undo``. ``undo`` is what takes it back (``restores``,
    ``takes_back``), None where nothing needs to.
    """

    at: datetime
    run: str
    pair: str
    action: str
    path: str
    asset_id: str | None
    sha1: str | None
    reason: str
    undo: Mapping[str, str] | None

    def as_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "at": self.at.isoformat(),
            "run": self.run,
            "pair": self.pair,
            "action": self.action,
            "path": self.path,
            "asset_id": self.asset_id,
            "sha1": self.sha1,
            "reason": self.reason,
            "undo": dict(self.undo) if self.undo is not None else None,
        }


def told(entry: Entry, person: str) -> dict[str, Any]:
    """An entry as commands hand it on: whose it is stands there by name, too."""
    facts = entry.as_json()
    user_id = facts.pop("pair")
    return {"at": facts.pop("at"), "person": person, "user_id": user_id, **facts}


def restores(asset_id: str) -> dict[str, str]:
    """What takes an asset's way into Immich's trash back."""
    return {"restore": asset_id}


def takes_back(trash_path: str) -> dict[str, str]:
    """What takes a file's way into the local trash back; the path is relative to the folder."""
    return {"take_back": trash_path}


class Journal:
    """Append-only; safe for many threads. ``path`` is the newest file, ``path.1`` the one before.

    Each line is handed to the kernel at once: a crash loses none, a power cut some at the end, and half a line is
    passed over when it is read. A disk that cannot take a line raises OSError: what cannot be written down is not done
    silently.
    """

    def __init__(self, path: Path, clock: Clock, *, largest: int = LARGEST, kept: int = KEPT) -> None:
        self._path = path
        self._clock = clock
        self._largest = largest
        self._kept = kept
        self._lock = threading.Lock()
        self._handle: int | None = None

    def write(
        self,
        *,
        run: str,
        pair: str,
        action: str,
        path: str,
        reason: str,
        asset_id: str | None = None,
        sha1: str | None = None,
        undo: Mapping[str, str] | None = None,
    ) -> None:
        """Write down what was just done. Raises OSError."""
        entry = Entry(
            at=self._clock.now(),
            run=run,
            pair=pair,
            action=str(action),
            path=path,
            asset_id=asset_id,
            sha1=sha1,
            reason=reason,
            undo=undo,
        )
        # ASCII: also the names that are no UTF-8 come back as they were.
        line = json.dumps(entry.as_json(), separators=(",", ":")).encode("ascii") + b"\n"
        with self._lock:
            handle = self._opened(len(line))
            while line:
                line = line[os.write(handle, line) :]

    def sync(self) -> None:
        """Make everything that was written durable: at the end of a run. Raises OSError."""
        with self._lock:
            if self._handle is not None:
                os.fsync(self._handle)

    def close(self) -> None:
        """Close the file; a later line opens it again."""
        with self._lock:
            self._close()

    def entries(self) -> Iterator[Entry]:
        """Every entry that is still here, the oldest first, line by line."""
        for number in range(self._kept, -1, -1):
            yield from _read(self._file(number))

    def newest(self, count: int, *, pair: str = "", path: str | None = None) -> list[Entry]:
        """The last ``count`` entries (of one pair, about one file), the newest first."""
        found: list[Entry] = []
        for number in range(self._kept + 1):
            wanted = (
                entry
                for entry in _read(self._file(number))
                if (not pair or entry.pair == pair) and (path is None or entry.path == path)
            )
            found.extend(reversed(deque(wanted, maxlen=count - len(found))))
            if len(found) >= count:
                break
        return found

    def _file(self, number: int) -> Path:
        return self._path if number == 0 else self._path.with_name(f"{self._path.name}.{number}")

    def _opened(self, more: int) -> int:
        if self._handle is not None and os.fstat(self._handle).st_size + more > self._largest:
            self._close()
            for number in range(self._kept - 1, -1, -1):
                with contextlib.suppress(FileNotFoundError):
                    self._file(number).replace(self._file(number + 1))
        if self._handle is None:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._handle = os.open(self._path, flags, 0o600)
            size = os.fstat(self._handle).st_size
            if size and os.pread(self._handle, 1, size - 1) != b"\n":
                os.write(self._handle, b"\n")  # half a line, from a power cut: the next one must not suffer for it
        return self._handle

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _read(path: Path) -> Iterator[Entry]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            entry = _entry(line)
            if entry is not None:
                yield entry


def _entry(line: bytes) -> Entry | None:
    try:
        data = json.loads(line)
        at = datetime.fromisoformat(data.pop("at"))
        return Entry(at=at, **data) if at.tzinfo is not None else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
