"""The line that moves while a long command runs on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from artframe.interfaces.printing import one_line
from artframe.jobs.job_texts import moving_text


class ProgressLine:
    """One bar on standard error; gone when the work is over."""

    def __init__(self) -> None:
        self._progress = Progress(
            # Names of photos may stand in it, which are no markup.
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._progress.start()
        self._line = self._progress.add_task("", total=None)

    def update(self, progress: dict[str, Any]) -> None:
        """Show the newest state: ``done``, ``total`` (or None), ``message``, and the files that are on their way."""
        moving = moving_text(progress["moving"]) if progress["moving"] else ""
        told = "; ".join(filter(None, [progress["message"], moving]))
        self._progress.update(
            self._line, completed=progress["done"], total=progress["total"], description=one_line(told)
        )

    def close(self) -> None:
        """Remove the line."""
        self._progress.stop()
