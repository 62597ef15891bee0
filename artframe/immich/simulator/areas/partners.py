# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""Who shares all photos with whom?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.fields import Choice, Flag, Uuid
from artframe.immich.simulator.refusal import bad_request
from artframe.immich.simulator.reply import Json
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Row
from artframe.immich.simulator.user_json import user_json

routes = Routes()
ONE = "SELECT user.*, in_timeline FROM partner JOIN user ON user.id = {0} WHERE by_id = ? AND with_id = ?"


def _partner(row: Row) -> dict[str, Any]:
    return {**user_json(row, moments.nested), "inTimeline": bool(row["in_timeline"])}


@routes.get("/partners", "partner.read")
def listed(site: Site, request: Request) -> Any:
    direction = request.options({"direction": Choice(options=("shared-by", "shared-with"), required=True)})["direction"]
    mine, other = ("by_id", "with_id") if direction == "shared-by" else ("with_id", "by_id")
    sql = (
        f"SELECT user.*, in_timeline FROM partner JOIN user ON user.id = {other} WHERE {mine} = ? ORDER BY user.created"
    )
    with site.store.reading() as database:
        return [_partner(row) for row in database.execute(sql, (request.user_id,))]


def _share(site: Site, request: Request, user_id: str) -> Json:
    with site.store.writing() as database:
        if database.execute("SELECT 1 FROM user WHERE id = ?", (user_id,)).fetchone() is None:
            raise bad_request("User not found")
        pair = (request.user_id, user_id)
        if database.execute("SELECT 1 FROM partner WHERE by_id = ? AND with_id = ?", pair).fetchone():
            raise bad_request("Partner already exists")
        database.execute("INSERT INTO partner (by_id, with_id) VALUES (?, ?)", pair)
        return Json(status=201, body=_partner(database.execute(ONE.format("with_id"), pair).fetchone()))


@routes.post("/partners", "partner.create")
def create(site: Site, request: Request) -> Json:
    return _share(site, request, request.fields({"sharedWithId": Uuid(required=True)})["sharedWithId"])


@routes.post("/partners/<id>", "partner.create")
def create_old(site: Site, request: Request) -> Json:
    return _share(site, request, request.params["id"])


@routes.put("/partners/<id>", "partner.update")
def change(site: Site, request: Request) -> Any:
    shown = request.fields({"inTimeline": Flag(required=True)})["inTimeline"]
    pair = (request.params["id"], request.user_id)
    with site.store.writing() as database:
        if not database.execute(
            "UPDATE partner SET in_timeline = ? WHERE by_id = ? AND with_id = ?", (shown, *pair)
        ).rowcount:
            raise bad_request("Not found or no partner.update access")
        return _partner(database.execute(ONE.format("by_id"), pair).fetchone())


@routes.delete("/partners/<id>", "partner.delete")
def delete(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        sql = "DELETE FROM partner WHERE by_id = ? AND with_id = ?"
        if not database.execute(sql, (request.user_id, request.params["id"])).rowcount:
            raise bad_request("Partner not found")
