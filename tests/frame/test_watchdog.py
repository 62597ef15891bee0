"""A main thread that hangs in its panel: told, and under systemd the process ends so that a new one shows pictures."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.frame.running import PATIENCE, Running, environment, eventually

HANGING = """
import threading
from artframe.display.panels.png import PngPanel

stuck = threading.Event()

class Made(PngPanel):
    def show(self, frame, badge=None):
        stuck.set()
        threading.Event().wait()
"""
SCRIPT = """
import sys, threading
from pathlib import Path
import hanging
from artframe.frame import ArtFrame, PanelChoice
from artframe.testing import ManualClock

clock = ManualClock()

def let_time_pass():
    hanging.stuck.wait()
    while True:
        clock.wait_for_sleepers(1, 60)
        clock.advance(5)
        threading.Event().wait(0.02)

threading.Thread(target=let_time_pass, daemon=True).start()
ArtFrame(Path(sys.argv[1]), PanelChoice(name="hanging"), clock=clock).run()
"""


@pytest.fixture
def hang(frame: Running) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a frame whose panel never comes back from showing a picture."""
    frame.install("hanging", HANGING, group="artframe.panels")

    def start(**more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SCRIPT, str(frame.home)]
        surroundings = environment(frame.kinds, **more)
        started.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=surroundings))
        return started[0]

    started: list[subprocess.Popen[str]] = []
    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=PATIENCE)


def test_systemd_is_given_the_chance_to_start_anew(hang: Callable[..., subprocess.Popen[str]]) -> None:
    process = hang(INVOCATION_ID="0123")
    _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 70
    assert "the display has presented nothing for" in log
    assert "in show" in log, "the log says where it hangs"


def test_elsewhere_it_is_a_problem_and_everything_else_goes_on(
    frame: Running, hang: Callable[..., subprocess.Popen[str]]
) -> None:
    process = hang()
    eventually(frame.answers, "the frame answers although its display hangs")
    eventually(lambda: any("presented nothing" in line for line in frame.problems()), "the stall is told")
    assert process.poll() is None
