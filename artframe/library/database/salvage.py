"""What can still be read of a damaged database?"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from artframe.core.files import sync_folder

TABLES = {
    "sources": "instance",
    "hidden": "source, id",
    "photos": "key",
    "files": "source, name",
    "history": "seq",
    "cursors": "source",
}
"""The tables worth saving, and the order in which each is read; tallies follow from the photos."""


def set_aside(path: Path) -> Path:
    """Rename a damaged database, with its companions, so that a new one can take its place; returns where it is."""
    name = f"{path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside = path.with_name(name)
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{name}-{number}")
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(f"{path.name}{ending}").replace(aside.with_name(f"{aside.name}{ending}"))
    sync_folder(path.parent)
    return aside


def salvage(read: Callable[..., sqlite3.Cursor], write: Callable[..., sqlite3.Cursor]) -> int:
    """Copy every readable row into the new database; returns how many rows ``write`` took.

    ``read`` runs a query on the damaged file, which may be of an older version and fail at any row; ``write`` a
    statement on the new one.
    """
    copied = 0
    for table, order in TABLES.items():
        names = ", ".join(_shared_columns(table, read, write))
        if not names:
            continue
        insert = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({', '.join('?' * (names.count(',') + 1))})"  # noqa: S608
        # Both ends towards the damaged place, since each direction stops there.
        for direction in ("ASC", "DESC"):
            ordered = order.replace(",", f" {direction},")
            try:
                for row in read(f"SELECT {names} FROM {table} ORDER BY {ordered} {direction}"):  # noqa: S608
                    copied += write(insert, tuple(row)).rowcount
            except Exception:  # noqa: S112 - whatever a damaged page raises: go on with what is left
                continue
            break
    return copied


def _shared_columns(table: str, old: Callable[..., sqlite3.Cursor], new: Callable[..., sqlite3.Cursor]) -> list[str]:
    """Those that both files have. table_info leaves generated ones out, which cannot be written."""
    there, here = ([row[1] for row in one(f"PRAGMA table_info({table})")] for one in (old, new))
    return [name for name in here if name in there]
