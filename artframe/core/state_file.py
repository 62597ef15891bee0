"""How does a small JSON file follow the memory, without anybody waiting for the disk?"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from artframe.core.files import write_atomic

AGAIN_SECONDS = 30.0
"""After so long, what the disk did not take is tried again."""

log = logging.getLogger(__name__)


class StateFile:
    """A JSON object of the machine's own (never the person's). A disk that fails costs the file, not the frame.

    ``save`` returns at once: a thread that lives only while there is something to write writes the newest content, and
    what the disk does not take again and again until it does.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = threading.Condition()
        self._waiting: str | None = None
        self._writer: threading.Thread | None = None
        self._failing = False
        self._flushing = False

    def load(self) -> dict[str, Any]:
        """The content; empty if there is none or it cannot be read (then the file is set aside as ``.damaged``)."""
        try:
            content = json.loads(self._path.read_bytes())
            if isinstance(content, dict):
                return content
            raise ValueError("it holds no JSON object")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.warning("%s cannot be read (%s); starting it anew", self._path.name, error)
            try:
                self._path.replace(self._path.with_name(self._path.name + ".damaged"))
            except OSError:
                log.debug("%s cannot be set aside", self._path.name)
            return {}

    def save(self, content: Mapping[str, Any]) -> None:
        """Have the content written soon; any thread."""
        text = _text(content)
        with self._changed:
            self._waiting = text
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_all, name=f"save {self._path.name}", daemon=True)
                self._writer.start()

    def save_now(self, content: Mapping[str, Any]) -> None:
        """Write the content and return when it is on the disk, or the disk has refused; blocks."""
        self.flush()
        if not self._write(_text(content)):
            self.save(content)

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until everything is written, or was refused once more; False when the disk is slower than that."""
        with self._changed:
            self._flushing = True
            self._changed.notify_all()
            try:
                return self._changed.wait_for(lambda: self._writer is None, seconds)
            finally:
                self._flushing = False

    def _write_all(self) -> None:
        while True:
            with self._changed:
                text, self._waiting, last = self._waiting, None, self._flushing
                if text is None:
                    self._writer = None
                    self._changed.notify_all()
                    return
            # A try that began while somebody waits for the end is the last one.
            if not self._write(text) and not last:
                self._wait_with(text)

    def _wait_with(self, text: str) -> None:
        """What was refused waits for another try, or until there is something newer."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._flushing, AGAIN_SECONDS)
            if self._waiting is None:
                self._waiting = text

    def _write(self, text: str) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self._path, text)
        except OSError as error:
            log.log(
                logging.DEBUG if self._failing else logging.WARNING,
                "%s cannot be written (%s); artframe goes on with what it has in memory",
                self._path.name,
                error.strerror or error,
            )
            self._failing = True
        else:
            self._failing = False
        return not self._failing


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
