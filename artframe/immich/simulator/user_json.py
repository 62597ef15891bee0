"""How is a user written?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.store import Database, Row

Writer = Callable[[int], str]


def user_json(row: Row, write: Writer = moments.stamp) -> dict[str, Any]:
    """What others see of a user; nested objects carry the database's own date format."""
    return {
        "id": row["id"],
        "email": row["email"],
        "name": row["name"],
        "profileImagePath": "",
        "avatarColor": row["avatar"],
        "profileChangedAt": write(row["created"]),
    }


def own_user_json(row: Row) -> dict[str, Any]:
    """What users and administrators see of an account."""
    return {
        **user_json(row),
        "storageLabel": None,
        "shouldChangePassword": False,
        "isAdmin": bool(row["admin"]),
        "createdAt": moments.stamp(row["created"]),
        "deletedAt": None,
        "updatedAt": moments.stamp(row["updated"]),
        "oauthId": "",
        "quotaSizeInBytes": row["quota"],
        "quotaUsageInBytes": row["usage"],
        "status": "active",
        "license": None,
    }


def user_row(database: Database, user_id: str) -> Row | None:
    """The account, or None."""
    row: Row | None = database.execute("SELECT * FROM user WHERE id = ?", (user_id,)).fetchone()
    return row


def nested_user(database: Database, user_id: str) -> dict[str, Any]:
    """A user inside another object."""
    row = user_row(database, user_id)
    if row is None:
        raise LookupError(f"no user {user_id}")
    return user_json(row, moments.nested)
