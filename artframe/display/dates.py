"""How does one write the day a photo was taken, in the household's language?"""

from __future__ import annotations

from datetime import datetime

MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
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


def written_date(taken: datetime | None, language: str = "en") -> str:
    """Return ``14 March 2021`` or ``14. März 2021``; empty without a believable date, English if in doubt."""
    if taken is None or taken.year < EARLIEST_YEAR:
        return ""
    language = language if language in MONTHS else "en"
    return _PATTERN[language].format(day=taken.day, month=MONTHS[language][taken.month - 1], year=taken.year)
