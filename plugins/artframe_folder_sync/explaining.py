"""What can be said about one file, or about all of them, from the state alone?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from artframe_folder_sync.files.names import printable
from artframe_folder_sync.renderings import would
from artframe_folder_sync.run.holding import EMPTY_IMMICH, SIDES
from artframe_folder_sync.sayings import restored
from artframe_folder_sync.state.assets import Assets, Seen
from artframe_folder_sync.state.database import State, micros, moment, raw, text
from artframe_folder_sync.state.files import FileRow, Files
from artframe_folder_sync.state.gone import Gone, Tombstones, Waiting

_NAMESAKES = 5
_IN_IMMICH = {
    Seen.LIVE: "it is in the timeline",
    Seen.ARCHIVED: "it is archived",
    Seen.HIDDEN: "it is hidden (the video of a live photo)",
    Seen.LOCKED: "it is in the locked folder, where no API key can read it",
    Seen.TRASHED: "it is in Immich's trash",
    Seen.PURGED: "it was deleted for good",
    Seen.ELSEWHERE: "it is gone, and another one has the same content",
    Seen.UNKNOWN: "nobody can tell at the moment whether it is there, so nothing is done",
}


def facts_about(path: str, state: State, now: datetime) -> list[str]:
    """Sentences about one file: here, there, what both had, what waits."""
    row = Files(state).at(path)
    gone = Tombstones(state).where("path = ?", (raw(path),))
    facts: list[str] = []
    if row is not None:
        facts.extend(_here(row))
        facts.extend(_there(row, state))
    elif not gone:
        facts.append(f"{printable(path)} is not known: it was never seen, or it is not synced")
    facts.extend(_gone(one) for one in gone)
    for side in SIDES:
        rows = state.db.execute("SELECT reason FROM held WHERE side = ? AND path = ?", (side, raw(path))).fetchall()
        facts.extend(f"it {would(side)} and waits for your word ('confirm'): {restored(one['reason'])}" for one in rows)
    if row is not None and row.retry_at is not None and row.retry_at <= micros(now):
        facts.append("it is tried again in the next run")
    return facts


def paths_named(name: str, state: State) -> list[str]:
    """Where files of this name are, or were before they were taken away; at most a few."""
    tail = b"/" + raw(name)
    rows = state.db.execute(
        "SELECT path FROM (SELECT path FROM file UNION SELECT path FROM gone)"
        " WHERE path = ?1 OR substr(path, ?2) = ?3 ORDER BY path LIMIT ?4",
        (raw(name), -len(tail), tail, _NAMESAKES),
    )
    return [text(row["path"]) for row in rows]


def _here(row: FileRow) -> Iterator[str]:
    if row.missing_since is not None:
        yield f"it has been missing from the folder since {iso(row.missing_since)}"
    else:
        yield f"at the last look it was in the folder, with {row.size} bytes"
    if row.sha1 is None:
        yield "nobody has read it yet: it is new, changed, or still being written"
    else:
        yield f"the fingerprint of its content (SHA-1) is {row.sha1}"
    if row.refused is not None:
        until = f", until {iso(row.retry_at)}" if row.retry_at else ", until it changes"
        yield f"it is left alone{until}: {row.refused}"
    if row.still is not None:
        yield f"it is the video of the live photo {printable(row.still)}"


def _there(row: FileRow, state: State) -> Iterator[str]:
    if row.base is None or row.asset is None:
        yield "no photo in Immich belongs to it"
        return
    asset = Assets(state).at(row.asset)
    known = _IN_IMMICH[asset.state] if asset is not None else "it is in no list of Immich yet"
    yield f"its photo in Immich is {row.asset}: {known}"
    if row.sha1 is not None and row.sha1 != row.base:
        yield "the file was changed since it was the same as the photo in Immich"
    if asset is not None and asset.state.is_there and asset.sha1 not in (None, row.base):
        yield "the photo in Immich was replaced since it was the same as the file"
    others = [one for one in Files(state).where_now("asset = ?", (row.asset,), limit=5) if one.path != row.path]
    for other in others:
        yield f"the same photo is also at {printable(other.path)}"


def _gone(gone: Gone) -> str:
    where = f", the file is in {printable(gone.trash_path)}" if gone.trash_path is not None else ""
    kept = ", and stays in Immich" if gone.kept_remote else ""
    back = ", and came back" if gone.stage == "returned" else ""
    return f"taken away at {iso(gone.at)}: {gone.reason}{where}{kept}{back}"


def iso(at: int) -> str:
    """A moment in a fact: ISO 8601 in UTC, of which ``texts.localized`` makes what people read."""
    return moment(at).isoformat(timespec="seconds")


def summary(state: State) -> dict[str, Any]:
    """Numbers, as JSON."""
    files = Files(state)
    return {
        "files": files.count("missing_since IS NULL"),
        "tracked": files.tracked,
        "unread": files.count("sha1 IS NULL AND missing_since IS NULL"),
        "missing": files.count("missing_since IS NOT NULL AND base IS NOT NULL"),
        "left_alone": files.count("refused IS NOT NULL AND missing_since IS NULL"),
        "tombstones": len(Tombstones(state).where("stage = 'gone'")),
        "held": {side: Waiting(state).totals(side)[0] for side in SIDES},
    }


def forget_links(state: State) -> int:
    """What is held on the local side counts as new: it is sent to Immich again instead of going to the trash."""
    files, waiting = Files(state), Waiting(state)
    rows = waiting.held("local")
    if any(row["key"] == EMPTY_IMMICH for row in rows):
        paths = list(files.paths("base IS NOT NULL AND missing_since IS NULL"))
    else:
        paths = [text(row["path"]) for row in rows]
    with state.writing():
        for path in paths:
            files.unlink(path)
        waiting.hold("local", (), "")
    return len(paths)
