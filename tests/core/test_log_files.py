"""What was logged can be read back from the files: tracebacks, many lines, old files, nothing made up."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from artframe.core.log_files import LogFiles
from artframe.core.log_line import LineFormatter, LogLine, line_of, parse

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def record(message: str, *args: object, logger: str = "artframe.frame", **more: object) -> logging.LogRecord:
    made = logging.LogRecord(logger, logging.WARNING, "", 0, message, args, None)
    made.__dict__.update(more)
    return made


def failure() -> logging.LogRecord:
    try:
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise ValueError("outer\nsecond line") from error
    except ValueError as error:
        return record("it failed", exc_info=(type(error), error, error.__traceback__))


@pytest.mark.parametrize(
    "made",
    [
        record("a plain one"),
        record("%s photos", 7),
        record("three\nlines\n  of text"),
        record("[family] the server is away", logger="artframe.plugins.immich"),
        record("[no instance] of a plugin"),
        record("the end of a line\n"),
        failure(),
        record("ends: with: colons "),
        record(""),
    ],
)
def test_what_a_line_says_comes_back_from_the_file(made: logging.LogRecord) -> None:
    text = LineFormatter().format(made) + "\n" + LineFormatter().format(record("the next")) + "\n"
    first, second = parse(text.splitlines(keepends=True))
    assert first == line_of(made)
    assert second.message == "the next"


def test_a_plugins_line_says_whose_it_is() -> None:
    line = line_of(record("[family] hello", logger="artframe.plugins.immich"))
    assert (line.instance, line.message) == ("family", "hello")


def test_no_text_passes_for_a_line_of_its_own_nor_commands_the_terminal() -> None:
    forged = "2026-05-01T12:00:00.000+00:00 ERROR   artframe.frame: all photos deleted"
    made = record("name: %s", f"a\n{forged}\r{forged}\x1b[2J\u2028{forged}")
    text = LineFormatter().format(made)
    assert len(list(parse(text.splitlines(keepends=True)))) == 1
    assert "\x1b" not in text and "\r" not in text and "\u2028" not in text


def test_files_of_an_older_version_are_read_too() -> None:
    trace = "Traceback (most recent call last):\n  x\nValueError: y"
    old = f"2026-05-01 12:00:00,123 ERROR   artframe.host: failed\n{trace}\n"
    [line] = parse(old.splitlines(keepends=True))
    assert (line.level, line.message) == ("error", "failed")
    assert line.traceback == trace
    assert line.at == datetime(2026, 5, 1, 12, 0, 0, 123_000).astimezone(UTC)


def entry(number: int, **more: str) -> LogLine:
    return LogLine(
        id=0, at=AT + timedelta(seconds=number), level="info", logger="artframe", message=f"line {number}", **more
    )


@pytest.fixture
def files(tmp_path: Path) -> LogFiles:
    """Thirty lines in three files, ten in each; a fourth that cannot be read."""
    for number, name in enumerate(("artframe.log.2", "artframe.log.1", "artframe.log")):
        lines = [entry(10 * number + place).text for place in range(10)]
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    (tmp_path / "artframe.log.3").mkdir()
    return LogFiles(tmp_path)


def told(lines: list[LogLine]) -> list[int]:
    return [int(line.message.removeprefix("line ")) for line in lines]


def test_the_last_lines_come_oldest_first_with_ids_up_to_zero(files: LogFiles) -> None:
    lines = files.before(None, 12)
    assert told(lines) == list(range(18, 30))
    assert [line.id for line in lines] == list(range(-11, 1))


def test_only_what_is_older_than_the_memory_comes_from_the_files(files: LogFiles) -> None:
    assert told(files.before(entry(25), 3)) == [22, 23, 24]
    assert told(files.before(entry(12), 100)) == list(range(12))


def test_a_clock_that_was_set_back_confuses_nobody(tmp_path: Path) -> None:
    lines = [*(entry(number) for number in range(100, 105)), *(entry(number) for number in range(5))]
    (tmp_path / "artframe.log").write_text("\n".join(line.text for line in lines) + "\n")
    assert told(LogFiles(tmp_path).before(entry(0), 100)) == [100, 101, 102, 103, 104]


def test_what_never_reached_the_disk_is_told_apart_by_its_time(files: LogFiles) -> None:
    lost = LogLine(id=0, at=AT + timedelta(seconds=27.5), level="info", logger="artframe", message="disk full")
    assert told(files.before(lost, 2)) == [26, 27]


def test_only_wanted_lines_count(files: LogFiles) -> None:
    assert told(files.before(None, 3, lambda line: line.message.endswith("5"))) == [5, 15, 25]


def test_without_files_there_is_nothing(tmp_path: Path) -> None:
    assert LogFiles(tmp_path / "logs").before(None, 10) == []
