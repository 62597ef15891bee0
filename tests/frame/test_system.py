"""A running frame tells how it and its machine are, goes by its time zone, shows its log, and becomes another frame."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.frame.conftest import Album
from tests.frame.running import Running, artframe, environment, eventually

SECRETS = {
    "in secrets.json, used": "uSed-secret-0001",
    "in secrets.json, unused": "unused-secret-0002",
    "in a plugin's file": "plain-secret-0003",
    "in an address": "address-secret-0004",
    "in the environment": "environment-secret-0005",
    "in a broken file": "broken-secret-0006",
}

CHATTY = """
from artframe.plugin import Finding, Plugin, PluginSettings, Secret, job, setting

class Made(Plugin):
    class Settings(PluginSettings):
        key: Secret = setting(title="key", help="what opens it")
        other: Secret = setting(title="other", help="what opens the other one")
        hidden: Secret = setting(title="hidden", help="from the environment")
        url: str = setting(title="url", help="where")

    def start(self):
        for secret in (self.settings.key, self.settings.other, self.settings.hidden):
            self.log.warning("x-api-key: %s", secret.reveal())
        self.log.warning("connecting to %s", self.settings.url)

    def check(self):
        return [Finding(ok=False, text="the server is asleep", hint="wake it")]

    def diagnostics(self):
        return {"key": self.settings.key, "url": self.settings.url}

    @job(cron="30 3 * * *")
    def tidy(self):
        pass
