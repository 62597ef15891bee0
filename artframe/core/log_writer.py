"""How do log lines reach the file, and what becomes of those that the disk does not take?"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import TextIO

from artframe.core.log_files import FILES_KEPT, NAME

LARGEST = 1_000_000
"""Bytes of one file; then the next one begins."""

log = logging.getLogger(__name__)


class FileWriter(logging.Handler):
    """Appends to ``folder/artframe.log``; a file that is full becomes ``artframe.log.1``, that one ``.2``, and so on.

    A line stands in the file whole, or not at all. One that the disk does not take (full, read-only) is dropped and
    counted: the first one is told to the other handlers, and as soon as the disk takes lines again the file says how
    many are missing. Nothing is raised and nothing printed: whoever logs has other work to do.
    """

    def __init__(self, folder: Path, *, largest: int = LARGEST) -> None:
        super().__init__()
        self._path = folder / NAME
        self._largest = largest
        self._handle: int | None = None
        self._missing = 0
        self._reason = ""
        self._untold = False

    def handle(self, record: logging.LogRecord) -> bool:
        if record.name == __name__:
            return False  # what this class says of the file is for the others
        handled = bool(super().handle(record))
        # Only now: while a line is written its lock is held, and the other handlers have locks of their own.
        if self._untold:
            self._untold = False
            log.warning(
                "the log file cannot be written (%s); what is logged until it can is missing there, all else goes on",
                self._reason,
            )
        return handled

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
        except Exception:
            self.handleError(record)  # a mistake of whoever logs
            return
        try:
            self._append(text)
        except OSError as error:
            self._untold = not self._missing
            self._missing += 1
            self._reason = error.strerror or str(error)

    def close(self) -> None:
        with self.lock or contextlib.nullcontext():
            self._close()
        super().close()

    def _append(self, text: str) -> None:
        text = f"{self._gap()}{text}\n"
        # Names of files need not be text.
        data = text.encode("utf-8", "backslashreplace")
        handle = self._opened(len(data))
        end = os.fstat(handle).st_size
        try:
            while data:
                data = data[os.write(handle, data) :]
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, end)
            raise
        self._missing = 0

    def _gap(self) -> str:
        if not self._missing:
            return ""
        lines = "1 line is" if self._missing == 1 else f"{self._missing:,} lines are"
        told = "%s missing here: the disk did not take what was logged (%s)"
        gap = logging.LogRecord(__name__, logging.WARNING, "", 0, told, (lines, self._reason), None)
        return f"{self.format(gap)}\n"

    def _opened(self, more: int) -> int:
        """The file, with room for so many bytes more; a new one where a person took the old one away."""
        if self._handle is not None and not self._is_there(self._handle):
            self._close()
        handle = self._handle if self._handle is not None else self._open()
        size = os.fstat(handle).st_size
        if size and size + more > self._largest:
            self._close()
            self._make_way()
            handle = self._open()
        return handle

    def _open(self) -> int:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        return self._handle

    def _is_there(self, handle: int) -> bool:
        try:
            return os.path.samestat(os.fstat(handle), self._path.stat())
        except FileNotFoundError:
            return False

    def _make_way(self) -> None:
        for number in range(FILES_KEPT - 1, -1, -1):
            with contextlib.suppress(FileNotFoundError):
                self._numbered(number).replace(self._numbered(number + 1))

    def _numbered(self, number: int) -> Path:
        return self._path if number == 0 else self._path.with_name(f"{NAME}.{number}")

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Console(logging.StreamHandler[TextIO]):
    """Standard error. Where nobody reads it, or the disk behind it is full, the line is lost there and nothing more."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)
