"""Which API keys does a user have?"""

from __future__ import annotations

import json
from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.accounts import create_key
from artframe.immich.simulator.fields import Choice, Many, Text
from artframe.immich.simulator.permissions import permissions
from artframe.immich.simulator.refusal import Refused, bad_request
from artframe.immich.simulator.reply import Json
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Access, Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row

routes = Routes()


def key_json(row: Row) -> dict[str, Any]:
    """A key without its secret."""
    return {
        "id": row["id"],
        "name": row["name"],
        "createdAt": moments.stamp(row["created"]),
        "updatedAt": moments.stamp(row["updated"]),
        "permissions": json.loads(row["permissions"]),
    }


def _key(database: Database, user_id: str, key_id: str) -> Row:
    sql = "SELECT * FROM api_key WHERE user_id = ? AND id = ?"
    row: Row | None = database.execute(sql, (user_id, key_id)).fetchone()
    if row is None:
        raise bad_request("API Key not found")
    return row


@routes.get("/api-keys/me", Access.ANY_KEY)
def mine(site: Site, request: Request) -> Any:
    if request.caller.key_id is None:
        raise Refused(403, "Not authenticated with an API Key")
    with site.store.reading() as database:
        return key_json(_key(database, request.user_id, request.caller.key_id))


@routes.get("/api-keys", "apiKey.read")
def listed(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        sql = "SELECT * FROM api_key WHERE user_id = ? ORDER BY created DESC"
        return [key_json(row) for row in database.execute(sql, (request.user_id,))]


@routes.get("/api-keys/<id>", "apiKey.read")
def read(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        return key_json(_key(database, request.user_id, request.params["id"]))


@routes.post("/api-keys", "apiKey.create")
def create(site: Site, request: Request) -> Json:
    known = Choice(options=permissions(site.generation))
    given = request.fields({"name": Text(), "permissions": Many(of=known, least=1, required=True)})
    own = request.caller.permissions
    if own is not None and "all" not in own and not own.issuperset(given["permissions"]):
        raise bad_request("Cannot grant permissions you do not have")
    with site.store.writing() as database:
        key = create_key(database, request.user_id, given.get("name", "API Key"), given["permissions"])
        written = key_json(_key(database, request.user_id, key.id))
    return Json(status=201, body={"secret": key.secret, "apiKey": written})


@routes.delete("/api-keys/<id>", "apiKey.delete")
def delete(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        _key(database, request.user_id, request.params["id"])
        database.execute("DELETE FROM api_key WHERE id = ?", (request.params["id"],))
