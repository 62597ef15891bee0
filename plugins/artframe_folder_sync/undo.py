"""How is what a run deleted taken back, in the folder and in Immich, and what cannot be?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from artframe.immich import AccessRefused, AssetState, Immich
from artframe.immich_plugin import translated
from artframe.plugin import CommandError, Task, said
from artframe_folder_sync.files.local_trash import LocalTrash
from artframe_folder_sync.files.namesakes import Namesakes
from artframe_folder_sync.journal import UNDONE, Entry, Journal, restores, takes_back

RESTORE, TAKE_BACK = "restore", "take_back"
_OF = "of"
_ALIVE = (AssetState.LIVE, AssetState.ARCHIVED, AssetState.HIDDEN, AssetState.LOCKED)


@dataclass(frozen=True, kw_only=True)
class Failed:
    """One thing that could not be taken back."""

    path: str
    reason: str


@dataclass(kw_only=True)
class Undone:
    """What was taken back of one run of one pair."""

    run: str
    files: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As commands hand it on."""
        return {
            "run": self.run,
            "files": self.files,
            "photos": self.photos,
            "failed": [{"path": one.path, "reason": one.reason} for one in self.failed],
        }


def pending(journal: Journal, pair: str, run: str = "") -> tuple[str, list[Entry]]:
    """The run (its name, or the last one that deleted anything), and its deletions that still stand, the newest first.

    Raises CommandError where there is nothing to take back.
    """
    deletions: dict[str, list[Entry]] = {}
    answered: set[tuple[str, str, str]] = set()
    for entry in journal.entries():
        if entry.pair != pair or entry.undo is None:
            continue
        if entry.action == UNDONE:
            answered.update((entry.undo.get(_OF, ""), kind, entry.undo.get(kind, "")) for kind in (RESTORE, TAKE_BACK))
        elif not run or entry.run == run:
            if entry.run not in deletions:
                deletions.clear()  # only the last run matters, and memory is small
            deletions.setdefault(entry.run, []).append(entry)
    if not deletions:
        raise CommandError(
            f"the run {run} deleted nothing here that the journal knows of" if run else "no run has deleted anything",
            "the command 'journal' lists what was done",
        )
    name, entries = deletions.popitem()
    standing = [
        entry
        for entry in entries
        if entry.undo and not any((name, kind, value) in answered for kind, value in entry.undo.items())
    ]
    if not standing:
        raise CommandError(
            f"what the run {name} deleted was taken back already; nothing was done",
            "the command 'journal' lists earlier runs: name one of them",
        )
    return name, standing[::-1]


def take_back(
    entries: Sequence[Entry],
    *,
    run: str,
    journal: Journal,
    trash: LocalTrash,
    namesakes: Namesakes,
    client: Immich,
    now: str,
    task: Task,
) -> Undone:
    """Restore in Immich first, then move files out of the local trash; never over anything. ``now`` names this undo."""
    undone = Undone(run=run)
    task.plan(len(entries), said("folder_sync.taking_back", "taking back"))
    alive, refusal = _restored({entry.asset_id: entry.sha1 for entry in entries if entry.asset_id}, client)
    for entry in entries:
        task.step()
        assert entry.undo is not None
        if RESTORE in entry.undo:
            asset_id = entry.undo[RESTORE]
            if asset_id not in alive:
                undone.failed.append(Failed(path=entry.path, reason=refusal))
                continue
            undone.photos.append(entry.path)
            answer = restores(asset_id)
        else:
            trash_path = entry.undo[TAKE_BACK]
            path, reason = _moved(trash, namesakes, trash_path, entry)
            if reason:
                undone.failed.append(Failed(path=entry.path, reason=reason))
                continue
            undone.files.append(path)
            answer = takes_back(trash_path)
        journal.write(
            run=now,
            pair=entry.pair,
            action=UNDONE,
            path=entry.path,
            asset_id=entry.asset_id,
            sha1=entry.sha1,
            reason=f"somebody took back what the run {run} did",
            undo={**answer, _OF: run},
        )
    journal.sync()
    return undone


def _restored(assets: dict[str, str | None], client: Immich) -> tuple[set[str], str]:
    """The assets that live afterwards, and why the others do not.

    The server says yes also to one that is being deleted for good, so it is asked again.
    """
    if not assets:
        return set(), ""
    with translated():
        try:
            refused = set(client.restore(list(assets)))
        except AccessRefused as error:
            return set(), f"Immich refuses ({error.message})"  # files can be moved back all the same
        states = client.asset_states({one: sha1 for one, sha1 in assets.items() if one.lower() not in refused})
    return {one for one, state in states.items() if state in _ALIVE}, "Immich has it no more: its trash was emptied"


def _moved(trash: LocalTrash, namesakes: Namesakes, trash_path: str, entry: Entry) -> tuple[str, str]:
    """Where the file is now, and why it could not be moved back; empty: it was."""
    path = entry.path
    try:
        path = next(namesakes.apart(iter([path]), entry.asset_id or entry.sha1 or ""), path)
        trash.take_back(trash_path, path)
        namesakes.took(path)
    except FileExistsError:
        return path, "there is another file of that name now"
    except FileNotFoundError:
        return path, "it is no longer in the folder's trash; if Immich has the photo, it comes back from there"
    except OSError as error:
        return path, f"the folder does not take it back ({error.strerror or error})"
    return path, ""
