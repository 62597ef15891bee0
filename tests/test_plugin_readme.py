"""plugins/README.md is true: its plugin is built, installed beside artframe, run, broken, retried and removed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from artframe.plugin import Frame, PhotoSource, Plugin

ROOT = Path(__file__).parents[1]
README = (ROOT / "plugins" / "README.md").read_text("utf-8")
BLOCKS = [(found[1], found[2]) for found in re.finditer(r"```(\w+)\n(.*?)```", README, re.DOTALL)]
PYTHON = [text for language, text in BLOCKS if language == "python"]
PLUGIN = PYTHON[0]
PYPROJECT = next(text for language, text in BLOCKS if language == "toml")
SETTINGS = json.loads(next(text for language, text in BLOCKS if language == "json"))
SUITES = [text for text in PYTHON if "def test_" in text or "PluginContract" in text]

SCENARIO = """
import sys, threading
from pathlib import Path
from artframe.host.states import State
from artframe.testing import ManualClock, PluginHost
from artframe.testing.traces import Traces

home, stick = Path(sys.argv[1]), Path(sys.argv[2])
host = PluginHost(home, clock=ManualClock())
host.start()
info = host.kinds["usb_pictures"]
assert (info.distribution, info.version) == ("artframe-usb-pictures", "1.0"), info
before = Traces.of(host)

# It fails: the stick is not in. It is tried again, and found when it is.
host.configure("holidays", "usb_pictures", {"folder": str(stick)})
host.wait_for("holidays", State.RETRYING)
[problem] = host.problems.of("holidays")
assert "looks again" in problem.message and problem.hint == "plug the stick in", problem
assert not host.command("plugin check", instance="holidays")["ok"]
(stick / "summer").mkdir(parents=True)
for name in ("sea.jpg", "summer/hills.jpg", "summer/notes.txt"):
    (stick / name).write_bytes(name.encode() * 1000)
host.pass_time(5)
host.wait_for("holidays", State.RUNNING)

# It runs: its pictures are here.
host.witness.wait_until(lambda: host.library.count("holidays") == 2, "two pictures")
assert host.command("plugin check", instance="holidays")["findings"][0]["text"].startswith("2 pictures")
sync = "holidays/sync"
host.witness.wait_until(lambda: not host.jobs.running(), "the end of the sync")
assert not host.problems.of("holidays")

# The stick is pulled out: that is told, nothing is lost, and it is tried again by itself.
stick.rename(stick.with_name("pocket"))
assert host.command("job run", job=sync)["outcome"] == "not_ready"
[problem] = host.problems.of("holidays")
assert problem.message.endswith("showing the 2 photos that are here"), problem
assert host.entry("holidays").state is State.RUNNING
stick.with_name("pocket").rename(stick)
(stick / "new.jpg").write_bytes(b"new")
host.pass_time(10)
host.witness.wait_until(lambda: host.library.count("holidays") == 3, "the new picture")
host.witness.wait_until(lambda: not host.problems.of("holidays"), "the problem to go")

# It is removed: nothing of it is left but what it kept.
host.remove("holidays")
host.wait_until_gone("holidays")
host.witness.wait_until(lambda: not Traces.of(host).more_than(before), "all to be released")
assert not Traces.of(host).more_than(before)
assert not host.problems.of("holidays") and not host.jobs.history.jobs()
assert len(list((home / "plugins" / "usb_pictures" / "holidays" / "photos").iterdir())) == 3
host.stop()
assert host.hung == ()
for thread in set(threading.enumerate()) - {threading.main_thread()}:
    thread.join(60)
assert threading.active_count() == 1, threading.enumerate()
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment on top of the running one, with artframe beside it and the plugin's wheel in it."""
    folder = tmp_path_factory.mktemp("environment")
    source = folder / "usb-pictures"
    source.mkdir()
    (source / "usb_pictures.py").write_text(PLUGIN)
    (source / "pyproject.toml").write_text(PYPROJECT)
    build = [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-build-isolation", "--no-deps"]
    run(*build, "--wheel-dir", str(folder), str(source))
    [wheel] = folder.glob("*.whl")
    venv.create(folder / "venv", system_site_packages=True, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    site = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    # What the running interpreter has installed, and artframe itself, are there without a copy or a network.
    beside = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), str(ROOT), str(ROOT / "plugins")}
    Path(site, "beside.pth").write_text("".join(f"{path}\n" for path in sorted(beside)))
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index", "--no-deps"]
    run(*install, str(wheel))
    return folder


def run(*command: str, cwd: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=110)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_plugin_has_thirty_lines() -> None:
    assert len([line for line in PLUGIN.splitlines() if line.strip()]) <= 30


def test_the_plugin_is_installed_runs_fails_is_retried_and_leaves_nothing_behind(
    environment: Path, tmp_path: Path
) -> None:
    script = tmp_path / "scenario.py"
    script.write_text(SCENARIO)
    python = str(environment / "venv" / "bin" / "python")
    run(python, "-W", "error", str(script), str(tmp_path / "home"), str(tmp_path / "stick"), cwd=tmp_path)


def test_the_tests_in_the_readme_pass(environment: Path, tmp_path: Path) -> None:
    assert len(SUITES) == 2
    for number, suite in enumerate(SUITES):
        (tmp_path / f"test_readme_{number}.py").write_text(suite)
    # As a third party has them: from the installed entry point, which this environment need not have.
    (tmp_path / "conftest.py").write_text("from artframe.testing import *\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    python = str(environment / "venv" / "bin" / "python")
    output = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path), cwd=tmp_path)
    assert " passed" in output
    assert "failed" not in output


def test_the_plugin_is_unknown_once_it_is_uninstalled(environment: Path, tmp_path: Path) -> None:
    python = str(environment / "venv" / "bin" / "python")
    question = "from artframe.host.discovery import PluginKinds; print('usb_pictures' in PluginKinds.installed())"
    assert run(python, "-c", question, cwd=tmp_path).strip() == "True"
    run(sys.executable, "-m", "pip", "--python", python, "uninstall", "--yes", "artframe-usb-pictures")
    assert run(python, "-c", question, cwd=tmp_path).strip() == "False"


@pytest.mark.parametrize("text", PYTHON, ids=lambda text: text.strip().splitlines()[0][:40])
def test_every_sample_is_python_that_loads(text: str) -> None:
    compile(text, "README.md", "exec")
    if "usb_pictures" not in text:
        exec(text, {"__name__": "sample"})


def test_the_settings_in_the_readme_are_those_of_the_plugin() -> None:
    assert SETTINGS["plugin"] in PYPROJECT
    assert set(SETTINGS["settings"]) == {"folder"}


def test_every_hook_and_every_part_of_the_frame_is_told() -> None:
    names = [name for name in [*vars(PhotoSource), *vars(Plugin)] if not name.startswith("_")]
    names += [name for name in [*vars(Frame), *Frame.__annotations__] if not name.startswith("_")]
    untold = [name for name in names if not re.search(rf"`[^`]*\b{name}\b[^`]*`|\b{name}\b\(", README)]
    assert not untold
