"""Every action is written down at once, can be read after a power cut, and is kept for long but not for ever."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from artframe.testing import ManualClock
from artframe_folder_sync.journal import Journal, restores, takes_back
from artframe_folder_sync.records import ActionKind


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


@pytest.fixture
def journal(file: Path, clock: ManualClock) -> Journal:
    return Journal(file, clock)


def write(journal: Journal, path: str = "a.jpg", **more: Any) -> None:
    journal.write(**{"run": "1", "pair": "anna", "action": ActionKind.UPLOAD, "path": path, "reason": "new", **more})


def test_an_action_is_one_line_of_json_with_what_takes_it_back(
    journal: Journal, file: Path, clock: ManualClock
) -> None:
    write(journal, action=ActionKind.TRASH_REMOTE, asset_id="id", sha1="ab", undo=restores("id"))
    assert json.loads(file.read_text()) == {
        "at": clock.now().isoformat(),
        "run": "1",
        "pair": "anna",
        "action": "trash_remote",
        "path": "a.jpg",
        "asset_id": "id",
        "sha1": "ab",
        "reason": "new",
        "undo": {"restore": "id"},
    }
    assert file.stat().st_mode & 0o077 == 0


def test_what_was_written_is_read_back_and_the_newest_comes_first(journal: Journal, clock: ManualClock) -> None:
    for number in range(5):
        write(journal, f"{number}.jpg", pair="ben" if number == 3 else "anna", undo=takes_back(f"t/{number}"))
        clock.advance(1)
    assert [entry.path for entry in journal.entries()] == [f"{number}.jpg" for number in range(5)]
    assert [entry.path for entry in journal.newest(2)] == ["4.jpg", "3.jpg"]
    assert [entry.path for entry in journal.newest(2, pair="anna")] == ["4.jpg", "2.jpg"]
    (found,) = journal.newest(9, path="3.jpg")
    assert found.undo == {"take_back": "t/3"}
    assert clock.now() - found.at == timedelta(seconds=2)


@pytest.mark.parametrize("name", ["mit\nZeile.jpg", "kein \udcff UTF-8.jpg", "Ausflug 🎈.jpg", '"\\'])
def test_any_name_comes_back_as_it_was(journal: Journal, file: Path, name: str) -> None:
    write(journal, name)
    assert journal.newest(1)[0].path == name
    assert file.read_bytes().count(b"\n") == 1
    assert file.read_bytes().isascii()


def test_half_a_line_from_a_power_cut_harms_no_other(journal: Journal, file: Path, clock: ManualClock) -> None:
    write(journal, "whole.jpg")
    journal.close()
    with file.open("ab") as end:
        end.write(b'{"at": "2026-05-01T12:00:00+00:00", "run"')
    again = Journal(file, clock)
    write(again, "after.jpg")
    assert [entry.path for entry in again.entries()] == ["whole.jpg", "after.jpg"]


def test_lines_of_another_kind_are_passed_over(journal: Journal, file: Path) -> None:
    file.write_text('[]\nnull\n{"at": "yesterday"}\n{"at": "2026-05-01T12:00:00", "run": "naive"}\n\n')
    write(journal)
    assert len(list(journal.entries())) == 1


def test_a_full_file_makes_room_and_the_oldest_goes(file: Path, clock: ManualClock) -> None:
    journal = Journal(file, clock, largest=1000, kept=2)
    for number in range(100):
        write(journal, f"{number:03}.jpg")
    paths = [entry.path for entry in journal.entries()]
    assert paths == [f"{number:03}.jpg" for number in range(100 - len(paths), 100)]
    assert 10 < len(paths) < 30
    assert sorted(one.name for one in file.parent.iterdir()) == [
        "journal.jsonl",
        "journal.jsonl.1",
        "journal.jsonl.2",
    ]
    assert all(one.stat().st_size <= 1000 for one in file.parent.iterdir())
    assert [entry.path for entry in journal.newest(12)] == paths[:-13:-1]


def test_many_threads_do_not_mix_their_lines(journal: Journal) -> None:
    def work(name: int) -> None:
        for number in range(50):
            write(journal, f"{name}/{number}", reason="x" * 500)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({entry.path for entry in journal.entries()}) == 200


def test_a_closed_journal_opens_again_when_there_is_something_to_write(journal: Journal) -> None:
    write(journal)
    journal.sync()
    journal.close()
    journal.close()
    journal.sync()
    write(journal)
    assert len(list(journal.entries())) == 2


def test_a_disk_that_takes_no_line_is_no_secret(tmp_path: Path, clock: ManualClock) -> None:
    with pytest.raises(OSError, match="No such file"):
        write(Journal(tmp_path / "gone" / "journal.jsonl", clock))
    assert list(Journal(tmp_path / "gone" / "journal.jsonl", clock).entries()) == []
