"""What a person types while the frame runs: every command, its exit code, its progress, and Ctrl-C."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.immich.simulator import Simulator
from tests.frame.conftest import Album, album_on
from tests.frame.running import PATIENCE, Running, artframe, environment, eventually

PATIENT = """
from pathlib import Path
from threading import Event
from artframe.plugin import Plugin, PluginSettings, job, setting

class Made(Plugin):
    class Settings(PluginSettings):
        gate: str = setting(title="gate", help="the work goes on while this file is not there")

    @job()
    def work(self, task):
        task.plan(7)
        task.step(3)
        while not Path(self.settings.gate).exists():
            task.say("waiting for the gate")
            self.frame.clock.wait(Event(), 0.02)
        task.step(4)
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Album]]:
    """A frame with its album and one patient plugin."""
    folder = tmp_path_factory.mktemp("house")
    with Simulator(folder / "immich", "3.0") as server:
        album = album_on(server)
        frame = Running(folder / "home")
        frame.install("patient", PATIENT)
        frame.write("frame.json", {"display": {"interval_seconds": 3600, "transition": "cut"}})
        frame.configure("family", **album.settings)
        frame.configure("attic", "patient", gate=str(folder / "gate"))
        frame.start()
        try:
            frame.wait_for_photos(6)
            frame.wait_for_photo()
            yield frame, album
        finally:
            frame.kill()


@pytest.fixture
def frame(house: tuple[Running, Album]) -> Running:
    return house[0]


@pytest.fixture
def gate(frame: Running) -> Iterator[Path]:
    """While this file is not there, the patient plugin's work goes on."""
    file = frame.home.with_name("gate")
    yield file
    file.unlink(missing_ok=True)


@pytest.mark.parametrize(
    "words",
    [
        "status",
        "plugin list",
        "plugin check family",
        "plugin reload family",
        "config check",
        "config show",
        "config show family",
        "config history family",
        "photo current",
        "photo next",
        "photo previous",
        "photo pause",
        "photo resume",
        "job list",
        "job run family/sync",
        "job history",
        "job history family/sync",
        "library stats",
        "diagnostics",
        "family albums",
    ],
)
def test_every_command_answers_a_person_and_a_script(frame: Running, words: str) -> None:
    for_people = artframe(*words.split(), home=frame.home)
    assert (for_people.returncode, for_people.stderr) == (0, "")
    assert for_people.stdout.strip()
    for_scripts = artframe(*words.split(), "--json", home=frame.home)
    assert for_scripts.returncode == 0
    json.loads(for_scripts.stdout)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("photo", 0),
        ("nonsense", 64),
        ("photo nxt", 64),
        ("plugin retry nobody", 66),
        ("plugin retry family", 1),
        ("logs --count 0", 64),
        ("photo history --count -1", 64),
        ("job history --count 0", 64),
        ("job statistics --days 0", 64),
        ("job run nobody/sync", 66),
        ("config show famly", 66),
        ("config rollback family 999", 66),
    ],
)
def test_the_exit_code_tells_scripts_what_was_wrong_with_the_words(frame: Running, words: str, code: int) -> None:
    answer = artframe(*words.split(), home=frame.home)
    assert answer.returncode == code, answer
    assert bool(answer.stderr) == bool(code)
    if code:
        assert json.loads(artframe(*words.split(), "--json", home=frame.home).stdout)["error"]["exit_code"] == code


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("job run family/snc", "family/sync"),
        ("job cancel family/snc", "family/sync"),
        ("job history family/snc", "family/sync"),
        ("job statistics family/snc", "family/sync"),
        ("plugin check famly", "family"),
        ("plugin reload famly", "family"),
        ("plugin confirm famly --yes", "family"),
        ("plugin choices famly albums", "family"),
        ("plugin disable famly", "family"),
        ("plugin add immch new", "immich"),
        ("logs --plugin famly", "family"),
        ("config get fram display.fit", "frame"),
        ("secret delete nothing", ""),
        ("photo hide family nothing", ""),
        ("user remove nobody --yes", ""),
        ("token remove nobody", ""),
        ("session end nothing", ""),
        ("ssh-key remove SHA256:nothing --yes", ""),
        ("backup undo --yes", ""),
    ],
)
def test_what_is_not_there_has_one_exit_code_whatever_it_is(frame: Running, words: str, near: str) -> None:
    answer = artframe(*words.split(), home=frame.home)
    assert answer.returncode == 66, answer
    assert ("did you mean" in answer.stderr) == bool(near)
    assert not near or f"did you mean '{near}'?" in answer.stderr


def test_a_job_that_did_not_go_well_tells_scripts(house: tuple[Running, Album]) -> None:
    frame, album = house
    album.server.faults.status(503)
    away = artframe("job", "run", "family/sync", home=frame.home)
    album.server.faults.clear()
    assert away.returncode == 75, away
    assert "tried again soon" in away.stdout
    eventually(lambda: artframe("job", "run", "family/sync", home=frame.home).returncode == 0, "it goes well again")


def test_a_running_job_shows_how_far_it_is_on_a_terminal(frame: Running, gate: Path) -> None:
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "artframe", "--home", str(frame.home), "job", "run", "attic/work"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, env=environment(TERM="xterm")) as process:
        os.close(terminal)
        seen = b""
        while b"3/7" not in seen or b"waiting for the gate" not in seen:
            ready, _, _ = select.select([screen], [], [], PATIENCE)
            assert ready, seen
            seen += os.read(screen, 4096)
        gate.touch()
        output, _ = process.communicate(timeout=PATIENCE)
    os.close(screen)
    assert process.returncode == 0
    assert b"attic/work: done" in output


def test_progress_goes_nowhere_else_than_to_a_terminal(frame: Running, gate: Path) -> None:
    gate.touch()
    run = artframe("job", "run", "attic/work", "--json", home=frame.home)
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["done"] == 7


def test_ctrl_c_leaves_the_job_running_and_says_how_to_end_it(frame: Running, gate: Path) -> None:
    command = [sys.executable, "-m", "artframe", "--home", str(frame.home), "job", "run", "attic/work"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        eventually(lambda: work(frame)["running"], "the job runs")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"'artframe job cancel' ends it" in told
    assert b"Traceback" not in told
    assert work(frame)["running"], "the job belongs to the frame, not to who asked for it"
    assert artframe("job", "cancel", "attic/work", home=frame.home).returncode == 0
    eventually(lambda: not work(frame)["running"], "the job has ended")
    assert work(frame)["outcome"] == "cancelled"


def test_who_waits_for_a_cancelled_job_is_told(frame: Running, gate: Path) -> None:
    command = [sys.executable, "-m", "artframe", "--home", str(frame.home), "job", "run", "attic/work"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        eventually(lambda: work(frame)["running"], "the job runs")
        frame.result("job", "cancel", "attic/work")
        told, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"stopped on request" in told


def work(frame: Running) -> dict[str, object]:
    """The row of the patient plugin's job."""
    (row,) = (row for row in frame.result("job", "list") if row["job"] == "attic/work")
    assert isinstance(row, dict)
    return row
