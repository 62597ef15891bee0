"""Which notes did other programs leave on an asset? (The API calls them metadata: a key and a JSON object.)"""

from __future__ import annotations

import json
from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.fields import AnyObject, Many, Text, Thing
from artframe.immich.simulator.refusal import bad_request
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row

routes = Routes()
NOTE = Thing(fields={"key": Text(required=True, filled=True), "value": AnyObject(required=True)})


def _note(row: Row) -> dict[str, Any]:
    return {"key": row["key"], "value": json.loads(row["value"]), "updatedAt": moments.stamp(row["updated"])}


def write_notes(database: Database, asset_id: str, items: list[dict[str, Any]]) -> None:
    """Keep notes; the asset's updatedAt does not move."""
    sql = "INSERT OR REPLACE INTO asset_note (asset_id, key, value, updated) VALUES (?, ?, ?, ?)"
    database.executemany(sql, [(asset_id, item["key"], json.dumps(item["value"]), moments.now()) for item in items])


@routes.get("/assets/<id>/metadata", "asset.read")
def listed(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        access.require_readable(database, request.user_id, request.params["id"], "asset.read")
        sql = "SELECT * FROM asset_note WHERE asset_id = ? ORDER BY key"
        return [_note(row) for row in database.execute(sql, (request.params["id"],))]


@routes.put("/assets/<id>/metadata", "asset.update")
def write(site: Site, request: Request) -> Any:
    given = request.fields({"items": Many(of=NOTE, required=True)})
    with site.store.writing() as database:
        access.require_own(database, request.user_id, [request.params["id"]], "asset.update")
        write_notes(database, request.params["id"], given["items"])
        keys = json.dumps([item["key"] for item in given["items"]])
        sql = "SELECT * FROM asset_note WHERE asset_id = ? AND key IN (SELECT value FROM json_each(?))"
        return [_note(row) for row in database.execute(sql, (request.params["id"], keys))]


def _find(database: Database, request: Request) -> Row:
    asset_id, key = request.params["id"], request.params["key"]
    row: Row | None = database.execute(
        "SELECT * FROM asset_note WHERE asset_id = ? AND key = ?", (asset_id, key)
    ).fetchone()
    if row is None:
        raise bad_request(f'Metadata with key "{key}" not found for asset with id "{asset_id}"')
    return row


@routes.get("/assets/<id>/metadata/{key}", "asset.read")
def read(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        access.require_readable(database, request.user_id, request.params["id"], "asset.read")
        return _note(_find(database, request))


@routes.delete("/assets/<id>/metadata/{key}", "asset.update")
def delete(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        access.require_own(database, request.user_id, [request.params["id"]], "asset.update")
        row = _find(database, request)
        database.execute("DELETE FROM asset_note WHERE asset_id = ? AND key = ?", (row["asset_id"], row["key"]))
