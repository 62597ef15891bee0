"""The two sides of a pair, as their people use and see them: a folder, and an account on an embedded Immich."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from artframe.immich import Immich
from artframe.immich.simulator import Simulator, asset_changes
from artframe.testing import ManualClock
from tests.plugins.folder_sync.contents import Content, sha1_of

TRASH, INCOMING = ".artframe-trash", ".artframe-tmp"


@dataclass(frozen=True, kw_only=True)
class Remote:
    """One asset as its owner sees it."""

    id: str
    name: str
    sha1: str
    trashed: bool
    visibility: str
    favourite: bool


class Known:
    """Contents that were seen, so that a failing test names them."""

    def __init__(self) -> None:
        self._known: dict[str, Content] = {}

    def remember(self, content: bytes) -> None:
        known = content if isinstance(content, Content) else Content(content, f"{content[:20]!r}")
        self._known.setdefault(sha1_of(content), known)

    def named(self, data: bytes) -> bytes:
        return self._known.get(sha1_of(data), data)

    def label(self, sha1: str) -> str:
        """What a SHA-1 stands for."""
        content = self._known.get(sha1)
        return sha1 if content is None else repr(content)


class FolderSide:
    """What people do in the folder."""

    root: Path
    clock: ManualClock
    known: Known

    def put(self, path: str, content: bytes, *, age: float = 0.0) -> Path:
        """A file as if written ``age`` seconds ago."""
        self.known.remember(content)
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
        """What is in the days of the folder's trash, by the path from which it came (the last one wins)."""
        return {
            path.split("/", 2)[2]: content
            for path, content in self._tree(lambda path: path.startswith(f"{TRASH}/2")).items()
            if path.count("/") >= 2
        }

    def contents_of_trash(self) -> list[str]:
        """SHA-1 of every file in the days of the folder's trash."""
        return [sha1_of(content) for content in self._tree(lambda path: path.startswith(f"{TRASH}/2")).values()]

    def _tree(self, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                file = Path(folder, name)
                path = file.relative_to(self.root).as_posix()
                if wanted(path) and file.is_file() and not file.is_symlink() and os.access(file, os.R_OK):
                    found[path] = self.known.named(file.read_bytes())
        return found

    def fingerprint(self) -> dict[str, tuple[int, int, int]]:
        """Inode, size and time of every file in the folder, our own ones too."""
        found: dict[str, tuple[int, int, int]] = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                status = Path(folder, name).lstat()
                path = Path(folder, name).relative_to(self.root).as_posix()
                found[path] = (status.st_ino, status.st_size, status.st_mtime_ns)
        return found


class ImmichSide:
    """What people do in Immich. An account holds each content only once, so that contents name its assets."""

    server: Simulator
    user_id: str
    known: Known

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
        found = [(one.name, one.id) for one in self.assets() if one.trashed is trashed]
        return sorted((name, self.known.named(self.server.original(asset_id))) for name, asset_id in found)

    def asset(self, content: bytes) -> Remote:
        """The asset that has this content; KeyError if there is none."""
        found = {one.sha1: one for one in self.assets()}
        return found[sha1_of(content)]

    def immich_upload(self, name: str, content: bytes, **facts: Any) -> str:
        """As with the phone's app; the id."""
        self.known.remember(content)
        facts.setdefault("taken_at", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC))
        return self.server.add_asset(self.user_id, bytes(content), name, **facts)

    def immich_trash(self, *contents: bytes) -> None:
        self.server.trash([self.asset(one).id for one in contents])

    def immich_restore(self, *contents: bytes) -> None:
        self.server.restore([self.asset(one).id for one in contents])

    def immich_purge(self, *contents: bytes) -> None:
        """Deleted for good."""
        self.server.purge([self.asset(one).id for one in contents])

    def albums(self) -> dict[str, set[str]]:
        """The names of the photos in each album, by its name."""
        with self.server.site.store.reading() as database:
            sql = """SELECT album.name AS album, asset.name AS asset FROM album
                     JOIN album_user ON album_user.album_id = album.id AND album_user.user_id = ?
                     JOIN album_asset ON album_asset.album_id = album.id
                     JOIN asset ON asset.id = album_asset.asset_id"""
            rows = database.execute(sql, (self.user_id,)).fetchall()
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["album"], set()).add(row["asset"])
        return found

    def immich_stack(self, *contents: bytes) -> str:
        """Put on top of each other, the first one up; the stack's id."""
        with Immich(self.server.url, self.server.create_key(self.user_id)) as client:
            return client.create_stack([self.asset(one).id for one in contents])

    def stacks(self) -> dict[bytes, set[bytes]]:
        """What lies in each stack and is not in the trash, by the cover."""
        contents = {one.id: self.known.named(self.server.original(one.id)) for one in self.assets()}
        found: dict[bytes, set[bytes]] = {}
        with self.server.site.store.reading() as database:
            sql = """SELECT primary_id, asset.id FROM stack LEFT JOIN asset
                     ON stack_id = stack.id AND deleted IS NULL WHERE stack.owner_id = ?"""
            for cover, member in database.execute(sql, (self.user_id,)):
                found.setdefault(contents[cover], set()).update({contents[member]} if member else ())
        return found

    def force_delete(self, content: bytes) -> None:
        """As ``immich_purge``, but the server's background job still has to do it."""
        with self.server.site.store.writing() as database:
            later = asset_changes.trash_assets(database, [self.asset(content).id], force=True)
        later.queue(self.server.site)
