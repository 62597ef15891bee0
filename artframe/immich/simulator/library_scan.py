"""What has changed in the folders of an external library?"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from artframe.immich.simulator import moments
from artframe.immich.simulator.asset_rows import NewAsset, insert_asset
from artframe.immich.simulator.media.types import kind_of, mime_of
from artframe.immich.simulator.processing import METADATA, extract, queue_new_asset
from artframe.immich.simulator.site import Site, new_id
from artframe.immich.simulator.store import Database, Row

LIBRARY = "library"
DEFAULT_EXCLUSIONS = [
    "**/@eaDir/**",
    "**/._*",
    "**/#recycle/**",
    "**/#snapshot/**",
    "**/.stversions/**",
    "**/.stfolder/**",
]


def create_library(database: Database, owner_id: str, name: str, folders: list[str], exclusions: list[str]) -> str:
    """A new library's id; its folders are looked at by the first scan."""
    library_id, moment = new_id(), moments.now()
    database.execute(
        """INSERT INTO library (id, owner_id, name, paths, exclusions, created, updated)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (library_id, owner_id, name, json.dumps(folders), json.dumps(exclusions), moment, moment),
    )
    return library_id


def scan(site: Site, library_id: str) -> None:
    """New files become assets, vanished ones go offline (and into the trash), returned ones come back."""
    with site.store.reading() as database:
        library = database.execute("SELECT * FROM library WHERE id = ?", (library_id,)).fetchone()
        if library is None:
            return
        sql = "SELECT * FROM asset WHERE library_id = ?"
        known = {row["file"]: row for row in database.execute(sql, (library_id,))}
    present = dict(_files(json.loads(library["paths"]), json.loads(library["exclusions"])))
    for path, modified in present.items():
        if path not in known:
            _add(site, library, path, modified)
        elif known[path]["offline"] or known[path]["file_modified"] != modified:
            _refresh(site, known[path], path, modified)
    gone = [row["id"] for path, row in known.items() if path not in present and not row["offline"]]
    with site.store.writing() as database:
        moment = moments.now()
        sql = "UPDATE asset SET offline = 1, deleted = coalesce(deleted, ?), updated = ? WHERE id = ?"
        database.executemany(sql, [(moment, moment, one) for one in gone])
        database.execute("UPDATE library SET refreshed = ? WHERE id = ?", (moment, library_id))


def _files(folders: list[str], exclusions: list[str]) -> Iterator[tuple[str, int]]:
    """Supported files and their times; dot files are passed over."""
    for folder in folders:
        for parent, inner, names in os.walk(folder, followlinks=True):
            inner[:] = [name for name in inner if not name.startswith(".")]
            for name in names:
                path = str(Path(parent, name))
                excluded = any(fnmatchcase(path, pattern.replace("**", "*")) for pattern in exclusions)
                if not name.startswith(".") and kind_of(name) is not None and not excluded:
                    yield path, Path(path).stat().st_mtime_ns // 1_000_000 * 1000


def path_checksum(path: str) -> bytes:
    """The checksum of an external asset: of its path, never of its content."""
    return hashlib.sha1(f"path:{path}".encode(), usedforsecurity=False).digest()


def _add(site: Site, library: Row, path: str, modified: int) -> None:
    name = Path(path).name
    sidecar = Path(f"{path}.xmp")
    new = NewAsset(
        owner_id=library["owner_id"],
        library_id=library["id"],
        kind=kind_of(name) or "IMAGE",
        file=path,
        name=name,
        mime=mime_of(name),
        checksum=path_checksum(path),
        size=Path(path).stat().st_size,
        file_created=modified,
        file_modified=modified,
        device="Library Import",
        device_asset=name.replace(" ", ""),
        sidecar=str(sidecar) if sidecar.is_file() else None,
    )
    with site.store.writing() as database:
        asset_id = insert_asset(database, new)
    queue_new_asset(site, asset_id)


def _refresh(site: Site, row: Row, path: str, modified: int) -> None:
    with site.store.writing() as database:
        # an asset that the person had trashed before it went offline stays in the trash
        sql = """UPDATE asset SET offline = 0, deleted = CASE status WHEN 'active' THEN NULL ELSE deleted END,
                 file_modified = ?, size = ?, updated = ? WHERE id = ?"""
        database.execute(sql, (modified, Path(path).stat().st_size, moments.now(), row["id"]))
    if row["file_modified"] != modified:
        site.jobs.add(METADATA, partial(extract, site, row["id"]))
