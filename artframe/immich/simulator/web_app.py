"""What do people do in the web app (and those who set up a demo or a test) without going through the API?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from artframe.immich.simulator import access, accounts, asset_changes, moments, processing
from artframe.immich.simulator.album_rows import add_member, create_album
from artframe.immich.simulator.asset_json import asset_detail
from artframe.immich.simulator.asset_rows import NewAsset, find_by_checksum, insert_asset, insert_assets
from artframe.immich.simulator.edit_rows import set_edits
from artframe.immich.simulator.jobs import Jobs
from artframe.immich.simulator.library_scan import DEFAULT_EXCLUSIONS, create_library, scan
from artframe.immich.simulator.originals import (
    KnownFile,
    Processed,
    known_assets,
    many_assets,
    replace_original,
    store_original,
)
from artframe.immich.simulator.people_rows import Box, create_face, person_named
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.tag_rows import assign_tags, upsert_tag

Person = tuple[str, tuple[int, int, int, int]]


class WebApp:
    """Acts on a site directly; every method may be called from any thread, also while the server answers."""

    def __init__(self, site: Site) -> None:
        self.site = site

    @property
    def jobs(self) -> Jobs:
        """The background queues: ``pause("thumbnailGeneration")``, ``resume(...)``, ``wait_until_idle()``."""
        return self.site.jobs

    # -- accounts ------------------------------------------------------------------------------------------------------

    def add_user(self, name: str, email: str, password: str, admin: bool = False, *, quota: int | None = None) -> str:
        """A new account's id; ``quota`` in bytes."""
        with self.site.store.writing() as database:
            return accounts.create_user(database, name, email, password, admin=admin, quota=quota)

    def user_id(self, email: str) -> str | None:
        """The account with this mail address, or None."""
        with self.site.store.reading() as database:
            row = database.execute("SELECT id FROM user WHERE email = ?", (email.lower(),)).fetchone()
        return None if row is None else str(row["id"])

    def create_key(self, user_id: str, permissions: Sequence[str] = ("all",), name: str = "artframe") -> str:
        """A new API key's secret."""
        with self.site.store.writing() as database:
            return accounts.create_key(database, user_id, name, permissions).secret

    def delete_keys(self, user_id: str) -> None:
        """Take back all API keys of a user."""
        with self.site.store.writing() as database:
            database.execute("DELETE FROM api_key WHERE user_id = ?", (user_id,))

    def share_with_partner(self, user_id: str, partner_id: str, *, in_timeline: bool = True) -> None:
        """Share all photos of a user with another one."""
        with self.site.store.writing() as database:
            sql = "INSERT OR REPLACE INTO partner (by_id, with_id, in_timeline) VALUES (?, ?, ?)"
            database.execute(sql, (user_id, partner_id, in_timeline))

    def create_library(self, owner_id: str, *folders: Path, name: str = "Library") -> str:
        """An external library over folders; ``scan_library`` reads them."""
        with self.site.store.writing() as database:
            return create_library(database, owner_id, name, [str(folder) for folder in folders], DEFAULT_EXCLUSIONS)

    def scan_library(self, library_id: str) -> None:
        """Find new, vanished and changed files now; their metadata follow in the background."""
        scan(self.site, library_id)

    # -- assets --------------------------------------------------------------------------------------------------------

    def add_asset(
        self,
        user_id: str,
        data: bytes | Path,
        file_name: str,
        *,
        taken_at: datetime | None = None,
        modified_at: datetime | None = None,
        visibility: str = "timeline",
        favourite: bool = False,
        description: str = "",
        rating: int | None = None,
        people: Sequence[Person] = (),
        tags: Sequence[str] = (),
        library_id: str | None = None,
        live_photo_video_id: str | None = None,
        asset_id: str | None = None,
    ) -> str:
        """An asset with all its metadata, at once; if the user has this content already, the id of that one.

        ``taken_at`` counts for files without a date of their own. ``people`` are names with face boxes (x1, y1, x2, y2)
        in pixels of the upright picture.
        """
        moment = moments.now()
        taken = moments.from_datetime(taken_at) if taken_at else None
        modified = moments.from_datetime(modified_at) if modified_at else (taken if taken is not None else moment)
        new = store_original(
            self.site, user_id, data, file_name, created=moment if taken is None else taken, modified=modified
        )
        new = replace(
            new,
            visibility=visibility,
            favourite=favourite,
            library_id=library_id,
            live_id=live_photo_video_id,
            id=asset_id,
        )
        with self.site.store.writing() as database:
            existing = find_by_checksum(database, user_id, new.checksum) if library_id is None else None
            if existing is not None:
                return str(existing["id"])
            asset_id = insert_asset(database, new)
            if live_photo_video_id is not None:
                asset_changes.set_visibility(database, [live_photo_video_id], "hidden")
        processing.process_at_once(self.site, asset_id)
        with self.site.store.writing() as database:
            row = access.asset_row(database, asset_id)
            if description or rating is not None:
                sql = "UPDATE asset SET description = ?, rating = ? WHERE id = ?"
                database.execute(sql, (description or row["description"], rating or row["rating"], asset_id))
            for name, (x1, y1, x2, y2) in people:
                box = Box(x1=x1, y1=y1, x2=x2, y2=y2, image_width=row["width"] or 1, image_height=row["height"] or 1)
                create_face(database, asset_id, person_named(database, user_id, name), box, "machine-learning")
            assign_tags(database, [upsert_tag(database, user_id, value) for value in tags], [asset_id])
        return asset_id

    def add_assets_in_bulk(
        self,
        user_id: str,
        count: int,
        album_id: str | None = None,
        same_second: bool = False,
        data: bytes | None = None,
        *,
        first_taken: datetime | None = None,
        name: str = "IMG_{:06}.jpg",
    ) -> list[str]:
        """Many assets in seconds, their ids by date. ``same_second``: all taken at once, else a minute apart.

        With ``data`` they share one file on disk and differ by eight bytes behind it, so that every one downloads with
        the right checksum. Without, they have no file and no size: good for listings only.
        """
        start = moments.from_datetime(first_taken) if first_taken else moments.parse_loose("2020-01-01T12:00:00Z") or 0
        assets, done = many_assets(self.site, user_id, count, start, 0 if same_second else 60_000_000, data, name)
        return self._insert_many(user_id, assets, done, album_id)

    def add_known_assets(self, user_id: str, files: Iterable[KnownFile], album_id: str | None = None) -> list[str]:
        """Assets as if these files had been uploaded, a hundred thousand in seconds; their ids in the same order.

        There are no bytes behind them: listings and checks know them, downloads do not.
        """
        assets, done = known_assets(user_id, files)
        return self._insert_many(user_id, assets, done, album_id)

    def _insert_many(
        self, user_id: str, assets: Iterable[NewAsset], done: Processed, album_id: str | None
    ) -> list[str]:
        with self.site.store.writing() as database:
            ids = insert_assets(database, assets)
            done.write(database, user_id)
            if album_id is not None:
                sql = "INSERT INTO album_asset (album_id, asset_id) VALUES (?, ?)"
                database.executemany(sql, ((album_id, one) for one in ids))
                database.execute("UPDATE album SET updated = ? WHERE id = ?", (moments.now(), album_id))
        return ids

    def asset(self, asset_id: str) -> dict[str, Any] | None:
        """All that is known of an asset, as its owner's GET would show it (locked ones too); None when it is gone."""
        with self.site.store.reading() as database:
            row = database.execute("SELECT * FROM asset WHERE id = ?", (asset_id,)).fetchone()
            return None if row is None else asset_detail(database, row, self.site.generation)

    def asset_ids(self, user_id: str) -> list[str]:
        """Everything a user has, trashed and locked too, in the order of arrival."""
        with self.site.store.reading() as database:
            rows = database.execute("SELECT id FROM asset WHERE owner_id = ? ORDER BY row", (user_id,)).fetchall()
        return [str(row["id"]) for row in rows]

    def original(self, asset_id: str) -> bytes:
        """The bytes of an original."""
        with self.site.store.reading() as database:
            row = access.asset_row(database, asset_id)
        return self.site.original(row["file"]).read_bytes() + bytes(row["tail"])

    def replace_original(self, asset_id: str, data: bytes | Path) -> None:
        """Other content under the same id: checksum, size, dates and previews change."""
        replace_original(self.site, asset_id, data)

    def set_edited(
        self, asset_id: str, edits: Sequence[dict[str, Any]] = ({"action": "rotate", "parameters": {"angle": 90}},)
    ) -> None:
        """Crop, rotate or mirror in the editor; the original stays as it is. No edits: undo."""
        with self.site.store.writing() as database:
            set_edits(database, asset_id, edits)

    def set_details(self, asset_id: str, **changes: Any) -> None:
        """Change ``description``, ``rating``, ``dateTimeOriginal``, ``latitude`` and ``longitude``, ``isFavorite``."""
        with self.site.store.writing() as database:
            later = asset_changes.change_assets(database, [asset_id], changes, self.site.generation)
        later.queue(self.site)

    def _set_visibility(self, ids: str | Sequence[str], visibility: str) -> None:
        with self.site.store.writing() as database:
            asset_changes.set_visibility(database, _several(ids), visibility)

    def archive(self, ids: str | Sequence[str]) -> None:
        self._set_visibility(ids, "archive")

    def hide(self, ids: str | Sequence[str]) -> None:
        self._set_visibility(ids, "hidden")

    def lock(self, ids: str | Sequence[str]) -> None:
        """Into the locked folder, and out of all albums."""
        self._set_visibility(ids, "locked")

    def show(self, ids: str | Sequence[str]) -> None:
        """Back to the timeline, from the archive, from hidden or from the locked folder."""
        self._set_visibility(ids, "timeline")

    def trash(self, ids: str | Sequence[str]) -> None:
        with self.site.store.writing() as database:
            asset_changes.trash_assets(database, _several(ids), force=False)

    def restore(self, ids: str | Sequence[str]) -> None:
        with self.site.store.writing() as database:
            asset_changes.restore_assets(database, _several(ids))

    def purge(self, ids: str | Sequence[str]) -> None:
        """Delete for good, rows and files, without waiting for the background job."""
        with self.site.store.writing() as database:
            asset_changes.trash_assets(database, _several(ids), force=True)
        for one in _several(ids):
            processing.purge(self.site, one)

    # -- albums --------------------------------------------------------------------------------------------------------

    def create_album(self, user_id: str, name: str, asset_ids: Sequence[str] = (), description: str = "") -> str:
        with self.site.store.writing() as database:
            return create_album(database, user_id, name, description, list(asset_ids), {})

    def share_album(self, album_id: str, user_id: str, role: str = "viewer") -> None:
        """Let a user into an album as ``viewer`` or ``editor``, or change the role."""
        with self.site.store.writing() as database:
            database.execute("DELETE FROM album_user WHERE album_id = ? AND user_id = ?", (album_id, user_id))
            add_member(database, album_id, user_id, role)
            database.execute("UPDATE album SET updated = ? WHERE id = ?", (moments.now(), album_id))

    def unshare_album(self, album_id: str, user_id: str) -> None:
        with self.site.store.writing() as database:
            database.execute("DELETE FROM album_user WHERE album_id = ? AND user_id = ?", (album_id, user_id))

    def add_to_album(self, album_id: str, ids: str | Sequence[str]) -> None:
        with self.site.store.writing() as database:
            sql = "INSERT OR IGNORE INTO album_asset (album_id, asset_id) VALUES (?, ?)"
            database.executemany(sql, [(album_id, one) for one in _several(ids)])
            database.execute("UPDATE album SET updated = ? WHERE id = ?", (moments.now(), album_id))

    def remove_from_album(self, album_id: str, ids: str | Sequence[str]) -> None:
        with self.site.store.writing() as database:
            sql = "DELETE FROM album_asset WHERE album_id = ? AND asset_id = ?"
            database.executemany(sql, [(album_id, one) for one in _several(ids)])

    def rename_album(self, album_id: str, name: str) -> None:
        with self.site.store.writing() as database:
            database.execute("UPDATE album SET name = ?, updated = ? WHERE id = ?", (name, moments.now(), album_id))

    def delete_album(self, album_id: str) -> None:
        with self.site.store.writing() as database:
            database.execute("DELETE FROM album WHERE id = ?", (album_id,))

    def album_asset_ids(self, album_id: str) -> list[str]:
        """Everything in an album, trashed and hidden too."""
        with self.site.store.reading() as database:
            sql = "SELECT asset_id FROM album_asset WHERE album_id = ?"
            return [str(row["asset_id"]) for row in database.execute(sql, (album_id,))]


def _several(ids: str | Sequence[str]) -> list[str]:
    return [ids] if isinstance(ids, str) else list(ids)
