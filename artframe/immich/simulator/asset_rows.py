# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""How does an asset come into the database?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from artframe.immich.simulator import moments
from artframe.immich.simulator.site import new_id
from artframe.immich.simulator.store import Database, Row


@dataclass(frozen=True, kw_only=True)
class NewAsset:
    """What is known of an asset when it arrives; moments in microseconds, ``file`` relative to the media folder."""

    owner_id: str
    kind: str
    file: str
    name: str
    mime: str
    checksum: bytes
    size: int
    file_created: int
    file_modified: int
    favourite: bool = False
    visibility: str = "timeline"
    live_id: str | None = None
    duration: int | None = None
    device_asset: str = ""
    device: str = ""
    sidecar: str | None = None
    library_id: str | None = None
    tail: bytes = b""
    id: str | None = None

    @property
    def path(self) -> str:
        """What the API calls originalPath: uploads look as if they were below ``/data``."""
        return self.file if self.file.startswith("/") else f"/data/{self.file}"


COLUMNS = [
    "id",
    "owner_id",
    "library_id",
    "kind",
    "file",
    "tail",
    "path",
    "name",
    "mime",
    "checksum",
    "size",
    "created",
    "file_created",
    "file_modified",
    "local",
    "updated",
    "favourite",
    "visibility",
    "live_id",
    "duration",
    "device_asset",
    "device",
    "sidecar",
    "has_exif",
]
INSERT = f"INSERT INTO asset ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


def insert_asset(database: Database, new: NewAsset) -> str:
    """Add one asset and count its bytes; its id."""
    (asset_id,) = insert_assets(database, [new])
    if new.library_id is None:
        database.execute("UPDATE user SET usage = usage + ? WHERE id = ?", (new.size, new.owner_id))
    return asset_id


def insert_assets(database: Database, assets: Iterable[NewAsset]) -> list[str]:
    """Add many assets; their ids in the same order."""
    moment = moments.now()
    ids: list[str] = []

    def rows() -> Iterator[tuple[object, ...]]:
        for new in assets:
            ids.append(new.id or new_id())
            yield (
                ids[-1],
                new.owner_id,
                new.library_id,
                new.kind,
                new.file,
                new.tail,
                new.path,
                new.name,
                new.mime,
                new.checksum,
                new.size,
                moment,
                new.file_created,
                new.file_modified,
                new.file_created,
                moment,
                new.favourite,
                new.visibility,
                new.live_id,
                new.duration,
                new.device_asset,
                new.device,
                new.sidecar,
                new.library_id is None,
            )

    database.executemany(INSERT, rows())
    return ids


def find_by_checksum(database: Database, owner_id: str, checksum: bytes) -> Row | None:
    """The user's uploaded asset with this content, wherever it hides: trash, archive, locked, or on its way out."""
    sql = "SELECT * FROM asset WHERE owner_id = ? AND checksum = ? AND library_id IS NULL"
    row: Row | None = database.execute(sql, (owner_id, checksum)).fetchone()
    return row
