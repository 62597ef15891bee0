"""The marker tells the right folder from an empty mount point and from another one."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.marker import Marker


def test_a_folder_without_any_marker_misses_it(tmp_path: Path) -> None:
    state = Marker(Disk(tmp_path), "anna").look()
    assert (state.ok, state.missing) == (False, True)
    assert "nothing is synced or deleted" in state.text
    assert "mount" in state.hint


def test_a_planted_marker_is_known_again_and_planting_twice_changes_nothing(tmp_path: Path) -> None:
    marker = Marker(Disk(tmp_path), "anna")
    marker.plant()
    before = (tmp_path / ".artframe-sync").stat()
    assert marker.look().ok
    marker.plant()
    assert (tmp_path / ".artframe-sync").stat() == before
    assert json.loads((tmp_path / ".artframe-sync").read_text())["pair"] == "anna"


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_syncthings_marker_is_enough_and_nothing_is_written_beside_it(tmp_path: Path, kind: str) -> None:
    (tmp_path / ".stfolder").mkdir() if kind == "folder" else (tmp_path / ".stfolder").touch()
    marker = Marker(Disk(tmp_path), "anna")
    assert marker.look().ok
    marker.plant()
    assert [one.name for one in tmp_path.iterdir()] == [".stfolder"]


def test_the_marker_of_another_pair_stops_even_beside_syncthings(tmp_path: Path) -> None:
    Marker(Disk(tmp_path), "bert").plant()
    (tmp_path / ".stfolder").mkdir()
    marker = Marker(Disk(tmp_path), "anna")
    state = marker.look()
    assert (state.ok, state.missing) == (False, False)
    assert "another person" in state.text
    marker.plant()
    assert Marker(Disk(tmp_path), "bert").look().ok


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'"anna"', b"\xff\xfe", b'{"pair": null}'])
def test_a_marker_that_cannot_be_understood_stops(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".artframe-sync").write_bytes(content)
    state = Marker(Disk(tmp_path), "anna").look()
    assert (state.ok, state.missing) == (False, False)
    assert "is damaged" in state.text


@pytest.mark.parametrize("name", [".artframe-sync", ".stfolder"])
def test_a_link_is_no_marker(tmp_path: Path, name: str) -> None:
    (tmp_path / "photos").mkdir()
    Marker(Disk(tmp_path), "anna").plant()
    (tmp_path / "photos" / name).symlink_to(tmp_path / ".artframe-sync")
    assert not Marker(Disk(tmp_path / "photos"), "anna").look().ok


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_marker_that_cannot_be_read_is_not_missing(tmp_path: Path, number: int) -> None:
    Marker(Disk(tmp_path), "anna").plant()

    def fail(operation: str, path: str) -> None:
        raise OSError(number, os.strerror(number), path)

    state = Marker(Disk(tmp_path, probe=fail), "anna").look()
    assert (state.ok, state.missing) == (False, False)
    assert os.strerror(number) in state.text


def test_a_folder_that_is_gone_is_not_a_missing_marker(tmp_path: Path) -> None:
    state = Marker(Disk(tmp_path / "gone"), "anna").look()
    assert (state.ok, state.missing) == (False, False)


def test_planting_on_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    def full(operation: str, path: str) -> None:
        if operation == "write":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    marker = Marker(Disk(tmp_path, probe=full), "anna")
    with pytest.raises(OSError, match="space"):
        marker.plant()
    assert marker.look().missing
