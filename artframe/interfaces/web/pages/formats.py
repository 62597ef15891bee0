"""How do moments, spans, sizes and numbers read in the frame's language and time zone?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from artframe.interfaces.web.pages.texts import Texts

_UNITS = ("B", "kB", "MB", "GB", "TB")


def sentence(text: str) -> str:
    """A message with a capital, if it begins with a word: a file, a setting or a command is written as it is."""
    first = text.partition(" ")[0].rstrip(",;")
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


class Formats:
    """Words for values. Moments come as ISO 8601 (as commands give them) and are shown in the frame's own zone.

    Those without a zone (when a photo was taken) are shown as they are: the wall clock where it happened.
    """

    def __init__(self, texts: Texts, now: datetime) -> None:
        self._texts = texts
        self.now = now

    def number(self, value: float, digits: int = 0) -> str:
        """``12,345.6``, or ``12.345,6`` in German."""
        plain = f"{value:,.{digits}f}"
        if self._texts.language == "de":
            return plain.translate(str.maketrans(",.", ".,"))
        return plain

    def size(self, count: float) -> str:
        """Bytes: ``0 B``, ``1.5 MB``."""
        rest = float(count)
        unit = 0
        while abs(rest) >= 999.5 and unit < len(_UNITS) - 1:
            rest /= 1000
            unit += 1
        digits = 1 if unit >= 2 and abs(rest) < 99.95 else 0
        return f"{self.number(rest, digits)} {_UNITS[unit]}"

    def span(self, seconds: float) -> str:
        """``3 d 4 h``, ``2 min 5 s``, ``0.4 s``: the two largest units."""
        if 0 < seconds < 9.95:
            return f"{self.number(seconds, 0 if float(seconds).is_integer() else 1)} s"
        whole = max(round(seconds), 0)
        parts = []
        for name, length in (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1)):
            amount, whole = divmod(whole, length)
            if amount:
                parts.append((name, amount))
        shown = parts[:2] or [("seconds", 0)]
        return " ".join(f"{self.number(amount)} {self._texts.text(f'span.{name}')}" for name, amount in shown)

    def day(self, moment: str) -> str:
        """``4 Oct 2026``, ``4. Okt. 2026``."""
        at = self._local(moment)
        month = self._texts.text(f"month.{at.month}")
        return self._texts.text("date.day", day=at.day, month=month, year=at.year)

    def moment(self, moment: str) -> str:
        """Day and time: ``4 Oct 2026, 14:05``."""
        return f"{self.day(moment)}, {self._local(moment):%H:%M}"

    def clock(self, moment: str) -> str:
        """The time of day with seconds; with the day before it unless that is today."""
        at = self._local(moment)
        time = f"{at:%H:%M:%S}"
        return time if at.date() == self.now.astimezone().date() else f"{self.day(moment)}, {time}"

    def ago(self, moment: str) -> str:
        """``5 minutes ago``, ``in 2 hours``, ``just now``; the date from a week on."""
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            return self.day(moment)
        away = at - self.now
        if abs(away) >= timedelta(days=7):
            return self.moment(moment)
        seconds = round(abs(away).total_seconds())
        if seconds < 5:
            return self._texts.text("time.now")
        side = "ahead" if away > timedelta(0) else "ago"
        for name, length in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
            if seconds >= length:
                amount = round(seconds / length)
                return self._texts.count(f"time.{side}.{name}", amount, self.number(amount))
        raise AssertionError("every span is at least of seconds")

    def told(self, row: Mapping[str, Any], field: str) -> str:
        """What the frame says in this field of an answer, from its phrases (see ``artframe.core.sentence``).

        Empty where that cannot be said in this language: then the field has it in English.
        """
        try:
            return self._phrases(row["phrases"][field])
        except (KeyError, TypeError, ValueError):
            return ""

    def _phrases(self, parts: Iterable[Mapping[str, Any]]) -> str:
        return ", ".join(self._phrase(one["key"], one["values"]) for one in parts)

    def _phrase(self, key: str, values: Mapping[str, Any]) -> str:
        def written(name: str, value: object) -> object:
            if name == "day":
                return self.day(str(value))
            if isinstance(value, Mapping):
                # A sentence within this one; what only others can say (a server, a system) is quoted as they say it.
                return self._phrases(value["phrases"]) or value["text"]
            return self.number(value) if isinstance(value, int) else value

        shown = {name: written(name, value) for name, value in values.items()}
        return self._texts.phrases[key].format_map(shown)

    def _local(self, moment: str) -> datetime:
        at = datetime.fromisoformat(moment)
        # The process goes by the frame's time zone, whatever the machine's own is.
        return at.astimezone() if at.tzinfo is not None else at
