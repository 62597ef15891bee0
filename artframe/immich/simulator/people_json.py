# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""How are people and their faces written?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.store import Database, Row
from artframe.immich.simulator.user_json import Writer


def person_json(row: Row, write: Writer = moments.stamp) -> dict[str, Any]:
    """A person."""
    written = {
        "id": row["id"],
        "name": row["name"],
        "birthDate": row["birth_date"],
        "thumbnailPath": "",
        "isHidden": bool(row["hidden"]),
        "isFavorite": bool(row["favourite"]),
        "updatedAt": write(row["updated"]),
    }
    if row["color"] is not None:
        written["color"] = row["color"]
    return written


def face_json(row: Row) -> dict[str, Any]:
    """A face box in pixels of ``imageWidth`` x ``imageHeight``."""
    return {
        "id": row["id"],
        "boundingBoxX1": row["x1"],
        "boundingBoxY1": row["y1"],
        "boundingBoxX2": row["x2"],
        "boundingBoxY2": row["y2"],
        "imageWidth": row["image_width"],
        "imageHeight": row["image_height"],
        "sourceType": row["source"],
    }


def faces_of(database: Database, asset: Row, *, assigned: bool) -> list[dict[str, Any]]:
    """The faces of an asset that have a person, or those that have none."""
    sql = f"SELECT * FROM face WHERE asset_id = ? AND deleted IS NULL AND person_id IS {'NOT' if assigned else ''} NULL"
    return [face_json(row) for row in database.execute(sql, (asset["id"],))]


def people_of(database: Database, asset: Row, generation: Generation) -> list[dict[str, Any]]:
    """The people on an asset; 2.7 adds their faces."""
    sql = """SELECT person.*, face.id AS face_id FROM face JOIN person ON person.id = face.person_id
             WHERE face.asset_id = ? AND face.deleted IS NULL ORDER BY person.name, person.id"""
    people: dict[str, dict[str, Any]] = {}
    for row in database.execute(sql, (asset["id"],)).fetchall():
        person = people.setdefault(row["id"], person_json(row, moments.nested))
        if not generation.modern:
            face = database.execute("SELECT * FROM face WHERE id = ?", (row["face_id"],)).fetchone()
            person.setdefault("faces", []).append(face_json(face))
    return list(people.values())
