"""What was logged last, and who wants to see it live? The newest lines, in under a megabyte of memory."""

from __future__ import annotations

import asyncio
import itertools
import logging
import sys
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import UTC, datetime

from artframe.core.events import Release
from artframe.core.log_line import LogLine, line_of, shortened

_BYTES = 600_000
_BESIDE_TEXT = 500
"""Bytes that a line takes beside its texts."""

Listener = Callable[[LogLine], object]
Mask = Callable[[str], str]


class LogStore:
    """The newest lines of the log; safe to use from every thread.

    ``mask`` takes the secrets out of a text: it is asked again when lines are read, since some become known later.
    """

    def __init__(self, mask: Mask = lambda text: text, *, limit: int = _BYTES) -> None:
        self._mask = mask
        self._limit = limit
        # A signal may interrupt the very thread that is adding a line, and log as well.
        self._lock = threading.RLock()
        self._lines: deque[tuple[int, LogLine]] = deque()
        self._size = 0
        self._ids = itertools.count(1)
        self._listeners: tuple[Listener, ...] = ()

    @property
    def newest(self) -> int:
        """The id of the newest line; 0 before the first."""
        with self._lock:
            return self._lines[-1][1].id if self._lines else 0

    @property
    def listener_count(self) -> int:
        """How many listen: for tests that nobody was forgotten."""
        return len(self._listeners)

    @property
    def oldest(self) -> LogLine | None:
        """The first of the lines that are still here, as it was logged."""
        with self._lock:
            return self._lines[0][1] if self._lines else None

    def add(self, line: LogLine) -> LogLine:
        """Keep the line under the next id, and tell who listens; the oldest ones make room."""
        with self._lock:
            kept = replace(shortened(line), id=next(self._ids))
            size = _BESIDE_TEXT + sys.getsizeof(kept.message) + sys.getsizeof(kept.traceback)
            self._lines.append((size, kept))
            self._size += size
            while self._size > self._limit and len(self._lines) > 1:
                self._size -= self._lines.popleft()[0]
            listeners = self._listeners
        for listener in listeners:
            try:
                listener(kept)
            except Exception:
                # Not logged: that would be another line for the one that just failed.
                self._drop(listener)
        return kept

    def since(self, id: int = 0) -> tuple[LogLine, ...]:
        """The lines after that one, oldest first, without secrets."""
        found: list[LogLine] = []
        with self._lock:
            for _, line in reversed(self._lines):
                if line.id <= id:
                    break
                found.append(line)
        return tuple(masked(line, self._mask) for line in reversed(found))

    def listen(self, listener: Listener) -> Release:
        """Be told of each new line, on the thread that logs it: only take note, never block, never log.

        A listener that raises is dropped. Lines are told as they were logged: read them with ``since``.
        """
        with self._lock:
            self._listeners = (*self._listeners, listener)
        return lambda: self._drop(listener)

    async def follow(self, after: int) -> AsyncGenerator[LogLine, None]:
        """The lines after that one as they come, without secrets; for ever. A slow reader misses lines and is told."""
        loop, wake = asyncio.get_running_loop(), asyncio.Event()
        release = self.listen(lambda line: loop.call_soon_threadsafe(wake.set))
        try:
            while True:
                wake.clear()
                for line in self.since(after):
                    if line.id > after + 1:
                        yield _missing(line.id - 1, line.id - after - 1)
                    after = line.id
                    yield line
                await wake.wait()
        finally:
            release()

    def _drop(self, listener: Listener) -> None:
        with self._lock:
            self._listeners = tuple(known for known in self._listeners if known is not listener)


class StoreHandler(logging.Handler):
    """Puts what is logged into a store."""

    def __init__(self, store: LogStore) -> None:
        super().__init__()
        self._store = store

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._store.add(line_of(record))
        except Exception:
            self.handleError(record)


def masked(line: LogLine, mask: Mask) -> LogLine:
    """The line without secrets."""
    message, traceback = mask(line.message), mask(line.traceback)
    if message is line.message and traceback is line.traceback:
        return line
    return replace(line, message=message, traceback=traceback)


def _missing(id: int, count: int) -> LogLine:
    text = f"{count} lines came faster than they could be shown; the log file has them"
    return LogLine(id=id, at=datetime.now(UTC), level="warning", logger="artframe.logs", message=text)
