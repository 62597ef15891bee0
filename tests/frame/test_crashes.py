"""A plugin that breaks, in whatever way, costs the others nothing: the whole frame in a process of its own."""

from __future__ import annotations

import contextlib

import pytest

from tests.frame.conftest import Album
from tests.frame.running import Running, eventually

pytestmark = pytest.mark.parametrize("album", ["3.0"], indirect=True)

DEADLY = """
import os
from pathlib import Path
from artframe.plugin import Plugin, PluginSettings, job, setting

class Made(Plugin):
    class Settings(PluginSettings):
        trap: str = setting(title="trap", help="while this file is there, its start kills the process")

    def start(self):
        if Path(self.settings.trap).exists():
            os.kill(os.getpid(), 9)

    @job()
    def die(self):
        os.kill(os.getpid(), 9)
"""
BUGGY = """
from artframe.plugin import Plugin

class Made(Plugin):
    def start(self):
        return {}["a key that is not there"]
"""
UNLOADABLE = "raise SystemExit('this module wants to end the process')\n"


def states(frame: Running) -> dict[str, str]:
    return {plugin["instance"]: plugin["state"] for plugin in frame.status()["plugins"]}


def ended(frame: Running) -> bool:
    return frame.process is not None and frame.process.poll() is not None


def settled(frame: Running, instance: str) -> bool:
    """Whether it is decided what becomes of this plugin."""
    with contextlib.suppress(ValueError):  # it ended instead of answering
        return frame.answers() and states(frame).get(instance) not in (None, "starting", "stopped")
    return False


def test_broken_plugins_are_named_and_the_album_goes_on(frame: Running, album: Album) -> None:
    frame.install("buggy", BUGGY)
    frame.install("unloadable", UNLOADABLE)
    frame.configure("attic", "buggy")
    frame.configure("cellar", "unloadable")
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photos(6)
    eventually(lambda: states(frame).get("attic") == "failed", "the bug is found")
    assert states(frame)["family"] == "running"
    told = "\n".join(frame.problems())
    assert "attic" in told
    assert "cellar" in told
    assert frame.output.count("Traceback") <= 2, "a bug is told with its traceback once"
    assert frame.wait_for_photo()
    assert frame.stop() == 0


def test_a_plugin_that_kills_the_process_at_its_start_is_held_back_alone(frame: Running, album: Album) -> None:
    trap = frame.home.with_name("trap")
    trap.touch()
    frame.install("deadly", DEADLY)
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photos(6)
    frame.configure("attic", "deadly", trap=str(trap))
    assert frame.end() == -9, "the new file is started at once"
    for crashes in range(2, 5):
        frame.launch()
        eventually(lambda: ended(frame) or settled(frame, "attic"), "it dies or stays")
        if not ended(frame):
            break
        assert crashes < 4, frame.output
    assert frame.wait_for_photo(), "the pictures go on"
    eventually(lambda: states(frame)["family"] == "running", "the album is no part of it")
    assert any("attic" in line and "twice" in line for line in frame.problems()), frame.problems()
    trap.unlink()
    assert frame.result("plugin", "retry", "attic")["state"] == "running"
    assert not [line for line in frame.problems() if "attic" in line]


def test_a_crash_loop_without_a_suspect_ends_in_safe_mode(frame: Running, album: Album) -> None:
    frame.install("deadly", DEADLY)
    frame.configure("family", **album.settings)
    frame.configure("attic", "deadly", trap=str(frame.home.with_name("no trap")))
    frame.start()
    frame.wait_for_photos(6)
    assert frame.stop() == 0
    for _ in range(3):
        frame.start()
        eventually(lambda: set(states(frame).values()) == {"running"} and len(states(frame)) == 2, "both have started")
        with pytest.raises(ValueError, match="not enough values"):  # instead of an answer
            frame.ask("job", "run", "attic/die")
        assert frame.end() == -9
    frame.start()
    assert frame.wait_for_photo(), "pictures need no plugin"
    eventually(lambda: len(states(frame)) == 2 and "running" not in states(frame).values(), "no plugin is started")
    assert any("safe mode" in plugin["reason"] for plugin in frame.status()["plugins"])
    assert frame.result("plugin", "retry", "family")["state"] == "running", "a person may start one"
    assert frame.stop() == 0
    frame.start()
    eventually(lambda: set(states(frame).values()) == {"running"}, "a stop on purpose ends safe mode")
