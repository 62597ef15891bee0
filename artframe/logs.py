"""Where do log lines go, and how do they stay free of secrets?"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from pathlib import Path

from artframe.core.log_line import LineFormatter
from artframe.core.log_secrets import Masker
from artframe.core.log_store import LogStore, StoreHandler
from artframe.core.log_writer import Console, FileWriter

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
    handlers: list[logging.Handler] = [Console(sys.stderr)] if console else []
    if store is not None:
        handlers.append(StoreHandler(store))
    handlers.append(FileWriter(folder))
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
