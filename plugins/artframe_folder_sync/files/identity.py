"""Which folder on which file system is this? The same answer after a restart, another one for another disk."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_BY_UUID = Path("/dev/disk/by-uuid")
_PROC = Path("/proc/self")
_LASTING_INODES = {"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "jfs", "nfs", "nfs4", "tmpfs"}
"""Elsewhere (FAT, exFAT, most of FUSE) a folder gets a new number whenever it is looked at anew."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """``text`` lasts over restarts. ``device`` and ``inode`` hold while it is mounted; None: the number may change."""

    text: str
    device: int
    inode: int | None


def identity_of(fd: int) -> Identity:
    """Of an opened folder. The text names the file system and the folder in it.

    The file system by its UUID, else by its own number, else by where it is mounted from. Device numbers are no part of
    it: they change with the order in which disks are plugged in.
    """
    seen = os.fstat(fd)
    kind, source = _mount(fd)
    lasting = kind in _LASTING_INODES
    where = _uuid(seen.st_dev) or _number(fd) or source
    text = f"{kind or 'unknown'} {where}"
    if lasting:
        text += f" folder {seen.st_ino}"
    return Identity(text=text, device=seen.st_dev, inode=seen.st_ino if lasting else None)


def _mount(fd: int) -> tuple[str, str]:
    """Type and source of the file system, as the kernel lists them; empty where there is no /proc."""
    try:
        found = re.search(r"^mnt_id:\s*(\d+)", (_PROC / "fdinfo" / str(fd)).read_text(), re.MULTILINE)
        for line in (_PROC / "mountinfo").read_text(errors="surrogateescape").splitlines():
            if found and line.startswith(f"{found[1]} "):
                kind, source = line.partition(" - ")[2].split(" ")[:2]
                return kind, source
    except (OSError, ValueError):
        pass
    return "", ""


def _uuid(device: int) -> str:
    try:
        for link in os.scandir(_BY_UUID):
            if link.stat().st_rdev == device:
                return f"uuid {link.name}"
    except OSError:
        pass
    return ""


def _number(fd: int) -> str:
    number = os.fstatvfs(fd).f_fsid
    return f"number {number & 0xFFFFFFFFFFFFFFFF:x}" if number else ""
