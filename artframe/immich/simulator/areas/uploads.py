"""How do files arrive, and which of them are here already?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from artframe.immich.simulator.areas.asset_notes import NOTE, write_notes
from artframe.immich.simulator.asset_filter import VISIBILITIES
from artframe.immich.simulator.asset_rows import NewAsset, find_by_checksum, insert_asset
from artframe.immich.simulator.checksums import from_text
from artframe.immich.simulator.field import Field, issue
from artframe.immich.simulator.fields import Choice, Flag, Many, Moment, Number, Text, Thing, Uuid, read_fields
from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.media.types import SIDECARS, extension, kind_of, mime_of
from artframe.immich.simulator.multipart import Form, FormReader, boundary_of
from artframe.immich.simulator.processing import queue_new_asset
from artframe.immich.simulator.refusal import Refused, bad_request, invalid
from artframe.immich.simulator.reply import Json
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Access, Routes
from artframe.immich.simulator.site import Site, new_id
from artframe.immich.simulator.store import Database

routes = Routes()


def _fields(generation: Generation) -> dict[str, Field]:
    fields: dict[str, Field] = {
        "fileCreatedAt": Moment(required=True),
        "fileModifiedAt": Moment(required=True),
        "filename": Text(),
        "isFavorite": Flag(words=True),
        "visibility": Choice(options=VISIBILITIES),
        "livePhotoVideoId": Uuid(),
        "metadata": Text(),
        "duration": Number(least=0, words=True) if generation.modern else Text(),
    }
    if not generation.modern:
        fields |= {"deviceAssetId": Text(required=True, filled=True), "deviceId": Text(required=True, filled=True)}
    return fields


@routes.post("/assets", "asset.upload")
def upload(site: Site, request: Request) -> Json:
    known = _announced_duplicate(site, request)
    if known is not None:
        return known  # the body is not even looked at
    form = _receive(site, request)
    if "assetData" not in form.files:
        raise bad_request("File is required")
    # what is refused from here on leaves its file behind in the upload folder, as on the real servers
    given = read_fields(_fields(site.generation), form.fields, site.generation)
    notes = _notes(given, site.generation)
    with site.store.writing() as database:
        asset_id = _keep(site, database, request.user_id, form, given)
        if asset_id is not None and notes:
            write_notes(database, asset_id, notes)
        existing = find_by_checksum(database, request.user_id, form.files["assetData"].sha1)
    if asset_id is None:
        for file in form.files.values():
            file.path.unlink(missing_ok=True)
        return _duplicate(str(existing["id"]) if existing else "")
    queue_new_asset(site, asset_id)
    return Json(status=201, body={"id": asset_id, "status": "created"})


def _duplicate(asset_id: str) -> Json:
    return Json(body={"status": "duplicate", "id": asset_id})


def _announced_duplicate(site: Site, request: Request) -> Json | None:
    checksum = request.header("x-immich-checksum")
    if not checksum:
        return None
    with site.store.reading() as database:
        row = find_by_checksum(database, request.user_id, from_text(checksum))
    return None if row is None else _duplicate(row["id"])


def _receive(site: Site, request: Request) -> Form:
    boundary = boundary_of(request.headers.get("Content-Type") or "")
    if boundary is None:
        raise bad_request("File is required")

    def place(part: str, name: str, fields: dict[str, str]) -> Path:
        if part not in ("assetData", "sidecarData"):
            raise bad_request(f"Unexpected field - {part}")
        shown = fields.get("filename") or name  # only if that field came first
        fits = (
            extension(shown) in SIDECARS
            if part == "sidecarData"
            else bool(kind_of(shown, modern=site.generation.modern))
        )
        if not fits:
            raise bad_request(f"Unsupported file type {shown}")
        unique = new_id()
        return site.media / "upload" / request.user_id / unique[:2] / unique[2:4] / f"{unique}{extension(shown)}"

    return FormReader(place).read(request.body.blocks(), boundary)


def _notes(given: dict[str, Any], generation: Generation) -> list[dict[str, Any]]:
    if not given.get("metadata"):
        return []
    try:
        items = json.loads(given["metadata"])
    except json.JSONDecodeError:
        message = "Invalid input: expected JSON string"
        raise invalid(issue(("metadata",), "must be a JSON string", message, code="custom")) from None
    found: list[dict[str, Any]] = read_fields({"metadata": Many(of=NOTE)}, {"metadata": items}, generation)["metadata"]
    return found


def _keep(site: Site, database: Database, user_id: str, form: Form, given: dict[str, Any]) -> str | None:
    """The new asset's id, or None when the user has this content already."""
    file = form.files["assetData"]
    user = database.execute("SELECT * FROM user WHERE id = ?", (user_id,)).fetchone()
    if user["quota"] is not None and user["usage"] + file.size > user["quota"]:
        file.path.unlink()
        raise bad_request("Quota has been exceeded!")
    live_id = given.get("livePhotoVideoId")
    if live_id is not None:
        sql = "UPDATE asset SET visibility = 'hidden' WHERE id = ? AND owner_id = ? AND kind = 'VIDEO'"
        if not database.execute(sql, (live_id, user_id)).rowcount:
            raise bad_request("Live photo video not found")
    if find_by_checksum(database, user_id, file.sha1) is not None:
        return None
    name = given.get("filename") or file.name
    sidecar = form.files.get("sidecarData")
    duration = given.get("duration")
    return insert_asset(
        database,
        NewAsset(
            owner_id=user_id,
            kind=kind_of(file.path.name) or "IMAGE",
            file=str(file.path.relative_to(site.media)),
            name=name,
            mime=mime_of(file.path.name),
            checksum=file.sha1,
            size=file.size,
            file_created=given["fileCreatedAt"],
            file_modified=given["fileModifiedAt"],
            favourite=given.get("isFavorite", False),
            visibility=given.get("visibility", "timeline"),
            live_id=live_id,
            duration=duration if isinstance(duration, int) and duration else None,
            device_asset=given.get("deviceAssetId", ""),
            device=given.get("deviceId", ""),
            sidecar=_place_sidecar(site, file.path, sidecar.path) if sidecar else None,
        ),
    )


