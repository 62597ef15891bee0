"""Where do log lines go, and how do they stay free of secrets?"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import sys
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_FILE_BYTES = 1_000_000
_FILES_KEPT = 3


class _Masking(logging.Filter):
    """Replaces every secret value that artframe knows of, wherever a line would show it.

    Secrets are masked by type before they get here; this is the net below, for a library that logs a header.
    """

    def __init__(self) -> None:
        super().__init__()
        self.values: tuple[str, ...] = ()

    def filter(self, record: logging.LogRecord) -> bool:
        if self.values:
            text = record.getMessage()
            masked = self._mask(text)
            if masked is not text:
                record.msg, record.args = masked, ()
            if record.exc_info and record.exc_text is None:
                record.exc_text = logging.Formatter().formatException(record.exc_info)
            if record.exc_text:
                record.exc_text = self._mask(record.exc_text)
        return True

    def _mask(self, text: str) -> str:
        for value in self.values:
            if value in text:
                text = text.replace(value, "********")
        return text


_masking = _Masking()


def set_secrets(values: set[str]) -> None:
    """Name the values that must never appear in a log line. Very short ones are ignored: they would blacken words."""
    _masking.values = tuple(sorted((value for value in values if len(value) >= 6), key=len, reverse=True))


def start_logging(folder: Path, level: str, *, console: bool = True) -> None:
    """Log to ``folder/artframe.log`` (rotated, 4 MB in all) and to standard error.

    A folder that cannot be written costs the file, not the frame.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if console else []
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handlers.append(
            logging.handlers.RotatingFileHandler(
                folder / "artframe.log", maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, encoding="utf-8", delay=True
            )
        )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORMAT))
        handler.addFilter(_masking)
        root.addHandler(handler)
    set_level(level)


def set_level(level: str) -> None:
    """Change how much is logged; libraries stay at warnings unless everything is wanted."""
    chosen = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.getLogger().setLevel(chosen)
    for library in ("apscheduler", "urllib3", "watchdog", "PIL", "asyncio"):
        logging.getLogger(library).setLevel(max(chosen, logging.WARNING))
