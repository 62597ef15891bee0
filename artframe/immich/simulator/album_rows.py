"""How are albums made and filled?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.site import new_id
from artframe.immich.simulator.store import Database

PUT_IN = "INSERT OR IGNORE INTO album_asset (album_id, asset_id) VALUES (?, ?)"


def create_album(
    database: Database, owner_id: str, name: str, description: str, asset_ids: Sequence[str], members: Mapping[str, str]
) -> str:
    """A new album's id; the assets are taken as allowed."""
    album_id, moment = new_id(), moments.now()
    thumbnail = asset_ids[0] if asset_ids else None
    sql = "INSERT INTO album (id, name, description, thumbnail, created, updated) VALUES (?, ?, ?, ?, ?, ?)"
    database.execute(sql, (album_id, name, description, thumbnail, moment, moment))
    add_member(database, album_id, owner_id, access.OWNER)
    for user_id, role in members.items():
        add_member(database, album_id, user_id, role)
    database.executemany(PUT_IN, ((album_id, asset_id) for asset_id in asset_ids))
    return album_id


def add_member(database: Database, album_id: str, user_id: str, role: str) -> None:
    """Let a user into an album."""
    sql = "INSERT INTO album_user (album_id, user_id, role, added) VALUES (?, ?, ?, ?)"
    database.execute(sql, (album_id, user_id, role, moments.now()))


def add_assets(database: Database, user_id: str, album_id: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Put assets into an album; one line per id. Only own ones and a partner's, never locked ones."""
    sql = "SELECT asset_id FROM album_asset WHERE album_id = ? AND asset_id IN (SELECT value FROM json_each(?))"
    inside = {row["asset_id"] for row in database.execute(sql, (album_id, json.dumps(ids)))}
    allowed = access.addable_assets(database, user_id, ids)
    results: list[dict[str, Any]] = []
    added: list[str] = []
    for one in ids:
        if one in inside:
            results.append({"id": one, "success": False, "error": "duplicate"})
        elif one not in allowed:
            results.append({"id": one, "success": False, "error": "no_permission"})
        else:
            results.append({"id": one, "success": True})
            inside.add(one)
            added.append(one)
    if added:
        database.executemany(PUT_IN, ((album_id, one) for one in added))
        sql = "UPDATE album SET updated = ?, thumbnail = coalesce(thumbnail, ?) WHERE id = ?"
        database.execute(sql, (moments.now(), added[0], album_id))
    return results


def remove_assets(
    database: Database, user_id: str, role: str, album_id: str, ids: Sequence[str]
) -> list[dict[str, Any]]:
    """Take assets out of an album; an editor only his own. The album's updatedAt stays as it is."""
    sql = """SELECT asset_id, owner_id FROM album_asset JOIN asset ON asset.id = asset_id
             WHERE album_id = ? AND asset_id IN (SELECT value FROM json_each(?))"""
    owners = {row["asset_id"]: row["owner_id"] for row in database.execute(sql, (album_id, json.dumps(ids)))}
    results: list[dict[str, Any]] = []
    for one in ids:
        if one not in owners:
            results.append({"id": one, "success": False, "error": "not_found"})
        elif role != access.OWNER and owners[one] != user_id:
            results.append({"id": one, "success": False, "error": "no_permission"})
        else:
            results.append({"id": one, "success": True})
            del owners[one]
            database.execute("DELETE FROM album_asset WHERE album_id = ? AND asset_id = ?", (album_id, one))
            database.execute("UPDATE album SET thumbnail = NULL WHERE id = ? AND thumbnail = ?", (album_id, one))
    return results
