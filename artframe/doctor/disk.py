"""Does the disk have room, does it take what is written, and has it made mistakes?"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from artframe.core.machine import Machine
from artframe.core.sentence import said
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
            yield AREA.error(
                said(
                    "disk.unseen",
                    "{folder} cannot be looked at: {reason}",
                    folder=name or str(home),
                    reason=_reason(error),
                ),
                _SOUND,
            )
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
        yield AREA.error(
            said(
                "disk.no_write",
                "nothing can be written to {folder}: {reason}",
                folder=folder.name,
                reason=_reason(error),
            ),
            _MAKE_ROOM if error.errno in (errno.ENOSPC, errno.EDQUOT) else _SOUND,
        )
        return
    if same:
        yield AREA.fine(said("disk.writes", "what is written arrives"))
    else:
        yield AREA.error(
            said("disk.dying", "what is written comes back different: the disk or card is dying"), _REPLACE
        )


def file_system_errors(machine: Machine) -> Iterator[Finding]:
    """What ext4 has counted in the file systems of this machine."""
    counts = {
        name: machine.number(f"sys/fs/ext4/{name}/errors_count")
        for name in machine.names("sys/fs/ext4")
        if machine.has(f"sys/fs/ext4/{name}/errors_count")
    }
    bad = {name: count for name, count in counts.items() if count}
    for name, count in bad.items():
        yield AREA.error(
            said("disk.errors", "the file system on {disk} has recorded {count} errors", disk=name, count=count),
            _REPLACE,
        )
    if counts and not bad:
        yield AREA.fine(said("disk.no_errors", "no file system errors are recorded ({disks})", disks=", ".join(counts)))


_SOUND = said(
    "disk.sound",
    "is the disk mounted, writable and sound? After a power cut a reboot repairs it; artframe's user must own it",
)
_MAKE_ROOM = said("disk.make_room", "free some space, lower quota_mb or max_photos of a plugin, or storage.cache_mb")
_REPLACE = said(
    "disk.replace",
    "make a backup now (artframe backup create) and restart, so that the disk is checked; replace one that is dying",
)


def _file_system(machine: Machine, folder: Path, min_free_mb: int) -> Iterator[Finding]:
    try:
        found = machine.disk(folder)
    except OSError as error:
        yield AREA.error(
            said(
                "disk.silent",
                "the disk of {folder} does not answer: {reason}",
                folder=folder.name,
                reason=_reason(error),
            ),
            _SOUND,
        )
        return
    if found.f_flag & os.ST_RDONLY:
        yield AREA.error(
            said(
                "disk.read_only",
                "the disk of {folder} is mounted read-only: nothing new can be kept; photos that are here are shown",
                folder=folder.name,
            ),
            said(
                "disk.after_errors",
                "Linux does that after errors: look at 'dmesg', restart so that the disk is checked,"
                " replace a dying card",
            ),
        )
    free, total = found.f_bavail * found.f_frsize // _MB, found.f_blocks * found.f_frsize // _MB
    if not free:
        yield AREA.error(
            said(
                "disk.no_room",
                "the disk is full: nothing new can be kept (of {total:,} MB nothing is free); photos that are here are"
                " shown",
                total=total,
            ),
            _MAKE_ROOM,
        )
    elif free < min_free_mb:
        yield AREA.warning(
            said(
                "disk.full",
                "{free:,} of {total:,} MB are free, less than the {least:,} MB that storage.min_free_mb keeps free:"
                " syncing waits",
                free=free,
                total=total,
                least=min_free_mb,
            ),
            _MAKE_ROOM,
        )
    else:
        yield AREA.fine(said("disk.free", "{free:,} of {total:,} MB are free", free=free, total=total))
    if found.f_files and found.f_favail < found.f_files * _FEW_INODES:
        yield AREA.warning(
            said(
                "disk.few_files",
                "only {count:,} more files fit on the disk, whatever their size",
                count=found.f_favail,
            ),
            said("disk.delete_files", "delete many small files that are not needed any more"),
        )


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
