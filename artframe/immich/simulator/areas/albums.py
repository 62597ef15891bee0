"""Which albums are there, and what is in them?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.album_json import album_assets, album_json, album_row, contributors
from artframe.immich.simulator.album_rows import add_assets, create_album, remove_assets
from artframe.immich.simulator.fields import Choice, Flag, Many, Text, Thing, Uuid
from artframe.immich.simulator.refusal import bad_request, no_access
from artframe.immich.simulator.reply import Json
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row, scalar

routes = Routes()
IDS = {"ids": Many(of=Uuid(), required=True)}
FILTERS = {name: Flag(words=True) for name in ("shared", "isOwned", "isShared")} | {"assetId": Uuid()}
CHANGES = {
    "albumName": Text(),
    "description": Text(),
    "albumThumbnailAssetId": Uuid(),
    "isActivityEnabled": Flag(),
    "order": Choice(options=("asc", "desc")),
}


@routes.get("/albums", "album.read")
def listed(site: Site, request: Request) -> Any:
    filters = dict(FILTERS)
    for name in ("shared",) if site.generation.modern else ("isOwned", "isShared"):
        del filters[name]  # unknown to this generation: ignored
    given = request.options(filters)
    sql = """SELECT album.*, me.role AS role, (SELECT count(*) FROM album_user WHERE album_id = album.id) AS people,
             EXISTS (SELECT 1 FROM album_asset WHERE album_id = album.id AND asset_id = :asset) AS holds
             FROM album JOIN album_user AS me ON me.album_id = album.id AND me.user_id = :user
             ORDER BY album.created DESC, album.rowid DESC"""
    with site.store.reading() as database:
        rows = database.execute(sql, {"user": request.user_id, "asset": given.get("assetId")}).fetchall()
        wanted = [row for row in rows if _is_wanted(row, given, site.generation.modern)]
        return [album_json(database, row, site.generation) for row in wanted]


def _is_wanted(row: Row, given: dict[str, Any], modern: bool) -> bool:
    own, shared = bool(row["role"] == "owner"), bool(row["people"] > 1)
    if "assetId" in given:
        return bool(row["holds"])
    if modern:
        return bool(given.get("isOwned", own) == own and given.get("isShared", shared) == shared)
    if "shared" not in given:
        return own
    return shared if given["shared"] else own and not shared


@routes.get("/albums/statistics", "album.statistics")
def statistics(site: Site, request: Request) -> Any:
    sql = """SELECT count(*) FROM album_user AS me WHERE user_id = ? AND (role = 'owner') = ?
             AND ((SELECT count(*) FROM album_user WHERE album_id = me.album_id) > 1)
                 IN (SELECT value FROM json_each(?))"""
    with site.store.reading() as database:
        owned = scalar(database, sql, request.user_id, 1, "[0, 1]")
        not_shared = scalar(database, sql, request.user_id, 1, "[0]")
        shared_with_me = scalar(database, sql, request.user_id, 0, "[1]")
    return {"owned": owned, "shared": owned - not_shared + shared_with_me, "notShared": not_shared}


@routes.post("/albums", "album.create")
def create(site: Site, request: Request) -> Json:
    roles = ("editor", "viewer") if site.generation.modern else ("editor", "viewer", "owner")
    member = Thing(fields={"userId": Uuid(required=True), "role": Choice(options=roles, required=True)})
    given = request.fields(
        {
            "albumName": Text(required=True),
            "description": Text(),
            "assetIds": Many(of=Uuid()),
            "albumUsers": Many(of=member),
        }
    )
    with site.store.writing() as database:
        members = given.get("albumUsers", [])
        for one in members:
            if one["userId"] == request.user_id:
                raise bad_request("Cannot share album with owner")
            if database.execute("SELECT 1 FROM user WHERE id = ?", (one["userId"],)).fetchone() is None:
                raise bad_request("User not found")
        wanted = given.get("assetIds", [])
        allowed = access.addable_assets(database, request.user_id, wanted)  # foreign ones are dropped without a word
        album_id = create_album(
            database,
            request.user_id,
            given["albumName"],
            given.get("description", ""),
            [one for one in dict.fromkeys(wanted) if one in allowed],
            {one["userId"]: one["role"] for one in members},
        )
        written = album_json(database, album_row(database, album_id), site.generation, fresh=True)
    return Json(status=201, body=written)


@routes.get("/albums/<id>", "album.read")
def read(site: Site, request: Request) -> Any:
    given = request.options({} if site.generation.modern else {"withoutAssets": Flag(words=True)})
    album_id = request.params["id"]
    with site.store.reading() as database:
        access.require_album(database, request.user_id, album_id, "album.read")
        row = album_row(database, album_id)
        written = album_json(database, row, site.generation)
        if written["shared"]:
            written["contributorCounts"] = contributors(database, album_id)
        if not site.generation.modern and not given.get("withoutAssets"):
            written["assets"] = album_assets(database, row, site.generation)
    return written


@routes.get("/albums/<id>/map-markers", "album.read", only="3.0")
def map_markers(site: Site, request: Request) -> Any:
    sql = """SELECT asset.id, exif ->> 'latitude' AS lat, exif ->> 'longitude' AS lon,
             exif ->> 'city' AS city, exif ->> 'state' AS state,
             exif ->> 'country' AS country FROM asset JOIN album_asset ON asset_id = asset.id
             WHERE album_id = ? AND deleted IS NULL AND visibility IN ('timeline', 'archive') AND lat IS NOT NULL"""
    with site.store.reading() as database:
        access.require_album(database, request.user_id, request.params["id"], "album.read")
        return [dict(row) for row in database.execute(sql, (request.params["id"],))]


@routes.patch("/albums/<id>", "album.update")
def change(site: Site, request: Request) -> Any:
    given = request.fields(CHANGES)
    album_id = request.params["id"]
    with site.store.writing() as database:
        access.require_album(database, request.user_id, album_id, "album.update", (access.OWNER, access.EDITOR))
        row = album_row(database, album_id)
        thumbnail = given.get("albumThumbnailAssetId", row["thumbnail"])
        if thumbnail != row["thumbnail"] and not _is_member(database, album_id, thumbnail):
            raise bad_request("Invalid album thumbnail")
        database.execute(
            """UPDATE album SET name = ?, description = ?, thumbnail = ?, activity = ?, sort = ?, updated = ?
               WHERE id = ?""",
            (
                given.get("albumName", row["name"]),
                given.get("description", row["description"]),
                thumbnail,
                given.get("isActivityEnabled", row["activity"]),
                given.get("order", row["sort"]),
                moments.now(),
                album_id,
            ),
        )
        return album_json(database, album_row(database, album_id), site.generation, fresh=True)


def _is_member(database: Database, album_id: str, asset_id: str) -> bool:
    sql = "SELECT 1 FROM album_asset WHERE album_id = ? AND asset_id = ?"
    return database.execute(sql, (album_id, asset_id)).fetchone() is not None


@routes.delete("/albums/<id>", "album.delete")
def delete(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        access.require_album(database, request.user_id, request.params["id"], "album.delete", (access.OWNER,))
        database.execute("DELETE FROM album WHERE id = ?", (request.params["id"],))


@routes.put("/albums/<id>/assets", "albumAsset.create")
def add(site: Site, request: Request) -> Any:
    given = request.fields(IDS)
    album_id = request.params["id"]
    with site.store.writing() as database:
        _require_editor(database, request.user_id, album_id, "albumAsset.create")
        return add_assets(database, request.user_id, album_id, given["ids"])


@routes.delete("/albums/<id>/assets", "albumAsset.delete")
def remove(site: Site, request: Request) -> Any:
    given = request.fields(IDS)
    album_id = request.params["id"]
    with site.store.writing() as database:
        role = _require_editor(database, request.user_id, album_id, "albumAsset.delete")
        return remove_assets(database, request.user_id, role, album_id, given["ids"])


def _require_editor(database: Database, user_id: str, album_id: str, permission: str) -> str:
    if database.execute("SELECT 1 FROM album WHERE id = ?", (album_id,)).fetchone() is None:
        raise bad_request("Album not found") if permission == "albumAsset.create" else no_access(permission)
    return access.require_album(database, user_id, album_id, permission, (access.OWNER, access.EDITOR))


@routes.put("/albums/assets", "albumAsset.create")
def add_to_many(site: Site, request: Request) -> Any:
    given = request.fields({"albumIds": Many(of=Uuid(), required=True), "assetIds": Many(of=Uuid(), required=True)})
    with site.store.writing() as database:
        allowed = [
            album_id
            for album_id in given["albumIds"]
            if access.album_role(database, request.user_id, album_id) in (access.OWNER, access.EDITOR)
        ]
        if not allowed:
            return {"success": False, "error": "no_permission"}
        results = [row for one in allowed for row in add_assets(database, request.user_id, one, given["assetIds"])]
    if any(row["success"] for row in results):
        return {"success": True}
    errors = {row["error"] for row in results}
    return {"success": False, "error": "duplicate" if "duplicate" in errors else "no_permission"}
