"""How is an asset written?"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.people_json import faces_of, people_of
from artframe.immich.simulator.store import Database, Row
from artframe.immich.simulator.tag_json import tags_of
from artframe.immich.simulator.user_json import Writer, nested_user

NO_DURATION = "0:00:00.00000"
EXIF = [
    "make",
    "model",
    "exifImageWidth",
    "exifImageHeight",
    "fileSizeInByte",
    "orientation",
    "dateTimeOriginal",
    "modifyDate",
    "timeZone",
    "lensModel",
    "fNumber",
    "focalLength",
    "iso",
    "exposureTime",
    "latitude",
    "longitude",
    "city",
    "state",
    "country",
    "description",
    "projectionType",
    "rating",
]


def exif_json(row: Row) -> dict[str, Any]:
    """The ``exifInfo`` of an asset; null where nothing is known."""
    known = json.loads(row["exif"])
    known |= {"fileSizeInByte": row["size"] or None, "description": row["description"], "rating": row["rating"]}
    return {name: known.get(name) for name in EXIF}


def duration_text(milliseconds: int | None) -> str | None:
    """``00:00:03.000``, as 2.7 writes durations."""
    if milliseconds is None:
        return None
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def asset_json(
    row: Row, generation: Generation, *, exif: bool = False, write: Writer = moments.stamp
) -> dict[str, Any]:
    """An asset as listings show it; ``write`` is how its own dates are written."""
    visibility = row["visibility"]
    listed: dict[str, Any] = {
        "id": row["id"],
        "createdAt": write(row["created"]),
        "ownerId": row["owner_id"],
        "libraryId": row["library_id"],
        "type": row["kind"],
        "originalPath": row["path"],
        "originalFileName": row["name"],
        "originalMimeType": row["mime"],
        "thumbhash": row["thumbhash"],
        "fileCreatedAt": write(row["file_created"]),
        "fileModifiedAt": write(row["file_modified"]),
        "localDateTime": write(row["local"]),
        "updatedAt": write(row["updated"]),
        "isFavorite": bool(row["favourite"]),
        "isArchived": visibility == "archive",
        "isTrashed": row["deleted"] is not None,
        "visibility": visibility,
        "duration": row["duration"],
        "livePhotoVideoId": row["live_id"],
        "people": [],
        "checksum": base64.b64encode(row["checksum"]).decode(),
        "isOffline": bool(row["offline"]),
        "hasMetadata": True,
        "duplicateId": None,
        "resized": True,
        "width": row["width"],
        "height": row["height"],
        "isEdited": row["edits"] != "[]",
    }
    if exif:
        listed["exifInfo"] = exif_json(row)
    if not generation.modern:
        listed["deviceAssetId"] = row["device_asset"]
        listed["deviceId"] = row["device"]
        listed["duration"] = duration_text(row["duration"]) or NO_DURATION
    return listed


def asset_detail(database: Database, row: Row, generation: Generation) -> dict[str, Any]:
    """One asset with everything: exif, owner, tags, people, stack."""
    detail = asset_json(row, generation, exif=True)
    detail["owner"] = nested_user(database, row["owner_id"])
    detail["tags"] = tags_of(database, row["id"])
    detail |= people_json(database, row, generation)
    detail["stack"] = _stack_of(database, row)
    return detail


def people_json(database: Database, row: Row, generation: Generation) -> dict[str, Any]:
    """Who is on an asset; 2.7 adds the faces nobody has named."""
    written: dict[str, Any] = {"people": people_of(database, row, generation)}
    if not generation.modern:
        written["unassignedFaces"] = faces_of(database, row, assigned=False)
    return written


def _stack_of(database: Database, row: Row) -> dict[str, Any] | None:
    if row["stack_id"] is None:
        return None
    sql = """SELECT stack.id, primary_id,
             (SELECT count(*) FROM asset WHERE stack_id = stack.id AND deleted IS NULL) AS size
             FROM stack WHERE stack.id = ?"""
    stack = database.execute(sql, (row["stack_id"],)).fetchone()
    return {"id": stack["id"], "primaryAssetId": stack["primary_id"], "assetCount": stack["size"]}


def rows_by_id(database: Database, ids: Iterable[str]) -> list[Row]:
    """The assets with these ids, in their order; missing ones are left out."""
    ordered = list(ids)
    sql = "SELECT * FROM asset WHERE id IN (SELECT value FROM json_each(?))"
    found = {row["id"]: row for row in database.execute(sql, (json.dumps(ordered),))}
    return [found[one] for one in ordered if one in found]
