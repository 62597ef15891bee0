"""kill -9 at any moment of a restore leaves the old frame or the new one, and the restore can be repeated."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(900)
def test_a_restore_killed_at_any_moment_leaves_the_old_frame_or_the_new_one(tmp_path: Path) -> None:
    """Before every change of the disk: see crash_child."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.backup.crash_child", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=880,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    moments = json.loads(done.stdout)
    assert moments["old"] > 30 and moments["new"] > 30, "there are many moments on both sides of the one that decides"
