"""A folder, an account on an embedded Immich, and the pair that keeps them alike, on a clock that the test moves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from artframe.core.task import Task
from artframe.errors import AuthFailed, ConfigError, NotReady
from artframe.immich import Immich
from artframe.immich.simulator import Simulator, moments
from artframe.testing import ManualClock
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.pair import Pair
from artframe_folder_sync.records import ActionKind, PairConfig, RunReport
from artframe_folder_sync.state.database import State
from tests.plugins.folder_sync.contents import sha1_of
from tests.plugins.folder_sync.meddling import MeddlingDisk
from tests.plugins.folder_sync.sides import INCOMING, FolderSide, ImmichSide, Known

PERMISSIONS = (
    *("asset.upload", "asset.read", "asset.delete", "asset.copy", "asset.download", "asset.update", "user.read"),
    *("album.read", "album.create", "albumAsset.create", "albumAsset.delete", "person.read"),
    *("stack.create", "stack.update"),
)
PATIENT = 60.0
"""Seconds for an answer of the server: what hangs is let go by its test."""
_READING = ("/api/search/metadata", "/api/search/statistics", "/api/assets/bulk-upload-check")


def said(report: RunReport) -> str:
    """All that a report says to people, in lower case."""
    words = [*report.notes, *(f"{one.path}: {one.reason} {one.hint}" for one in report.troubles)]
    words += [f"{one.side} {one.count} {one.reason} {' '.join(one.sample)}" for one in report.held]
    return "\n".join(words).lower()


class ServerTime:
    """The server's own clock: goes on with the test's, but does not jump with it, and never stands still."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._start = moments.from_datetime(clock.now())
        self._last = 0
        self.skew = timedelta(0)

    def now(self) -> int:
        moment = self._start + int((self._clock.monotonic() + self.skew.total_seconds()) * 1_000_000)
        self._last = max(self._last + 1000, moment)
        return self._last


class World(FolderSide, ImmichSide):
    """One person's folder and account. Contents are known by their bytes: one account holds each only once.

    ``run`` checks I1 each time: what was there before it is there after it.
    """

    def __init__(self, base: Path, server: Simulator, clock: ManualClock, name: str = "anna") -> None:
        self.base, self.server, self.clock = base, server, clock
        self.root = base / f"{name}-folder"
        self.data_dir = base / f"{name}-state"
        self.root.mkdir()
        self.user_id = server.add_user(name.title(), f"{name}-{os.urandom(4).hex()}@example.com", "password")
        self.key = server.create_key(self.user_id, PERMISSIONS)
        self.config = PairConfig(
            folder=self.root, server=server.url, user_id=self.user_id, key_digest=sha1_of(self.key.encode())
        )
        self.make_disk: Callable[[Path], Disk] = Disk
        self.page_size = 1000
        self.read_timeout = PATIENT
        self.known = Known()
        self._opened: tuple[Pair, Immich] | None = None
        self.before: set[str] = set()
        """What there was before the last run, by SHA-1."""
        self.report: RunReport | None = None
        """Of the last run; None when it ended with an error."""

    # -- the pair ------------------------------------------------------------------------------------------------------

    @property
    def pair(self) -> Pair:
        """The pair, opened when it is first asked for."""
        if self._opened is None:
            client = Immich(
                self.server.url,
                self.key,
                read_timeout=self.read_timeout,
                sleep=self.clock.advance,
                _page_size=self.page_size,
            )
            self.data_dir.mkdir(exist_ok=True)
            disk = self.make_disk(self.root)
            journal = Journal(self.data_dir / "journal.jsonl", self.clock)
            self._opened = Pair(self.config, client, disk, self.clock, journal, self.data_dir), client
        return self._opened[0]

    def close(self) -> None:
        """End the process that runs the pair: everything that is not on disk is forgotten."""
        if self._opened is not None:
            pair, client = self._opened
            self._opened = None
            pair.close()
            client.close()

    restart = close

    def meddle(self) -> MeddlingDisk:
        """A new folder object without any hooks, after a restart: what it does can then be disturbed."""
        self.close()
        disk = MeddlingDisk(self.root)
        self.make_disk = lambda _: disk
        return disk

    def configure(self, **changes: Any) -> None:
        """Other settings, as after a change of the file."""
        self.close()
        self.config = replace(self.config, **changes)

    def use_key(self, *permissions: str) -> None:
        """Another API key of the same user, with these permissions."""
        self.key = self.server.create_key(self.user_id, permissions or PERMISSIONS)
        self.configure(key_digest=sha1_of(self.key.encode()))

    def state(self) -> State:
        """The pair's state, while nobody else has it open."""
        return State(self.data_dir / f"{self.config.user_id.lower()}.db")

    def lose_state(self) -> None:
        """The card with the state broke."""
        self.close()
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def run(
        self, full: bool = True, *, dirty: Collection[str] = (), dry: bool = False, lossless: bool = True
    ) -> RunReport:
        """One run. ``lossless=False``: the test itself takes something away for good while it runs."""
        assert self.server.jobs.wait_until_idle()
        self.before = self.contents()
        self.server.requests.clear()
        self.report = None
        try:
            self.report = self.pair.run(Task(), full=full, dirty=dirty, dry=dry)
            return self.report
        finally:
            if self.server.running:
                assert self.server.jobs.wait_until_idle()
            if lossless:
                self.assert_nothing_lost()

    def attempt(self, **options: Any) -> str:
        """One run that may end with an error; what it says to people, in lower case."""
        try:
            report = self.run(**options)
        except (NotReady, AuthFailed, ConfigError) as error:
            return str(error).lower()
        return said(report)

    def settle(self) -> None:
        """Let so much time pass that files count as finished and deletions as meant."""
        self.clock.advance(self.config.settle_seconds + self.config.delete_grace_seconds + 1)

    def sync(self) -> RunReport:
        """Run, let the grace pass, run again: whatever is meant has happened then. The last run's report."""
        self.settle()
        self.run()
        self.settle()
        return self.run()

    # -- what was asked, and what must hold ----------------------------------------------------------------------------

    def requests(self) -> list[tuple[str, str]]:
        """Method and path (without ``/api``) of what the last run asked."""
        return [(method, path.removeprefix("/api")) for method, path in self.server.requests]

    def writes(self) -> list[tuple[str, str]]:
        """Those of ``requests`` that change something."""
        return [
            (method, path.removeprefix("/api"))
            for method, path in self.server.requests
            if method not in ("GET", "HEAD") and path not in _READING
        ]

    def contents(self) -> set[str]:
        """SHA-1 of everything that can be got back: files, local trash, Immich and its trash.

        Empty files are nothing to lose, and what is on its way into the folder is in Immich.
        """
        found = self._tree(lambda path: not path.startswith(f"{INCOMING}/")).values()
        for content in found:
            self.known.remember(content)
        return {sha1_of(content) for content in found if content} | {one.sha1 for one in self.assets()}

    def assert_nothing_lost(self) -> None:
        """I1: what was anywhere before the last run is still somewhere."""
        lost = self.before - self.contents()
        assert not lost, [self.known.label(sha1) for sha1 in lost]

    def assert_quiet(self) -> None:
        """I2: another run writes nothing on either side."""
        files, assets = self.fingerprint(), self.assets()
        report = self.run()
        assert self.writes() == []
        assert self.fingerprint() == files
        assert self.assets() == assets
        assert not any(count for kind, count in report.done.items() if kind is not ActionKind.LINK), report.done
