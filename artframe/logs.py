"""Where do log lines go, and how do they stay free of secrets?"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import sys
from collections.abc import Iterable
from pathlib import Path

from artframe.core.log_files import FILES_KEPT, NAME
from artframe.core.log_line import LineFormatter
from artframe.core.log_secrets import Masker
from artframe.core.log_store import LogStore, StoreHandler

_FILE_BYTES = 1_000_000

_masker = Masker()


def set_secrets(values: Iterable[str]) -> None:
    """Name the values that must never appear in a log line. Very short ones are ignored: they would blacken words."""
    _masker.set(values)


def mask(text: str) -> str:
    """The text as it may be shown: without the secrets that ``set_secrets`` named."""
    return _masker.mask(text)


def start_logging(folder: Path, level: str, *, console: bool = True, store: LogStore | None = None) -> None:
    """Log to ``folder/artframe.log`` (rotated, 4 MB in all), to standard error and to the store.

    A folder that cannot be written costs the file, not the frame.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if console else []
    if store is not None:
        handlers.append(StoreHandler(store))
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handlers.append(
            logging.handlers.RotatingFileHandler(
                folder / NAME, maxBytes=_FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
            )
        )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.setFormatter(LineFormatter())
        handler.addFilter(_masker)
        root.addHandler(handler)
    set_level(level)


def set_level(level: str) -> None:
    """Change how much is logged; libraries stay at warnings unless everything is wanted."""
    chosen = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.getLogger().setLevel(chosen)
    for library in ("apscheduler", "urllib3", "watchdog", "PIL", "asyncio"):
        logging.getLogger(library).setLevel(max(chosen, logging.WARNING))
