"""What is known about an asset, and how is it changed or thrown away?"""

from __future__ import annotations

from functools import partial
from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.asset_changes import CHANGES, change_assets, require_valid_change, trash_assets
from artframe.immich.simulator.asset_filter import VISIBILITIES
from artframe.immich.simulator.asset_json import asset_detail, asset_json, people_json
from artframe.immich.simulator.fields import Choice, Flag, Many, Number, Text, Uuid
from artframe.immich.simulator.processing import METADATA, THUMBNAILS, extract, make_thumbnail
from artframe.immich.simulator.refusal import Refused, bad_request
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row, scalar
from artframe.immich.simulator.tag_rows import assign_tags

routes = Routes()
JOBS = ("refresh-faces", "refresh-metadata", "regenerate-thumbnail", "transcode-video")
COPIED = ("albums", "favorite", "sharedLinks", "sidecar", "stack")


@routes.get("/assets/statistics", "asset.statistics")
def statistics(site: Site, request: Request) -> Any:
    flags = {name: Flag(words=True) for name in ("isFavorite", "isTrashed")}
    given = request.options({**flags, "visibility": Choice(options=VISIBILITIES)})
    if given.get("visibility") == "locked":
        raise Refused(401, "Elevated permission is required")
    sql = """SELECT count(*) FROM asset WHERE owner_id = :user AND kind = :kind AND (deleted IS NOT NULL) = :trashed
             AND (:favourite IS NULL OR favourite = :favourite)
             AND (visibility = :visibility OR (:visibility IS NULL AND visibility IN ('timeline', 'archive')))"""
    values = {
        "user": request.user_id,
        "trashed": given.get("isTrashed", False),
        "favourite": given.get("isFavorite"),
        "visibility": given.get("visibility"),
    }
    with site.store.reading() as database:
        images, videos = (
            int(database.execute(sql, {**values, "kind": kind}).fetchone()[0]) for kind in ("IMAGE", "VIDEO")
        )
    return {"images": images, "videos": videos, "total": images + videos}


@routes.get("/assets/<id>", "asset.read")
def read(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        row = access.require_readable(database, request.user_id, request.params["id"], "asset.read")
        return asset_detail(database, row, site.generation)


@routes.put("/assets/<id>", "asset.update")
def change(site: Site, request: Request) -> Any:
    given = request.fields({**CHANGES, "livePhotoVideoId": Uuid(nullable=True)})
    require_valid_change(given, site.generation)
    asset_id = request.params["id"]
    with site.store.writing() as database:
        access.require_own(database, request.user_id, [asset_id], "asset.update")
        later = change_assets(database, [asset_id], given, site.generation)
        row = access.asset_row(database, asset_id)
        written = asset_json(row, site.generation, exif=True) | people_json(database, row, site.generation)
    later.queue(site)
    return written


@routes.put("/assets", "asset.update")
def change_many(site: Site, request: Request) -> None:
    bulk = {
        "ids": Many(of=Uuid(), required=True),
        "dateTimeRelative": Number(),
        "timeZone": Text(),
        "duplicateId": Text(nullable=True),
    }
    given = request.fields({**CHANGES, **bulk})
    require_valid_change(given, site.generation)
    with site.store.writing() as database:
        access.require_own(database, request.user_id, given["ids"], "asset.update")
        later = change_assets(database, given["ids"], given, site.generation)
    later.queue(site)


@routes.delete("/assets", "asset.delete")
def delete(site: Site, request: Request) -> None:
    given = request.fields({"ids": Many(of=Uuid(), required=True), "force": Flag()})
    with site.store.writing() as database:
        access.require_own(database, request.user_id, given["ids"], "asset.delete")
        later = trash_assets(database, given["ids"], force=bool(given.get("force")))
    later.queue(site)


@routes.post("/assets/jobs", "job.create")
def run_job(site: Site, request: Request) -> None:
    given = request.fields({"assetIds": Many(of=Uuid(), required=True), "name": Choice(options=JOBS, required=True)})
    with site.store.reading() as database:
        access.require_own(database, request.user_id, given["assetIds"], "asset.update")
    for asset_id in given["assetIds"]:
        if given["name"] == "refresh-metadata":
            site.jobs.add(METADATA, partial(extract, site, asset_id))
        elif given["name"] == "regenerate-thumbnail":
            site.jobs.add(THUMBNAILS, partial(make_thumbnail, site, asset_id))


@routes.put("/assets/copy", "asset.copy")
def copy(site: Site, request: Request) -> None:
    flags = {name: Flag() for name in COPIED}
    given = request.fields({"sourceId": Uuid(required=True), "targetId": Uuid(required=True), **flags})
    source, target = given["sourceId"], given["targetId"]
    with site.store.writing() as database:
        access.require_own(database, request.user_id, [source, target], "asset.copy")
        if source == target:
            raise bad_request("Source and target id must be distinct")
        row = access.asset_row(database, source)
        if given.get("albums", True):
            sql = """INSERT OR IGNORE INTO album_asset (album_id, asset_id)
                     SELECT album_id, ? FROM album_asset WHERE asset_id = ?"""
            database.execute(sql, (target, source))
        if given.get("favorite", True):
            sql = "UPDATE asset SET favourite = ?, updated = ? WHERE id = ?"
            database.execute(sql, (row["favourite"], moments.now(), target))
        if given.get("stack", True) and row["stack_id"]:
            _copy_stack(database, row["stack_id"], access.asset_row(database, target))
        if given.get("sidecar", True) and scalar(database, "SELECT count(*) FROM tag_asset WHERE asset_id = ?", source):
            tags = database.execute("SELECT tag_id FROM tag_asset WHERE asset_id = ?", (source,)).fetchall()
            assign_tags(database, [tag["tag_id"] for tag in tags], [target])
        if given.get("sidecar", True):
            sql = "UPDATE asset SET description = ?, rating = ?, updated = ? WHERE id = ?"
            database.execute(sql, (row["description"], row["rating"], moments.now(), target))


def _copy_stack(database: Database, stack_id: str, target: Row) -> None:
    """Joining it; of two stacks, that of the target gets all photos and the other one goes, even if they are one."""
    if target["stack_id"] is None:
        sql = "UPDATE asset SET stack_id = ?, updated = ? WHERE id = ?"
        database.execute(sql, (stack_id, moments.now(), target["id"]))
        return
    sql = "UPDATE asset SET stack_id = ?, updated = ? WHERE stack_id = ?"
    database.execute(sql, (target["stack_id"], moments.now(), stack_id))
    database.execute("DELETE FROM stack WHERE id = ?", (stack_id,))
