"""How is an album written?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.asset_json import asset_json
from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.store import Database, Row
from artframe.immich.simulator.user_json import user_json

VISIBLE = "asset.deleted IS NULL AND asset.visibility IN ('timeline', 'archive')"
MEMBERS = "FROM album_asset JOIN asset ON asset.id = album_asset.asset_id WHERE album_asset.album_id = ?"


def album_row(database: Database, album_id: str) -> Row:
    """The row of an album that exists."""
    row: Row = database.execute("SELECT * FROM album WHERE id = ?", (album_id,)).fetchone()
    return row


def album_json(database: Database, row: Row, generation: Generation, *, fresh: bool = False) -> dict[str, Any]:
    """An album as it is read. ``fresh``: as it is answered to whom just changed it, with other dates and less in it."""
    thumbnail = None if not row["thumbnail"] and fresh else _thumbnail(database, row)
    written: dict[str, Any] = {
        "albumName": row["name"],
        "description": row["description"],
        "albumThumbnailAssetId": thumbnail,
        "createdAt": moments.stamp(row["created"]),
        "updatedAt": moments.stamp(row["updated"]),
        "id": row["id"],
        "hasSharedLink": False,
        "isActivityEnabled": bool(row["activity"]),
        "order": row["sort"],
    }
    written |= _people(database, row["id"], generation)
    written |= _contents(database, row["id"], fresh=fresh)
    if not generation.modern:
        written["assets"] = []
    return written


def _thumbnail(database: Database, row: Row) -> str | None:
    """The chosen picture while it can be seen, else the newest one."""
    sql = f"SELECT asset.id {MEMBERS} AND asset.id = ? AND {VISIBLE}"
    found = database.execute(sql, (row["id"], row["thumbnail"])).fetchone()
    if found is None:
        sql = f"SELECT asset.id {MEMBERS} AND {VISIBLE} ORDER BY file_created DESC LIMIT 1"
        found = database.execute(sql, (row["id"],)).fetchone()
    return None if found is None else str(found["id"])


def _people(database: Database, album_id: str, generation: Generation) -> dict[str, Any]:
    sql = """SELECT user.*, album_user.role FROM album_user JOIN user ON user.id = album_user.user_id WHERE album_id = ?
             ORDER BY role = 'owner' DESC, album_user.added, album_user.rowid"""
    rows = database.execute(sql, (album_id,)).fetchall()
    users = [{"user": user_json(row, moments.nested), "role": row["role"]} for row in rows]
    if generation.modern:
        return {"albumUsers": users, "shared": len(users) > 1}
    owner = next(user["user"] for user in users if user["role"] == "owner")
    others = [user for user in users if user["user"]["id"] != owner["id"]]
    return {"ownerId": owner["id"], "owner": owner, "albumUsers": others, "shared": bool(others)}


def _contents(database: Database, album_id: str, *, fresh: bool) -> dict[str, Any]:
    sql = f"SELECT count(*), min(local), max(local), max(asset.updated) {MEMBERS} AND {VISIBLE}"
    count, first, last, changed = database.execute(sql, (album_id,)).fetchone()
    if not count:
        return {"assetCount": 0}
    write = moments.nested if fresh else moments.day_stamp
    found = {"startDate": write(first), "endDate": write(last), "assetCount": count}
    return found if fresh else {**found, "lastModifiedAssetTimestamp": moments.stamp(changed)}


def contributors(database: Database, album_id: str) -> list[dict[str, Any]]:
    """Who put how many into a shared album."""
    sql = f"SELECT owner_id, count(*) AS size {MEMBERS} AND {VISIBLE} GROUP BY owner_id ORDER BY size DESC"
    return [{"userId": row["owner_id"], "assetCount": row["size"]} for row in database.execute(sql, (album_id,))]


def album_assets(database: Database, row: Row, generation: Generation) -> list[dict[str, Any]]:
    """The ``assets`` of 2.7: everybody's, archived ones too."""
    direction = "ASC" if row["sort"] == "asc" else "DESC"
    sql = f"SELECT asset.* {MEMBERS} AND {VISIBLE} ORDER BY file_created {direction}"
    rows = database.execute(sql, (row["id"],)).fetchall()
    return [asset_json(asset, generation, exif=True, write=moments.nested) for asset in rows]
