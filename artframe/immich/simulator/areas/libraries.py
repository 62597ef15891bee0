"""Which folders outside the upload folder does the server show? (External libraries, for administrators.)"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.field import Field
from artframe.immich.simulator.fields import Many, Text, Uuid
from artframe.immich.simulator.library_scan import DEFAULT_EXCLUSIONS, LIBRARY, create_library, scan
from artframe.immich.simulator.refusal import bad_request
from artframe.immich.simulator.reply import Json
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Access, Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row, scalar

routes = Routes()
PATHS: dict[str, Field] = {"importPaths": Many(of=Text()), "exclusionPatterns": Many(of=Text())}


def _library(database: Database, library_id: str) -> Row:
    row: Row | None = database.execute("SELECT * FROM library WHERE id = ?", (library_id,)).fetchone()
    if row is None:
        raise bad_request("Library not found")
    return row


def _written(database: Database, row: Row) -> dict[str, Any]:
    sql = "SELECT count(*) FROM asset WHERE library_id = ? AND deleted IS NULL"
    return {
        "id": row["id"],
        "ownerId": row["owner_id"],
        "name": row["name"],
        "createdAt": moments.stamp(row["created"]),
        "updatedAt": moments.stamp(row["updated"]),
        "refreshedAt": None if row["refreshed"] is None else moments.stamp(row["refreshed"]),
        "assetCount": scalar(database, sql, row["id"]),
        "importPaths": json.loads(row["paths"]),
        "exclusionPatterns": json.loads(row["exclusions"]),
    }


@routes.get("/libraries", "library.read", admin=True)
def listed(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        return [
            _written(database, row) for row in database.execute("SELECT * FROM library ORDER BY created").fetchall()
        ]


@routes.post("/libraries", "library.create", admin=True)
def create(site: Site, request: Request) -> Json:
    given = request.fields({"ownerId": Uuid(required=True), "name": Text(), **PATHS})
    name, folders = given.get("name", "New External Library"), given.get("importPaths", [])
    with site.store.writing() as database:
        if database.execute("SELECT 1 FROM user WHERE id = ?", (given["ownerId"],)).fetchone() is None:
            raise bad_request("User not found")
        exclusions = given.get("exclusionPatterns", DEFAULT_EXCLUSIONS)
        library_id = create_library(database, given["ownerId"], name, folders, exclusions)
        return Json(status=201, body=_written(database, _library(database, library_id)))


@routes.get("/libraries/<id>", "library.read", admin=True)
def read(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        return _written(database, _library(database, request.params["id"]))


@routes.put("/libraries/<id>", "library.update", admin=True)
def change(site: Site, request: Request) -> Any:
    given = request.fields({"name": Text(), **PATHS})
    for path in given.get("importPaths", []):
        complaint = path_complaint(site, path)
        if complaint:
            raise bad_request(f"Invalid import path: {complaint}")
    with site.store.writing() as database:
        row = _library(database, request.params["id"])
        sql = "UPDATE library SET name = ?, paths = ?, exclusions = ?, updated = ? WHERE id = ?"
        paths = json.dumps(given["importPaths"]) if "importPaths" in given else row["paths"]
        exclusions = json.dumps(given["exclusionPatterns"]) if "exclusionPatterns" in given else row["exclusions"]
        database.execute(sql, (given.get("name", row["name"]), paths, exclusions, moments.now(), row["id"]))
        return _written(database, _library(database, row["id"]))


@routes.delete("/libraries/<id>", "library.delete", admin=True)
def delete(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        row = _library(database, request.params["id"])
        database.execute("DELETE FROM library WHERE id = ?", (row["id"],))  # the files stay


@routes.post("/libraries/<id>/scan", "library.update", admin=True)
def start_scan(site: Site, request: Request) -> None:
    with site.store.reading() as database:
        row = _library(database, request.params["id"])
    site.jobs.add(LIBRARY, partial(scan, site, row["id"]))


@routes.get("/libraries/<id>/statistics", "library.statistics", admin=True)
def statistics(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        row = _library(database, request.params["id"])
        sql = "SELECT kind, count(*), sum(size) FROM asset WHERE library_id = ? AND deleted IS NULL GROUP BY kind"
        kinds = {kind: (count, size) for kind, count, size in database.execute(sql, (row["id"],))}
    photos, videos = kinds.get("IMAGE", (0, 0)), kinds.get("VIDEO", (0, 0))
    return {"photos": photos[0], "videos": videos[0], "usage": photos[1] + videos[1], "total": photos[0] + videos[0]}


@routes.post("/libraries/<id>/validate", Access.ALL, admin=True)
def validate(site: Site, request: Request) -> Any:
    given = request.fields(PATHS)
    results: list[dict[str, Any]] = []
    for path in given.get("importPaths", []):
        complaint = path_complaint(site, path)
        verdict: dict[str, Any] = {"importPath": path, "isValid": complaint is None}
        results.append(verdict if complaint is None else {**verdict, "message": complaint})
    return {"importPaths": results}


def path_complaint(site: Site, path: str) -> str | None:
    """Why a folder cannot be imported, or None."""
    folder = Path(path)
    if path == "/data" or path.startswith("/data/") or folder.is_relative_to(site.folder):
        return "Cannot use media upload folder for external libraries"
    if not folder.is_absolute():
        return f"Import path must be absolute, try {folder.absolute()}"
    if not folder.exists():
        return "Path does not exist (ENOENT)"
    return None if folder.is_dir() else "Not a directory"
