"""Which files moved, and which have a content that Immich knows already? Only the state changes here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import Enum

from artframe_folder_sync.records import Action, ActionKind, FileFact
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import Seen
from artframe_folder_sync.state.database import raw
from artframe_folder_sync.state.files import FileRow


class Supersedes(Enum):
    """What a new content at a path means for the asset that was linked before."""

    NOTHING = "it stays what it is"
    EDITED = "it is the earlier version"
    OVERWRITTEN = "another known photo took its place"


def moves(bench: Workbench) -> list[tuple[FileRow, FileRow]]:
    """Missing files and new ones with the same content, paired: preferably of the same inode, then of the same name."""
    missing: dict[str, list[FileRow]] = defaultdict(list)
    came = "SELECT sha1 FROM file WHERE missing_since IS NULL AND base IS NULL AND sha1 IS NOT NULL"
    for row in bench.files.where(f"missing_since IS NOT NULL AND base IN ({came})"):
        missing[row.base or ""].append(row)
    if not missing:
        return []
    pairs: list[tuple[FileRow, FileRow]] = []
    sql = """missing_since IS NULL AND base IS NULL AND sha1 IN
        (SELECT base FROM file WHERE missing_since IS NOT NULL AND base IS NOT NULL)"""
    for new in bench.files.where(sql):
        candidates = missing.get(new.sha1 or "")
        if candidates:
            old = max(candidates, key=lambda one: (one.inode == new.inode, _name(one.path) == _name(new.path)))
            candidates.remove(old)
            pairs.append((old, new))
    return pairs


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def move_all(bench: Workbench, pairs: Sequence[tuple[FileRow, FileRow]]) -> None:
    """The rows follow the files. Immich is not touched: a name there cannot be changed."""
    with bench.state.writing() as db:
        for old, new in pairs:
            db.execute(
                """UPDATE file SET base = ?, asset = ?, linked_at = ?, refused = NULL, retry_at = NULL, tries = 0
                WHERE path = ?""",
                (old.base, old.asset, old.linked_at, raw(new.path)),
            )
            bench.files.forget(old.path)
    for old, new in pairs:
        bench.did(
            Action(
                kind=ActionKind.MOVE,
                path=new.path,
                reason="moved or renamed",
                sha1=new.sha1,
                asset_id=old.asset,
                size=new.size,
                other_path=old.path,
            )
        )


def linked(
    bench: Workbench, file: FileRow, asset_id: str, *, supersedes: Supersedes = Supersedes.NOTHING, is_live: bool = True
) -> None:
    """Both sides have the file's content now: remember that. Call it inside ``writing``.

    ``is_live``: the server just said so. An asset that no listing showed is one that no key can read.
    """
    if file.sha1 is None:
        raise ValueError(f"the content of {file.path} is not known")
    asset_id = asset_id.lower()
    if supersedes is not Supersedes.NOTHING and file.base and file.asset and file.asset != asset_id:
        with bench.state.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO superseded VALUES (?, ?, ?, ?, ?, ?)",
                (file.asset, file.base, raw(file.path), asset_id, bench.now, supersedes is Supersedes.EDITED),
            )
    elif file.asset != asset_id:
        keep_apart(bench, file)
    known = bench.assets.at(asset_id)
    if known is None:
        bench.assets.mark(asset_id, file.sha1, Seen.LIVE if is_live else Seen.LOCKED)
    elif not known.state.is_there:
        bench.assets.mark(asset_id, file.sha1, Seen.LIVE)
    bench.files.link([(file.path, file.sha1, asset_id)], bench.now)
    bench.tombstones.returned([(file.sha1, asset_id)])


def link_new(bench: Workbench, links: Sequence[tuple[FileRow, str]]) -> None:
    """The same for many files that were never linked, whose contents Immich has: the first run has all of them."""
    with bench.state.writing():
        known = bench.assets.at_all([asset_id.lower() for _, asset_id in links])
        for file, asset_id in links:
            asset = known.get(asset_id.lower())
            if asset is None or not asset.state.is_there:
                bench.assets.mark(asset_id, file.sha1 or "", Seen.LOCKED if asset is None else Seen.LIVE)
        bench.files.link(((file.path, file.sha1 or "", asset_id) for file, asset_id in links), bench.now)
        bench.tombstones.returned((file.sha1 or "", asset_id.lower()) for file, asset_id in links)


def keep_apart(bench: Workbench, file: FileRow) -> None:
    """What the file was linked to stays in Immich, and must not come down as something new."""
    old = bench.assets.at(file.asset) if file.asset is not None else None
    others = bench.files.count("asset = ? AND path <> ?", (file.asset, raw(file.path))) if old is not None else 0
    if old is not None and old.state.is_there and file.base is not None and not others:
        bench.tombstones.add(
            path=file.path,
            sha1=file.base,
            asset=old.id,
            size=file.size,
            mtime=file.mtime,
            side="local",
            at=bench.now,
            reason="an earlier version, kept in Immich",
            kept_remote=True,
        )


def took_place(bench: Workbench, fact: FileFact, sha1: str, asset_id: str) -> None:
    """A file that we put into the folder: known, read and linked at once."""
    bench.namesakes.took(fact.path)
    with bench.state.writing():
        bench.files.saw([fact], bench.now)
        bench.files.read([(fact.path, sha1)], bench.now)
        row = bench.files.at(fact.path)
        if row is not None:
            linked(bench, row, asset_id)
