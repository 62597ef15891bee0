"""What does the machine say of itself: in its files below a root, its disks, its programs, always with a limit?"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_RUN_SECONDS = 5.0
_LONGEST = 1 << 20


class Machine:
    """A Linux machine. ``root`` and ``programs`` (a search path) are other ones in tests."""

    def __init__(self, root: Path = Path("/"), programs: str | None = None) -> None:
        self.root = root
        self._programs = programs

    def text(self, path: str) -> str:
        """What a file says, without the white space around; empty if it cannot be read. ``path`` is below the root."""
        with contextlib.suppress(OSError), (self.root / path).open(errors="replace") as file:
            return file.read(_LONGEST).strip("\0\n\t ")
        return ""

    def number(self, path: str, base: int = 10) -> int | None:
        """The number in a file; None if there is none."""
        with contextlib.suppress(ValueError):
            return int(self.text(path), base)
        return None

    def names(self, folder: str) -> list[str]:
        """What a folder holds, sorted; nothing if it cannot be listed."""
        with contextlib.suppress(OSError):
            return sorted(path.name for path in (self.root / folder).iterdir())
        return []

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return (self.root / path).exists()

    def program(self, name: str) -> str | None:
        """Where a program is; None if it is not installed."""
        return shutil.which(name, path=self._programs)

    def run(self, words: Sequence[str]) -> str | None:
        """What a program prints; None if it is not installed, fails or does not end in time."""
        path = self.program(words[0])
        if path is None:
            return None
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(
                [path, *words[1:]],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_RUN_SECONDS,
                stdin=subprocess.DEVNULL,
                check=True,
            )
            return done.stdout.strip()
        return None

    def memory(self) -> dict[str, int]:
        """The lines of /proc/meminfo by name, in MB."""
        found = {}
        for line in self.text("proc/meminfo").splitlines():
            name, _, rest = line.partition(":")
            words = rest.split()
            if words and words[0].isdecimal():
                found[name] = int(words[0]) >> 10
        return found

    def temperature(self) -> float | None:
        """Of the processor, in degrees Celsius; None if it cannot be read."""
        value = self.number("sys/class/thermal/thermal_zone0/temp")
        return value / 1000 if value is not None else None

    def model(self) -> str:
        """What is printed on its board; empty if it does not say."""
        return self.text("proc/device-tree/model") or self.text("sys/class/dmi/id/product_name")

    def disk(self, path: Path) -> os.statvfs_result:
        """The file system that a folder is on. Raises OSError."""
        return os.statvfs(path)
