"""What if the library cannot be opened where it lies? Then a copy in memory serves, so that pictures go on."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
from pathlib import Path

from artframe.errors import ConfigError
from artframe.library.database import Database

log = logging.getLogger(__name__)

_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it is ours alone


def open_library(path: Path) -> tuple[Database, str]:
    """Open the database; returns it and what people must know, empty when all is well.

    SQLite needs a little room beside the file even to read it, so a full disk or a read-only card would leave the wall
    dark though every photo is there. The copy is forgotten at the end of the process, so it is for showing only: no
    sync may write photos that nobody would know of afterwards. Raises ConfigError for a database of a newer artframe.
    """
    try:
        database = Database(path)
    except ConfigError:
        raise
    except Exception as error:
        reason = str(error)
        log.warning("the library cannot be opened on the disk (%s); a copy in memory serves until it can", reason)
    else:
        # A copy of an earlier start without room, or of a process that was killed: nobody needs it any more.
        shutil.rmtree(_usual_folder(path), ignore_errors=True)
        return database, ""
    folder = _folder_in_memory(path)
    for name in (path.name, f"{path.name}-wal"):
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(path.with_name(name), folder / name)
    return Database(folder / path.name), (
        f"the library cannot be written ({reason}); pictures go on, nothing is synced or remembered until it can"
    )


def _folder_in_memory(path: Path) -> Path:
    folder = _usual_folder(path)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        # Somebody else's, or no room there either.
        folder = Path(tempfile.mkdtemp(prefix="artframe-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _usual_folder(path: Path) -> Path:
    """Always the same for one library, so that a killed process leaves one copy at the most."""
    mark = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:12]
    return (_MEMORY if _MEMORY.is_dir() else Path(tempfile.gettempdir())) / f"artframe-{os.getuid()}-{mark}"
