"""What do the background jobs do to an asset after it arrived or changed?"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from artframe.immich.simulator import moments
from artframe.immich.simulator.media.facts import Facts
from artframe.immich.simulator.media.pictures import read_picture
from artframe.immich.simulator.media.sidecars import read_sidecar
from artframe.immich.simulator.media.videos import read_video
from artframe.immich.simulator.media.zones import town_at
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, Row
from artframe.immich.simulator.tag_rows import assign_tags, upsert_tag

THUMBNAILS, METADATA, SIDECARS, BACKGROUND = "thumbnailGeneration", "metadataExtraction", "sidecar", "backgroundTask"


def queue_new_asset(site: Site, asset_id: str) -> None:
    """After an upload: metadata first, then thumbnails."""
    site.jobs.add(METADATA, partial(_extract_then_thumbnail, site, asset_id))


def _extract_then_thumbnail(site: Site, asset_id: str) -> None:
    if extract(site, asset_id):
        site.jobs.add(THUMBNAILS, partial(make_thumbnail, site, asset_id))


def extract(site: Site, asset_id: str) -> bool:
    """Read the original (and its sidecar) and rewrite dates, size and camera data. False when the asset is gone."""
    with site.store.reading() as database:
        row = database.execute("SELECT * FROM asset WHERE id = ?", (asset_id,)).fetchone()
    if row is None:
        return False
    facts = _facts(site, row)
    with site.store.writing() as database:
        _write_facts(database, row, facts)
    return True


def make_thumbnail(site: Site, asset_id: str) -> None:
    """Decide whether the asset has previews; they are drawn when first asked for."""
    with site.store.reading() as database:
        row = database.execute("SELECT * FROM asset WHERE id = ?", (asset_id,)).fetchone()
    if row is not None:
        facts = _facts(site, row)
        with site.store.writing() as database:
            _write_thumbnail(database, asset_id, facts)


def process_at_once(site: Site, asset_id: str) -> None:
    """Both jobs without the queue: for assets that are put in from behind."""
    with site.store.reading() as database:
        row = database.execute("SELECT * FROM asset WHERE id = ?", (asset_id,)).fetchone()
    facts = _facts(site, row)
    with site.store.writing() as database:
        _write_facts(database, row, facts)
        _write_thumbnail(database, asset_id, facts)


def _write_thumbnail(database: Database, asset_id: str, facts: Facts) -> None:
    state = "ready" if facts.decodable else "impossible"
    sql = "UPDATE asset SET renditions = ?, thumbhash = ?, updated = ? WHERE id = ?"
    database.execute(sql, (state, facts.thumbhash, moments.now(), asset_id))


def _facts(site: Site, row: Row) -> Facts:
    original = site.original(row["file"])
    facts = read_video(original) if row["kind"] == "VIDEO" else read_picture(original)
    if row["sidecar"]:
        facts = read_sidecar(site.original(row["sidecar"]), facts)
    return facts


def _write_facts(database: Database, row: Row, facts: Facts) -> None:
    if facts.taken is None or facts.local is None:
        earliest = min(row["file_created"], row["file_modified"])
        facts = replace(facts, taken=earliest, local=earliest)
    taken, local = facts.taken or 0, facts.local or 0
    exif = facts.exif() | {
        "dateTimeOriginal": moments.nested(taken),
        "modifyDate": moments.nested(row["file_modified"]),
    }
    exif |= place_names(facts.latitude, facts.longitude)
    database.execute(
        """UPDATE asset SET file_created = ?, local = ?, width = ?, height = ?,
           duration = coalesce(?, duration), exif = ?, has_exif = 1, description = coalesce(?, description),
           rating = coalesce(?, rating), extracted = 1, updated = ? WHERE id = ?""",
        (
            taken,
            local,
            facts.width,
            facts.height,
            facts.duration,
            json.dumps(exif),
            facts.description,
            facts.rating,
            moments.now(),
            row["id"],
        ),
    )
    for value in facts.tags:
        assign_tags(database, [upsert_tag(database, row["owner_id"], value)], [row["id"]])


def place_names(latitude: float | None, longitude: float | None) -> dict[str, Any]:
    """City, state and country of a position."""
    town = None if latitude is None or longitude is None else town_at(latitude, longitude)
    return {} if town is None else {"city": town.name, "state": town.state, "country": town.country}


def queue_purge(site: Site, asset_id: str) -> None:
    """After a force delete: the row lives on, marked, until this job runs."""
    site.jobs.add(BACKGROUND, partial(purge, site, asset_id))


def purge(site: Site, asset_id: str) -> None:
    """Remove a row marked as deleted, and its files: those of an external library too, if they can be written."""
    with site.store.writing() as database:
        sql = "SELECT * FROM asset WHERE id = ? AND status = 'deleted'"
        row = database.execute(sql, (asset_id,)).fetchone()
        if row is None:
            return
        sql = "UPDATE album SET thumbnail = NULL, updated = ? WHERE thumbnail = ?"
        database.execute(sql, (moments.now(), asset_id))
        if row["library_id"] is None:
            database.execute("UPDATE user SET usage = max(0, usage - ?) WHERE id = ?", (row["size"], row["owner_id"]))
        _leave_stack(database, row)
        database.execute("DELETE FROM asset WHERE id = ?", (asset_id,))
        still_used = database.execute("SELECT 1 FROM asset WHERE file = ?", (row["file"],)).fetchone()
        motion = _lost_motion(database, row)
    if motion:
        queue_purge(site, motion)
    if still_used is None and not row["offline"]:
        with suppress(OSError):
            site.original(row["file"]).unlink(missing_ok=True)
        if row["sidecar"]:
            with suppress(OSError):
                site.original(row["sidecar"]).unlink(missing_ok=True)


def _lost_motion(database: Database, row: Row) -> str | None:
    """The video of a live photo, unless another photo has it too: it goes with its photo, for good."""
    video = row["live_id"]
    if video is None or database.execute("SELECT 1 FROM asset WHERE live_id = ?", (video,)).fetchone():
        return None
    sql = "UPDATE asset SET status = 'deleted', deleted = coalesce(deleted, ?), updated = ? WHERE id = ?"
    database.execute(sql, (moments.now(), moments.now(), video))
    return str(video)


def _leave_stack(database: Database, row: Row) -> None:
    if row["stack_id"] is None:
        return
    sql = "SELECT id FROM asset WHERE stack_id = ? AND id <> ?"
    others = [other["id"] for other in database.execute(sql, (row["stack_id"], row["id"]))]
    if len(others) < 2:
        database.execute("DELETE FROM stack WHERE id = ?", (row["stack_id"],))
    else:
        sql = "UPDATE stack SET primary_id = ? WHERE id = ? AND primary_id = ?"
        database.execute(sql, (others[0], row["stack_id"], row["id"]))


def queue_unfinished(site: Site) -> None:
    """After a restart: take up what the last run left undone."""
    with site.store.reading() as database:
        sql = "SELECT id, status FROM asset WHERE status = 'deleted' OR extracted = 0 OR renditions = 'waiting'"
        rows = database.execute(sql).fetchall()
    for row in rows:
        if row["status"] == "deleted":
            queue_purge(site, row["id"])
        else:
            queue_new_asset(site, row["id"])
