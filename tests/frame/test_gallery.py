"""What was shown, what is never shown again, and what it looks like: asked of a whole frame by its commands."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from artframe.immich.simulator import Simulator
from artframe.interfaces.cli import ask
from tests.frame.conftest import SECRET_COLOURS, Album, album_on
from tests.frame.running import Running, artframe, eventually


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Album]]:
    folder = tmp_path_factory.mktemp("house")
    with Simulator(folder / "immich", "3.0") as server:
        album = album_on(server)
        frame = Running(folder / "home")
        frame.write(
            "frame.json", {"display": {"interval_seconds": 3600, "fit": "cover", "transition": "cut", "panel": "png"}}
        )
        frame.configure("family", **album.settings)
        frame.start()
        try:
            frame.wait_for_photos(6)
            frame.wait_for_photo()
            yield frame, album
        finally:
            frame.kill()


@pytest.fixture
def frame(house: tuple[Running, Album]) -> Iterator[Running]:
    yield house[0]
    for one in house[0].result("photo", "hidden"):
        house[0].result("photo", "unhide", one["source"], one["id"])
    house[0].result("display", "wake")


def picture(frame: Running, *words: str) -> tuple[dict[str, Any], Image.Image]:
    """A command whose answer is a file: what is told of the file, and the picture in it."""
    for answer in ask(frame.home, words):
        assert "attachment" in answer, answer
        return answer["attachment"], Image.open(io.BytesIO(_whole(answer["content"], answer["attachment"]["size"])))
    raise AssertionError("no answer")


def _whole(content: Any, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += content.read(size - len(data))
    return data


def nearest(found: Any) -> int:
    """Which of the album's colours it is."""
    return min(
        range(len(SECRET_COLOURS)),
        key=lambda n: sum(abs(a - b) for a, b in zip(SECRET_COLOURS[n], found, strict=True)),
    )


def colour_of(photo: dict[str, Any]) -> int:
    return int(photo["name"].removeprefix("IMG_").removesuffix(".jpg"))


def test_history_begins_with_what_is_shown_and_goes_back_over_a_restart(frame: Running) -> None:
    shown = [frame.result("photo", "next")["photo"]["id"] for _ in range(3)]
    before = frame.result("photo", "history")
    assert [row["id"] for row in before][:3] == shown[::-1]
    assert {
        "source",
        "id",
        "name",
        "taken_at",
        "caption",
        "place",
        "people",
        "album",
        "shown_at",
        "reason",
        "here",
    } <= {*before[0]}
    assert before[0]["here"] and not before[0]["hidden"] and before[0]["album"] == "Living room"
    frame.stop()
    frame.start()
    now = frame.wait_for_photo()
    after = frame.result("photo", "history")
    assert after[0]["id"] == now["id"]
    assert [row["id"] for row in after][1:4] == shown[::-1]
    assert len(frame.result("photo", "history", "--count", "2")) == 2
    went_back = frame.result("photo", "previous")["photo"]["id"]
    assert frame.result("photo", "history")[0]["id"] == went_back, "what is seen stands first in any case"


def test_hide_takes_the_photo_from_the_wall_for_good_and_unhide_brings_it_back(frame: Running) -> None:
    hidden = frame.wait_for_photo()
    answer = frame.result("photo", "hide")
    assert answer["hidden"]["id"] == hidden["id"]
    assert answer["photo"]["id"] != hidden["id"]
    assert nearest(frame.centre()) == colour_of(answer["photo"])
    assert frame.result("photo", "hide", "family", answer["photo"]["id"])["photo"]["id"] != hidden["id"]
    frame.stop()
    frame.start()
    frame.wait_for_photo()
    seen = {frame.result("photo", "next")["photo"]["id"] for _ in range(8)}
    assert len(seen) == 4 and hidden["id"] not in seen
    assert frame.ask("job", "run", "family/sync")["result"]["outcome"] == "good"
    assert frame.status()["photos"] == 6, "hidden is not gone"
    (stats,) = frame.result("library", "stats")["sources"]
    assert (stats["here"], stats["hidden"]) == (6, 2)
    rows = frame.result("photo", "hidden")
    assert [row["id"] for row in rows][1] == hidden["id"] and all(row["here"] for row in rows)
    assert rows[1]["name"] == hidden["name"]
    assert len(list((frame.home / "plugins").rglob("*.jpg"))) == 6
    for row in rows:
        frame.result("photo", "unhide", row["source"], row["id"])
    assert hidden["id"] in {frame.result("photo", "next")["photo"]["id"] for _ in range(12)}


