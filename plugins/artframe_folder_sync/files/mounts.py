"""On what kind of file system does a folder lie, and how many folders does this process watch?"""

from __future__ import annotations

import os
from pathlib import Path

from artframe_folder_sync.files.overlap import lies_in

_SHARED = frozenset(
    "nfs nfs4 cifs smb3 smbfs 9p afs ceph glusterfs ncpfs vboxsf vmhgfs virtiofs lustre davfs coda".split()  # noqa: SIM905
)
"""Others change what is in them, and the kernel here does not hear of it."""


def file_system_of(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Its kind, such as ``ext4``, ``nfs4``, ``fuse.sshfs``; empty where that cannot be told."""
    place, found = os.path.realpath(folder), ("", "")
    try:
        lines = mounts.read_bytes().splitlines()
    except OSError:
        return ""
    for line in lines:
        parts = line.split(b" ")
        if len(parts) < 3:
            continue
        point = os.fsdecode(_unescaped(parts[1]))
        # What was mounted later lies over what was there before.
        if lies_in(place, point) and len(point) >= len(found[0]):
            found = (point, os.fsdecode(parts[2]))
    return found[1]


def tells_of_all_changes(system: str) -> bool:
    """Whether inotify hears of everything there, also of what comes from other machines."""
    return system not in _SHARED and not system.startswith("fuse.")


def watches_of(handles: Path = Path("/proc/self/fdinfo")) -> dict[int, int]:
    """How many watches each inotify handle of this process has, as the kernel says."""
    found: dict[int, int] = {}
    try:
        names = os.listdir(handles)  # noqa: PTH208
    except OSError:
        return found
    for name in names:
        try:
            # A link to look at first: reading all of a process's handles costs more.
            if os.readlink(f"/proc/self/fd/{name}") != "anon_inode:inotify":  # noqa: PTH115
                continue
            lines = (handles / name).read_bytes().splitlines()
        except OSError:
            continue  # closed meanwhile
        found[int(name)] = sum(line.startswith(b"inotify ") for line in lines)
    return found


def _unescaped(text: bytes) -> bytes:
    r"""A space in a mount point stands as ``\040``."""
    for code, character in ((rb"\040", b" "), (rb"\011", b"\t"), (rb"\012", b"\n"), (rb"\134", b"\\")):
        text = text.replace(code, character)
    return text
