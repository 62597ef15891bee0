"""A small JSON file that follows the memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.core import state_file
from artframe.core.files import write_atomic
from artframe.core.state_file import StateFile
from tests.small_disk import SmallDisk, small_disk


def test_what_was_saved_is_loaded_again(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state" / "a.json")
    assert file.load() == {}
    file.save({"ä": [1, 2]})
    assert file.flush()
    assert StateFile(tmp_path / "state" / "a.json").load() == {"ä": [1, 2]}


def test_the_newest_content_wins_whoever_saves(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "a.json")

    def save_many(name: str) -> None:
        for number in range(200):
            file.save({"name": name, "number": number})

    threads = [threading.Thread(target=save_many, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file.save({"name": "last"})
    assert file.flush()
    assert json.loads((tmp_path / "a.json").read_text()) == {"name": "last"}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_nothing_runs_when_there_is_nothing_to_write(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "a.json")
    file.save({})
    assert file.flush()
    for thread in threading.enumerate():
        if thread.name == "save a.json":
            thread.join(60)
    assert not any(thread.name == "save a.json" for thread in threading.enumerate())


def test_save_now_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "a.json")
    file.save({"number": 1})
    file.save_now({"number": 2})
    assert json.loads((tmp_path / "a.json").read_text()) == {"number": 2}


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"null"])
def test_a_damaged_file_is_set_aside_and_begun_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    assert StateFile(path).load() == {}
    assert not path.exists()
    assert (tmp_path / "a.json.damaged").read_bytes() == content


def test_a_disk_that_takes_nothing_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a file").write_text("")
    file = StateFile(tmp_path / "a file" / "a.json")
    for number in range(3):
        file.save_now({"number": number})
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", size="64k") as disk:
        yield disk


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once the disk has refused a file."""
    refused = threading.Event()

    def write(path: Path, data: str) -> None:
        try:
            write_atomic(path, data)
        except OSError:
            refused.set()
            raise

    monkeypatch.setattr(state_file, "write_atomic", write)
    return refused


def test_what_a_full_disk_did_not_take_is_written_once_it_has_room(
    disk: SmallDisk, refused: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_file, "AGAIN_SECONDS", 0.05)
    disk.fill()
    file = StateFile(disk.place / "late.json")
    file.save({"number": 1})
    (writer,) = [thread for thread in threading.enumerate() if thread.name == "save late.json"]
    assert refused.wait(60)
    disk.make_room()
    writer.join(60)
    assert file.load() == {"number": 1}


@pytest.mark.parametrize("how", ["save", "save_now"])
def test_the_last_chance_of_what_was_not_written_is_the_end_of_the_frame(
    disk: SmallDisk, refused: threading.Event, how: str
) -> None:
    disk.fill()
    file = StateFile(disk.place / "a.json")
    getattr(file, how)({"number": 1})
    assert refused.wait(60)
    disk.make_room()
    assert file.flush()
    assert file.load() == {"number": 1}


def test_a_disk_that_stays_full_holds_up_no_end(disk: SmallDisk) -> None:
    disk.fill()
    file = StateFile(disk.place / "a.json")
    file.save({"number": 1})
    assert file.flush(), "it was tried, and is given up"
    assert file.load() == {}
