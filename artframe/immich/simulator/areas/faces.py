"""Where on an asset is whose face?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.areas.people import require_person
from artframe.immich.simulator.fields import Flag, Number, Uuid
from artframe.immich.simulator.people_json import face_json, person_json
from artframe.immich.simulator.people_rows import Box, create_face
from artframe.immich.simulator.refusal import no_access
from artframe.immich.simulator.reply import Empty
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row

routes = Routes()
NUMBERS = ("imageWidth", "imageHeight", "x", "y", "width", "height")


@routes.get("/faces", "face.read")
def listed(site: Site, request: Request) -> Any:
    asset_id = request.options({"id": Uuid(required=True)})["id"]
    with site.store.reading() as database:
        access.require_readable(database, request.user_id, asset_id, "asset.read")
        rows = database.execute(
            "SELECT * FROM face WHERE asset_id = ? AND deleted IS NULL ORDER BY x1", (asset_id,)
        ).fetchall()
        return [{**face_json(row), "person": _person(database, row)} for row in rows]


def _person(database: Database, face: Row) -> dict[str, Any] | None:
    row = database.execute("SELECT * FROM person WHERE id = ?", (face["person_id"],)).fetchone()
    return None if row is None else person_json(row)


@routes.post("/faces", "face.create")
def create(site: Site, request: Request) -> Empty:
    numbers = {name: Number(required=True) for name in NUMBERS}
    given = request.fields({"assetId": Uuid(required=True), "personId": Uuid(required=True), **numbers})
    with site.store.writing() as database:
        access.require_readable(database, request.user_id, given["assetId"], "asset.read")
        require_person(database, request.user_id, given["personId"], "person.read")
        x, y = given["x"], given["y"]
        box = Box(
            x1=x,
            y1=y,
            x2=x + given["width"],
            y2=y + given["height"],
            image_width=given["imageWidth"],
            image_height=given["imageHeight"],
        )
        create_face(database, given["assetId"], given["personId"], box)
    return Empty(status=201)


def _own_face(database: Database, user_id: str, face_id: str, permission: str) -> Row:
    sql = "SELECT face.* FROM face JOIN asset ON asset.id = face.asset_id WHERE face.id = ? AND asset.owner_id = ?"
    row: Row | None = database.execute(sql, (face_id, user_id)).fetchone()
    if row is None:
        raise no_access(permission)
    return row


@routes.put("/faces/<id>", "face.update")
def reassign(site: Site, request: Request) -> Any:
    face_id = request.fields({"id": Uuid(required=True)})["id"]
    with site.store.writing() as database:
        person = require_person(database, request.user_id, request.params["id"], "person.update")
        face = _own_face(database, request.user_id, face_id, "person.create")
        database.execute("UPDATE face SET person_id = ? WHERE id = ?", (person["id"], face["id"]))
        return person_json(person)


@routes.delete("/faces/<id>", "face.delete")
def delete(site: Site, request: Request) -> None:
    force = request.fields({"force": Flag(required=True)})["force"]
    with site.store.writing() as database:
        face = _own_face(database, request.user_id, request.params["id"], "face.delete")
        if force:
            database.execute("DELETE FROM face WHERE id = ?", (face["id"],))
        else:
            database.execute("UPDATE face SET deleted = ? WHERE id = ?", (moments.now(), face["id"]))
