"""How is a tag written?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.store import Database, Row
from artframe.immich.simulator.user_json import Writer


def tag_json(row: Row, write: Writer = moments.stamp) -> dict[str, Any]:
    """A tag; parent and colour are only there when it has them."""
    written: dict[str, Any] = {"id": row["id"]}
    if row["parent_id"] is not None:
        written["parentId"] = row["parent_id"]
    written |= {
        "name": row["value"].rsplit("/", 1)[-1],
        "value": row["value"],
        "createdAt": write(row["created"]),
        "updatedAt": write(row["updated"]),
    }
    if row["color"] is not None:
        written["color"] = row["color"]
    return written


def tags_of(database: Database, asset_id: str) -> list[dict[str, Any]]:
    """The tags of an asset."""
    sql = """SELECT tag.* FROM tag JOIN tag_asset ON tag_asset.tag_id = tag.id
             WHERE tag_asset.asset_id = ? ORDER BY tag.value"""
    return [tag_json(row, moments.nested) for row in database.execute(sql, (asset_id,))]
