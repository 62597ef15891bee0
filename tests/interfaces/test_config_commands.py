"""The files of the configuration by command, as typed into a shell: the same with a running frame and without one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from artframe.config.home import init_home
from tests.frame.running import PATIENCE, Running, artframe, environment, eventually

LAMP = """
from pathlib import Path
from artframe.plugin import Plugin, PluginSettings, Secret, setting

class Made(Plugin):
    class Settings(PluginSettings):
        '''What a lamp needs.'''

        witness: str = setting(title="witness", help="where it writes what it was started with")
        key: Secret = setting(title="key", help="what opens it")
        rooms: tuple[str, ...] = setting((), title="rooms", help="where it shines")
        brightness: int = setting(5, title="brightness", ge=0, le=10)

    def start(self):
        said = f"{self.settings.key.reveal()} {self.settings.brightness} {','.join(self.settings.rooms)}"
        Path(self.settings.witness).write_text(said)
"""
KEY = "kEy-from-the-start"


class House:
    """A home with one lamp, and a person at a shell."""

    def __init__(self, folder: Path, *, runs: bool) -> None:
        self.frame = Running(folder / "home")
        self.runs = runs
        self.folder = folder
        self.said: list[str] = []
        init_home(self.frame.home)
        self.frame.install("lamp", LAMP)
        self.frame.write("frame.json", {"name": "Hall", "display": {"fit": "cover"}})
        self.frame.configure("hall", "lamp", witness=str(folder / "hall"), key=KEY)
        if runs:
            self.frame.start()
            self.lit("hall", f"{KEY} 5 ")

    def file(self, name: str) -> Path:
        return self.frame.home / "config" / name

    def content(self, name: str) -> Any:
        return json.loads(self.file(name).read_text())

    def run(self, *words: str, code: int = 0, typed: str = "") -> str:
        """What a person sees; whatever it is, no secret is in it."""
        done = subprocess.run(
            [sys.executable, "-m", "artframe", "--home", str(self.frame.home), *words],
            capture_output=True,
            text=True,
            input=typed,
            timeout=PATIENCE,
            env=environment(self.frame.kinds),
        )
        assert done.returncode == code, (words, done)
        assert "Traceback" not in done.stderr
        assert "kEy" not in done.stdout + done.stderr
        return done.stdout + done.stderr

    def json(self, *words: str, code: int = 0, typed: str = "") -> Any:
        """What a script gets."""
        return json.loads(self.run(*words, "--json", code=code, typed=typed))

    def lit(self, instance: str, said: str) -> None:
        """The lamp was started with these settings, if a frame runs."""
        if self.runs:
            file = self.folder / instance
            eventually(lambda: file.exists() and file.read_text() == said, f"{instance} goes by {said}")


@pytest.fixture(params=[True, False], ids=["with a running frame", "without a frame"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, runs=request.param)
    yield house
    house.frame.kill()


def test_settings_are_looked_at_and_changed_one_by_one_and_take_effect_at_once(house: House) -> None:
    assert house.run("config", "get", "frame", "display.fit") == "cover\n"
    assert house.run("config", "get", "hall", "brightness") == "5\n"
    assert house.json("config", "get", "hall", "key") == {
        "file": "plugins/hall.json", "path": "settings.key", "value": "********", "is_set": True,
    }  # fmt: skip
    assert "settings.brightness is 7" in house.run("config", "set", "hall", "brightness", "7")
    house.lit("hall", f"{KEY} 7 ")
    assert "frame.json says so already" in house.run("config", "set", "frame", "name", "Hall")
    house.run("config", "unset", "hall", "brightness")
    house.lit("hall", f"{KEY} 5 ")
    assert "did you mean display.rotation?" in house.run("config", "get", "frame", "rotation", code=64)
    assert "at most 10" not in house.run("config", "set", "hall", "brightness", "-1", code=78)
    assert house.run("config", "check") == "all configuration files are fine\n"


def test_several_settings_change_at_once_or_not_at_all(house: House) -> None:
    done = house.json("config", "change", "hall", 'rooms=["a","b"]', "brightness=9", "key=kEy-typed")
    assert done["secrets"] == {"settings.key": "hall-key"}
    assert house.content("secrets.json")["hall-key"] == "kEy-typed"
    house.lit("hall", "kEy-typed 9 a,b")
    refused = house.json("config", "change", "hall", "brightness=11", "rooms=5", "key=kEy-other", code=78)["error"]
    assert {problem["path"] for problem in refused["problems"]} == {"settings.brightness", "settings.rooms"}
    assert house.content("secrets.json")["hall-key"] == "kEy-typed"
    assert house.json("config", "history", "hall")["versions"][0]["size"] > 100


def test_a_file_is_taken_out_edited_and_put_back_with_its_secrets(house: House) -> None:
    shown = house.json("config", "text", "hall")
    edited = house.folder / "edited.json"
    edited.write_text(shown["text"].replace('"settings": {', '"settings": {"brightness": 8,'))
    assert '+    "brightness": 8,' in house.run("config", "preview", "hall", str(edited))
    house.run("config", "write", "hall", str(edited), "--basis", shown["basis"])
    house.lit("hall", f"{KEY} 8 ")
    assert house.content("plugins/hall.json")["settings"]["key"] == KEY
    edited.write_text(shown["text"].replace("}", "", 1))
    assert "hall.json:" in house.run("config", "write", "hall", str(edited), code=78)


def test_of_two_editors_the_second_is_told_and_shown_both_versions(house: House) -> None:
    basis = house.json("config", "text", "hall")["basis"]
    house.run("config", "change", "hall", "brightness=1", "--basis", basis)
    house.lit("hall", f"{KEY} 1 ")
    refused = house.json("config", "change", "hall", "brightness=2", "--basis", basis, code=78)["error"]
    assert "changed by somebody else" in refused["message"]
    assert '"brightness": 1' in refused["conflict"]["theirs"]
    assert '"brightness": 2' in refused["conflict"]["ours"]
    assert house.content("plugins/hall.json")["settings"]["brightness"] == 1
    house.run("config", "change", "hall", "brightness=2", "--basis", refused["conflict"]["basis"])
    house.lit("hall", f"{KEY} 2 ")


def test_the_form_tells_a_script_everything_and_a_person_what_matters(house: House) -> None:
    form = house.json("config", "form", "hall")
    assert [(one["path"], one["widget"], one["has_secret"]) for one in form["fields"]] == [
        ("settings.witness", "text", False),
        ("settings.key", "secret", True),
        ("settings.rooms", "list", False),
        ("settings.brightness", "number", False),
    ]
    assert "settings.brightness = 5 (default)" in house.run("config", "form", "hall")
    assert "settings.key = no secret" in house.run("config", "form", "--kind", "lamp")
    assert "did you mean 'lamp'?" in house.run("config", "form", "--kind", "lmap", code=66)
    assert "Display\n  display.panel = auto" in house.run("config", "form")


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("config get fram", "frame"),
        ("config set fram name Hall", "frame"),
        ("config form hal", "hall"),
        ("config history fram", "frame"),
        ("config rollback hall 99", ""),
        ("config diff hall 99", ""),
        ("plugin enable hal", "hall"),
        ("plugin remove hal --yes", "hall"),
        ("secret delete hall-kee", "hall-key"),
    ],
)
def test_what_is_not_there_is_refused_in_the_same_way_whatever_it_is(house: House, words: str, near: str) -> None:
    house.run("config", "set", "hall", "key", "kEy-stored")
    said = house.run(*words.split(), code=66)
    assert ("did you mean" in said) == bool(near)
    assert not near or f"did you mean '{near}'?" in said


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("config get frame display.fi", ["display.fit"]),
        ("config set frame display.in", ["display.interval_seconds"]),
        ("config unset frame.json nam", ["name"]),
        ("config set hall ", ["settings.brightness", "settings.key", "settings.rooms", "settings.witness"]),
        ("config get hall settings.b", ["settings.brightness"]),
        ("config get nobody ", []),
        ("config set secrets ", []),
        ("config set broken ", []),
    ],
)
def test_settings_are_completed_from_the_form_of_their_file(house: House, line: str, expected: list[str]) -> None:
    house.frame.write("plugins/broken.json", "{")
    found = house.run("complete", f"artframe {line}").split()
    assert [word for word in found if word != "--help"] == expected


def test_a_plugin_comes_rests_works_and_goes(house: House) -> None:
    witness = f"witness={house.folder / 'attic'}"
    assert "did you mean 'lamp'?" in house.run("plugin", "add", "lmap", "attic", code=66)
    assert '"key" is missing' in house.run("plugin", "add", "lamp", "attic", witness, "--disabled", code=78)
    assert "stored in secrets.json as attic-key" in house.run("plugin", "add", "lamp", "attic", witness, "key=kEy-2")
    house.lit("attic", "kEy-2 5 ")
    assert "attic is disabled" in house.run("plugin", "disable", "attic")
    (house.folder / "attic").unlink(missing_ok=True)
    assert "attic is enabled" in house.run("plugin", "enable", "attic")
    house.lit("attic", "kEy-2 5 ")
    house.run("plugin", "duplicate", "attic", "cellar")
    assert house.json("secret", "list") == [{"name": "attic-key", "used_by": ["attic", "cellar"]}]
    assert "say --yes" in house.run("plugin", "remove", "cellar", code=64)
    told = house.run("plugin", "remove", "cellar", "--yes")
    assert "its photos and data stay on the disk" in told
    assert not house.file("plugins/cellar.json").exists()
    house.run(*told.rpartition("artframe ")[2].split())
    assert house.content("plugins/cellar.json") == house.content("plugins/attic.json")


def test_a_secret_is_set_without_being_seen_and_reaches_its_plugin_at_once(house: House) -> None:
    house.run("config", "set", "hall", "key", "kEy-1")
    house.lit("hall", "kEy-1 5 ")
    assert "hall goes by it at once" in house.run("secret", "set", "hall-key", typed="kEy-3\n")
    house.lit("hall", "kEy-3 5 ")
    assert house.content("secrets.json")["hall-key"] == "kEy-3"
    assert "used by hall; it was not deleted" in house.run("secret", "delete", "hall-key", code=1)
    house.run("secret", "set", "spare", typed="kEy-4\n")
    assert house.run("secret", "delete", "spare") == "the secret spare is deleted\n"
    assert house.run("secret", "list") == "hall-key  used by hall\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("config", "get", "../secrets", "x"), 66),
        (("config", "set", "hall", "..", "x"), 64),
        (("config", "set", "hall", "a[", "x"), 64),
        (("config", "change", "hall", "kEy"), 64),
        (("config", "change", "hall"), 64),
        (("config", "text", "nobody"), 66),
        (("config", "write", "hall", "/does/not/exist"), 66),
        (("config", "rollback", "hall", "../../x"), 66),
        (("plugin", "add", "lamp", "../x"), 64),
        (("plugin", "enable", "../../secrets"), 66),
        (("secret", "delete", "../x"), 66),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_what_makes_no_sense_is_refused_with_a_reason_and_changes_nothing(
    still: House, words: tuple[str, ...], code: int
) -> None:
    before = {path: path.read_bytes() for path in still.file("").rglob("*.json")}
    assert still.run(*words, code=code).startswith("artframe: ")
    assert {path: path.read_bytes() for path in still.file("").rglob("*.json")} == before


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house that nobody changes."""
    return House(tmp_path_factory.mktemp("still"), runs=False)


def test_a_home_that_is_none_yet_is_not_made_by_looking(tmp_path: Path) -> None:
    for words in (("config", "get", "frame", "name"), ("secret", "list"), ("plugin", "add", "immich", "x")):
        assert artframe(*words, home=tmp_path / "home").returncode == 69
    assert not (tmp_path / "home").exists()
