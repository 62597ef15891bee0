"""kill -9 at any moment of a sync leaves no orphan, no double, no half file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(900)
def test_sync_killed_at_any_moment_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    """Before and after every change of disk and database: see crash_child."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.library.crash_child", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=880,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["moments"] > 60, "the sync has many moments at which it can die"
    assert outcome["state"]["files"] == {
        "IMG.jpg": "stays as it is",
        "IMG_1.jpg": "the same name",
        "IMG_2.jpg": "a third of that name",
        "old.jpg": "the newer, longer bytes",
        "unknown.jpg": "nobody told its checksum",
        "RAW.webp": "second rendition",
        "mine.jpg": "a person's own",
    }
