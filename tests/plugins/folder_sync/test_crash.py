"""kill -9 or a power cut at any moment of a run costs time, never a photo (scenario 54)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scene", ["everything", "first"])
@pytest.mark.parametrize(("generation", "when"), [("2.7", "before"), ("3.0", "after")])
def test_s54_a_run_killed_at_any_step_ends_like_an_uninterrupted_one(
    tmp_path: Path, generation: str, when: str, scene: str
) -> None:
    """Every request, operation of the folder and commit of the state is such a step: see crash_child.

    Between two steps nothing happens, so that right after one is right before the next: with every second step, before
    it with one generation and after it with the other, each moment has its turn; a step that only reads makes none.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.plugins.folder_sync.crash_child", str(tmp_path), generation, when, scene],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=880,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["moments"] > (30 if scene == "everything" else 5), "the run has many moments at which it can die"
    kinds = {step.split(" ")[0] for step in found["steps"]}
    assert kinds >= {"commit", "request"}
    assert scene == "first" or kinds >= {"move", "receive", "write", "finish"}
