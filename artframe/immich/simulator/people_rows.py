"""How do people and faces come into the database?"""

from __future__ import annotations

from dataclasses import dataclass

from artframe.immich.simulator import moments
from artframe.immich.simulator.site import new_id
from artframe.immich.simulator.store import Database


@dataclass(frozen=True, kw_only=True)
class Box:
    """A face box in pixels of an image of the given size."""

    x1: int
    y1: int
    x2: int
    y2: int
    image_width: int
    image_height: int


def create_person(database: Database, owner_id: str, name: str, birth_date: str | None = None) -> str:
    """A new person; names need not be unique."""
    person_id, moment = new_id(), moments.now()
    sql = "INSERT INTO person (id, owner_id, name, birth_date, created, updated) VALUES (?, ?, ?, ?, ?, ?)"
    database.execute(sql, (person_id, owner_id, name, birth_date, moment, moment))
    return person_id


def person_named(database: Database, owner_id: str, name: str) -> str:
    """The user's person of that name, made if there is none."""
    row = database.execute("SELECT id FROM person WHERE owner_id = ? AND name = ?", (owner_id, name)).fetchone()
    return create_person(database, owner_id, name) if row is None else str(row["id"])


def create_face(database: Database, asset_id: str, person_id: str | None, box: Box, source: str = "manual") -> str:
    """A face on an asset; the asset's updatedAt does not move."""
    face_id = new_id()
    sql = """INSERT INTO face (id, asset_id, person_id, x1, y1, x2, y2, image_width, image_height, source)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
    values = (box.x1, box.y1, box.x2, box.y2, box.image_width, box.image_height)
    database.execute(sql, (face_id, asset_id, person_id, *values, source))
    return face_id
