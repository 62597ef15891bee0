"""What do edits in the web app change about an asset?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.media.renditions import size_with_edits
from artframe.immich.simulator.site import new_id
from artframe.immich.simulator.store import Database

SWAPS_SIDES = ("5", "6", "7", "8")


def set_edits(database: Database, asset_id: str, edits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Replace the edits: display size and updatedAt change, original and checksum do not."""
    row = access.asset_row(database, asset_id)
    exif = json.loads(row["exif"])
    width, height = exif.get("exifImageWidth"), exif.get("exifImageHeight")
    if exif.get("orientation") in SWAPS_SIDES:
        width, height = height, width
    kept = [{"id": new_id(), "action": edit["action"], "parameters": edit["parameters"]} for edit in edits]
    if width and height:
        width, height = size_with_edits(width, height, kept)
    sql = "UPDATE asset SET edits = ?, width = ?, height = ?, updated = ? WHERE id = ?"
    database.execute(sql, (json.dumps(kept), width, height, moments.now(), asset_id))
    return kept
