"""How does one write the day a photo was taken, in the household's language?"""

from __future__ import annotations

from datetime import datetime
from typing import TypeGuard

from artframe.core import sentence

MONTHS = {
    "en": list(sentence.MONTHS),
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
}
_PATTERN = {"en": "{day} {month} {year}", "de": "{day}. {month} {year}"}

# Cameras without a set clock date their photos to the beginning of their time; no date is better than a wrong one.
EARLIEST_YEAR = 1826  # the first photograph


def is_believable(taken: datetime | None) -> TypeGuard[datetime]:
    """Whether this may be when a photo was taken."""
    return taken is not None and taken.year >= EARLIEST_YEAR


def written_date(taken: datetime | None, language: str = "en") -> str:
    """Return ``14 March 2021`` or ``14. März 2021``; empty without a believable date, English if in doubt."""
    if not is_believable(taken):
        return ""
    language = language if language in MONTHS else "en"
    return _PATTERN[language].format(day=taken.day, month=MONTHS[language][taken.month - 1], year=taken.year)