def test_with_all_photos_hidden_the_card_says_so(frame: Running) -> None:
    for _ in range(6):
        answer = frame.result("photo", "hide")
    assert answer["photo"] is None
    assert "hidden" in frame.ask("photo", "hidden")["text"]
    refused = frame.ask("photo", "hide")["error"]
    assert refused["exit_code"] == 66 and "no photo is shown" in refused["message"]
    one = frame.result("photo", "hidden")[0]
    frame.result("photo", "unhide", one["source"], one["id"])
    assert eventually(frame.photo, "it is shown again")["id"] == one["id"]


def test_a_screenshot_shows_what_is_on_the_wall(frame: Running) -> None:
    photo = frame.result("photo", "next")["photo"]
    told, seen = picture(frame, "display", "screenshot")
    assert (told["name"], told["media_type"]) == ("screen.jpg", "image/jpeg")
    assert seen.size == (1920, 1080)
    assert nearest(seen.getpixel((960, 540))) == colour_of(photo)
    told, seen = picture(frame, "display", "screenshot", "--format", "png", "--width", "480")
    assert (told["media_type"], seen.format, seen.size) == ("image/png", "PNG", (480, 270))


def test_asleep_is_black_until_woken_and_over_a_restart_awake(frame: Running) -> None:
    assert frame.result("display", "sleep") == {"asleep": True}
    current = frame.result("photo", "current")
    assert current["asleep"] and current["next_in_seconds"] is None
    assert frame.status()["asleep"]
    assert picture(frame, "display", "screenshot")[1].getbbox() is None
    assert frame.result("display", "wake") == {"asleep": False}
    assert picture(frame, "display", "screenshot")[1].getbbox() is not None
    frame.result("display", "sleep")
    frame.stop()
    frame.start()
    assert not frame.result("photo", "current")["asleep"]


def test_a_thumbnail_of_a_photo_by_its_id_and_of_nothing_else(frame: Running) -> None:
    photo = frame.wait_for_photo()
    told, small = picture(frame, "photo", "thumbnail", "family", photo["id"], "--size", "160")
    assert (told["media_type"], small.size) == ("image/jpeg", (160, 100))
    assert nearest(small.getpixel((80, 50))) == colour_of(photo)
    for words in (("family", "nobody"), ("family", "../../../../etc/passwd"), ("../family", photo["id"])):
        refused = frame.ask("photo", "thumbnail", *words)["error"]
        assert refused["exit_code"] == 66, refused
    assert frame.ask("photo", "thumbnail", "family", photo["id"], "--size", "99999")["error"]["exit_code"] == 64
    assert all(path.stat().st_mode & 0o077 == 0 for path in (frame.home / "cache" / "thumbnails").rglob("*.jpg"))


@pytest.mark.parametrize(
    "words", ["photo history", "photo hide", "photo hidden", "display sleep", "display wake", "job statistics"]
)
def test_every_command_answers_a_person_and_a_script(frame: Running, words: str) -> None:
    for_people = artframe(*words.split(), home=frame.home)
    assert (for_people.returncode, for_people.stderr) == (0, "")
    assert for_people.stdout.strip()
    for_scripts = artframe(*words.split(), "--json", home=frame.home)
    assert for_scripts.returncode == 0
    json.loads(for_scripts.stdout)


def test_the_first_sync_is_summed_up(frame: Running) -> None:
    (row,) = frame.result("job", "statistics", "family/sync", "--days", "3")
    assert len(row["days"]) == 3
    bytes_here = sum(path.stat().st_size for path in (frame.home / "plugins").rglob("*.jpg"))
    assert sum(day["photos"] for day in row["days"]) == 6
    assert sum(day["bytes"] for day in row["days"]) == sum(run["bytes"] for run in row["runs"]) == bytes_here


def test_the_list_of_hidden_photos_is_a_file_of_its_own(frame: Running) -> None:
    frame.result("photo", "hide")
    path: Path = frame.home / "state" / "hidden.json"
    assert path.stat().st_mode & 0o777 == 0o600
    (entry,) = json.loads(path.read_text())["hidden"]
    assert entry["source"] == "family"
