"""What do the log files say about the time before?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from artframe.core.log_line import LogLine, parse

NAME = "artframe.log"
FILES_KEPT = 3
"""Besides the newest: ``artframe.log.1`` is older than ``artframe.log``, and so on."""

_COMPARED = 200
"""So many characters of a message tell whether it is the same line: memory keeps long ones cut."""


class LogFiles:
    """The files in one folder. Everything blocks: call it in a worker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def before(
        self, first: LogLine | None, count: int, wanted: Callable[[LogLine], bool] = lambda line: True
    ) -> list[LogLine]:
        """The last ``count`` wanted lines before ``first`` (None: of all), oldest first, with ids that end at 0.

        A file that cannot be read is as if it were not there.
        """
        found: list[LogLine] = []
        for entries in self._older_than(first):
            found.extend(line for line in reversed(entries) if wanted(line))
            if len(found) >= count:
                break
        newest_first = found[: max(count, 0)]
        return [replace(line, id=-place) for place, line in enumerate(newest_first)][::-1]

    def _older_than(self, first: LogLine | None) -> Iterator[list[LogLine]]:
        """The entries of each file before that line, the newest file first."""
        unmatched: list[list[LogLine]] = []
        met = first is None
        for entries in self._all():
            if met:
                yield entries
                continue
            place = next((at for at in reversed(range(len(entries))) if _same(entries[at], first)), None)
            if place is None:
                unmatched.append(entries)
                continue
            met = True
            yield entries[:place]
        if not met:
            # It never reached the disk (full, read-only): the times must do.
            for entries in unmatched:
                yield [line for line in entries if first is not None and line.at < first.at]

    def _all(self) -> Iterator[list[LogLine]]:
        for name in (NAME, *(f"{NAME}.{number}" for number in range(1, FILES_KEPT + 1))):
            try:
                with (self._folder / name).open(encoding="utf-8", errors="replace") as file:
                    entries = list(parse(file))
            except OSError:
                continue
            yield entries


def _same(line: LogLine, other: LogLine | None) -> bool:
    return (
        other is not None
        and (line.at, line.level, line.logger, line.instance) == (other.at, other.level, other.logger, other.instance)
        and line.message[:_COMPARED] == other.message[:_COMPARED]
    )
