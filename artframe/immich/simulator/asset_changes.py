# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""What happens to assets when somebody edits, trashes, restores or deletes them?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.asset_filter import VISIBILITIES
from artframe.immich.simulator.field import Field, issue
from artframe.immich.simulator.fields import Choice, Degrees, Flag, Number, Text
from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.media.zones import offset_name, zone_at
from artframe.immich.simulator.processing import SIDECARS, place_names, queue_purge
from artframe.immich.simulator.refusal import Refused, invalid
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row

CHANGES: dict[str, Field] = {
    "isFavorite": Flag(),
    "visibility": Choice(options=VISIBILITIES),
    "description": Text(),
    "rating": Number(least=-1, most=5, nullable=True),
    "dateTimeOriginal": Text(),
    "latitude": Degrees(kind="latitude", most=90),
    "longitude": Degrees(kind="longitude", most=180),
}
IN_SIDECAR = ("description", "rating", "dateTimeOriginal", "latitude", "dateTimeRelative", "timeZone")
THESE = "id IN (SELECT value FROM json_each(?))"


@dataclass
class Later:
    """Jobs to queue once the transaction is through."""

    jobs: list[Callable[[Site], None]] = field(default_factory=list)

    def queue(self, site: Site) -> None:
        for job in self.jobs:
            job(site)


def require_valid_change(given: Mapping[str, Any], generation: Generation) -> None:
    """Position fields come in pairs, and 2.7 (not 3.0) looks at the date before it is too late."""
    for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if one in given and other not in given:
            message = "Latitude and longitude must be provided together"
            complaint = issue(
                (other,), ["should not be empty", f"must be a {other} string or number"], message, code="custom"
            )
            raise invalid(type(complaint)(path=(), modern=complaint.modern, old=complaint.old))
    if "dateTimeOriginal" not in given:
        return
    if generation.modern and _read_date(given["dateTimeOriginal"]) is None:
        raise Refused(500, "Failed to update asset")
    if not generation.modern and moments.parse_loose(given["dateTimeOriginal"]) is None:
        raise invalid(issue(("dateTimeOriginal",), "must be a valid ISO 8601 date string", ""))


def change_assets(database: Database, ids: Sequence[str], given: Mapping[str, Any], generation: Generation) -> Later:
    """Write the changes. What goes into the sidecar shows in exifInfo at once, in dates and updatedAt after a job."""
    listed, moment = json.dumps(ids), moments.now()
    if "isFavorite" in given:
        database.execute(
            f"UPDATE asset SET favourite = ?, updated = ? WHERE {THESE}", (given["isFavorite"], moment, listed)
        )
    if "visibility" in given:
        set_visibility(database, ids, given["visibility"])
    later = Later()
    if not any(name in given for name in IN_SIDECAR):
        return later
    if "description" in given:
        database.execute(f"UPDATE asset SET description = ? WHERE {THESE}", (given["description"], listed))
    if "rating" in given:
        database.execute(f"UPDATE asset SET rating = ? WHERE {THESE}", (given["rating"] or None, listed))
    for row in database.execute(f"SELECT * FROM asset WHERE {THESE}", (listed,)).fetchall():
        wanted = _change_exif(database, row, given)
        later.jobs.append(partial(_queue_settling, asset_id=row["id"], time=wanted))
    return later


def set_visibility(database: Database, ids: Sequence[str], visibility: str) -> None:
    """Show, archive, hide or lock; locking takes the assets out of all albums for good."""
    listed = json.dumps(ids)
    database.execute(f"UPDATE asset SET visibility = ?, updated = ? WHERE {THESE}", (visibility, moments.now(), listed))
    if visibility == "locked":
        database.execute("DELETE FROM album_asset WHERE asset_id IN (SELECT value FROM json_each(?))", (listed,))
        database.execute(
            "UPDATE album SET thumbnail = NULL WHERE thumbnail IN (SELECT value FROM json_each(?))", (listed,)
        )


@dataclass(frozen=True, kw_only=True)
class _NewTime:
    taken: int
    local: int
    zone: str | None


