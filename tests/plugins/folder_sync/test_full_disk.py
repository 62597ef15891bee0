"""The disk with artframe's own data is full, or became read-only: what is asked is answered, what acts waits."""

from __future__ import annotations

import json
import logging
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from artframe.jobs.run import Outcome
from artframe_folder_sync.run.elsewhere import Elsewhere
from artframe_folder_sync.state.database import State
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import Hosted, Somebody
from tests.small_disk import SmallDisk, small_disk


@pytest.fixture
def disk(hosted: Hosted) -> Iterator[SmallDisk]:
    """What plugins keep lies on a small disk of its own."""
    with small_disk(hosted.host.home / "plugins", size="2m") as disk:
        yield disk
        hosted.host.stop()


@pytest.fixture
def anna(hosted: Hosted, disk: SmallDisk) -> Somebody:
    """Three photos on both sides, one more in the folder's trash, one that is new; and no room on the disk."""
    anna = hosted.somebody()
    for number in range(4):
        hosted.put(anna, f"{number}.jpg", photo(number))
    hosted.run(anna, watch=False)
    hosted.server.trash([hosted.asset(anna, photo(3))])
    hosted.deleted()
    hosted.put(anna, "new.jpg", photo(50))
    disk.fill()
    return anna


def ask(hosted: Hosted, name: str, **arguments: Any) -> Any:
    result = hosted.host.command(f"one {name}", **arguments)
    render = hosted.host.commands.get(f"one {name}").render
    assert render is not None and render(result)
    return json.loads(json.dumps(result))


def assert_all_is_answered(hosted: Hosted) -> None:
    (pair,) = ask(hosted, "status")["pairs"]
    assert pair["counts"]["tracked"] == 3
    (known,) = ask(hosted, "why", path="0.jpg")
    assert any("its photo in Immich is" in fact for fact in known["facts"]), known
    assert [one["path"] for one in ask(hosted, "trash")] != []
    assert {one["action"] for one in ask(hosted, "journal")} >= {"upload", "trash_local"}
    (planned,) = ask(hosted, "plan")["pairs"]
    assert {one["path"]: one["action"] for one in planned["actions"]} == {"new.jpg": "upload"}


def test_what_is_asked_is_answered_without_a_byte_of_room(hosted: Hosted, anna: Somebody) -> None:
    assert_all_is_answered(hosted)


def test_a_plan_needs_no_room_for_its_copy_either(
    hosted: Hosted, anna: Somebody, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(disk.place))
    assert_all_is_answered(hosted)


def test_what_acts_says_that_the_disk_is_full_and_goes_on_when_there_is_room(
    hosted: Hosted, anna: Somebody, disk: SmallDisk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        run = hosted.full()
        hosted.full()
    assert sum("ended early" in one.getMessage() for one in caplog.records) <= 1, "it is news once"
    assert run.outcome is Outcome.NOT_READY
    assert "disk" in run.message and "full" in run.message
    assert "make room" in run.hint
    assert hosted.names(anna) == ["0.jpg", "1.jpg", "2.jpg"]
    disk.make_room()
    assert hosted.full().outcome is Outcome.GOOD
    assert hosted.names(anna) == ["0.jpg", "1.jpg", "2.jpg", "new.jpg"]


def test_a_state_is_read_on_a_disk_that_became_read_only(tmp_path: Path) -> None:
    with small_disk(tmp_path / "plugins", size="1m") as disk:
        file = disk.place / "pair.db"
        with State(file) as state:
            state.set_meta("folder", "here")
        subprocess.run(["mount", "-o", "remount,ro", disk.place], check=True)
        with State(file, reading=True) as state:
            assert state.meta("folder") == "here"


def test_what_another_folder_holds_is_read_without_room_as_well(tmp_path: Path) -> None:
    """Else a photo that was moved there would be taken for deleted."""
    with small_disk(tmp_path / "plugins", size="1m") as disk:
        files = [disk.place / name / "anna.db" for name in ("one", "two")]
        held = tmp_path / "held.jpg"
        held.write_bytes(b"photo")
        for file in files:
            with State(file) as state:
                state.set_meta("folder", str(tmp_path))
                state.db.execute(
                    "INSERT INTO file (path, size, mtime, ctime, inode, device, asset, changed_at)"
                    " VALUES (?, 5, 0, 0, 0, 0, 'asset', 0)",
                    (b"held.jpg",),
                )
        disk.fill()
        with Elsewhere(files[0]) as elsewhere:
            assert elsewhere.holder("asset", "") == str(held)
