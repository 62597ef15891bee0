"""A small disk of the test's own, which can be filled to the last byte and given room again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.plugins.folder_sync.mounting import memory_over

_BLOCK = 4096


@dataclass(frozen=True)
class SmallDisk:
    """An empty file system, mounted at ``place``."""

    place: Path

    @property
    def _ballast(self) -> Path:
        return self.place / "ballast"

    def fill(self, *, leave: int = 0) -> None:
        """Nothing fits on it any more, but for so many blocks of 4096 bytes."""
        with self._ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(_BLOCK)):
                pass
        os.truncate(self._ballast, self._ballast.stat().st_size - leave * _BLOCK)

    def make_room(self) -> None:
        """What filled it is gone."""
        self._ballast.unlink()


@contextmanager
def small_disk(place: Path, *, size: str) -> Iterator[SmallDisk]:
    """Mounted at that new folder for a time; skips where only root may do that."""
    place.mkdir()
    with memory_over(place, size=size) as mount:
        yield SmallDisk(mount.place)