def _place_sidecar(site: Site, original: Path, sidecar: Path) -> str:
    target = original.with_name(original.name + ".xmp")
    shutil.move(sidecar, target)
    return str(target.relative_to(site.media))


@routes.post("/assets/bulk-upload-check", "asset.upload")
def bulk_check(site: Site, request: Request) -> Any:
    item = Thing(fields={"id": Text(required=True, filled=True), "checksum": Text(required=True, filled=True)})
    items = request.fields({"assets": Many(of=item, required=True)})["assets"]
    if not items or len(items) > 65_535:
        raise Refused(500, "Failed to check bulk upload")  # an empty IN () in the database, or too many values for it
    sql = "SELECT id, deleted FROM asset WHERE owner_id = ? AND checksum = ?"
    results: list[dict[str, Any]] = []
    with site.store.reading() as database:
        for one in items:
            row = database.execute(sql, (request.user_id, from_text(one["checksum"]))).fetchone()
            if row is None:
                results.append({"id": one["id"], "action": "accept"})
                continue
            found = {"reason": "duplicate", "assetId": row["id"], "isTrashed": row["deleted"] is not None}
            results.append({"id": one["id"], "action": "reject", **found})
    return {"results": results}


@routes.post("/assets/exist", "asset.upload", only="2.7")
def exist(site: Site, request: Request) -> Any:
    fields = {"deviceAssetIds": Many(of=Text(), required=True), "deviceId": Text(required=True)}
    given = request.fields(fields)
    sql = """SELECT device_asset FROM asset WHERE owner_id = ? AND device = ?
             AND device_asset IN (SELECT value FROM json_each(?))"""
    with site.store.reading() as database:
        rows = database.execute(sql, (request.user_id, given["deviceId"], json.dumps(given["deviceAssetIds"])))
        return {"existingIds": [row["device_asset"] for row in rows]}


@routes.get("/assets/device/{deviceId}", Access.ALL, only="2.7")
def of_device(site: Site, request: Request) -> Any:
    sql = "SELECT device_asset FROM asset WHERE owner_id = ? AND device = ? AND deleted IS NULL"
    with site.store.reading() as database:
        return [row["device_asset"] for row in database.execute(sql, (request.user_id, request.params["deviceId"]))]
