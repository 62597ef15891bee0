"""A disk without room, or one that became read-only: the photos that are here go on the wall all the same."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frame.conftest import Album
from tests.frame.running import Running, artframe, eventually

pytestmark = pytest.mark.parametrize("album", ["3.0"], indirect=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of the test's own, for a frame that writes its picture elsewhere."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.getuid() == 0 and (
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True).returncode == 0
    )
    if not mounted:
        pytest.skip("a disk of its own can be mounted by root only")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def filled(disk: Path, tmp_path: Path, album: Album) -> Iterator[Running]:
    """A frame whose photos are all here, at the end of its first run."""
    frame = Running(disk / "home")
    display = {"panel": "png", "png_file": str(tmp_path / "wall.png"), "interval_seconds": 3600}
    frame.write("frame.json", {"display": display, "storage": {"min_free_mb": 0}})
    frame.configure("family", **album.settings)
    frame.output_file = tmp_path / "output.log"
    frame.start()
    frame.wait_for_photos(6)
    assert frame.stop() == 0
    (tmp_path / "screen.png").unlink(missing_ok=True)
    (tmp_path / "wall.png").unlink(missing_ok=True)
    yield frame
    frame.kill()


def fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return


def test_a_disk_that_is_full_at_the_start_leaves_no_wall_dark(disk: Path, filled: Running, tmp_path: Path) -> None:
    fill(disk)
    filled.launch(())
    eventually(lambda: filled.alive and (tmp_path / "wall.png").exists(), "a picture is on the wall")
    filled.kill()
    (disk / "ballast").unlink()
    filled.start(())
    eventually(lambda: filled.status()["photos"] == 6, "all photos are known again")


def test_a_disk_that_became_read_only_leaves_no_wall_dark(disk: Path, filled: Running, tmp_path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    filled.launch(())
    eventually(lambda: filled.alive and (tmp_path / "wall.png").exists(), "a picture is on the wall")


def test_a_home_that_cannot_be_made_is_a_clear_error(tmp_path: Path, album: Album) -> None:
    (tmp_path / "file").write_text("in the way")
    refused = artframe("run", "--headless", home=tmp_path / "file" / "home")
    assert refused.returncode == 78
    assert "cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
