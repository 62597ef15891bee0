import os
import stat
from pathlib import Path

import pytest

from artframe.core.files import write_atomic


def test_content_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "frame.json"
    write_atomic(file, "old")
    write_atomic(file, "neu: ä")
    assert file.read_bytes() == "neu: ä".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["frame.json"]


def test_secrets_can_be_written_for_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    write_atomic(file, b"{}", mode=0o600)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_full_disk_leaves_the_old_file_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "frame.json"
    write_atomic(file, "old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(file, "new")
    monkeypatch.undo()
    assert file.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["frame.json"]


def test_a_name_of_255_bytes_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / ("n" * 250 + ".json")
    write_atomic(file, "x")
    assert file.read_text() == "x"
