"""Why is this one file in the state it is in: what is known of it, and what was done with it?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from artframe.plugin import CommandError
from artframe_folder_sync.files.ignoring import Rules, read_rules
from artframe_folder_sync.files.names import composed, printable
from artframe_folder_sync.files.scan import TWIN, twins_of
from artframe_folder_sync.journal import Journal, told
from artframe_folder_sync.keeper import Keeper

_ACTIONS = 10


def place_of(given: str, keepers: Sequence[Keeper]) -> list[tuple[Keeper, str]]:
    """Whose file is meant, and its path inside the folder. A path that is not absolute may be several people's.

    A name alone is looked for in all folders: people know photos by their names.

    Raises CommandError for a path outside all folders.
    """
    if not given.startswith("/"):
        path = given.strip("/").removeprefix("./")
        there = [keeper for keeper in keepers if _is_there(keeper, path)]
        if not there and "/" not in path:
            namesakes = [(keeper, one) for keeper in keepers for one in keeper.pair.named(path)]
            return namesakes or [(keeper, path) for keeper in keepers]
        return [(keeper, path) for keeper in there or keepers]
    for keeper in keepers:
        for root in (keeper.config.folder, keeper.config.folder.resolve()):
            # Not resolved itself: a link is looked at as the link that it is.
            if Path(given).is_relative_to(root) and Path(given) != root:
                return [(keeper, Path(given).relative_to(root).as_posix())]
    folders = ", ".join(str(keeper.config.folder) for keeper in keepers)
    raise CommandError(
        f"{printable(given)} lies in no folder that is kept in step", f"these are: {folders}", exit_code=66
    )


def _is_there(keeper: Keeper, path: str) -> bool:
    try:
        return keeper.disk.kind(path) is not None
    except OSError:
        return False  # its disk is away, or a name that no disk can hold: what is known can be told all the same


def _on_disk(keeper: Keeper, path: str) -> list[str]:
    """What the state cannot tell: what is there now, and whether it is synced at all."""
    try:
        kind = keeper.disk.kind(path)
        rules = read_rules(keeper.disk, keeper.config.ignore, keeper.media_types)
    except OSError as error:
        return [f"the folder cannot be read at the moment ({error.strerror or error})"]
    if kind is None:
        return ["there is nothing at this path now"]
    if kind == "folder":
        return ["it is a folder"] + [f"it is not synced: {reason}" for reason in [rules.folder(path)] if reason]
    reason = "it is no regular file, and links are never followed" if kind == "other" else rules.why(path)
    if reason:
        return [f"it is not synced: {reason}"]
    return [f"it is left alone: {TWIN}"] if _has_twin(keeper, path, rules) else []


def _has_twin(keeper: Keeper, path: str, rules: Rules) -> bool:
    folder, slash, name = path.rpartition("/")
    try:
        with keeper.disk.folder(folder) as opened:
            names = opened.names().files
    except OSError:
        return False
    return composed(name) in twins_of([one for one in names if rules.file(folder + slash + one) is None])


def explained(keeper: Keeper, path: str, journal: Journal) -> dict[str, Any]:
    """The facts, and the last actions on this path, the newest first."""
    entries = journal.newest(_ACTIONS, pair=keeper.person.user_id, path=path)
    return {
        "person": keeper.name,
        "folder": str(keeper.config.folder),
        "path": path,
        "facts": [*_on_disk(keeper, path), *keeper.pair.explain(path)],
        "journal": [told(entry, keeper.name) for entry in entries],
    }
