"""The line that moves while a long command runs on a terminal at the other end of an SSH session."""

from __future__ import annotations

from typing import Any

from artframe.core.clock import Clock
from artframe.interfaces.printing import one_line
from artframe.interfaces.ssh.session import Session

_PAUSE_SECONDS = 0.2
_BAR = 20
_START_OF_LINE = "\r\x1b[K"


class ProgressLine:
    """One line, changed a few times a second at most, and gone when the work is over."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._shown_at: float | None = None

    def show(self, progress: dict[str, Any]) -> None:
        """Show the newest state: ``done``, ``total`` (or None) and ``message``."""
        now = self._clock.monotonic()
        if self._shown_at is None or now - self._shown_at >= _PAUSE_SECONDS:
            self._shown_at = now
            self._session.complain(_START_OF_LINE + progress_text(progress, self._session.size[0] - 1))

    def clear(self) -> None:
        """Remove the line; harmless when there is none."""
        if self._shown_at is not None:
            self._shown_at = None
            self._session.complain(_START_OF_LINE)


def progress_text(progress: dict[str, Any], width: int) -> str:
    """``[=====     ] 5/20 fetching``, at most ``width`` letters of it."""
    done, total = progress["done"], progress["total"]
    bar = f"[{'=' * (_BAR * min(done, total) // total):{_BAR}}] {done}/{total} " if total else f"{done or '…'} "
    return f"{bar}{one_line(progress['message'])}"[:width]