"""


@pytest.fixture
def chatty(frame: Running) -> Running:
    """A frame whose one plugin says all it knows, and that holds a secret in every place there is."""
    frame.install("chatty", CHATTY)
    frame.write(
        "secrets.json",
        {"used": SECRETS["in secrets.json, used"], "unused": SECRETS["in secrets.json, unused"]},
    )
    settings = {
        "key": {"$secret": "used"},
        "other": SECRETS["in a plugin's file"],
        "hidden": {"$env": "FROM_OUTSIDE"},
        "url": f"https://ada:{SECRETS['in an address']}@localhost/x",
    }
    frame.configure("attic", "chatty", **settings)
    broken = {"plugin": "chatty", "settings": {"key": SECRETS["in a broken file"]}}
    frame.write("plugins/broken.json", json.dumps(broken)[:-2])
    frame.start(FROM_OUTSIDE=SECRETS["in the environment"])
    eventually(lambda: frame.output.count("x-api-key") == 3, "the plugin has said all it knows")
    return frame


def test_no_answer_and_no_log_holds_a_secret(chatty: Running) -> None:
    told = {
        words: artframe(*words.split(), home=chatty.home).stdout
        for words in (
            "diagnostics",
            "diagnostics --json",
            "status --json",
            "doctor",
            "doctor --json",
            "system info",
            "logs",
            "logs --json",
            "config text frame",
            "config text secrets",
            "config text attic",
            "config text broken",
            "config show secrets",
            "config check",
        )
    }
    chatty.stop()
    told["logs without a frame"] = artframe("logs", "--count", "500", home=chatty.home).stdout
    told["the log file"] = (chatty.home / "logs" / "artframe.log").read_text()
    told["standard error"] = chatty.output
    for where, secret in SECRETS.items():
        for words, text in told.items():
            assert text.strip(), words
            assert secret not in text, f"{words} shows the secret {where}"


def test_the_diagnostics_hold_what_a_helper_asks_for(chatty: Running) -> None:
    facts = chatty.result("diagnostics")
    assert facts["machine"]["libraries"]["pydantic"]
    assert facts["machine"]["panel"] == {"kind": "png", "width": 1920, "height": 1080}
    assert facts["faces"].keys() >= {"web"}
    assert {finding["area"] for finding in facts["doctor"]["findings"]} >= {"network", "disk", "panel", "settings"}
    assert facts["doctor"]["last"] is None
    chatty.ask("doctor")
    assert chatty.result("diagnostics")["doctor"]["last"]["findings"]
    assert any("x-api-key" in line["message"] for line in facts["log"])


def test_the_doctor_looks_at_the_running_frame_and_asks_every_plugin(chatty: Running) -> None:
    told = artframe("doctor", home=chatty.home)
    assert told.returncode == 1
    assert "attic: the server is asleep" in told.stdout and "wake it" in told.stdout
    assert "plugins/broken.json:1" in told.stdout
    assert "attic: its server localhost is" in told.stdout
    findings = json.loads(artframe("doctor", "--json", home=chatty.home).stdout)["findings"]
    panel = next(one for one in findings if one["area"] == "panel")
    assert panel["ok"] and "1920 x 1080" in panel["text"]
    assert any(one["area"] == "web" and "http://" in one["text"] for one in findings)


def test_the_log_is_shown_and_followed(chatty: Running) -> None:
    command = [sys.executable, "-m", "artframe", "--home", str(chatty.home), "logs", "-f", "--count", "1", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as following:
        try:
            assert following.stdout is not None
            first = json.loads(following.stdout.readline())
            chatty.ask("plugin", "reload", "attic")
            lines = [json.loads(following.stdout.readline())]
            while lines[-1]["message"] != "x-api-key: ********":
                lines.append(json.loads(following.stdout.readline()))
        finally:
            following.terminate()
    assert [line["id"] for line in lines] == list(range(first["id"] + 1, first["id"] + 1 + len(lines)))
    assert lines[-1]["instance"] == "attic" and lines[-1]["level"] == "warning"
    own = artframe("logs", "--plugin", "attic", "--level", "warning", home=chatty.home).stdout
    assert own.count("[attic] x-api-key") >= 6
    assert "starts on" not in own


def test_the_log_reaches_back_before_the_last_start(chatty: Running) -> None:
    chatty.stop()
    chatty.start(FROM_OUTSIDE="another")
    lines = artframe("logs", "--count", "200", home=chatty.home).stdout
    assert lines.count("starts on") == 2
    assert "artframe has ended" in lines


def next_due(frame: Running) -> datetime:
    (row,) = (row for row in frame.result("job", "list") if row["job"] == "attic/tidy")
    return datetime.fromisoformat(row["next_due"])


def local(frame: Running) -> datetime:
    return datetime.fromisoformat(frame.result("system", "info")["time"])


def test_the_time_zone_is_in_force_at_once_for_timetables_texts_and_the_log(chatty: Running) -> None:
    chatty.write("frame.json", {"time_zone": "Asia/Kolkata"})
    eventually(lambda: local(chatty).utcoffset() == timedelta(hours=5.5), "the frame goes by the time of Kolkata")
    eventually(lambda: (next_due(chatty).hour, next_due(chatty).minute) == (22, 0), "03:30 in Kolkata is 22:00 UTC")
    assert "03:30" in chatty.ask("job", "list")["text"]
    assert "+05:30 INFO" in (chatty.home / "logs" / "artframe.log").read_text().splitlines()[-1]
    chatty.write("frame.json", {"time_zone": "Pacific/Auckland"})
    eventually(lambda: next_due(chatty).hour in (14, 15), "03:30 in Auckland is in the afternoon of Greenwich")
    chatty.write("frame.json", {})
    machine = datetime.now(UTC).astimezone().utcoffset()
    eventually(lambda: local(chatty).utcoffset() == machine, "the machine's own zone is back")


def test_a_frame_starts_in_its_time_zone(frame: Running) -> None:
    frame.write("frame.json", {"time_zone": "Asia/Kolkata"})
    frame.start(TZ="America/New_York")
    assert local(frame).utcoffset() == timedelta(hours=5.5)
    assert frame.result("system", "info")["time_zone_setting"] == "Asia/Kolkata"
    frame.write("frame.json", {})
    eventually(lambda: local(frame).tzname() in ("UTC-05:00", "UTC-04:00"), "the zone that it was started with is back")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Running]:
    """Another frame, fresh from its box, already running."""
    running = Running(tmp_path / "fresh" / "home")
    running.start()
    yield running
    running.kill()


@pytest.mark.parametrize("album", ["3.0"], indirect=True)
def test_a_new_frame_becomes_the_old_one_and_its_photos_come_back(
    frame: Running, album: Album, fresh: Running, tmp_path: Path
) -> None:
    frame.write("secrets.json", {"immich": album.key})
    frame.write("frame.json", {"name": "Hall", "time_zone": "Asia/Tokyo", "display": {"interval_seconds": 3600}})
    frame.configure("family", **{**album.settings, "immich_api_key": {"$secret": "immich"}})
    frame.start()
    frame.wait_for_photos(6)
    shown = frame.wait_for_photo()
    frame.result("photo", "hide", shown["source"], shown["id"])
    file = tmp_path / "backup.zip"
    made = artframe("backup", "create", "--output", str(file), home=frame.home)
    assert made.returncode == 0, made
    assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, "whoever has it has the keys"
    frame.stop()

    without = artframe("backup", "restore", str(file), home=fresh.home)
    assert without.returncode == 64 and "--yes" in without.stderr
    done = artframe("backup", "restore", str(file), "--yes", home=fresh.home)
    assert done.returncode == 0, done
    assert album.key not in done.stdout
    fresh.wait_for_photos(6)
    assert fresh.status()["name"] == "Hall"
    assert fresh.wait_for_photo()["id"] != shown["id"]
    assert [one["id"] for one in fresh.result("photo", "hidden")] == [shown["id"]], "hidden again without a restart"
    assert local(fresh).utcoffset() == timedelta(hours=9)
    assert any(run["job"] == "family/sync" for run in fresh.result("job", "history"))

    undone = artframe("backup", "undo", "--yes", home=fresh.home)
    assert undone.returncode == 0, undone
    eventually(lambda: not fresh.status()["plugins"], "the frame is as it was")
    photos = fresh.home / "plugins" / "immich" / "family" / "photos"
    assert len(list(photos.iterdir())) == 6, "no photo was touched"


def test_a_restore_that_a_power_cut_interrupted_is_finished_by_the_next_start(frame: Running) -> None:
    frame.start()
    frame.kill()
    pending: list[dict[str, Any]] = [{"name": "config/frame.json", "before": "", "after": "", "staged": "0000"}]
    old, new = (frame.home / "config" / "frame.json").read_bytes(), b'{"name": "From the backup"}'
    pending[0].update(before=sha256(old).hexdigest(), after=sha256(new).hexdigest())
    folder = frame.home / "state" / "restore"
    folder.mkdir()
    (folder / "0000").write_bytes(new)
    (folder / "plan.json").write_text(json.dumps({"version": 1, "steps": pending}))
    frame.start()
    assert frame.status()["name"] == "From the backup"
    assert not folder.exists()
