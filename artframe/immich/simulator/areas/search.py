# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""Which assets match?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import paging
from artframe.immich.simulator.asset_filter import search_fields, search_filter
from artframe.immich.simulator.asset_json import asset_json, people_json
from artframe.immich.simulator.fields import Flag, Number, Text
from artframe.immich.simulator.people_json import person_json
from artframe.immich.simulator.refusal import bad_request
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row

routes = Routes()
NO_ALBUMS = {"total": 0, "count": 0, "items": [], "facets": []}


def _items(database: Database, site: Site, rows: list[Row], given: dict[str, Any]) -> list[dict[str, Any]]:
    exif = bool(given.get("withExif"))
    items = [asset_json(row, site.generation, exif=exif) for row in rows]
    if given.get("withPeople"):
        for item, row in zip(items, rows, strict=True):
            item |= people_json(database, row, site.generation)
    return items


@routes.post("/search/metadata", "asset.read")
def metadata(site: Site, request: Request) -> Any:
    given = request.fields(search_fields(site.generation))
    number, size = given.get("page", 1), given.get("size", 250)
    version = site.store.version  # before the reading begins: never too new
    with site.store.reading() as database:
        found = search_filter(database, request, given)
        order = given.get("order", "desc")
        page = site.listings.read_page(database, version, found, order=order, page=number, size=size)
        items = _items(database, site, page.rows, given)
    following = str(number + 1) if page.more else None
    assets = {"total": len(items), "count": len(items), "items": items, "facets": [], "nextPage": following}
    return {"albums": NO_ALBUMS, "assets": assets}


@routes.post("/search/statistics", "asset.statistics")
def statistics(site: Site, request: Request) -> Any:
    given = request.fields(search_fields(site.generation))
    with site.store.reading() as database:
        return {"total": paging.count(database, search_filter(database, request, given))}


@routes.post("/search/random", "asset.read")
def random(site: Site, request: Request) -> Any:
    given = request.fields(search_fields(site.generation))
    return _random(site, request, given, given.get("size", 250))


def _random(site: Site, request: Request, given: dict[str, Any], size: int) -> list[dict[str, Any]]:
    with site.store.reading() as database:
        found = search_filter(database, request, given)
        sql = f"SELECT * FROM asset WHERE {found.where} ORDER BY random() LIMIT :limit"
        rows = database.execute(sql, {**found.values, "limit": size}).fetchall()
        return _items(database, site, rows, given)


@routes.get("/assets/random", "asset.read", only="2.7")
def random_old(site: Site, request: Request) -> Any:
    given = request.options({"count": Number(least=1, words=True)})
    return _random(site, request, {"withExif": True}, int(given.get("count", 1)))


@routes.post("/search/large-assets", "asset.read")
def large(site: Site, request: Request) -> Any:
    given = request.options(
        {"minFileSize": Number(least=0, words=True), "size": Number(least=1, most=1000, words=True)}
    )
    with site.store.reading() as database:
        found = search_filter(database, request, {})
        found.add("asset.size >= :least", least=given.get("minFileSize", 0))
        sql = f"SELECT * FROM asset WHERE {found.where} ORDER BY asset.size DESC LIMIT :limit"
        rows = database.execute(sql, {**found.values, "limit": given.get("size", 250)}).fetchall()
        return _items(database, site, rows, {"withExif": True})


@routes.post("/search/smart", "asset.read")
def smart(site: Site, request: Request) -> Any:
    raise bad_request("Smart search is not enabled")


@routes.get("/search/person", "person.read")
def person(site: Site, request: Request) -> Any:
    given = request.options({"name": Text(required=True), "withHidden": Flag(words=True)})
    sql = """SELECT * FROM person WHERE owner_id = ? AND instr(fold(name), fold(?)) > 0 AND (hidden = 0 OR ?)
             ORDER BY name LIMIT 1000"""
    with site.store.reading() as database:
        rows = database.execute(sql, (request.user_id, given["name"], given.get("withHidden", False)))
        return [person_json(row) for row in rows]
