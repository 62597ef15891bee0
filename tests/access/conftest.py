from __future__ import annotations

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from artframe.access import Access, AccessChanged
from artframe.access.passwords import Cost
from artframe.core.events import EventBus
from artframe.testing import ManualClock

CHEAP = Cost(n=16, r=1, p=1)
"""For tests that are not about what a hash costs."""
PASSWORD = "correct horse"
PHONE, TABLET = "192.168.1.20", "192.168.1.21"


@dataclass
class Door:
    """Access on a folder of its own, with a clock that tests move."""

    folder: Path
    clock: ManualClock = field(default_factory=ManualClock)
    cost: Cost = CHEAP

    def __post_init__(self) -> None:
        self.events = EventBus()
        self.news = 0
        self.events.listen(AccessChanged, self._count)
        self.access = Access(self.folder, self.clock, self.events, cost=self.cost)

    def _count(self, _: AccessChanged) -> None:
        self.news += 1

    @property
    def file(self) -> Path:
        return self.folder / "access.json"

    def restarted(self, cost: Cost | None = None) -> Door:
        """As after a power cut: nothing but the file is left."""
        return Door(self.folder, self.clock, cost or self.cost)

    def wrong_code(self) -> str:
        return f"{(int(self.access.pairing.code or 0) + 1) % 1_000_000:06}"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path / "state")


@contextmanager
def _full_disk() -> Iterator[None]:
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture
def full_disk() -> Callable[[], AbstractContextManager[None]]:
    """Within it no file may grow beyond a few bytes."""
    return _full_disk
