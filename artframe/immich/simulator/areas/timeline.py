# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""Which assets lie in which month?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.asset_filter import VISIBILITIES, AssetFilter
from artframe.immich.simulator.asset_json import duration_text
from artframe.immich.simulator.field import Field
from artframe.immich.simulator.fields import Choice, Flag, Text, Uuid
from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.refusal import Refused, bad_request, no_access
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row

routes = Routes()
MONTH = "strftime('%Y-%m-01', {0} / 1000000, 'unixepoch')"


def _fields(generation: Generation) -> dict[str, Field]:
    names = ("isFavorite", "isTrashed", "withCoordinates", "withPartners", "withStacked")
    fields: dict[str, Field] = {name: Flag(words=True) for name in names}
    fields |= {name: Uuid() for name in ("albumId", "personId", "tagId", "userId")}
    fields |= {"order": Choice(options=("asc", "desc")), "visibility": Choice(options=VISIBILITIES)}
    if generation.modern:
        fields["orderBy"] = Choice(options=("takenAt", "createdAt"))
    return fields


def _filter(database: Database, request: Request, given: dict[str, Any]) -> AssetFilter:
    """Everybody's photos of an album, or those of one user; timeline and archive unless said otherwise."""
    found = AssetFilter()
    if given.get("visibility") == "locked":
        raise Refused(401, "Elevated permission is required")
    if "albumId" in given:
        access.require_album(database, request.user_id, given["albumId"], "album.read")
        found.add(
            "EXISTS (SELECT 1 FROM album_asset WHERE asset_id = asset.id AND album_id = :album)", album=given["albumId"]
        )
    else:
        _filter_owner(found, database, request, given)
    if "visibility" in given:
        found.add("visibility = :visibility", visibility=given["visibility"])
    else:
        found.add("visibility IN ('timeline', 'archive')")
    found.add("deleted IS NOT NULL AND status <> 'deleted'" if given.get("isTrashed") else "deleted IS NULL")
    if "isFavorite" in given:
        found.add("favourite = :favourite", favourite=given["isFavorite"])
    if "personId" in given:
        found.add(
            "EXISTS (SELECT 1 FROM face WHERE asset_id = asset.id AND person_id = :person)", person=given["personId"]
        )
    if "tagId" in given:
        found.add("EXISTS (SELECT 1 FROM tag_asset WHERE asset_id = asset.id AND tag_id = :tag)", tag=given["tagId"])
    if given.get("withStacked"):
        found.add("stack_id IS NULL OR id = (SELECT primary_id FROM stack WHERE stack.id = stack_id)")
    return found


def _filter_owner(found: AssetFilter, database: Database, request: Request, given: dict[str, Any]) -> None:
    user_id = given.get("userId", request.user_id)
    if user_id != request.user_id and not access.is_partner(database, request.user_id, user_id):
        raise no_access("timeline.read")
    if not given.get("withPartners"):
        found.add("owner_id = :owner", owner=user_id)
        return
    if given.get("visibility") != "timeline" or given.get("isTrashed") or "isFavorite" in given:
        raise bad_request("withPartners is only supported for non-archived, non-trashed, non-favorited assets")
    sql = "owner_id = :owner OR owner_id IN (SELECT by_id FROM partner WHERE with_id = :owner AND in_timeline = 1)"
    found.add(sql, owner=user_id)


def _month(given: dict[str, Any]) -> str:
    return MONTH.format("created" if given.get("orderBy") == "createdAt" else "local")


@routes.get("/timeline/buckets", "asset.read")
def buckets(site: Site, request: Request) -> Any:
    given = request.options(_fields(site.generation))
    direction = "ASC" if given.get("order") == "asc" else "DESC"
    with site.store.reading() as database:
        found = _filter(database, request, given)
        sql = f"""SELECT {_month(given)} AS month, count(*) AS size FROM asset WHERE {found.where}
                  GROUP BY month ORDER BY month {direction}"""
        return [{"timeBucket": row["month"], "count": row["size"]} for row in database.execute(sql, found.values)]


@routes.get("/timeline/bucket", "asset.read")
def bucket(site: Site, request: Request) -> Any:
    given = request.options({**_fields(site.generation), "timeBucket": Text(required=True)})
    direction = "ASC" if given.get("order") == "asc" else "DESC"
    start = moments.parse_loose(given["timeBucket"])
    if start is None:
        raise Refused(500, "Failed to get time bucket")
    with site.store.reading() as database:
        found = _filter(database, request, given)
        found.add(f"{_month(given)} = :month", month=moments.month(start))
        sort = "created" if given.get("orderBy") == "createdAt" else "file_created"
        sql = f"""SELECT *, exif ->> 'city' AS city, exif ->> 'country' AS country, exif ->> 'latitude' AS latitude,
                  exif ->> 'longitude' AS longitude FROM asset WHERE {found.where}
                  ORDER BY {sort} {direction}, row {direction}"""
        rows = database.execute(sql, found.values).fetchall()
        columns = {name: [read(row) for row in rows] for name, read in _columns(site.generation, given).items()}
        if given.get("withStacked"):
            columns["stack"] = [_stack(database, row) for row in rows]
    return columns


def _columns(generation: Generation, given: dict[str, Any]) -> dict[str, Callable[[Row], Any]]:
    columns: dict[str, Callable[[Row], Any]] = {
        "city": lambda row: row["city"],
        "country": lambda row: row["country"],
        "duration": lambda row: row["duration"] if generation.modern else duration_text(row["duration"]),
        "id": lambda row: row["id"],
        "visibility": lambda row: row["visibility"],
        "isFavorite": lambda row: bool(row["favourite"]),
        "isImage": lambda row: row["kind"] == "IMAGE",
        "isTrashed": lambda row: row["deleted"] is not None,
        "livePhotoVideoId": lambda row: row["live_id"],
        "fileCreatedAt": lambda row: moments.bare(row["file_created"]),
        "localOffsetHours": lambda row: _hours(row["local"] - row["file_created"]),
        "ownerId": lambda row: row["owner_id"],
        "projectionType": lambda row: None,
        "ratio": lambda row: round(row["width"] / row["height"], 3) if row["width"] and row["height"] else 1,
        "status": lambda row: row["status"],
        "thumbhash": lambda row: row["thumbhash"],
    }
    if generation.modern:
        columns["createdAt"] = lambda row: moments.bare(row["created"])
    if given.get("withCoordinates"):
        columns["latitude"] = lambda row: row["latitude"]
        columns["longitude"] = lambda row: row["longitude"]
    return columns


def _hours(offset: int) -> float:
    hours = offset / 3_600_000_000
    return int(hours) if hours == int(hours) else hours


def _stack(database: Database, row: Row) -> list[str] | None:
    if row["stack_id"] is None:
        return None
    count = database.execute(
        "SELECT count(*) FROM asset WHERE stack_id = ? AND deleted IS NULL", (row["stack_id"],)
    ).fetchone()[0]
    return [row["stack_id"], str(count)]
