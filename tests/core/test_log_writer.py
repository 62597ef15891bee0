"""What happens to log lines that the disk does not take: dropped, counted, told; nothing else comes of it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.core.log_files import LogFiles
from artframe.core.log_line import LineFormatter
from artframe.core.log_store import LogStore, StoreHandler
from artframe.core.log_writer import Console, FileWriter
from tests.small_disk import SmallDisk, small_disk


class Told:
    """A logger as a frame has it: files on a disk, and a memory that hears the same."""

    def __init__(self, folder: Path, **options: int) -> None:
        self.folder = folder
        self.store = LogStore()
        self.handlers = (StoreHandler(self.store), FileWriter(folder, **options))
        self.log = logging.getLogger("artframe.test")
        for handler in self.handlers:
            handler.setFormatter(LineFormatter())
            logging.getLogger("artframe").addHandler(handler)

    @property
    def in_file(self) -> list[str]:
        return [line.message for line in LogFiles(self.folder).before(None, 1000)]

    @property
    def in_memory(self) -> list[str]:
        return [line.message for line in self.store.since()]

    def close(self) -> None:
        for handler in self.handlers:
            logging.getLogger("artframe").removeHandler(handler)
            handler.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", size="64k") as disk:
        yield disk


@pytest.fixture
def told(disk: SmallDisk) -> Iterator[Told]:
    told = Told(disk.place / "logs")
    yield told
    told.close()


GAP = "{} missing here: the disk did not take what was logged (No space left on device)"


def test_a_full_disk_costs_lines_of_the_file_which_says_how_many(
    disk: SmallDisk, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    told.log.warning("before")
    disk.fill()
    long = "x" * 4096
    for number in range(3):
        told.log.warning("%d %s", number, long)
    disk.make_room()
    told.log.warning("after")
    told.log.warning("later")
    assert told.in_file == ["before", GAP.format("3 lines are"), "after", "later"]
    [said] = [one for one in told.in_memory if one.startswith("the log file cannot be written (No space left")]
    assert said
    assert capsys.readouterr().err == ""


def test_a_line_of_which_only_a_part_fits_is_not_there_at_all(disk: SmallDisk, told: Told) -> None:
    told.log.warning("before")
    disk.fill(leave=1)
    told.log.warning("x" * 10_000)
    assert (told.folder / "artframe.log").read_text().count("\n") == 1
    disk.make_room()
    told.log.warning("after")
    assert told.in_file == ["before", GAP.format("1 line is"), "after"]


def test_a_disk_that_was_full_at_the_start_gets_its_file_later(disk: SmallDisk, told: Told) -> None:
    disk.fill()
    told.log.warning("x" * 5000)
    disk.make_room()
    told.log.warning("after")
    assert told.in_file == [GAP.format("1 line is"), "after"]


def test_files_that_cannot_make_way_for_a_new_one_cost_lines_until_they_can(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Told(tmp_path, largest=200)
    try:
        (tmp_path / "artframe.log.2").touch()
        (tmp_path / "artframe.log.3" / "in the way").mkdir(parents=True)
        told.log.warning("first %s", "x" * 100)
        told.log.warning("lost %s", "x" * 100)
        told.log.warning("lost, too %s", "x" * 100)
        (tmp_path / "artframe.log.3" / "in the way").rmdir()
        (tmp_path / "artframe.log.3").rmdir()
        told.log.warning("second")
        beginnings = [line.partition(" x")[0].partition(":")[0] for line in told.in_file]
        assert beginnings == ["first", "2 lines are missing here", "second"]
        assert (tmp_path / "artframe.log.1").is_file()
        assert capsys.readouterr().err == ""
    finally:
        told.close()


def test_old_files_go_when_there_are_four_of_them(tmp_path: Path) -> None:
    told = Told(tmp_path, largest=100)
    try:
        for number in range(8):
            told.log.warning("%d %s", number, "x" * 80)
        assert sorted(one.name for one in tmp_path.iterdir()) == [
            "artframe.log",
            "artframe.log.1",
            "artframe.log.2",
            "artframe.log.3",
        ]
        assert [line[0] for line in told.in_file] == ["4", "5", "6", "7"]
    finally:
        told.close()


def test_a_file_that_a_person_deletes_to_make_room_is_begun_anew(disk: SmallDisk, told: Told) -> None:
    told.log.warning("before")
    (told.folder / "artframe.log").unlink()
    told.log.warning("after")
    assert told.in_file == ["after"]


def test_a_name_that_is_no_text_can_be_logged(
    told: Told, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # pytest keeps what it hears for its report, which the workers of a parallel run can send as valid text only.
    monkeypatch.setattr(logging.getLogger("artframe"), "propagate", False)
    told.log.warning("the file %s", b"caf\xe9.jpg".decode("utf-8", "surrogateescape"))
    assert told.in_file == ["the file caf\\udce9.jpg"]
    assert capsys.readouterr().err == ""


def test_an_output_that_takes_nothing_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.suppress(OSError), Path("/dev/full").open("w", buffering=1) as full:
        Console(full).handle(logging.makeLogRecord({"msg": "nobody reads this", "levelno": logging.ERROR}))
    assert capsys.readouterr().err == ""
