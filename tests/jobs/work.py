"""What jobs of the tests do: nothing, or something that lasts until the test lets it end."""

from __future__ import annotations

import threading
from datetime import timedelta

from artframe.core.task import Task

HOUR = timedelta(hours=1)


class Gate:
    """A job that goes on until the test opens the gate, and sees whether two of it run at once."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Semaphore(0)
        self.lock = threading.Lock()
        self.inside = 0
        self.most = 0
        self.count = 0

    def __call__(self, task: Task) -> None:
        with self.lock:
            self.count += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.entered.release()
        assert self.open.acquire(timeout=60)
        with self.lock:
            self.inside -= 1
        task.check()

    def wait_entered(self) -> None:
        assert self.entered.acquire(timeout=60)


def nothing() -> None:
    """A job that works."""
