"""A restore that ends as by SIGKILL, before its n-th change of the disk; run by test_crash.

For each moment a fresh process is forked from this one: first it restores and dies, then another one starts as after a
reboot and writes down what it finds, then the restore is done once more, to the end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from artframe.backup.journal import finish_at_start
from artframe.core.exchange import Upload
from artframe.core.task import Task
from artframe.testing import ManualClock
from tests.backup.conftest import Home
from tests.forking import in_a_process

STEPS = ("replace", "rename", "unlink", "rmdir", "mkdir", "fsync", "open")
CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Executioner:
    """Counts the steps and kills the process before the chosen one; after one is before the next."""

    def __init__(self, step: int) -> None:
        self.steps = 0
        self._step = step

    def watch(self, name: str) -> Callable[..., Any]:
        function = getattr(os, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            if name != "open" or args[1] & CHANGING:
                self.steps += 1
                if self.steps == self._step:
                    os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return watched

    def install(self) -> None:
        for name in STEPS:
            setattr(os, name, self.watch(name))


def furnish_new(folder: Path) -> None:
    """A frame that somebody has begun to set up: of all that a restore replaces, adds and removes there is some."""
    home = Home(folder, ManualClock())
    home.put("config/frame.json", {"name": "Mine"})
    home.put("config/secrets.json", {"other": "my-own-secret"})
    home.put_album("mine", {"$secret": "other"})
    home.put_album("family", "another key for a plugin of the same name")
    home.put("state/hidden.json", {"version": 1, "hidden": []})
    home.put("plugins/album/mine/photos/b.jpg", "a photo of mine")
    home.store.load()


def restore(folder: Path, backup: Path) -> None:
    Home(folder, ManualClock()).commands.restore(Upload(path=backup), task=Task())


def found(folder: Path) -> dict[str, Any]:
    """What a start finds: the files, and what is in force."""
    finish_at_start(folder)
    home = Home(folder, ManualClock())
    assert home.store.problems == (), home.store.problems
    config = home.store.config
    assert not [path for path in (folder / "state").iterdir() if path.name.startswith("restore")], "it holds secrets"
    return {
        # What a half-written file is called counts for nothing: editors leave such files, too.
        "files": {name: text for name, text in home.files().items() if not name.endswith(".tmp")},
        "name": config.frame.name,
        "keys": {name: plugin.settings.key.reveal() for name, plugin in config.plugins.items()},
    }


def answer_of(work: Callable[[], object], answer: Path) -> Any:
    """What it returns as JSON, done in a process of its own."""
    assert in_a_process(lambda: answer.write_text(json.dumps(work())))
    return json.loads(answer.read_text())


def attempt(folder: Path, backup: Path, step: int) -> tuple[bool, dict[str, Any], dict[str, Any]]:
    """Whether the restore survived, what the next start found, and what it is after another restore."""

    def die() -> None:
        Executioner(step).install()
        restore(folder, backup)

    def look_and_repeat() -> tuple[dict[str, Any], dict[str, Any]]:
        now = found(folder)
        restore(folder, backup)
        return now, found(folder)

    furnish_new(folder)
    survived = in_a_process(die)
    now, again = answer_of(look_and_repeat, folder.with_suffix(".json"))
    return survived, now, again


def main(root: Path) -> None:
    backup = Home(root / "old", ManualClock()).furnish().create()
    furnish_new(root / "calm")
    before = answer_of(lambda: found(root / "calm"), root / "before.json")
    in_a_process(lambda: restore(root / "calm", backup))
    after = answer_of(lambda: found(root / "calm"), root / "after.json")
    assert before["name"] == "Mine" and after["name"] != "Mine"
    moments = {"old": 0, "new": 0}
    for step in range(1, 1000):
        survived, now, again = attempt(root / f"step{step}", backup, step)
        assert now in (before, after), f"killed at {step}: neither old nor new but\n{now}"
        assert again == after, f"killed at {step}, restored once more:\n{again}"
        if survived:
            break
        moments["old" if now == before else "new"] += 1
    print(json.dumps(moments))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
