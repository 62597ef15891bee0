"""Does the disk have room, does it take what is written, and has it made mistakes?"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from artframe.core.machine import Machine
from artframe.doctor.finding import Area, Finding

AREA = Area("disk")

_MB = 1 << 20
_FOLDERS = ("", "state", "config", "plugins", "cache", "logs")
_FEW_INODES = 0.02
_PATTERN = os.urandom(4096)


def disk(machine: Machine, home: Path, min_free_mb: int) -> Iterator[Finding]:
    """Room and rights of every file system that the home is on."""
    seen: set[int] = set()
    for name in _FOLDERS:
        folder = home / name
        try:
            device = folder.stat().st_dev
        except FileNotFoundError:
            continue
        except OSError as error:
            yield AREA.error(f"{name or 'the home'} cannot be looked at: {_said(error)}", _SOUND)
            continue
        if device not in seen:
            seen.add(device)
            yield from _file_system(machine, folder, min_free_mb)


def write_test(folder: Path) -> Iterator[Finding]:
    """Whether what is written to the folder arrives: a small file, read back and deleted."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor.", suffix=".tmp") as file:
            file.write(_PATTERN)
            file.flush()
            os.fsync(file.fileno())
            with contextlib.suppress(OSError, AttributeError):
                # Without this the answer would come from memory.
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            file.seek(0)
            same = file.read() == _PATTERN
    except OSError as error:
        yield AREA.error(f"nothing can be written to {folder.name}: {_said(error)}", _SOUND)
        return
    if same:
        yield AREA.fine("what is written arrives")
    else:
        yield AREA.error("what is written comes back different: the disk or card is dying", _REPLACE)


def file_system_errors(machine: Machine) -> Iterator[Finding]:
    """What ext4 has counted in the file systems of this machine."""
    counts = {
        name: machine.number(f"sys/fs/ext4/{name}/errors_count")
        for name in machine.names("sys/fs/ext4")
        if machine.has(f"sys/fs/ext4/{name}/errors_count")
    }
    bad = {name: count for name, count in counts.items() if count}
    for name, count in bad.items():
        yield AREA.error(f"the file system on {name} has recorded {count} errors", _REPLACE)
    if counts and not bad:
        yield AREA.fine(f"no file system errors are recorded ({', '.join(counts)})")


_SOUND = "is the disk mounted, writable and sound? After a power cut a reboot repairs it; artframe's user must own it"
_REPLACE = (
    "make a backup now (artframe backup create) and restart, so that the disk is checked; replace one that is dying"
)


def _file_system(machine: Machine, folder: Path, min_free_mb: int) -> Iterator[Finding]:
    try:
        found = machine.disk(folder)
    except OSError as error:
        yield AREA.error(f"the disk of {folder.name} does not answer: {_said(error)}", _SOUND)
        return
    if found.f_flag & os.ST_RDONLY:
        yield AREA.error(
            f"the disk of {folder.name} is mounted read-only: nothing new can be kept; photos that are here are shown",
            "Linux does that after errors: look at 'dmesg', restart so that the disk is checked, replace a dying card",
        )
    free, total = found.f_bavail * found.f_frsize // _MB, found.f_blocks * found.f_frsize // _MB
    text = f"{free:,} of {total:,} MB are free"
    if free < min_free_mb:
        yield AREA.warning(
            f"{text}, less than the {min_free_mb:,} MB that storage.min_free_mb keeps free: syncing waits",
            "free some space, lower quota_mb or max_photos of a plugin, or storage.cache_mb",
        )
    else:
        yield AREA.fine(text)
    if found.f_files and found.f_favail < found.f_files * _FEW_INODES:
        yield AREA.warning(
            f"only {found.f_favail:,} more files fit on the disk, whatever their size",
            "delete many small files that are not needed any more",
        )


def _said(error: OSError) -> str:
    return error.strerror or type(error).__name__
