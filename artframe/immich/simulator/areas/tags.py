"""Which tags does a user have, and on which assets?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.fields import Many, Text, Uuid
from artframe.immich.simulator.refusal import bad_request, no_access
from artframe.immich.simulator.reply import Json
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row
from artframe.immich.simulator.tag_json import tag_json
from artframe.immich.simulator.tag_rows import assign_tags, create_tag, upsert_tag

routes = Routes()
IDS = {"ids": Many(of=Uuid(), required=True)}


def _tag(database: Database, user_id: str, tag_id: str, permission: str) -> Row:
    row: Row | None = database.execute("SELECT * FROM tag WHERE id = ? AND user_id = ?", (tag_id, user_id)).fetchone()
    if row is None:
        raise no_access(permission)
    return row


@routes.get("/tags", "tag.read")
def listed(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        sql = "SELECT * FROM tag WHERE user_id = ? ORDER BY value"
        return [tag_json(row) for row in database.execute(sql, (request.user_id,))]


@routes.put("/tags", "tag.create")
def upsert(site: Site, request: Request) -> Any:
    values = request.fields({"tags": Many(of=Text(), required=True)})["tags"]
    with site.store.writing() as database:
        ids = [upsert_tag(database, request.user_id, value) for value in values if value.strip("/")]
        database.executemany("UPDATE tag SET updated = ? WHERE id = ?", [(moments.now(), one) for one in ids])
        return [tag_json(_tag(database, request.user_id, one, "tag.read")) for one in ids]


@routes.post("/tags", "tag.create")
def create(site: Site, request: Request) -> Json:
    given = request.fields({"name": Text(required=True), "parentId": Uuid(nullable=True), "color": Text(nullable=True)})
    with site.store.writing() as database:
        value, parent_id = given["name"], given.get("parentId")
        if parent_id:
            value = f"{_tag(database, request.user_id, parent_id, 'tag.read')['value']}/{value}"
        if database.execute("SELECT 1 FROM tag WHERE user_id = ? AND value = ?", (request.user_id, value)).fetchone():
            raise bad_request("A tag with that name already exists")
        tag_id = create_tag(database, request.user_id, value, parent_id, given.get("color"))
        return Json(status=201, body=tag_json(_tag(database, request.user_id, tag_id, "tag.read")))


@routes.get("/tags/<id>", "tag.read")
def read(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        return tag_json(_tag(database, request.user_id, request.params["id"], "tag.read"))


@routes.put("/tags/<id>", "tag.update")
def change(site: Site, request: Request) -> Any:
    given = request.fields({"color": Text(nullable=True)})
    with site.store.writing() as database:
        row = _tag(database, request.user_id, request.params["id"], "tag.update")
        sql = "UPDATE tag SET color = ?, updated = ? WHERE id = ?"
        database.execute(sql, (given.get("color", row["color"]), moments.now(), row["id"]))
        return tag_json(_tag(database, request.user_id, row["id"], "tag.read"))


@routes.delete("/tags/<id>", "tag.delete")
def delete(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        row = _tag(database, request.user_id, request.params["id"], "tag.delete")
        database.execute("DELETE FROM tag WHERE id = ?", (row["id"],))


@routes.put("/tags/assets", "tag.asset")
def assign_many(site: Site, request: Request) -> Any:
    given = request.fields({"tagIds": Many(of=Uuid(), required=True), "assetIds": Many(of=Uuid(), required=True)})
    with site.store.writing() as database:
        tags = [one for one in given["tagIds"] if _tag(database, request.user_id, one, "tag.asset")]
        own = access.own_assets(database, request.user_id, given["assetIds"])
        return {"count": assign_tags(database, tags, sorted(own))}


@routes.put("/tags/<id>/assets", "tag.asset")
def assign(site: Site, request: Request) -> Any:
    ids = request.fields(IDS)["ids"]
    with site.store.writing() as database:
        tag = _tag(database, request.user_id, request.params["id"], "tag.asset")
        own = access.own_assets(database, request.user_id, ids)
        results: list[dict[str, Any]] = []
        for one in ids:
            if one not in own:
                results.append({"id": one, "success": False, "error": "no_permission"})
            elif assign_tags(database, [tag["id"]], [one]):
                results.append({"id": one, "success": True})
                database.execute("UPDATE asset SET updated = ? WHERE id = ?", (moments.now(), one))
            else:
                results.append({"id": one, "success": False, "error": "duplicate"})
    return results


@routes.delete("/tags/<id>/assets", "tag.asset")
def unassign(site: Site, request: Request) -> Any:
    ids = request.fields(IDS)["ids"]
    results: list[dict[str, Any]] = []
    with site.store.writing() as database:
        tag = _tag(database, request.user_id, request.params["id"], "tag.asset")
        for one in ids:
            gone = database.execute(
                "DELETE FROM tag_asset WHERE tag_id = ? AND asset_id = ?", (tag["id"], one)
            ).rowcount
            results.append(
                {"id": one, "success": True} if gone else {"id": one, "success": False, "error": "not_found"}
            )
            if gone:
                database.execute("UPDATE asset SET updated = ? WHERE id = ?", (moments.now(), one))
    return results
