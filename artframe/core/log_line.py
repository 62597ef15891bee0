"""How does one line of the log read, in memory and in the file, and how is it read back from there?

``2026-05-01T12:00:00.123+02:00 WARNING artframe.plugins.immich: [family] the server is away`` is the first line of each
entry. What follows of it (a longer message, a traceback) is indented, so that no text can pass for an entry of its own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

LONGEST_MESSAGE = 8_000
LONGEST_TRACEBACK = 16_000
"""Characters; the file has the rest."""

_INDENT = "    "
_FIRST = re.compile(
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d{3}(?:[+-]\d\d:\d\d)?) ([A-Z]+) +([\w.\-]+): (.*)", re.DOTALL
)
_OWN = re.compile(r"\[([a-z0-9][a-z0-9_-]{0,63})\] ")
_PLUGINS = "artframe.plugins."
_TRACEBACK = re.compile(r"^(?:Traceback \(most recent call last\):|  \+ Exception Group Traceback )", re.MULTILINE)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One entry of the log. ``id`` counts up from 1 at each start of the frame; what is older has 0 and less.

    ``at`` is aware UTC, in whole milliseconds; ``level`` in small letters; ``instance`` the plugin it is of, or empty.
    """

    id: int
    at: datetime
    level: str
    logger: str
    message: str
    instance: str = ""
    traceback: str = ""

    @property
    def severity(self) -> int:
        """The level as a number: larger is worse."""
        return logging.getLevelNamesMapping().get(self.level.upper(), logging.INFO)

    @property
    def text(self) -> str:
        """As it stands in the file, in the local time zone."""
        local = self.at.astimezone().isoformat(timespec="milliseconds")
        own = f"[{self.instance}] " if self.instance else ""
        whole = f"{own}{self.message}\n{self.traceback}" if self.traceback else f"{own}{self.message}"
        return f"{local} {self.level.upper():7} {self.logger}: " + whole.replace("\n", f"\n{_INDENT}")

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "at": self.at.isoformat(timespec="milliseconds"),
            "level": self.level,
            "logger": self.logger,
            "instance": self.instance,
            "message": self.message,
            "traceback": self.traceback,
        }


def line_of(record: logging.LogRecord) -> LogLine:
    """What a logger recorded, as it will be shown; control characters (a terminal obeys them) become visible."""
    trace = record.exc_text or ""
    if not trace and record.exc_info:
        trace = logging.Formatter().formatException(record.exc_info)
    if record.stack_info:
        trace = f"{trace}\n{record.stack_info}".lstrip("\n")
    instance, message = _split(record.name, record.getMessage())
    return LogLine(
        id=0,
        at=_whole_milliseconds(datetime.fromtimestamp(record.created, UTC)),
        level=record.levelname.lower(),
        logger=record.name,
        instance=instance,
        message=visible(message),
        traceback=visible(trace),
    )


def shortened(line: LogLine) -> LogLine:
    """The line as it is kept in memory: one endless message must not push out all others."""
    if len(line.message) <= LONGEST_MESSAGE and len(line.traceback) <= LONGEST_TRACEBACK:
        return line
    # The end of a traceback tells what happened.
    return replace(line, message=line.message[:LONGEST_MESSAGE], traceback=line.traceback[-LONGEST_TRACEBACK:])


class LineFormatter(logging.Formatter):
    """Formats every entry the same way, whoever logs it."""

    def format(self, record: logging.LogRecord) -> str:
        return line_of(record).text


def parse(rows: Iterable[str]) -> Iterator[LogLine]:
    """The entries of a log file's rows, in their order; rows before the first entry belong to none. Ids are 0."""
    entry: list[str] = []
    first: re.Match[str] | None = None
    for row in rows:
        bare = row.rstrip("\n")
        found = _FIRST.fullmatch(bare)
        if found is None:
            entry.append(bare.removeprefix(_INDENT))
            continue
        if first is not None and (line := _entry(first, entry)) is not None:
            yield line
        first, entry = found, []
    if first is not None and (line := _entry(first, entry)) is not None:
        yield line


def visible(text: str) -> str:
    """The text without anything that a terminal or a browser would obey; lines and tabs stay."""
    return _INVISIBLE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _entry(first: re.Match[str], rest: list[str]) -> LogLine | None:
    stamp, level, logger, beginning = first.groups()
    try:
        at = datetime.fromisoformat(stamp.replace(",", "."))
    except ValueError:
        return None
    text = "\n".join([beginning, *rest])
    trace = _TRACEBACK.search(text)
    message = text[: trace.start()].removesuffix("\n") if trace else text
    instance, message = _split(logger, message)
    return LogLine(
        id=0,
        at=at.astimezone(UTC),
        level=level.lower(),
        logger=logger,
        instance=instance,
        message=message,
        traceback=text[trace.start() :] if trace else "",
    )


def _split(logger: str, message: str) -> tuple[str, str]:
    """Whose line it is: plugins' loggers write their instance before each message."""
    own = _OWN.match(message) if logger.startswith(_PLUGINS) else None
    return (own[1], message[own.end() :]) if own else ("", message)


def _whole_milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
