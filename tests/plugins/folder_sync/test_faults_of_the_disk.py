"""Each operation of the folder fails once in a run that does everything: it ends in order, the next one heals it."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from artframe.errors import ArtframeError
from artframe_folder_sync.files.disk import Disk
from tests.plugins.folder_sync.everything import healed
from tests.plugins.folder_sync.stage import Stage

WATCHED = ("list", "open", "move", "move done", "receive", "write", "finish", "finish done", "remove", "make")
CODES = ("ENOSPC", "EIO", "EACCES", "ESTALE")


class FaultyDisk(Disk):
    """A disk of which one operation, counted from 1, fails; 0: none."""

    def __init__(self, root: Path, at: int, code: str) -> None:
        super().__init__(root, probe=self._count)
        self.operations: list[str] = []
        self._at, self._code = at, getattr(errno, code)

    def _count(self, operation: str, path: str) -> None:
        if operation in WATCHED:
            self.operations.append(f"{operation} {path}")
            if len(self.operations) == self._at:
                raise OSError(self._code, os.strerror(self._code), path)


@pytest.mark.timeout(900)
def test_s59_an_operation_of_the_folder_that_fails_at_any_place_loses_nothing_and_is_made_up_for(stage: Stage) -> None:
    """I1 and I3. Each fails in one of the ways; of one generation the odd ones, of the other the even ones."""
    stage.rehearse()
    stage.reset()
    calm = FaultyDisk(stage.world.root, 0, "EIO")
    stage.world.make_disk = lambda _: calm
    stage.world.run()
    operations = len(calm.operations)
    assert operations > 40
    wrong = []
    for at in range(1 + int(stage.server.generation == "3.0"), operations + 1, 2):
        stage.reset()
        code = CODES[at // 2 % len(CODES)]
        faulty = FaultyDisk(stage.world.root, at, code)
        stage.world.make_disk = lambda _, faulty=faulty: faulty  # type: ignore[misc]
        try:
            stage.world.run()
        except ArtframeError as error:
            assert str(error)
        assert stage.contents <= stage.world.contents()
        stage.world.close()
        stage.world.make_disk = Disk
        stage.world.clock.advance(3600)
        found = healed(stage.world, stage.end)
        # A copy in the local trash that could not be read stays there, until it expires, beside what came down anew.
        spare = [one for one in found.local_trash if one not in stage.end.local_trash]
        assert all(content in found.folder.values() for _, content in spare), spare
        kept = [one for one in found.local_trash if one not in spare]
        if differences := replace(found, local_trash=kept).differences(stage.end):
            wrong.append(f"after {code} at {faulty.operations[at - 1]}: {differences}")
    assert not wrong, "\n".join(wrong)
