"""Which texts must never appear in a log line, in whatever form a library writes them?"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

MASK = "********"
_IN_ADDRESS = re.compile(r"(://)[^/@\s:]*:[^/@\s]+@")
SHORTEST = 6
"""Shorter ones would blacken ordinary words."""


class Masker(logging.Filter):
    """Replaces every secret value that artframe knows of, wherever a line would show it.

    Secrets are masked by type before they get here; this is the net below, for a library that logs a header.
    """

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[str, ...] = ()

    def set(self, secrets: Iterable[str]) -> None:
        """Name the secrets; those named before and not now are forgotten."""
        forms = {form for secret in secrets for form in _forms(secret) if len(form) >= SHORTEST}
        self._values = tuple(sorted(forms, key=len, reverse=True))

    def mask(self, text: str) -> str:
        """The text without secrets, and without passwords inside addresses; the same object if there were none."""
        for value in self._values:
            if value in text:
                text = text.replace(value, MASK)
        return _IN_ADDRESS.sub(rf"\1{MASK}@", text) if "://" in text and "@" in text else text

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record itself, so that every handler gets it clean; nothing is held back."""
        text = record.getMessage()
        masked = self.mask(text)
        if masked is not text:
            record.msg, record.args = masked, ()
        if record.exc_info and record.exc_text is None:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.mask(record.exc_text)
        if record.stack_info:
            record.stack_info = self.mask(record.stack_info)
        return True


def _forms(secret: str) -> Iterator[str]:
    """The secret, and as it stands in an address, in JSON and in a Python text."""
    yield secret
    yield quote(secret, safe="", errors="replace")
    yield quote_plus(secret, errors="replace")
    yield json.dumps(secret)[1:-1]
    yield repr(secret)[1:-1]
