"""What people, servers and power cuts do to a pair, in any order, and what must hold after each of its runs."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from artframe.immich.simulator import Simulator, moments
from artframe.immich.simulator.faults import Faults
from artframe.testing import ManualClock
from artframe_folder_sync.records import (
    DownloadRule,
    EditedPhotos,
    HeldSide,
    Mode,
    Reappeared,
    RemoteDeletions,
)
from tests.plugins.folder_sync.contents import photo, sha1_of
from tests.plugins.folder_sync.judge import Judge
from tests.plugins.folder_sync.meddling import MeddlingDisk
from tests.plugins.folder_sync.world import ServerTime, World

SIDES: tuple[HeldSide, ...] = ("local", "remote", "download")
CHANGES = ("trash", "restore", "purge", "archive", "show", "lock", "favourite")
NUMBERS = st.integers(0, 5)
PATHS = st.sampled_from(["a.jpg", "A.JPG", "b.jpg", "c/a.jpg", "c/d.jpg", "e/f/g.jpg"])
DAY = timedelta(days=1).total_seconds()

Switch = Callable[[Faults, int], object]
FAULTS: dict[str, Switch] = {
    "nothing": lambda faults, skip: None,
    "500": lambda faults, skip: faults.status(500, skip=skip),
    "502 once": lambda faults, skip: faults.status(502, skip=skip, times=1),
    "429": lambda faults, skip: faults.status(429, retry_after=60, skip=skip),
    "no answer": lambda faults, skip: faults.refuse(skip=skip),
    "cut": lambda faults, skip: faults.cut(40, skip=skip),
    "done, and not said": lambda faults, skip: faults.cut(0, skip=skip, times=1),
    "half listing": lambda faults, skip: faults.half_listing(path="/api/search/metadata", skip=skip % 3),
    "empty listing": lambda faults, skip: faults.half_listing(path="/api/search/metadata", keep=0.0, skip=skip % 3),
    "no page": lambda faults, skip: faults.status(500, path="/api/search/metadata", skip=1 + skip % 3),
    "404 for each": lambda faults, skip: faults.status(404, path="/api/assets/*", method="GET"),
    "key refused": lambda faults, skip: faults.status(401, skip=skip),
}


class PowerCut(BaseException):
    """Nothing after this happens."""


class Orders(RuleBasedStateMachine):
    """One folder and one account under everything that can happen to them."""

    def __init__(self, server: Simulator, base: Path) -> None:
        super().__init__()
        self.clock = ManualClock()
        self._server_time, self._real_time = ServerTime(self.clock), moments.now
        moments.now = self._server_time.now
        server.start()
        self._base = base
        base.mkdir()
        self.world = World(base, server, self.clock)
        self.judge = Judge(self.world)

    @initialize(
        limit=st.sampled_from([1, 2, 50]),
        reappeared=st.sampled_from(Reappeared),
        edited=st.sampled_from(EditedPhotos),
        deletions=st.sampled_from(RemoteDeletions),
        mode=st.sampled_from([Mode.TWO_WAY, Mode.TWO_WAY, Mode.UPLOAD, Mode.MIRROR_DOWN]),
        downloads=st.booleans(),
        page=st.sampled_from([2, 3, 1000]),
    )
    def choose(
        self,
        limit: int,
        reappeared: Reappeared,
        edited: EditedPhotos,
        deletions: RemoteDeletions,
        mode: Mode,
        downloads: bool,
        page: int,
    ) -> None:
        self.world.page_size = page
        self.world.config = replace(
            self.world.config,
            max_deletions=limit,
            max_deletions_percent=0.0,
            delete_threshold_days=None,
            reappeared=reappeared,
            edited_photos=edited,
            remote_deletions=deletions,
            mode=mode,
            download=DownloadRule(enabled=downloads, reserve_bytes=0),
        )
        # From here most of what happens is about photos that both sides have.
        for number, path in enumerate(("a.jpg", "b.jpg", "c/a.jpg", "c/d.jpg")):
            self.world.put(path, photo(number))
            if mode is Mode.MIRROR_DOWN:
                self.world.immich_upload(f"phone {number}.jpg", photo(number))
        self.upload(4)
        for _ in range(2):
            self.settle_and_run()

    # -- in the folder -------------------------------------------------------------------------------------------------

    @rule(path=PATHS, number=NUMBERS, age=st.sampled_from([0, 100, 100_000]))
    def put(self, path: str, number: int, age: int) -> None:
        self.world.put(path, photo(number), age=age)

    @rule(path=PATHS)
    def remove(self, path: str) -> None:
        if (self.world.root / path).exists():
            self.world.remove(path)

    @rule(source=PATHS, to=PATHS)
    def rename(self, source: str, to: str) -> None:
        if (self.world.root / source).exists() and source != to:
            (self.world.root / to).parent.mkdir(parents=True, exist_ok=True)
            (self.world.root / source).replace(self.world.root / to)

    @rule(source=PATHS, to=PATHS)
    def copy(self, source: str, to: str) -> None:
        if source in self.world.folder() and source != to:
            self.world.put(to, self.world.folder()[source])

    @rule()
    def rename_folder(self) -> None:
        if (self.world.root / "c").exists() and not (self.world.root / "e" / "c").exists():
            self.world.rename("c", "e/c")
        elif (self.world.root / "e" / "c").exists() and not (self.world.root / "c").exists():
            self.world.rename("e/c", "c")

    # -- in Immich -----------------------------------------------------------------------------------------------------

    @rule(number=NUMBERS)
    def upload(self, number: int) -> None:
        self.world.immich_upload(f"phone {number}.jpg", photo(number))

    @rule(number=NUMBERS, what=st.sampled_from(CHANGES))
    def change(self, number: int, what: str) -> None:
        server = self.world.server
        for one in [one for one in self.world.assets() if one.sha1 == photo(number).sha1]:
            actions: dict[str, Callable[[str], Any]] = {
                "trash": server.trash,
                "restore": server.restore,
                "purge": server.purge,
                "archive": server.archive,
                "show": server.show,
                "lock": server.lock,
                "favourite": lambda asset: server.set_details(asset, isFavorite=True),
            }
            actions[what](one.id)

    @rule(cover=NUMBERS, other=NUMBERS)
    def stack(self, cover: int, other: int) -> None:
        there = {one.sha1 for one in self.world.assets() if not one.trashed and one.visibility != "locked"}
        if cover != other and {photo(cover).sha1, photo(other).sha1} <= there:
            self.world.immich_stack(photo(cover), photo(other))

    # -- around them ---------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1.0, 15.0, 75.0, 3700.0, DAY + 1]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(hours=st.sampled_from([-48, -2, 2, 24 * 366]))
    def set_the_clock(self, hours: int) -> None:
        self.clock.set_wall(self.clock.now() + timedelta(hours=hours))

    @rule()
    def restart(self) -> None:
        self.world.restart()

    @rule(sure=st.integers(0, 4))
    def lose_state(self, sure: int) -> None:
        if sure == 0:
            self.world.lose_state()

    @rule(side=st.sampled_from(SIDES))
    def confirm(self, side: HeldSide) -> None:
        self.judge.approved += self.world.pair.confirm(side)

    # -- runs ----------------------------------------------------------------------------------------------------------

    @rule()
    def run(self) -> None:
        self.judge.run()

    @rule()
    def settle_and_run(self) -> None:
        self.world.settle()
        self.judge.run()

    @rule(folder=st.sampled_from(["", "c", "e", "e/f"]))
    def quick_run(self, folder: str) -> None:
        self.judge.run(full=False, dirty=[folder])

    @rule(fault=st.sampled_from(sorted(FAULTS)), skip=st.integers(0, 12))
    def run_with_fault(self, fault: str, skip: int) -> None:
        FAULTS[fault](self.world.server.faults, skip)
        try:
            self.judge.run()
        finally:
            self.world.server.faults.clear()

    @rule(skip=st.integers(0, 12), path=PATHS, number=NUMBERS, what=st.sampled_from(["put", "remove", *CHANGES]))
    def run_while_somebody(self, skip: int, path: str, number: int, what: str) -> None:
        """The people do not wait for the end of a run. What they destroy themselves meanwhile is not lost by it."""
        destroyed: set[str] = set()

        def act() -> None:
            if what in CHANGES:
                self.judge.touched.add(photo(number).sha1)
                destroyed.update({photo(number).sha1} if what == "purge" else ())
                self.change(number, what)
                return
            if (content := self.world.folder().get(path)) is not None:
                destroyed.add(sha1_of(content))
            (self.put(path, number, 0) if what == "put" else self.remove(path))

        fault = self.world.server.faults.meanwhile(act, skip=skip, times=1)
        try:
            self.judge.run(lossless=False)
        finally:
            self.world.server.faults.remove(fault)
            self.judge.touched.clear()
        lost = self.world.before - self.world.contents() - destroyed
        assert not lost, [self.world.known.label(one) for one in lost]

    @rule(after=st.integers(0, 60))
    def run_until_power_cut(self, after: int) -> None:
        disk = MeddlingDisk(self.world.root)
        left = [after]

        def cut(operation: str, path: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise PowerCut

        disk.watch = cut
        self.world.close()
        self.world.make_disk = lambda _: disk
        with contextlib.suppress(PowerCut):
            self.judge.run()
        self.world.close()
        self.world.make_disk = MeddlingDisk

    @rule()
    def dry_run(self) -> None:
        files, assets = self.world.fingerprint(), self.world.assets()
        self.world.attempt(dry=True)
        assert self.world.writes() == []
        assert (self.world.fingerprint(), self.world.assets()) == (files, assets)

    def teardown(self) -> None:
        try:
            self._come_to_rest()
        finally:
            moments.now = self._real_time
            self.world.server.faults.clear()
            self.world.close()
            shutil.rmtree(self._base)

    def _come_to_rest(self) -> None:
        """Undisturbed, both sides become equal, and then nothing is written any more."""
        # Pages lose assets of one moment, for good as long as nothing else changes; one page is whole.
        self.world.close()
        self.world.page_size = 1000
        for _ in range(4):
            self.clock.advance(8 * DAY)
            self.judge.run()
            for side in SIDES:
                self.judge.approved += self.world.pair.confirm(side)
        self.judge.both_sides_are_alike()
