"""A sync that ends as by SIGKILL, before or after its n-th change of disk or database; run by test_crash.

For each moment a fresh process is forked from this one: first it syncs and dies, then another one starts as after a
reboot, syncs to the end and writes down what it finds.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from artframe.core.task import Task
from artframe.errors import NotReady
from artframe.library.database import Database
from artframe.library.disk import Disk
from artframe.library.space import Limits
from tests.forking import in_a_process
from tests.library.shelf import Home, Shelf

DISK = ("open_part", "append", "finish", "discard", "place", "remove", "settle")


class Executioner:
    """Counts the steps and kills the process at the chosen one."""

    def __init__(self, step: int, *, before: bool) -> None:
        self.steps = 0
        self._step = step
        self._before = before

    def watch(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.steps += 1
            mine = self.steps == self._step
            if mine and self._before:
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*args, **kwargs)
            if mine:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return watched

    def install(self) -> None:
        for name in DISK:
            setattr(Disk, name, self.watch(getattr(Disk, name)))
        os.link = self.watch(os.link)
        Database.change = self.watch(Database.change)  # type: ignore[method-assign]


def shelf_before() -> Shelf:
    shelf = Shelf()
    shelf.put("stays", "IMG.jpg", b"stays as it is")
    shelf.put("twin", "IMG.jpg", b"the same name")
    shelf.put("replaced", "old.jpg", b"the old bytes")
    shelf.put("removed", "gone.jpg", b"will be removed")
    picture = shelf.put("rendition", "RAW.CR2", b"first rendition")
    picture.honest, picture.renamed, picture.version = False, "RAW.jpg", "1"
    return shelf


def shelf_after() -> Shelf:
    shelf = shelf_before()
    shelf.put("replaced", "old.jpg", b"the newer, longer bytes")
    del shelf.pictures["removed"]
    shelf.put("added", "IMG.jpg", b"a third of that name")
    shelf.put("unknown", "unknown.jpg", b"nobody told its checksum").honest = False
    shelf.pictures["unknown"].version = "1"
    # The rendition becomes a file of another type.
    picture = shelf.pictures["rendition"]
    picture.content, picture.version, picture.renamed = b"second rendition", "2", "RAW.webp"
    return shelf


def prepare(folder: Path) -> None:
    home = Home(folder)
    home.limits = replace(home.limits, downloads=1)
    home.sync(shelf_before())
    (home.folder() / "mine.jpg").write_bytes(b"a person's own")
    home.close()


def sync(folder: Path, shelf: Shelf) -> None:
    home = Home(folder)
    home.limits = Limits(downloads=1)
    shelf.chunk = 7
    with contextlib.suppress(NotReady):
        home.mirror().sync(shelf, Task())
    home.close()


def state(folder: Path) -> dict[str, Any]:
    """All that matters after the recovery, file times aside."""
    home = Home(folder)
    mirror = home.mirror()
    found = {
        "files": {name: content.decode() for name, content in home.files().items()},
        "parts": home.parts(),
        "records": sorted([r.photo.id, r.file_name, r.sha1, r.photo.version] for r in mirror.summary().records),
        "names": sorted(row["name"] for row in home.database.rows("SELECT name FROM files")),
        "count": home.library.count(),
    }
    home.close()
    return found


def attempt(folder: Path, step: int, *, before: bool) -> tuple[bool, dict[str, Any]]:
    """Prepare, sync until killed, look, start anew, sync to the end; returns whether the end was reached unharmed."""

    def die() -> None:
        executioner = Executioner(step, before=before)
        executioner.install()
        sync(folder, shelf_after())

    in_a_process(lambda: prepare(folder))
    unharmed = in_a_process(die)
    # What lies under a final name right after the crash is whole: old or new, never half.
    whole = {picture.content for shelf in (shelf_before(), shelf_after()) for picture in shelf.pictures.values()}
    for path in (folder / "plugins" / "shelf" / "family" / "photos").iterdir():
        assert path.read_bytes() in whole | {b"a person's own"}, f"half a file: {path.name}"
    in_a_process(lambda: sync(folder, shelf_after()))
    result = folder / "state.json"
    in_a_process(lambda: result.write_text(json.dumps(state(folder))))
    return unharmed, json.loads(result.read_text())


def main(root: Path) -> None:
    _, expected = attempt(root / "calm", 0, before=False)
    assert expected["parts"] == [] and len(expected["files"]) == 7, expected
    moments = 0
    for step in range(1, 1000):
        ended = []
        for before in (True, False):
            folder = root / f"{step}-{'before' if before else 'after'}"
            unharmed, found = attempt(folder, step, before=before)
            assert found == expected, f"killed {folder.name} step:\n{found}\ninstead of\n{expected}"
            ended.append(unharmed)
            moments += not unharmed
        if all(ended):
            break
    print(json.dumps({"moments": moments, "state": expected}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
