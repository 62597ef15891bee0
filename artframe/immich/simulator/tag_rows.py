"""How are tags found, created and put on assets?"""

from __future__ import annotations

from collections.abc import Sequence

from artframe.immich.simulator import moments
from artframe.immich.simulator.site import new_id
from artframe.immich.simulator.store import Database


def upsert_tag(database: Database, user_id: str, value: str) -> str:
    """The id of the tag ``a/b/c``; it and its parents are created where missing. Upper and lower case differ."""
    parent: str | None = None
    parts = [part for part in value.split("/") if part]
    for depth in range(1, len(parts) + 1):
        parent = _one_tag(database, user_id, "/".join(parts[:depth]), parent)
    if parent is None:
        raise ValueError("a tag needs a name")
    return parent


def _one_tag(database: Database, user_id: str, value: str, parent: str | None) -> str:
    row = database.execute("SELECT id FROM tag WHERE user_id = ? AND value = ?", (user_id, value)).fetchone()
    if row is not None:
        return str(row["id"])
    return create_tag(database, user_id, value, parent)


def create_tag(database: Database, user_id: str, value: str, parent: str | None, color: str | None = None) -> str:
    """A new tag; its full path must not be taken."""
    tag_id, moment = new_id(), moments.now()
    sql = "INSERT INTO tag (id, user_id, parent_id, value, color, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?)"
    database.execute(sql, (tag_id, user_id, parent, value, color, moment, moment))
    return tag_id


def assign_tags(database: Database, tag_ids: Sequence[str], asset_ids: Sequence[str]) -> int:
    """Put tags on assets; how many of the pairs are new."""
    new = 0
    for tag_id in tag_ids:
        for asset_id in asset_ids:
            sql = "INSERT OR IGNORE INTO tag_asset (tag_id, asset_id) VALUES (?, ?)"
            new += database.execute(sql, (tag_id, asset_id)).rowcount
    return new
