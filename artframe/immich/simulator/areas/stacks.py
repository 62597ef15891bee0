"""Which assets lie on top of each other?"""

from __future__ import annotations

import json
from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.asset_json import asset_json
from artframe.immich.simulator.fields import Many, Uuid
from artframe.immich.simulator.refusal import bad_request, no_access
from artframe.immich.simulator.reply import Json
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site, new_id
from artframe.immich.simulator.store import Database, Row
from artframe.immich.simulator.tag_json import tags_of

routes = Routes()


def _stack(database: Database, user_id: str, stack_id: str, permission: str) -> Row:
    row: Row | None = database.execute(
        "SELECT * FROM stack WHERE id = ? AND owner_id = ?", (stack_id, user_id)
    ).fetchone()
    if row is None:
        raise no_access(permission)
    return row


def _written(database: Database, site: Site, row: Row, *, tags: bool = False) -> dict[str, Any]:
    sql = "SELECT * FROM asset WHERE stack_id = ? AND deleted IS NULL ORDER BY id = ? DESC, file_created"
    assets = database.execute(sql, (row["id"], row["primary_id"]))
    items = [asset_json(asset, site.generation, exif=True, write=moments.nested) for asset in assets]
    for item in items if tags else []:
        item["tags"] = tags_of(database, item["id"])
    return {"id": row["id"], "primaryAssetId": row["primary_id"], "assets": items}


@routes.get("/stacks", "stack.read")
def listed(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        rows = database.execute("SELECT * FROM stack WHERE owner_id = ?", (request.user_id,)).fetchall()
        return [_written(database, site, row) for row in rows]


@routes.post("/stacks", "stack.create")
def create(site: Site, request: Request) -> Json:
    ids = request.fields({"assetIds": Many(of=Uuid(), least=2, required=True)})["assetIds"]
    with site.store.writing() as database:
        access.require_own(database, request.user_id, ids, "asset.update")
        stack_id, moment = new_id(), moments.now()
        # A stack whose cover is among them is merged; one of which another photo is among them only loses that one.
        merged = "SELECT id FROM stack WHERE owner_id = ? AND primary_id IN (SELECT value FROM json_each(?))"
        covers = (request.user_id, json.dumps(ids))
        sql = f"SELECT id FROM asset WHERE deleted IS NULL AND stack_id IN ({merged})"  # noqa: S608 - our own text
        members = [*ids, *(row["id"] for row in database.execute(sql, covers).fetchall())]
        database.execute(f"DELETE FROM stack WHERE id IN ({merged})", covers)  # noqa: S608
        sql = "INSERT INTO stack (id, owner_id, primary_id, created, updated) VALUES (?, ?, ?, ?, ?)"
        database.execute(sql, (stack_id, request.user_id, ids[0], moment, moment))
        sql = "UPDATE asset SET stack_id = ?, updated = ? WHERE id IN (SELECT value FROM json_each(?))"
        database.execute(sql, (stack_id, moment, json.dumps(members)))
        return Json(
            status=201, body=_written(database, site, _stack(database, request.user_id, stack_id, "stack.read"))
        )


@routes.get("/stacks/<id>", "stack.read")
def read(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        return _written(
            database, site, _stack(database, request.user_id, request.params["id"], "stack.read"), tags=True
        )


@routes.put("/stacks/<id>", "stack.update")
def change(site: Site, request: Request) -> Any:
    given = request.fields({"primaryAssetId": Uuid()})
    with site.store.writing() as database:
        row = _stack(database, request.user_id, request.params["id"], "stack.update")
        primary = given.get("primaryAssetId", row["primary_id"])
        sql = "SELECT 1 FROM asset WHERE id = ? AND stack_id = ? AND deleted IS NULL"
        if database.execute(sql, (primary, row["id"])).fetchone() is None:
            raise bad_request("Primary asset must be in the stack")
        database.execute(
            "UPDATE stack SET primary_id = ?, updated = ? WHERE id = ?", (primary, moments.now(), row["id"])
        )
        return _written(database, site, _stack(database, request.user_id, row["id"], "stack.read"), tags=True)


@routes.delete("/stacks/<id>", "stack.delete")
def delete(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        row = _stack(database, request.user_id, request.params["id"], "stack.delete")
        database.execute("UPDATE asset SET updated = ? WHERE stack_id = ?", (moments.now(), row["id"]))
        database.execute("DELETE FROM stack WHERE id = ?", (row["id"],))


@routes.delete("/stacks/<id>/assets/<assetId>", "stack.update")
def remove(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        row = _stack(database, request.user_id, request.params["id"], "stack.update")
        if request.params["assetId"] == row["primary_id"]:
            raise bad_request("Cannot remove stack's primary asset")
        sql = "UPDATE asset SET stack_id = NULL, updated = ? WHERE id = ? AND stack_id = ?"
        database.execute(sql, (moments.now(), request.params["assetId"], row["id"]))
