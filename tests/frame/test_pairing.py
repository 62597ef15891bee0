"""A new frame on the wall: a phone finds the way in, and whoever is in stays in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image

from tests.frame.conftest import Album
from tests.frame.running import Running, artframe, eventually

PASSWORD = "correct horse"


def scanned(frame: Running) -> list[str]:
    """What a phone reads from the frame's screen."""
    file = frame.home / "screen.png"
    if not file.exists():
        return []
    with Image.open(file) as screen:
        return [found.text for found in zxingcpp.read_barcodes(screen.convert("L"))]


def wait_for(frame: Running, code: str) -> str:
    """The address that the screen shows together with this code."""

    def found() -> list[str]:
        return [one for one in scanned(frame) if one.endswith(f"#{code}")]

    return str(eventually(found, "the screen shows the code")[0]).partition("#")[0]


def pair(frame: Running) -> dict[str, Any]:
    found: dict[str, Any] = frame.result("pair")
    return found


def test_a_new_frame_shows_a_phone_the_way_in(frame: Running) -> None:
    frame.start()
    eventually(lambda: frame.status()["web"]["running"], "the web page is up")
    status = frame.status()
    assert status["users"] == 0 and status["pairing_until"] is not None
    (shown,) = eventually(lambda: scanned(frame), "the screen shows a square")
    address, _, first = shown.partition("#")
    assert len(first) == 6 and first not in str(status) and first not in frame.ask("status")["text"]
    assert urlsplit(address).port == status["web"]["port"]
    opened = pair(frame)
    assert opened["code"] != first
    assert wait_for(frame, opened["code"]) == address == opened["addresses"][0]
    frame.result("user", "add", "Ada", PASSWORD)
    eventually(lambda: not scanned(frame), "whoever is paired needs no code")
    assert "1 user" in frame.ask("status")["text"]
    assert wait_for(frame, pair(frame)["code"]) == address, "another phone is let in"
    frame.result("user", "remove", "ada", "--yes")
    eventually(lambda: scanned(frame), "without a user the frame lets one in again")


def test_no_code_ever_covers_a_photo(frame: Running, album: Album) -> None:
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photo()
    eventually(lambda: max(frame.centre()) > 60, "a photo is on the screen")
    opened = pair(frame)
    assert opened["code"] not in frame.ask("status")["text"]
    assert "'artframe pair' shows the code" in frame.ask("status")["text"]
    frame.result("photo", "next")
    assert scanned(frame) == []


def test_a_picture_of_the_screen_does_not_give_the_code_away(frame: Running) -> None:
    # Programs that may only look get that picture, too.
    frame.start()
    eventually(lambda: scanned(frame), "the screen shows a square")
    file = frame.home / "seen.png"
    for width in ("0", "800"):
        seen = artframe(
            "display", "screenshot", "--format", "png", "--width", width, "--output", str(file), home=frame.home
        )
        assert seen.returncode == 0, seen
        with Image.open(file) as picture:
            assert zxingcpp.read_barcodes(picture.convert("L")) == []
    frame.result("user", "add", "Ada", PASSWORD)
    eventually(lambda: not scanned(frame), "the code has left the screen")
    assert artframe("display", "screenshot", "--format", "png", "--output", str(file), home=frame.home).returncode == 0
    with Image.open(file) as picture:
        assert picture.convert("RGB").tobytes() == frame.screen().tobytes(), "nothing to hide any more"


def test_users_and_tokens_survive_a_power_cut(frame: Running) -> None:
    frame.start()
    frame.result("user", "add", "Ada", PASSWORD)
    token = frame.result("token", "create", "Home Assistant", "--scope", "change")
    frame.kill()
    frame.start()
    assert [user["name"] for user in frame.result("user", "list")] == ["Ada"]
    assert [one["name"] for one in frame.result("token", "list")] == ["Home Assistant"]
    assert frame.status()["pairing_until"] is None
    everything = "".join(file.read_text(errors="replace") for file in frame.home.rglob("*") if file.is_file())
    assert PASSWORD not in everything and token["token"] not in everything


def test_a_damaged_list_of_users_is_told_and_lets_nobody_in(frame: Running) -> None:
    frame.start()
    frame.result("user", "add", "Ada", PASSWORD)
    assert frame.stop() == 0
    file = frame.home / "state" / "access.json"
    file.write_bytes(file.read_bytes()[:-40])
    frame.start()
    eventually(lambda: any("list of users was damaged" in one for one in frame.problems()), "it is a problem")
    assert frame.result("user", "list") == []
    assert file.with_name("access.json.damaged").exists()
    frame.result("user", "add", "Ada", PASSWORD)
    eventually(lambda: not frame.problems(), "it is mended")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_way_in_is_shown_on_a_panel_of_any_shape(frame: Running, language: str) -> None:
    frame.write("frame.json", {"language": language, "display": {"rotation": 90}})
    frame.start()
    shown = eventually(lambda: scanned(frame), "the screen shows a square")
    assert "/pair#" in shown[0]


def test_people_and_scripts_get_the_same_answers(frame: Running) -> None:
    frame.start()
    for words in ("pair", "user list", "session list", "token list"):
        told = artframe(*words.split(), home=frame.home)
        assert (told.returncode, told.stderr) == (0, "") and told.stdout.strip()
        assert artframe(*words.split(), "--json", home=frame.home).returncode == 0
    assert artframe("user", "remove", "ada", "--yes", home=frame.home).returncode == 66
    refused = artframe("user", "remove", "ada", home=frame.home)
    assert refused.returncode == 64 and "--yes" in refused.stderr
