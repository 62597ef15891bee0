"""Which free name does the next photo get, when many want the same one?"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from artframe.library.disk import Disk
from artframe.library.ledger import Ledger
from artframe.library.names import folded, numbered


class Naming:
    """Gives out names that neither we nor anybody else uses in the folder. Thread-safe; lives for one sync.

    A name given out counts as taken at once, before it is written down.
    """

    def __init__(self, ledger: Ledger, disk: Disk) -> None:
        self._ledger = ledger
        self._disk = disk
        self._lock = threading.Lock()
        self._given: set[str] = set()
        self._numbers: dict[str, int] = {}

    def choose(self, wanted: Sequence[str]) -> list[str]:
        """A free name for each wanted (safe) one, in the same order: the name itself, else ``_1``, ``_2`` ..."""
        with self._lock:
            chosen: dict[int, str] = {}
            open_ones = {index: self._next(name, first=True) for index, name in enumerate(wanted)}
            while open_ones:
                taken = self._ledger.taken_names([folded(name) for name in open_ones.values()])
                still_open = {}
                for index, name in open_ones.items():
                    key = folded(name)
                    if key in taken or key in self._given or self._disk.occupied(name):
                        still_open[index] = self._next(wanted[index], first=False)
                    else:
                        self._given.add(key)
                        chosen[index] = name
                open_ones = still_open
            return [chosen[index] for index in range(len(wanted))]

    def _next(self, name: str, *, first: bool) -> str:
        key = folded(name)
        if first and key not in self._numbers:
            return name
        # Remembered, so that the five thousandth IMG_0001.JPG does not try five thousand names.
        number = self._numbers[key] = self._numbers.get(key, 0) + 1
        return numbered(name, number)
