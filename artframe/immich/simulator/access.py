# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""Who may see or change which asset, album or person?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from artframe.immich.simulator.refusal import no_access
from artframe.immich.simulator.store import Database, Row

OWNER, EDITOR, VIEWER = "owner", "editor", "viewer"

# CROSS JOIN keeps SQLite from starting at the albums: it is the few wanted ids that are looked up
WANTED = "SELECT asset.id FROM json_each(:ids) AS wanted CROSS JOIN asset ON asset.id = wanted.value"
OWN = f"{WANTED} WHERE owner_id = :user AND visibility <> 'locked'"
IN_MY_ALBUM = """CROSS JOIN album_asset ON album_asset.asset_id = asset.id
    CROSS JOIN album_user ON album_user.album_id = album_asset.album_id AND album_user.user_id = :user
    WHERE asset.deleted IS NULL AND asset.visibility <> 'locked'"""
SHARED = f"{WANTED} {IN_MY_ALBUM}"
SHARED_MOTION = f"""SELECT asset.live_id FROM json_each(:ids) AS wanted
    CROSS JOIN asset ON asset.live_id = wanted.value {IN_MY_ALBUM}"""
PARTNERS = f"""{WANTED} CROSS JOIN partner ON partner.by_id = asset.owner_id AND partner.with_id = :user
    WHERE asset.deleted IS NULL AND asset.visibility IN ('timeline', 'hidden')"""


def _ids(database: Database, queries: Iterable[str], user_id: str, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for query in queries:
        missing = [one for one in ids if one not in found] if found else ids
        if missing:
            found.update(row[0] for row in database.execute(query, {"user": user_id, "ids": json.dumps(missing)}))
    return found


def readable_assets(database: Database, user_id: str, ids: Sequence[str]) -> set[str]:
    """Those the user may read, view and download: own, in a shared album, of a partner. Never locked ones."""
    return _ids(database, (OWN, SHARED, SHARED_MOTION, PARTNERS), user_id, ids)


def addable_assets(database: Database, user_id: str, ids: Sequence[str]) -> set[str]:
    """Those the user may put into an album: own and a partner's."""
    return _ids(database, (OWN, PARTNERS), user_id, ids)


def own_assets(database: Database, user_id: str, ids: Sequence[str]) -> set[str]:
    """Those the user may change or delete."""
    return _ids(database, (OWN,), user_id, ids)


def require_readable(database: Database, user_id: str, asset_id: str, permission: str) -> Row:
    """The asset's row, or the 400 that does not tell a missing asset from a foreign one."""
    if asset_id not in readable_assets(database, user_id, [asset_id]):
        raise no_access(permission)
    return asset_row(database, asset_id)


def require_own(database: Database, user_id: str, ids: Sequence[str], permission: str) -> None:
    """All or nothing: one foreign, locked or missing id refuses the whole call."""
    if own_assets(database, user_id, ids) != set(ids):
        raise no_access(permission)


def asset_row(database: Database, asset_id: str) -> Row:
    """The row of an asset that exists."""
    row: Row = database.execute("SELECT * FROM asset WHERE id = ?", (asset_id,)).fetchone()
    return row


def album_role(database: Database, user_id: str, album_id: str) -> str | None:
    """What the user is in the album, or None."""
    sql = "SELECT role FROM album_user WHERE album_id = ? AND user_id = ?"
    row = database.execute(sql, (album_id, user_id)).fetchone()
    return None if row is None else str(row["role"])


def require_album(
    database: Database, user_id: str, album_id: str, permission: str, roles: Sequence[str] = (OWNER, EDITOR, VIEWER)
) -> str:
    """The user's role, if it is one of ``roles``."""
    role = album_role(database, user_id, album_id)
    if role not in roles or role is None:
        raise no_access(permission)
    return role


def timeline_owners(database: Database, user_id: str) -> list[str]:
    """Whose photos searches cover: the user's own and those of partners shown in the timeline."""
    sql = "SELECT by_id FROM partner WHERE with_id = ? AND in_timeline = 1"
    return [user_id, *(row["by_id"] for row in database.execute(sql, (user_id,)))]


def is_partner(database: Database, user_id: str, other_id: str) -> bool:
    """Whether the other one shares all photos with the user."""
    sql = "SELECT 1 FROM partner WHERE by_id = ? AND with_id = ?"
    return database.execute(sql, (other_id, user_id)).fetchone() is not None
