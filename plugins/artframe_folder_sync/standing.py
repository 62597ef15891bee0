"""How does one person's folder stand, as JSON?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from artframe.plugin import Clock, NotReady
from artframe_folder_sync.files.local_trash import LocalTrash, Trashed
from artframe_folder_sync.keeper import Keeper
from artframe_folder_sync.renderings import held_facts


def in_trash(keeper: Keeper, clock: Clock) -> Iterator[dict[str, Any]]:
    """What lies in the folder's own trash, the oldest first. ``at``: when it came there, where that is known."""
    since = keeper.pair.put_away()
    for found in _listed(keeper, clock):
        at = since.get(found.trash_path)
        yield {
            "person": keeper.name,
            "path": found.path,
            "trash_path": found.trash_path,
            "day": found.day.isoformat(),
            "at": at.isoformat() if at is not None else None,
            "size": found.size,
        }


def _listed(keeper: Keeper, clock: Clock) -> Iterator[Trashed]:
    try:
        yield from LocalTrash(keeper.disk, clock).listing()
    except OSError as error:
        raise NotReady(
            f"the trash of {keeper.config.folder} cannot be read at the moment ({error.strerror or error})",
            "is its disk plugged in (or its network share there)?",
        ) from error


def standing(keeper: Keeper, clock: Clock) -> dict[str, Any]:
    """What is in step, how the last run went, what waits. All moments are ISO 8601 in UTC."""
    last = keeper.last
    report = last.report.as_json() if last is not None else {}
    watch, counts = keeper.watch, keeper.pair.status()
    if watch is None:
        watching = "the folder is not watched; it is looked through now and then"
    else:
        watching = watch.trouble or "changes in the folder are noticed at once"
    return {
        "person": keeper.name,
        "user_id": keeper.person.user_id,
        "folder": str(keeper.config.folder),
        "server": keeper.config.server,
        "mode": keeper.config.mode.value,
        "off": keeper.off,
        "watching": watching,
        "tracked": counts["tracked"],
        "last_run": last.at.isoformat() if last is not None else None,
        "done": report.get("done", {}),
        "held": [held_facts(held) for held in keeper.pair.held()],
        "notes": report.get("notes", []),
        "troubles": report.get("troubles", []),
        "settling": _settling(keeper, clock),
        "counts": counts,
    }


def _settling(keeper: Keeper, clock: Clock) -> dict[str, Any]:
    """What changed a moment ago: files that a run has seen, and folders that none has looked at since."""
    files, first = keeper.pair.settling()
    rests, now = keeper.unrest.due_at(), clock.now()
    noticed = None if rests is None else now + timedelta(seconds=rests - clock.monotonic())
    if keeper.watch is not None and keeper.watch.is_away:
        noticed = None  # that it went is no change in it
    moments = [one for one in (first, noticed) if one is not None and one > now]
    return {
        "files": files,
        "folders": len(keeper.unrest.waiting),
        "next": min(moments).isoformat() if moments else None,
    }
