"""What must hold after each run of a pair, whatever happened before it?"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

from artframe_folder_sync.records import ActionKind, Mode, RemoteDeletions
from tests.plugins.folder_sync.contents import sha1_of
from tests.plugins.folder_sync.world import World, said


class Judge:
    """Has the runs of a world carried out and looks at what they did."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.approved = 0
        """How many deletions somebody allowed beyond the limit."""
        self.touched: set[str] = set()
        """What people changed in Immich while a run was on its way: that was not the run."""
        self._ever_local: set[str] = set()
        self._ever_remote: set[str] = set()

    def run(self, **options: Any) -> None:
        """One run, which may end with an error; I1 is looked at by the world itself."""
        local = {sha1_of(content) for content in self.world.folder().values()}
        trash = self.world.contents_of_trash()
        trashed = {one.sha1: one.trashed for one in self.world.assets()}
        try:
            self.world.attempt(**options)
        finally:
            self._look_at_immich(local, trashed)
            self._look_at_folder(trash, trashed)
            self._ever_local |= local
            self._ever_remote |= set(trashed) | {one.sha1 for one in self.world.assets()}

    def _look_at_immich(self, local: set[str], before: dict[str, bool]) -> None:
        """I4: what a run takes away in Immich is in the folder no more, and was there. I5: never too many."""
        for one in self.world.assets():
            if not one.trashed or before.get(one.sha1, True) or one.sha1 in self.touched:
                continue
            name = self.world.known.label(one.sha1)
            assert one.sha1 not in local, f"{name} was trashed, and its file is still there"
            assert one.sha1 in self._ever_local, f"{name} was trashed, and never in the folder"
        if self.world.config.mode is Mode.MIRROR_DOWN:
            assert self.world.writes() == []
        if self.world.report is not None:
            done = self.world.report.done.get(ActionKind.TRASH_REMOTE, 0)
            assert done <= self.world.config.max_deletions + self.approved

    def _look_at_folder(self, trash: list[str], before: dict[str, bool]) -> None:
        """The same of the other side."""
        taken = self.world.contents_of_trash()
        for sha1 in trash:
            if sha1 in taken:
                taken.remove(sha1)
        assert len(taken) <= self.world.config.max_deletions + self.approved
        if self.world.config.mode is Mode.UPLOAD:
            assert not taken
        for sha1 in taken:
            if sha1 not in self.touched:
                name = self.world.known.label(sha1)
                assert before.get(sha1, True), f"the file of {name} was taken, and it is live in Immich"
                assert sha1 in self._ever_remote, f"the file of {name} was taken before it was safe"

    def both_sides_are_alike(self) -> None:
        """After runs that nothing disturbed: no more writes, nothing on one side only, nothing waited for."""
        for _ in range(3):
            # What no key can take out of the trash (locked there) is tried once for each of its copies, then put off.
            self.run()
        self.world.assert_quiet()
        assert self.world.report is not None
        config, words, folder = self.world.config, said(self.world.report), self.world.folder()
        if config.mode is Mode.TWO_WAY:
            on_purge = config.remote_deletions is RemoteDeletions.ON_PURGE
            safe = {one.sha1 for one in self.world.assets() if on_purge or not one.trashed}
            # Of several copies one is named.
            told = {sha1_of(content) for path, content in folder.items() if path in words}
            for path, content in folder.items():
                assert sha1_of(content) in safe | told, f"{path} ({content!r}) is only here:\n{words}"
        if config.mode is not Mode.UPLOAD and config.download.enabled:
            here = {sha1_of(content) for content in folder.values()}
            # What was taken away once does not come down as something new, under whatever id.
            gone = set(self._state("SELECT sha1 FROM gone WHERE stage <> 'returned'"))
            # A file that was edited here stays linked to what it was where nothing may be changed in Immich.
            linked = set(self._state("SELECT asset FROM file WHERE asset IS NOT NULL"))
            for one in self.world.assets():
                if not one.trashed and one.visibility == "timeline" and one.sha1 not in gone and one.id not in linked:
                    assert one.sha1 in here, f"{self.world.known.label(one.sha1)} is only in Immich:\n{words}"
        undecided = self._state(
            """SELECT path FROM file JOIN asset ON asset.id = file.asset WHERE missing_since IS NOT NULL
            AND state IN ('live', 'archived', 'trashed', 'purged')"""
        )
        assert not undecided, f"what was deleted here is still waited for: {undecided}\n{words}"

    def _state(self, sql: str) -> list[str]:
        with contextlib.closing(sqlite3.connect(self.world.data_dir / f"{self.world.user_id}.db")) as state:
            return [row[0] for row in state.execute(sql)]