def _change_exif(database: Database, row: Row, given: Mapping[str, Any]) -> _NewTime | None:
    """Put date and place into exifInfo; what the job will make of the date."""
    exif = json.loads(row["exif"])
    taken, offset, zone = row["file_created"], row["local"] - row["file_created"], exif.get("timeZone")
    if "dateTimeOriginal" in given:
        taken, minutes = _read_date(given["dateTimeOriginal"]) or (taken, None)
        offset, zone = (minutes or 0) * 60_000_000, offset_name(minutes or 0)
    if given.get("dateTimeRelative"):
        taken += given["dateTimeRelative"] * 60_000_000
    latitude, longitude = given.get("latitude", exif.get("latitude")), given.get("longitude", exif.get("longitude"))
    if "latitude" in given:
        exif |= {"latitude": latitude, "longitude": longitude}
    if latitude is not None and longitude is not None:  # the place decides about the time zone
        name, minutes = zone_at(latitude, longitude, moments.to_datetime(taken + offset).replace(tzinfo=None))
        zone, offset = name, minutes * 60_000_000
    exif["dateTimeOriginal"] = moments.nested(taken)
    if (
        "dateTimeOriginal" in given
        and zone
        and (minutes_of := _read_date(given["dateTimeOriginal"]))
        and minutes_of[1] is not None
    ):
        exif["timeZone"] = zone
    database.execute("UPDATE asset SET exif = ? WHERE id = ?", (json.dumps(exif), row["id"]))
    return _NewTime(taken=taken, local=taken + offset, zone=zone)


def _queue_settling(site: Site, *, asset_id: str, time: _NewTime | None) -> None:
    site.jobs.add(SIDECARS, partial(_settle, site, asset_id, time))


def _settle(site: Site, asset_id: str, time: _NewTime | None) -> None:
    """The job after an edit: dates follow, the town is looked up, updatedAt moves."""
    with site.store.writing() as database:
        row = database.execute("SELECT * FROM asset WHERE id = ?", (asset_id,)).fetchone()
        if row is None:
            return
        exif = json.loads(row["exif"])
        exif |= place_names(exif.get("latitude"), exif.get("longitude"))
        taken, local = row["file_created"], row["local"]
        if time is not None:
            taken, local, exif["timeZone"] = time.taken, time.local, time.zone
        sql = "UPDATE asset SET exif = ?, file_created = ?, local = ?, updated = ? WHERE id = ?"
        database.execute(sql, (json.dumps(exif), taken, local, moments.now(), asset_id))


def _read_date(text: str) -> tuple[int, int | None] | None:
    """The instant and its offset in minutes; a naive date counts as UTC."""
    taken = moments.parse_loose(text)
    if taken is None:
        return _read_mail_date(text)
    match = re.search(r"([+-])(\d\d):?(\d\d)$", text[10:])
    if match is None:
        return taken, 0 if text.endswith("Z") else None
    return taken, (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)


def _read_mail_date(text: str) -> tuple[int, int | None] | None:
    """``Thu, 04 Mar 2021 05:06:07 GMT``: what JavaScript reads too."""
    try:
        return moments.from_datetime(parsedate_to_datetime(text)), 0
    except ValueError:
        return None


def trash_assets(database: Database, ids: Sequence[str], *, force: bool) -> Later:
    """Into the trash, or (``force``) marked as deleted until the background job removes the row."""
    moment, listed = moments.now(), json.dumps(ids)
    status = "deleted" if force else "trashed"
    sql = f"""UPDATE asset SET status = ?, deleted = coalesce(deleted, ?), updated = ?
              WHERE {THESE} AND status <> 'deleted'"""
    database.execute(sql, (status, moment, moment, listed))
    return Later([partial(_queue_purges, ids=tuple(ids))] if force else [])


def _queue_purges(site: Site, *, ids: Sequence[str]) -> None:
    for asset_id in ids:
        queue_purge(site, asset_id)


def restore_assets(database: Database, ids: Sequence[str]) -> int:
    """Out of the trash. What is already marked as deleted stays so."""
    sql = f"UPDATE asset SET status = 'active', deleted = NULL, updated = ? WHERE status = 'trashed' AND {THESE}"
    return database.execute(sql, (moments.now(), json.dumps(ids))).rowcount


def empty_trash(database: Database, user_id: str) -> tuple[int, Later]:
    """Mark everything in a user's trash as deleted, locked assets too."""
    rows = database.execute("SELECT id FROM asset WHERE owner_id = ? AND status = 'trashed'", (user_id,)).fetchall()
    ids = [row["id"] for row in rows]
    return len(ids), trash_assets(database, ids, force=True) if ids else Later()
