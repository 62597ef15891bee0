"""A file system of its own over a folder, where the machine allows that."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Mount:
    """A mounted file system."""

    place: Path

    def become(self, options: str) -> None:
        """Other options, such as ``ro``, while it is mounted."""
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.place)], check=True)

    def leave(self) -> None:
        """It is gone, whoever uses it."""
        subprocess.run(["umount", "-l", str(self.place)], capture_output=True, check=False)


@contextmanager
def memory_over(place: Path, *, size: str = "256k") -> Iterator[Mount]:
    """An empty file system in memory lies over what is at the place, for a time."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"this machine does not let tests mount a file system ({done.stderr.strip()})")
    mount = Mount(place)
    try:
        yield mount
    finally:
        mount.leave()
