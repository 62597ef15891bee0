"""A full disk or a sudden death during a save: the old file or the new one, never half of it."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from artframe.config.problem import SaveFailed, Severity
from artframe.errors import NotReady

if TYPE_CHECKING:
    from tests.config.conftest import Home

SAVE_FOR_EVER = """
import sys
from pathlib import Path
from tests.config.conftest import Home
home = Home(Path(sys.argv[1]))
home.store.load()
for number in range(1_000_000):
    settings = {"max_photos": number, "albums": ["x" * 50] * 200}
    home.store.modify("family", lambda data: data["settings"].update(settings), reason="x")
    print(number, flush=True)
"""


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: writing more fails like on a full disk."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_leaves_the_old_file_and_the_old_settings(home: Home) -> None:
    path = home.put_album()
    home.store.load()
    before = path.read_bytes()
    names = set(path.parent.iterdir())
    with full_disk(1000), pytest.raises(SaveFailed, match="the file is as it was") as failed:
        home.store.modify("family", lambda data: data["settings"].update(albums=["x" * 500] * 9), reason="web page")
    # As everywhere else where it has no room: no setting is wrong, it works once there is some.
    assert isinstance(failed.value, NotReady)
    assert path.read_bytes() == before
    assert set(path.parent.iterdir()) == names
    assert home.changes == []
    assert home.store.problems == ()
    home.store.modify("family", lambda data: data["settings"].update(max_photos=3), reason="web page")
    assert b"3" in path.read_bytes()


def test_what_cannot_be_backed_up_is_not_overwritten(home: Home) -> None:
    path = home.put_album(albums=["x" * 500] * 4)
    with full_disk(1000):
        home.store.load()
        assert home.store.config.plugins.keys() == {"family"}
        assert all("no copy could be kept" in problem.what for problem in home.store.problems)
        assert {problem.severity for problem in home.store.problems} == {Severity.NOTICE}
        before = path.read_bytes()
        with pytest.raises(SaveFailed):
            home.store.modify("family", lambda data: data["settings"].update(albums=[]), reason="web page")
    assert path.read_bytes() == before


@pytest.mark.parametrize("saves", [1, 2, 5, 9])
def test_a_process_killed_while_it_saves_leaves_a_whole_file_and_a_usable_history(home: Home, saves: int) -> None:
    path = home.put_album()
    home.store.load()
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    with subprocess.Popen(
        [sys.executable, "-c", SAVE_FOR_EVER, str(home.path)], stdout=subprocess.PIPE, env=environment, cwd=root
    ) as process:
        assert process.stdout is not None
        for _ in range(saves):
            assert select.select([process.stdout], [], [], 60)[0]
            done = int(process.stdout.readline())
        process.kill()
    data = json.loads(path.read_text())
    assert data["settings"]["max_photos"] >= done
    home.new_store().load()
    assert home.store.problems == ()
    assert home.store.config.plugins["family"].settings.model_dump()["max_photos"] == data["settings"]["max_photos"]
    path.write_text("{")
    home.new_store().load()
    assert home.store.config.plugins["family"].settings.model_dump()["max_photos"] >= done
