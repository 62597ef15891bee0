"""Which pictures of a folder can the frame show? Found on the disk, known by the hashes of the sync."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote_to_bytes

from artframe.immich import MediaTypes
from artframe.plugin import ArtframeError, Destination, NotReady, Photo
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.ignoring import read_rules
from artframe_folder_sync.files.names import printable
from artframe_folder_sync.files.scan import scan
from artframe_folder_sync.records import FileFact, PairConfig, Unknown
from artframe_folder_sync.state.database import State
from artframe_folder_sync.state.disk import on_this_disk
from artframe_folder_sync.state.files import Files, look_of
from artframe_folder_sync.state.gone import Tombstones

# What the frame decodes itself.
_SHOWN = frozenset(
    ".jpg .jpeg .jpe .jfif .png .gif .bmp .webp .tif .tiff .heic .heif .hif .avif .mpo".split()  # noqa: SIM905
)
_BATCH = 500
_BLOCK = 1 << 20


def pictures(config: PairConfig, disk: Disk, media_types: MediaTypes, state: Path) -> Iterator[Photo]:
    """Every picture in the folder, in constant memory. Complete only if it raises nothing: NotReady in any doubt."""
    with on_this_disk(), State(state) as known:
        files = Files(known)
        batch: list[FileFact] = []
        for found in scan(disk, read_rules(disk, config.ignore, media_types)):
            if isinstance(found, Unknown):
                where = printable(found.path) or str(config.folder)
                raise NotReady(f"{where} cannot be read ({found.reason}); what is here stays")
            if isinstance(found, FileFact) and found.size and _ending(found.path) in _SHOWN:
                batch.append(found)
                if len(batch) >= _BATCH:
                    yield from _photos(config, files, batch)
                    batch = []
        yield from _photos(config, files, batch)


def put_away(paths: Collection[str], disk: Disk, state: Path) -> set[str]:
    """Of paths that are missing from the listing, those that the sync knows to be deleted; in doubt none."""
    with on_this_disk(), State(state) as known:
        gone = {one.path for one in Tombstones(known).where("stage = 'gone'")}
        return {path for path in paths if path in gone and disk.kind(path) is None}


def fetch(disk: Disk, photo: Photo, path: str, destination: Destination) -> None:
    """The file's bytes, from the offset on. ArtframeError if it is another file by now: the others may be all right."""
    try:
        with disk.open(path) as file:
            if _version(disk.status(path)) != photo.version:
                raise ArtframeError(f"{printable(path)} changed since it was listed; the next sync brings the new one")
            file.seek(destination.offset)
            while block := file.read(_BLOCK):
                destination.write(block)
    except OSError as error:
        raise ArtframeError(f"{printable(path)} cannot be read ({error.strerror or error})") from error


def owner_and_path(photo: Photo) -> tuple[str, str]:
    """Whose file it is, and where in the folder."""
    user_id, _, path = photo.id.partition("/")
    return user_id, os.fsdecode(unquote_to_bytes(path))


def _photos(config: PairConfig, files: Files, facts: list[FileFact]) -> Iterator[Photo]:
    rows = files.at_all([fact.path for fact in facts])
    for fact in facts:
        row = rows.get(fact.path)
        pure = PurePosixPath(fact.path)
        yield Photo(
            # Names need not be text; an id must be.
            id=f"{config.user_id}/{quote(os.fsencode(fact.path))}",
            name=printable(pure.name),
            version=_version(fact),
            sha1=row.sha1 if row is not None and row.look == look_of(fact) else None,
            size=fact.size,
            taken_at=datetime.fromtimestamp(fact.mtime_ns / 1_000_000_000, UTC),
            group="" if str(pure.parent) == "." else printable(str(pure.parent)),
        )


def _version(fact: FileFact) -> str:
    return f"{fact.mtime_ns}-{fact.size}"


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
