"""Which bytes does an asset have: original, preview, thumbnail, video?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path, PurePosixPath
from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.fields import Choice, Flag
from artframe.immich.simulator.media.renditions import FORMATS, file_name, make_card, make_picture
from artframe.immich.simulator.media.types import is_web_image
from artframe.immich.simulator.refusal import Refused, bad_request
from artframe.immich.simulator.reply import FileContent, Reply, redirect
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Row

routes = Routes()
Handler = Callable[[Site, Request], Reply]


def sends_file(handler: Handler) -> Handler:
    """Routes that hand over to the file sender say that their refusals must not be cached."""

    @wraps(handler)
    def answer(site: Site, request: Request) -> Reply:
        try:
            return handler(site, request)
        except Refused as refused:
            refused.headers["Cache-Control"] = "none"
            raise

    return answer


def _row(site: Site, request: Request, permission: str) -> Row:
    with site.store.reading() as database:
        return access.require_readable(database, request.user_id, request.params["id"], permission)


@routes.get("/assets/<id>/original", "asset.download")
@sends_file
def original(site: Site, request: Request) -> Reply:
    given = request.options({"edited": Flag(words=True)})
    row = _row(site, request, "asset.download")
    if given.get("edited") and row["edits"] != "[]":
        return _rendition(site, row, "fullsize", edited=True)
    path = site.original(row["file"])
    if not path.is_file():
        raise Refused(500, "Internal server error")  # gone from the disk, as of an offline asset
    return FileContent(
        path=path, media_type=row["mime"], modified=row["file_modified"], file_name=row["name"], tail=row["tail"]
    )


@routes.get("/assets/<id>/thumbnail", "asset.view")
def thumbnail(site: Site, request: Request) -> Reply:
    sizes = ("original", "fullsize", "preview", "thumbnail")
    given = request.options({"size": Choice(options=sizes), "edited": Flag(words=True)})
    size, edited = given.get("size", "thumbnail"), bool(given.get("edited"))
    if size == "original" and not site.generation.modern:
        raise bad_request("May not request original file")
    row = _row(site, request, "asset.view")
    edited = edited and row["edits"] != "[]"
    if size in ("fullsize", "original") and not edited:
        query = "edited=true" if given.get("edited") else ""
        if size == "original" or is_web_image(row["name"]):
            return redirect(f"original?{query}")
        return redirect(f"/api/assets/{row['id']}/thumbnail?size=preview{'&' + query if query else ''}")
    if row["renditions"] != "ready":
        raise Refused(404, "Asset media not found")
    return _rendition(site, row, size, edited=edited)


def _rendition(site: Site, row: Row, kind: str, *, edited: bool) -> FileContent:
    path = rendition_path(site, row, kind, edited=edited)
    if not path.exists() and not _make(site, row, kind, path, edited=edited):
        raise Refused(404, "Asset media not found")
    _, suffix, media_type = FORMATS[kind]
    shown = f"{PurePosixPath(row['name']).stem}_{kind}{suffix}"
    modified = moments.from_datetime(moments.to_datetime(path.stat().st_mtime_ns // 1000))
    return FileContent(path=path, media_type=media_type, modified=modified, file_name=shown)


def rendition_path(site: Site, row: Row, kind: str, *, edited: bool) -> Path:
    """Where a rendition is kept: by original, so that assets which share a file share it too."""
    edits = row["edits"] if edited else ""
    # only a name, not a protection
    name = hashlib.sha1(
        f"{row['file']}:{row['file_modified']}:{row['size']}:{edits}".encode(), usedforsecurity=False
    ).hexdigest()
    return site.renditions / name[:2] / name / file_name(kind, edited)


def _make(site: Site, row: Row, kind: str, path: Path, *, edited: bool) -> bool:
    if row["kind"] == "VIDEO":
        return make_card(row["width"] or 1280, row["height"] or 720, kind, path)
    edits: list[dict[str, Any]] = json.loads(row["edits"]) if edited else []
    orientation = int(json.loads(row["exif"]).get("orientation") or 1)
    return make_picture(site.original(row["file"]), kind, orientation, edits, path)


@routes.get("/assets/<id>/video/playback", "asset.view")
@sends_file
def playback(site: Site, request: Request) -> Reply:
    row = _row(site, request, "asset.view")
    if row["kind"] != "VIDEO":
        raise Refused(404, "Asset not found or asset is not a video")
    path = site.original(row["file"])
    return FileContent(path=path, media_type=row["mime"], modified=row["file_modified"], tail=row["tail"])
