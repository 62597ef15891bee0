"""A folder, an account on an embedded Immich, and the pair that keeps them alike, on a clock that the test moves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from artframe.core.task import Task
from artframe.immich import Immich
from artframe.immich.simulator import Simulator, moments
from artframe.testing import ManualClock
from artframe_folder_sync.disk import Disk
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.pair import Pair
from artframe_folder_sync.records import ActionKind, PairConfig, RunReport
from tests.plugins.folder_sync.contents import Content, sha1_of

TRASH, INCOMING = ".artframe-trash", ".artframe-tmp"
PERMISSIONS = (
    *("asset.upload", "asset.read", "asset.delete", "asset.copy", "asset.download", "asset.update", "user.read"),
    *("album.read", "album.create", "albumAsset.create", "albumAsset.delete", "stack.create", "person.read"),
)
_READING = ("/api/search/metadata", "/api/search/statistics", "/api/assets/bulk-upload-check")


@dataclass(frozen=True, kw_only=True)
class Remote:
    """One asset as its owner sees it; ``gone`` assets wait for the server's job that deletes them for good."""

    id: str
    name: str
    sha1: str
    trashed: bool
    visibility: str
    favourite: bool


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


class World:
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
        self._known: dict[str, Content] = {}
        self._opened: tuple[Pair, Immich] | None = None
        self._before: set[str] = set()

    # -- the pair ------------------------------------------------------------------------------------------------------

    @property
    def pair(self) -> Pair:
        """The pair, opened when it is first asked for."""
        if self._opened is None:
            client = Immich(
                self.server.url, self.key, read_timeout=5.0, sleep=self.clock.advance, _page_size=self.page_size
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

    def configure(self, **changes: Any) -> None:
        """Other settings, as after a change of the file."""
        self.close()
        self.config = replace(self.config, **changes)

    def use_key(self, *permissions: str) -> None:
        """Another API key of the same user, with these permissions."""
        self.key = self.server.create_key(self.user_id, permissions or PERMISSIONS)
        self.configure(key_digest=sha1_of(self.key.encode()))

    def lose_state(self) -> None:
        """The card with the state broke."""
        self.close()
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def run(
        self, full: bool = True, *, dirty: Collection[str] = (), dry: bool = False, lossless: bool = True
    ) -> RunReport:
        """One run. ``lossless=False``: the test itself takes something away for good while it runs."""
        assert self.server.jobs.wait_until_idle()
        self._before = self.contents()
        self.server.requests.clear()
        try:
            return self.pair.run(Task(), full=full, dirty=dirty, dry=dry)
        finally:
            if self.server.running:
                assert self.server.jobs.wait_until_idle()
            if lossless:
                self.assert_nothing_lost()

    def settle(self) -> None:
        """Let so much time pass that files count as finished and deletions as meant."""
        self.clock.advance(self.config.settle_seconds + self.config.delete_grace_seconds + 1)

    def sync(self) -> RunReport:
        """Run, let the grace pass, run again: whatever is meant has happened then. The last run's report."""
        self.settle()
        self.run()
        self.settle()
        return self.run()

    # -- the folder ----------------------------------------------------------------------------------------------------

    def put(self, path: str, content: bytes, *, age: float = 0.0) -> Path:
        """A file as if written ``age`` seconds ago."""
        self._remember(content)
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        moment = (self.clock.now() - timedelta(seconds=age)).timestamp()
        os.utime(file, (moment, moment))
        return file

    edit = put

    def remove(self, *paths: str) -> None:
        """Files or whole folders."""
        for path in paths:
            place = self.root / path
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink()

    def rename(self, source: str, target: str) -> None:
        """A file or a folder gets another name; its time stays."""
        (self.root / target).parent.mkdir(parents=True, exist_ok=True)
        (self.root / source).rename(self.root / target)

    def folder(self) -> dict[str, bytes]:
        """What is in the folder, without our own trash, temporary files and marker."""
        return self._tree(lambda path: path.split("/")[0] not in (TRASH, INCOMING, ".artframe-sync", ".stfolder"))

    def local_trash(self) -> dict[str, bytes]:
        """What is in the folder's trash, by the path from which it came (the last one wins)."""
        return {
            path.split("/", 2)[2]: content
            for path, content in self._tree(lambda path: path.startswith(f"{TRASH}/")).items()
            if path.count("/") >= 2
        }

    def _tree(self, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                file = Path(folder, name)
                path = file.relative_to(self.root).as_posix()
                if wanted(path) and file.is_file() and not file.is_symlink() and os.access(file, os.R_OK):
                    found[path] = self._named(file.read_bytes())
        return found

    # -- Immich --------------------------------------------------------------------------------------------------------

    def assets(self) -> list[Remote]:
        """Everything of the user's, in the order of arrival, also what is archived, hidden, locked or trashed."""
        with self.server.site.store.reading() as database:
            sql = "SELECT * FROM asset WHERE owner_id = ? AND status <> 'deleted' AND library_id IS NULL ORDER BY row"
            rows = database.execute(sql, (self.user_id,)).fetchall()
        return [
            Remote(
                id=row["id"],
                name=row["name"],
                sha1=row["checksum"].hex(),
                trashed=row["status"] == "trashed",
                visibility=row["visibility"],
                favourite=bool(row["favourite"]),
            )
            for row in rows
        ]

    def immich(self) -> list[tuple[str, bytes]]:
        """Name and content of what lives in Immich, wherever it is shown, sorted by name."""
        return self._remote(trashed=False)

    def immich_trashed(self) -> list[tuple[str, bytes]]:
        """The same of its trash."""
        return self._remote(trashed=True)

    def _remote(self, *, trashed: bool) -> list[tuple[str, bytes]]:
        found = [(one.name, self._known.get(one.sha1) or one.id) for one in self.assets() if one.trashed is trashed]
        return [
            (name, content if isinstance(content, bytes) else self._named(self.server.original(content)))
            for name, content in sorted(found, key=str)
        ]

    def asset(self, content: bytes) -> Remote:
        """The asset that has this content; KeyError if there is none."""
        found = {one.sha1: one for one in self.assets()}
        return found[sha1_of(content)]

    def immich_upload(self, name: str, content: bytes, **facts: Any) -> str:
        """As with the phone's app; the id."""
        self._remember(content)
        facts.setdefault("taken_at", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC))
        return self.server.add_asset(self.user_id, bytes(content), name, **facts)

    def immich_trash(self, *contents: bytes) -> None:
        self.server.trash([self.asset(one).id for one in contents])

    def immich_restore(self, *contents: bytes) -> None:
        self.server.restore([self.asset(one).id for one in contents])

    def immich_purge(self, *contents: bytes) -> None:
        """Deleted for good."""
        self.server.purge([self.asset(one).id for one in contents])

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
        """SHA-1 of everything that can be got back: files, local trash, Immich and its trash."""
        found = {sha1_of(content): content for content in self._tree(lambda _: True).values()}
        for content in found.values():
            self._remember(content)
        return set(found) | {one.sha1 for one in self.assets()}

    def assert_nothing_lost(self) -> None:
        """I1: what was anywhere before the last run is still somewhere."""
        lost = self._before - self.contents()
        assert not lost, [self._known.get(sha1, sha1) for sha1 in lost]

    def assert_quiet(self) -> None:
        """I2: another run writes nothing on either side."""
        files, assets = self.fingerprint(), self.assets()
        report = self.run()
        assert self.writes() == []
        assert self.fingerprint() == files
        assert self.assets() == assets
        assert not any(count for kind, count in report.done.items() if kind is not ActionKind.LINK), report.done

    def fingerprint(self) -> dict[str, tuple[int, int, int]]:
        """Inode, size and time of every file in the folder, our own ones too."""
        found: dict[str, tuple[int, int, int]] = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                status = Path(folder, name).lstat()
                path = Path(folder, name).relative_to(self.root).as_posix()
                found[path] = (status.st_ino, status.st_size, status.st_mtime_ns)
        return found

    def _remember(self, content: bytes) -> None:
        known = content if isinstance(content, Content) else Content(content, f"{content[:20]!r}")
        self._known.setdefault(sha1_of(content), known)

    def _named(self, data: bytes) -> bytes:
        return self._known.get(sha1_of(data), data)
