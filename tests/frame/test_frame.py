"""The whole frame in a process of its own, beside an embedded Immich of either generation."""

from __future__ import annotations

import hashlib
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.frame.conftest import SECRET_COLOURS, Album
from tests.frame.running import Running, artframe, environment, eventually, jpeg


def originals(frame: Running, instance: str = "family") -> dict[str, str]:
    """Name and SHA-1 of everything in the photos folder."""
    folder = frame.home / "plugins" / "immich" / instance / "photos"
    return {path.name: hashlib.sha1(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def expected(album: Album) -> list[str]:
    return sorted(hashlib.sha1(album.server.original(photo)).hexdigest() for photo in album.photos)


def test_the_album_is_brought_here_and_shown(frame: Running, album: Album) -> None:
    frame.configure("family", **album.settings)
    frame.start()
    photo = frame.wait_for_photo()
    frame.wait_for_photos(6)
    assert photo["source"] == "family"
    assert "shuffled from 'Living room'" in photo["reason"]
    assert sorted(originals(frame).values()) == expected(album)
    colour = SECRET_COLOURS[int(photo["name"].removeprefix("IMG_").removesuffix(".jpg"))]
    eventually(lambda: frame.centre() == pytest.approx(colour, abs=8), "the photo's own colour is on the screen")
    assert frame.stop() == 0


def test_the_frame_goes_on_without_its_server_and_says_since_when(frame: Running, album: Album) -> None:
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photos(6)
    assert frame.stop() == 0
    album.server.stop()
    frame.start()
    first = frame.wait_for_photo()
    seen = {first["name"], *(frame.result("photo", "next")["photo"]["name"] for _ in range(11))}
    assert len(seen) == 6
    eventually(frame.problems, "the missing server is a problem")
    since = frame.status()["problems"][0]["since"]
    for _ in range(3):
        frame.result("plugin", "retry", "family")
    (problem,) = frame.status()["problems"]
    assert problem["since"] == since, "one line that says since when, not one for each try"
    assert "(since " in frame.ask("status")["text"]
    album.server.start()
    frame.result("plugin", "retry", "family")
    eventually(lambda: not frame.problems(), "the problem is gone")
    assert frame.result("job", "run", "family/sync")["outcome"] == "good"


def test_a_revoked_key_keeps_every_photo_and_waits_for_a_person(frame: Running, album: Album) -> None:
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photos(6)
    album.server.delete_keys(album.user)
    frame.ask("job", "run", "family/sync")
    eventually(frame.problems, "the refused key is a problem")
    assert frame.status()["photos"] == 6
    assert sorted(originals(frame).values()) == expected(album)
    key = album.server.create_key(album.user, ("album.read", "asset.read", "asset.download", "asset.view"))
    frame.configure("family", **{**album.settings, "immich_api_key": key})
    eventually(lambda: not frame.problems(), "the new key is used without a restart")


def test_added_removed_and_replaced_photos_follow(frame: Running, album: Album) -> None:
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photos(6)
    new = album.server.add_asset(album.user, jpeg((9, 9, 9), seed=77), "new.jpg")
    album.server.add_to_album(album.id, new)
    album.server.remove_from_album(album.id, album.photos[0])
    album.server.trash([album.photos[1]])
    album.server.replace_original(album.photos[2], jpeg((1, 2, 3), seed=88))
    album.photos[:2] = [new]
    frame.result("job", "run", "family/sync")
    assert sorted(originals(frame).values()) == expected(album)
    metadata = json.loads((frame.home / "plugins/immich/family/sync_metadata.json").read_text())
    assert sorted(metadata["synced_assets"]) == sorted(album.photos)
    assert metadata["sync_count"] == 2


def test_a_broken_hand_edit_is_named_with_its_line_and_changes_nothing(frame: Running, album: Album) -> None:
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photos(6)
    shown = frame.wait_for_photo()
    file = frame.home / "config" / "plugins" / "family.json"
    good = file.read_text()
    broken = good.replace('"album_id"', '"albm_id"')
    file.write_text(broken)
    eventually(lambda: any("family.json:7" in line for line in frame.problems()), "the problem is told with its line")
    assert "did you mean" in frame.ask("config", "check")["text"]
    assert frame.photo() == shown
    assert file.read_text() == broken
    # Also across a restart: the last good version stays in force.
    assert frame.stop() == 0
    frame.start()
    assert frame.wait_for_photo()
    eventually(
        lambda: frame.status()["plugins"][0]["state"] == "running", "the plugin runs with its last good settings"
    )
    file.write_text(good)
    eventually(lambda: not frame.problems(), "the problem is gone")


def test_two_instances_share_nothing(frame: Running, album: Album) -> None:
    other = album.server.create_album(album.user, "Two", album.photos[:2])
    frame.configure("family", **album.settings)
    frame.configure("attic", **{**album.settings, "album_id": other})
    frame.start()
    frame.wait_for_photos(8)
    assert len(originals(frame, "attic")) == 2
    assert len(originals(frame)) == 6
    (frame.home / "config" / "plugins" / "attic.json").unlink()
    frame.wait_for_photos(6)
    # A plugin that is gone leaves its photos on the disk: a person may delete them, artframe does not.
    assert len(originals(frame, "attic")) == 2


def test_an_emptied_album_is_held_back_until_confirmed(frame: Running, album: Album) -> None:
    more = [album.server.add_asset(album.user, jpeg((5, 5, 5), seed=n), f"more_{n}.jpg") for n in range(100, 120)]
    album.server.add_to_album(album.id, more)
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photos(26)
    album.server.remove_from_album(album.id, [*album.photos, *more])
    frame.result("job", "run", "family/sync")
    assert any("26" in line for line in frame.problems())
    assert frame.status()["photos"] == 26
    frame.result("plugin", "confirm", "family", "--yes")
    frame.wait_for_photos(0)
    eventually(lambda: not frame.problems(), "nothing is held any more")


@pytest.mark.parametrize("album", ["3.0"], indirect=True)
class TestOneGeneration:
    """What does not depend on which Immich it is."""

    def test_next_previous_pause_and_resume(self, frame: Running, album: Album) -> None:
        frame.configure("family", **album.settings)
        frame.start()
        frame.wait_for_photos(6)
        first = frame.wait_for_photo()
        second = frame.result("photo", "next")["photo"]
        assert second["id"] != first["id"]
        assert frame.result("photo", "previous")["photo"]["id"] == first["id"]
        assert frame.result("photo", "pause")["paused"] is True
        assert frame.result("photo", "next")["photo"]["id"] == second["id"]
        assert frame.result("photo", "resume")["paused"] is False

    def test_a_second_frame_on_the_same_home_is_refused(self, frame: Running, album: Album) -> None:
        frame.start()
        second = artframe("run", "--headless", home=frame.home)
        assert second.returncode == 75
        assert f"process {frame.process.pid}" in second.stderr if frame.process else False
        assert frame.alive

    def test_a_killed_frame_comes_up_again_with_all_its_photos(self, frame: Running, album: Album) -> None:
        album.server.faults.slow(20_000, path="/api/assets/*/original")
        frame.configure("family", **album.settings)
        frame.start()
        frame.wait_for_photo()
        frame.kill()
        album.server.faults.clear()
        frame.start()
        frame.wait_for_photos(6)
        assert sorted(originals(frame).values()) == expected(album)
        assert not list((frame.home / "plugins" / "immich" / "family").glob("parts/*"))

    def test_no_secret_appears_in_logs_answers_or_state(self, frame: Running, album: Album) -> None:
        frame.write("secrets.json", {"attic-key": album.key})
        frame.configure("family", **album.settings)
        frame.configure("attic", **{**album.settings, "immich_api_key": {"$secret": "attic-key"}})
        frame.write("frame.json", {"log": {"level": "debug"}})
        frame.start()
        frame.wait_for_photos(12)
        album.server.delete_keys(album.user)
        frame.ask("job", "run", "family/sync")
        for words in (("diagnostics",), ("config", "show", "family"), ("config", "show", "attic"), ("plugin", "list")):
            assert album.key not in json.dumps(frame.result(*words))
        assert album.key not in frame.output
        for path in frame.home.rglob("*"):
            if path.is_file() and path.suffix in (".json", ".log", ".db") and "config" not in str(path):
                assert album.key.encode() not in path.read_bytes(), path
        assert stat.S_IMODE((frame.home / "config" / "secrets.json").stat().st_mode) == 0o600

    def test_a_deleted_photos_folder_is_filled_again(self, frame: Running, album: Album) -> None:
        frame.configure("family", **album.settings)
        frame.start()
        frame.wait_for_photos(6)
        for path in (frame.home / "plugins" / "immich" / "family" / "photos").iterdir():
            path.unlink()
        frame.result("photo", "next")
        frame.result("job", "run", "family/sync")
        assert sorted(originals(frame).values()) == expected(album)
        assert frame.wait_for_photo()

    def test_without_a_plugin_the_frame_shows_its_card_and_a_new_file_starts_one(
        self, frame: Running, album: Album
    ) -> None:
        frame.start()
        eventually(lambda: (frame.home / "screen.png").exists(), "the card is drawn")
        assert frame.photo() is None
        colours = frame.screen().getcolors(1 << 24)
        assert colours is not None
        assert len(colours) > 100, "a drawn card, not an empty screen"
        frame.configure("family", **album.settings)
        frame.wait_for_photo()

    def test_a_plugin_that_is_switched_off_keeps_its_photos_and_shows_none(self, frame: Running, album: Album) -> None:
        frame.configure("family", **album.settings)
        frame.start()
        frame.wait_for_photos(6)
        file = frame.home / "config" / "plugins" / "family.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "enabled": False}))
        eventually(lambda: frame.status()["plugins"][0]["state"] == "disabled", "the plugin is off")
        assert sorted(originals(frame).values()) == expected(album)

    def test_the_sockets_folder_belongs_to_the_owner_alone(self, frame: Running, album: Album) -> None:
        frame.start()
        assert stat.S_IMODE((frame.home / "state").stat().st_mode) == 0o700
        assert stat.S_IMODE((frame.home / "state" / "control.sock").stat().st_mode) == 0o600

    def test_an_unwritable_log_folder_costs_the_log_not_the_frame(self, frame: Running, album: Album) -> None:
        frame.write("frame.json", {})
        (frame.home / "logs").write_text("a file in the way")
        frame.start()
        assert frame.stop() == 0


def test_a_misspelt_panel_is_a_problem_and_leaves_no_wall_dark(frame: Running) -> None:
    frame.write("frame.json", {"display": {"panel": "scren", "png_file": "wall.png"}})
    frame.start((), SDL_VIDEODRIVER="x11")
    eventually((frame.home / "wall.png").exists, "the card is in the file that auto falls back to")
    assert any("scren" in line and "instead" in line for line in frame.problems())


def test_commands_without_a_frame_say_so(tmp_path: Path) -> None:
    status = artframe("status", home=tmp_path)
    assert (status.returncode, "no artframe runs" in status.stdout) == (69, True)
    photo = artframe("photo", "next", home=tmp_path)
    assert (photo.returncode, "needs one" in photo.stderr) == (69, True)
    assert artframe("config", "check", home=tmp_path).returncode == 69
    nonsense = artframe("nonsense", home=tmp_path)
    assert nonsense.returncode == 64


def test_config_check_works_without_a_frame_and_tells_scripts(tmp_path: Path) -> None:
    frame = Running(tmp_path)
    frame.write("frame.json", {"display": {"rotation": 45, "intervall_seconds": 10}})
    frame.write("plugins/family.json", {"plugin": "imich", "settings": {}})
    found = artframe("config", "check", home=tmp_path)
    assert found.returncode == 78
    for text in ("frame.json:3", "rotation", "interval_seconds", "family.json:2", "immich"):
        assert text in found.stdout, text
    frame.write("frame.json", {})
    (tmp_path / "config" / "plugins" / "family.json").unlink()
    assert artframe("config", "check", home=tmp_path).returncode == 0


@pytest.mark.parametrize("words", ["run --windw", "run --window 12", "demo --generation 1.0", "demo --once --headless"])
def test_words_that_start_no_frame_are_refused_like_those_of_any_command(tmp_path: Path, words: str) -> None:
    refused = artframe(*words.split(), home=tmp_path)
    assert refused.returncode == 64
    assert refused.stderr.startswith("artframe: ")
    assert f"usage: artframe {words.split()[0]}" in refused.stderr


def test_a_home_that_is_not_named_is_refused(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "artframe", "--home"], capture_output=True, text=True, cwd=tmp_path, env=environment()
    )
    assert (refused.returncode, refused.stderr) == (64, "artframe: argument --home: expected one argument\n")


def test_help_works_without_a_frame(tmp_path: Path) -> None:
    assert "demo" in artframe("help", home=tmp_path).stdout
    assert "config check" in artframe(home=tmp_path).stdout


def test_the_demo_shows_a_picture_and_leaves_it(tmp_path: Path) -> None:

    run = subprocess.run(
        [sys.executable, "-m", "artframe", "demo", "--once"],
        capture_output=True,
        text=True,
        timeout=250,
        cwd=tmp_path,
        env=environment(ARTFRAME_DEMO_HOME=str(tmp_path / "demo")),
    )
    assert run.returncode == 0, run.stderr
    assert "first picture after" in run.stdout
    assert (tmp_path / "screen.png").stat().st_size > 10_000
    assert any((tmp_path / "demo" / "plugins" / "immich" / "living-room" / "photos").iterdir())


@pytest.mark.timeout(500)
def test_the_demo_follows_its_painters_without_being_asked(tmp_path: Path) -> None:
    frame = Running(tmp_path / "demo")
    frame.process = subprocess.Popen(
        [sys.executable, "-m", "artframe", "demo", "--headless"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
        env=environment(ARTFRAME_DEMO_HOME=str(frame.home)),
    )
    try:
        eventually((frame.home / "state" / "control.sock").exists, "the demo's frame runs", 120)
        eventually(lambda: frame.status()["photos"] >= 16, "more photos than the first sync could find", 200)
    finally:
        assert frame.stop() == 0
