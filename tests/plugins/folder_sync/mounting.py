"""How do tests mount a real file system, and take it away? Only where the machine lets them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


class mounted:  # noqa: N801 - reads as a context manager
    """A memory file system at a place, for a time."""

    def __init__(self, place: Path, options: str) -> None:
        self._place, self._options = place, options

    def __enter__(self) -> mounted:
        command = ["mount", "-t", "tmpfs", "-o", self._options, "tmpfs", str(self._place)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"this machine does not let tests mount a file system ({done.stderr.strip()})")
        return self

    def __exit__(self, *unused: object) -> None:
        self.leave()

    def become(self, options: str) -> None:
        """Other options, such as ``ro``, while it is mounted."""
        subprocess.run(["mount", "-o", f"remount,{options}", str(self._place)], check=True)

    def leave(self) -> None:
        """It is gone, whoever uses it."""
        subprocess.run(["umount", "-l", str(self._place)], capture_output=True, check=False)
