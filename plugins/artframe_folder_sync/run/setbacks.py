"""Was Immich set back to an older state? Then what it lacks was not deleted by anybody, and the file is the only copy.

A backup takes along all that came after it and nothing else, however little that is. So when photos vanish without
having been in the trash, and none that came to Immich after the first of them is left, a person is asked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from artframe.plugin import Sentence, said
from artframe_folder_sync.records import Action
from artframe_folder_sync.state.assets import AssetRow, Assets, Seen
from artframe_folder_sync.state.database import State

_NEWEST = "newest_arrival"
_SET_BACK = "set_back"


def remember_newest(state: State) -> None:
    """Call it after all of Immich was listed, and after ``note_vanished``."""
    sql = "SELECT max(created) FROM asset WHERE state NOT IN ('purged', 'unknown', 'elsewhere')"
    (newest,) = state.db.execute(sql).fetchone()
    if newest is not None:
        state.set_meta(_NEWEST, str(newest))


def note_vanished(state: State, before: Collection[AssetRow], gone: Collection[str]) -> None:
    """``before``: what was known of the assets that no listing shows; ``gone``: those that are gone for good.

    Call it inside ``writing``, when the state knows what became of them.
    """
    came = [one.created for one in before if one.id in gone and one.state.is_there and one.created is not None]
    newest = state.meta(_NEWEST)
    if not came or newest is None:
        return
    first, last = min(came), max(came)
    sql = (
        "SELECT 1 FROM asset WHERE created BETWEEN ? AND ? AND state NOT IN ('purged', 'unknown', 'elsewhere') LIMIT 1"
    )
    if state.db.execute(sql, (first, max(last, int(newest)))).fetchone() is not None:
        return
    span = _span(state)
    if span is not None:
        first, last = min(first, span[0]), max(last, span[1])
    state.set_meta(_SET_BACK, json.dumps([first, last]))


def doubt(state: State, deletions: Sequence[Action]) -> Sentence | None:
    """Why a person is to be asked before any of these files goes, or None. Forgets what nobody needs any more."""
    span = _span(state)
    if span is None:
        return None
    found = Assets(state).at_all([one.asset_id for one in deletions if one.asset_id is not None])
    count = sum(
        1 for one in found.values() if one.state is Seen.PURGED and one.created and span[0] <= one.created <= span[1]
    )
    if not count:
        sql = """SELECT 1 FROM file JOIN asset a ON a.id = file.asset
            WHERE a.state = 'purged' AND a.created BETWEEN ? AND ? LIMIT 1"""
        if state.db.execute(sql, span).fetchone() is None:
            state.set_meta(_SET_BACK, None)
        return None
    return said(
        "folder_sync.immich_set_back",
        "of the newest photos, {count} vanished from Immich without having been in its trash: if it was set back to an"
        " older state, 'upload-again' sends them anew",
        count=count,
    )


def _span(state: State) -> tuple[int, int] | None:
    text = state.meta(_SET_BACK)
    if text is None:
        return None
    first, last = json.loads(text)
    return int(first), int(last)
