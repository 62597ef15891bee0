"""A disk without room, or one that became read-only: the photos that are here go on the wall all the same."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frame.conftest import Album
from tests.frame.running import Running, artframe, eventually, jpeg
from tests.small_disk import SmallDisk, small_disk

pytestmark = pytest.mark.parametrize("album", ["3.0"], indirect=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A small disk of the test's own, for a frame that writes its picture elsewhere."""
    with small_disk(tmp_path / "disk", size="6m") as disk:
        yield disk


@pytest.fixture
def filled(disk: SmallDisk, tmp_path: Path, album: Album) -> Iterator[Running]:
    """A frame whose photos are all here, at the end of its first run."""
    frame = Running(disk.place / "home")
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


def test_a_disk_that_is_full_at_the_start_leaves_no_wall_dark_and_is_used_again_when_it_has_room(
    disk: SmallDisk, filled: Running, album: Album, tmp_path: Path
) -> None:
    disk.fill()
    filled.launch(())
    eventually(lambda: filled.alive and (tmp_path / "wall.png").exists(), "a picture is on the wall")
    eventually(lambda: filled.alive and filled.answers(), "it answers")
    assert any("the library cannot be written" in problem for problem in filled.problems())
    assert "is hidden now" in filled.ask("photo", "hide")["error"]["message"]
    album.server.add_to_album(album.id, [album.server.add_asset(album.user, jpeg((9, 9, 9)), "new.jpg")])
    starts = filled.output.count(" starts on ")
    disk.make_room()
    eventually(lambda: filled.alive and filled.output.count(" starts on ") > starts, "it starts anew", seconds=90)
    eventually(lambda: filled.alive and filled.answers(), "it answers again")
    filled.wait_for_photos(7)
    assert len(filled.result("photo", "hidden")) == 1, "what was hidden meanwhile stays hidden"
    assert filled.problems() == []
    assert filled.stop() == 0
    assert "Traceback" not in filled.output


def test_a_disk_that_gets_full_is_told_and_costs_nothing_but_what_it_cannot_take(
    disk: SmallDisk, filled: Running
) -> None:
    filled.start(())
    disk.fill()
    filled.wait_for(lambda: any("frame: the disk is full" in one for one in filled.problems()), "it is told")
    refused = filled.ask("config", "set", "frame", "name", '"Kitchen"')["error"]
    assert "No space left" in refused["message"] and "room" in refused["hint"]
    shown = [filled.result("photo", "next")["photo"]["id"] for _ in range(8)]
    assert len(set(shown)) >= 6, "the show goes on"
    assert filled.ask("job", "run", "family/sync")["result"]["outcome"] == "not_ready"
    assert "ok" in filled.result("doctor")
    disk.make_room()
    filled.wait_for(lambda: filled.problems() == [], "it goes on by itself", seconds=90)
    assert filled.result("config", "set", "frame", "name", '"Kitchen"')
    assert "Traceback" not in filled.output


def test_a_disk_that_became_read_only_leaves_no_wall_dark(disk: SmallDisk, filled: Running, tmp_path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk.place], check=True)
    filled.launch(())
    eventually(lambda: filled.alive and (tmp_path / "wall.png").exists(), "a picture is on the wall")


def test_a_home_that_cannot_be_made_is_a_clear_error(tmp_path: Path, album: Album) -> None:
    (tmp_path / "file").write_text("in the way")
    refused = artframe("run", "--headless", home=tmp_path / "file" / "home")
    assert refused.returncode == 78
    assert "cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
