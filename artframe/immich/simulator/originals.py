"""Where are originals put that do not come through the API?"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from artframe.immich.simulator import access, moments, processing
from artframe.immich.simulator.asset_rows import NewAsset
from artframe.immich.simulator.media.pictures import read_picture
from artframe.immich.simulator.media.types import extension, kind_of, mime_of
from artframe.immich.simulator.site import Site, new_id
from artframe.immich.simulator.store import Database


def _sha1() -> Any:
    return hashlib.sha1(usedforsecurity=False)


def _place(site: Site, user_id: str, data: bytes | Path, file_name: str) -> tuple[Path, bytes]:
    """Copy the bytes into the upload folder; the path and the SHA-1."""
    unique = new_id()
    path = site.media / "upload" / user_id / unique[:2] / unique[2:4] / f"{unique}{extension(file_name)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        shutil.copyfile(data, path)
    with path.open("rb") as file:
        return path, hashlib.file_digest(file, "sha1").digest()


def store_original(
    site: Site, user_id: str, data: bytes | Path, file_name: str, *, created: int, modified: int
) -> NewAsset:
    """Keep a file and say what is known of it so far."""
    path, digest = _place(site, user_id, data, file_name)
    return NewAsset(
        owner_id=user_id,
        kind=kind_of(file_name) or "IMAGE",
        file=str(path.relative_to(site.media)),
        name=file_name,
        mime=mime_of(file_name),
        checksum=digest,
        size=path.stat().st_size,
        file_created=created,
        file_modified=modified,
        device="simulator",
        device_asset=file_name,
    )


def replace_original(site: Site, asset_id: str, data: bytes | Path) -> None:
    """Give an asset other bytes, then read them anew."""
    with site.store.reading() as database:
        row = access.asset_row(database, asset_id)
    path, digest = _place(site, row["owner_id"], data, row["name"])
    with site.store.writing() as database:
        sql = (
            "UPDATE asset SET file = ?, tail = x'', checksum = ?, size = ?, file_modified = ?, updated = ? WHERE id = ?"
        )
        moment = moments.now()
        file = str(path.relative_to(site.media))
        database.execute(sql, (file, digest, path.stat().st_size, moment, moment, asset_id))
        others = database.execute("SELECT 1 FROM asset WHERE file = ?", (row["file"],)).fetchone()
    if others is None:
        site.original(row["file"]).unlink(missing_ok=True)
    processing.process_at_once(site, asset_id)


@dataclass(frozen=True, kw_only=True)
class KnownFile:
    """What a client would know of a file that it has uploaded; ``sha1`` in hex, ``taken_at`` naive or aware UTC."""

    name: str
    sha1: str
    size: int
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class Processed:
    """What the jobs would have written for all assets that share one file."""

    file: str
    state: str = "impossible"
    width: int = 4000
    height: int = 3000
    thumbhash: str = "1wcGBwAIiIeAeIh3iHd3d4eHCIiHdw=="
    exif: str = "{}"

    def write(self, database: Database, user_id: str) -> None:
        """Let all new assets of this file be processed."""
        sql = """UPDATE asset SET extracted = 1, renditions = ?, width = ?, height = ?, thumbhash = ?, exif = ?
                 WHERE owner_id = ? AND extracted = 0 AND file = ?"""
        values = (self.state, self.width, self.height, self.thumbhash, self.exif, user_id, self.file)
        database.execute(sql, values)


def many_assets(
    site: Site, user_id: str, count: int, start: int, step: int, data: bytes | None, name: str
) -> tuple[Iterator[NewAsset], Processed]:
    """``count`` assets around one shared file, each with a tail of its own, and their common metadata."""
    done, size, base = _nowhere(), 0, _sha1()
    if data is not None:
        path = site.media / done.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        size = len(data) + 8
        base.update(data)
        facts = read_picture(path)
        done = Processed(
            file=done.file,
            state="ready" if facts.decodable else "impossible",
            width=facts.width or 0,
            height=facts.height or 0,
            thumbhash=facts.thumbhash or "",
            exif=json.dumps(facts.exif()),
        )
    else:
        base.update(done.file.encode())

    def assets() -> Iterator[NewAsset]:
        for number in range(count):
            tail = b"%08d" % number
            digest = base.copy()
            digest.update(tail)
            taken = start + number * step
            yield NewAsset(
                owner_id=user_id,
                kind="IMAGE",
                file=done.file,
                tail=tail if data is not None else b"",
                name=name.format(number),
                mime="image/jpeg",
                checksum=digest.digest(),
                size=size,
                file_created=taken,
                file_modified=taken,
            )

    return assets(), done


def known_assets(user_id: str, files: Iterable[KnownFile]) -> tuple[Iterator[NewAsset], Processed]:
    """Assets with the names and checksums of real files, and no bytes behind them."""
    done = _nowhere()

    def assets() -> Iterator[NewAsset]:
        for one in files:
            taken = moments.from_datetime(one.taken_at)
            yield NewAsset(
                owner_id=user_id,
                kind=kind_of(one.name) or "IMAGE",
                file=done.file,
                name=one.name,
                mime=mime_of(one.name),
                checksum=bytes.fromhex(one.sha1),
                size=one.size,
                file_created=taken,
                file_modified=taken,
            )

    return assets(), done


def _nowhere() -> Processed:
    return Processed(file=f"bulk/{new_id()}.jpg")
