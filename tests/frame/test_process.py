"""What the frame's process loads, and what it still knows after a reboot."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.frame.conftest import Album
from tests.frame.running import Running, environment, eventually

pytestmark = pytest.mark.parametrize("album", ["3.0"], indirect=True)
SCREEN = "pygame"


CHATTY = """
import logging
from artframe.plugin import Plugin, PluginSettings, Secret, setting

class Made(Plugin):
    class Settings(PluginSettings):
        key: Secret = setting(title="key", help="what it cannot keep to itself")

    def start(self):
        self.log.warning("my key is %s", self.settings.key.reveal())
        logging.getLogger("urllib3").warning("header x-api-key: %s", self.settings.key.reveal())
"""


def loaded(frame: Running) -> str:
    """Every library file that the process has mapped."""
    assert frame.process is not None
    return Path(f"/proc/{frame.process.pid}/maps").read_text().lower()


def last_good(frame: Running) -> str:
    """When the last good sync began; empty while none is known."""
    return next((row["last_good"] or "" for row in frame.result("job", "list")), "")


def test_a_headless_frame_never_loads_pygame(frame: Running, album: Album) -> None:
    frame.write("frame.json", {"display": {"panel": "screen", "transition": "fade", "interval_seconds": 3600}})
    frame.configure("family", **album.settings)
    frame.start(["--headless"])
    frame.wait_for_photos(6)
    frame.wait_for_photo()
    frame.result("photo", "next")
    frame.result("diagnostics")
    assert SCREEN not in loaded(frame)
    assert "libsdl" not in loaded(frame)
    assert "_imaging" in loaded(frame), "what is loaded shows in the maps"


def test_asking_a_frame_loads_nothing_heavy(frame: Running, album: Album) -> None:
    frame.start()
    script = (
        "import sys, artframe.__main__ as command;"
        "code = command.main(['--home', sys.argv[1], 'status']);"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr); sys.exit(code)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", script, str(frame.home)], capture_output=True, text=True, timeout=60, env=environment()
    )
    assert asked.returncode == 0
    heavy = {"pygame", "PIL", "numpy", "pydantic", "requests", "apscheduler", "watchdog", "sqlite3", "rich", "asyncio"}
    assert not heavy & set(asked.stderr.split())


def test_a_reboot_alone_brings_no_sync_and_a_missed_one_is_made_up_for(frame: Running, album: Album) -> None:
    frame.configure("family", **{**album.settings, "sync_interval_hours": 6})
    frame.start()
    frame.wait_for_photos(6)
    good = eventually(lambda: last_good(frame), "the sync has ended")
    assert frame.stop() == 0
    frame.start()
    eventually(lambda: [one["state"] for one in frame.status()["plugins"]] == ["running"], "the plugin runs")
    (row,) = eventually(lambda: frame.result("job", "list"), "the job is there")
    assert (row["last_good"], row["running"]) == (good, False)
    assert timedelta(hours=5) < datetime.fromisoformat(row["next_due"]) - datetime.fromisoformat(good)
    assert frame.stop() == 0

    history = frame.home / "state" / "jobs.json"
    old = datetime.fromisoformat(good) - timedelta(days=9)
    history.write_text(history.read_text().replace(good[:10], f"{old:%Y-%m-%d}"))
    metadata = frame.home / "plugins" / "immich" / "family" / "sync_metadata.json"
    count = json.loads(metadata.read_text())["sync_count"]
    frame.start()
    eventually(lambda: last_good(frame) > good, "what was missed runs soon after the start")
    assert json.loads(metadata.read_text())["sync_count"] == count + 1


def test_other_settings_reach_what_is_shown_without_a_restart(frame: Running, album: Album) -> None:
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photos(6)
    eventually(lambda: "shuffled" in frame.wait_for_photo()["reason"], "a shuffled photo")
    frame.configure("family", **{**album.settings, "selection_mode": "newest"})
    eventually(lambda: "newest" in frame.result("photo", "next")["photo"]["reason"], "the order is another one")
    frame.write("frame.json", {"name": "Hallway", "display": {"interval_seconds": 120, "transition": "cut"}})
    eventually(lambda: frame.status()["name"] == "Hallway", "the frame has its new name")
    eventually(lambda: 0 < frame.result("photo", "current")["next_in_seconds"] <= 120, "the interval is shorter")


def test_what_a_plugin_says_of_its_secrets_is_masked_in_the_log(frame: Running, album: Album) -> None:
    frame.install("chatty", CHATTY)
    frame.configure("attic", "chatty", key="never-to-be-seen")
    frame.start()
    eventually(lambda: "x-api-key: ********" in frame.output, "the plugin has said it")
    frame.configure("attic", "chatty", key="another-one-unseen")
    eventually(lambda: frame.output.count("x-api-key: ********") == 2, "the new settings are in force")
    for secret in ("never-to-be-seen", "another-one-unseen"):
        assert secret not in frame.output
        assert secret not in (frame.home / "logs" / "artframe.log").read_text()
