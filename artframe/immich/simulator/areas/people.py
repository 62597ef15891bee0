# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""Which people does a user know?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.areas.asset_media import sends_file
from artframe.immich.simulator.fields import Flag, Many, Number, Text, Uuid
from artframe.immich.simulator.people_json import person_json
from artframe.immich.simulator.people_rows import create_person
from artframe.immich.simulator.refusal import Refused, no_access
from artframe.immich.simulator.reply import Json, Reply
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row

routes = Routes()
FACTS = {
    "name": Text(),
    "birthDate": Text(nullable=True),
    "isHidden": Flag(),
    "isFavorite": Flag(),
    "color": Text(nullable=True),
    "featureFaceAssetId": Uuid(),
}
# people without any face are not listed, named or not
WITH_FACES = """SELECT person.*, count(face.id) AS faces FROM person
    JOIN face ON face.person_id = person.id AND face.deleted IS NULL
    JOIN asset ON asset.id = face.asset_id AND asset.deleted IS NULL AND asset.visibility = 'timeline'
    WHERE person.owner_id = ? GROUP BY person.id
    ORDER BY person.hidden, person.favourite DESC, person.name = '', faces DESC, person.name, person.created"""


def require_person(database: Database, user_id: str, person_id: str, permission: str) -> Row:
    """The user's own person."""
    row: Row | None = database.execute(
        "SELECT * FROM person WHERE id = ? AND owner_id = ?", (person_id, user_id)
    ).fetchone()
    if row is None:
        raise no_access(permission)
    return row


@routes.get("/people", "person.read")
def listed(site: Site, request: Request) -> Any:
    given = request.options(
        {
            "page": Number(least=1, words=True),
            "size": Number(least=1, most=1000, words=True),
            "withHidden": Flag(words=True),
        }
    )
    page, size = given.get("page", 1), given.get("size", 500)
    with site.store.reading() as database:
        rows = database.execute(WITH_FACES, (request.user_id,)).fetchall()
    shown = [row for row in rows if given.get("withHidden") or not row["hidden"]]
    start = (page - 1) * size
    return {
        "people": [person_json(row) for row in shown[start : start + size]],
        "hasNextPage": len(shown) > start + size,
        "total": len(rows),
        "hidden": sum(row["hidden"] for row in rows),
    }


@routes.post("/people", "person.create")
def create(site: Site, request: Request) -> Json:
    given = request.fields(FACTS)
    with site.store.writing() as database:
        person_id = create_person(database, request.user_id, given.get("name", ""), given.get("birthDate"))
        return Json(status=201, body=person_json(_changed(database, person_id, given)))


def _changed(database: Database, person_id: str, given: dict[str, Any]) -> Row:
    columns = {
        "name": "name",
        "birthDate": "birth_date",
        "isHidden": "hidden",
        "isFavorite": "favourite",
        "color": "color",
    }
    for name, column in columns.items():
        if name in given:
            sql = f"UPDATE person SET {column} = ?, updated = ? WHERE id = ?"
            database.execute(sql, (given[name], moments.now(), person_id))
    row: Row = database.execute("SELECT * FROM person WHERE id = ?", (person_id,)).fetchone()
    return row


@routes.get("/people/<id>", "person.read")
def read(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        return person_json(require_person(database, request.user_id, request.params["id"], "person.read"))


@routes.put("/people/<id>", "person.update")
def change(site: Site, request: Request) -> Any:
    given = request.fields(FACTS)
    with site.store.writing() as database:
        row = require_person(database, request.user_id, request.params["id"], "person.update")
        return person_json(_changed(database, row["id"], given))


@routes.delete("/people/<id>", "person.delete")
def delete(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        row = require_person(database, request.user_id, request.params["id"], "person.delete")
        database.execute("DELETE FROM person WHERE id = ?", (row["id"],))


@routes.delete("/people", "person.delete")
def delete_many(site: Site, request: Request) -> None:
    ids = request.fields({"ids": Many(of=Uuid(), required=True)})["ids"]
    with site.store.writing() as database:
        for one in ids:
            require_person(database, request.user_id, one, "person.delete")
        database.executemany("DELETE FROM person WHERE id = ?", [(one,) for one in ids])


@routes.get("/people/<id>/statistics", "person.statistics")
def statistics(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        row = require_person(database, request.user_id, request.params["id"], "person.read")
        sql = """SELECT count(DISTINCT asset.id) FROM face JOIN asset ON asset.id = face.asset_id
                 WHERE person_id = ? AND face.deleted IS NULL AND asset.deleted IS NULL AND visibility = 'timeline'"""
        return {"assets": database.execute(sql, (row["id"],)).fetchone()[0]}


@routes.get("/people/<id>/thumbnail", "person.read")
@sends_file
def thumbnail(site: Site, request: Request) -> Reply:
    with site.store.reading() as database:
        require_person(database, request.user_id, request.params["id"], "person.read")
    raise Refused(404, "Not Found", leaves_out="error")  # manual faces never get one


@routes.post("/people/<id>/merge", "person.merge")
def merge(site: Site, request: Request) -> Any:
    ids = request.fields({"ids": Many(of=Uuid(), required=True)})["ids"]
    results: list[dict[str, Any]] = []
    with site.store.writing() as database:
        target = require_person(database, request.user_id, request.params["id"], "person.merge")
        for one in ids:
            sql = "SELECT 1 FROM person WHERE id = ? AND owner_id = ?"
            if one == target["id"] or database.execute(sql, (one, request.user_id)).fetchone() is None:
                results.append({"id": one, "success": False, "error": "no_permission"})
                continue
            database.execute("UPDATE face SET person_id = ? WHERE person_id = ?", (target["id"], one))
            database.execute("DELETE FROM person WHERE id = ?", (one,))
            results.append({"id": one, "success": True})
    return results
