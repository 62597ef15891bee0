"""Which assets does a search mean?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from artframe.immich.simulator import access
from artframe.immich.simulator.checksums import from_text
from artframe.immich.simulator.field import Field
from artframe.immich.simulator.fields import Choice, Flag, Many, Moment, Number, Text, Uuid
from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.refusal import Refused
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.store import Database

VISIBILITIES = ("archive", "timeline", "hidden", "locked")
KINDS = ("IMAGE", "VIDEO", "AUDIO", "OTHER")
TIMES = {"created": "created", "updated": "updated", "taken": "file_created", "trashed": "deleted"}
CAMERA = {
    "city": "city",
    "state": "state",
    "country": "country",
    "make": "make",
    "model": "model",
    "lensModel": "lensModel",
}
TEXT = [
    "originalFileName",
    "checksum",
    "description",
    "originalPath",
    "ocr",
    "previewPath",
    "thumbnailPath",
    "encodedVideoPath",
]
FLAGS = [
    "isEncoded",
    "isFavorite",
    "isMotion",
    "isNotInAlbum",
    "isOffline",
    "withDeleted",
    "withExif",
    "withPeople",
    "withStacked",
]


def search_fields(generation: Generation, default_size: int = 250) -> dict[str, Field]:
    """What a search body may hold; whatever else is in it is ignored."""
    fields: dict[str, Field] = {name: Text() for name in TEXT} | {name: Flag() for name in FLAGS}
    fields |= {f"{name}{end}": Moment() for name in TIMES for end in ("After", "Before")}
    fields |= {name: Text(nullable=True) for name in CAMERA}
    fields |= {name: Many(of=Uuid(), nullable=name == "tagIds") for name in ("albumIds", "personIds", "tagIds")}
    fields |= {
        "id": Uuid(),
        "libraryId": Uuid(nullable=True),
        "order": Choice(options=("asc", "desc")),
        "page": Number(least=1),
        "size": Number(least=1, most=1000),
        "rating": Number(least=-1, most=5, nullable=True),
        "type": Choice(options=KINDS),
        "visibility": Choice(options=VISIBILITIES),
    }
    if not generation.modern:
        fields |= {"deviceId": Text(), "deviceAssetId": Text()}
    return fields


class AssetFilter:
    """A WHERE clause that grows, with its values."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.values: dict[str, Any] = {}

    def add(self, condition: str, **values: object) -> None:
        """One more condition; the names of its values must be new."""
        self._conditions.append(condition)
        self.values |= values

    @property
    def where(self) -> str:
        return " AND ".join(f"({condition})" for condition in self._conditions) or "1"


def search_filter(database: Database, request: Request, given: Mapping[str, Any]) -> AssetFilter:
    """Own assets and those of partners shown in the timeline, even when albums are named; timeline only by default."""
    if given.get("visibility") == "locked":
        raise Refused(401, "Elevated permission is required")
    found = AssetFilter()
    owners = access.timeline_owners(database, request.user_id)
    if len(owners) == 1:
        found.add("owner_id = :owner", owner=owners[0])
    else:
        found.add("owner_id IN (SELECT value FROM json_each(:owners))", owners=json.dumps(owners))
    found.add("visibility = :visibility", visibility=given.get("visibility", "timeline"))
    trashed_wanted = given.get("withDeleted") or "trashedAfter" in given or "trashedBefore" in given
    if not trashed_wanted:
        found.add("deleted IS NULL")
    _filter_times(found, given)
    _filter_memberships(found, given)
    _filter_facts(found, given)
    return found


def _filter_times(found: AssetFilter, given: Mapping[str, Any]) -> None:
    for name, column in TIMES.items():
        for end, sign in (("After", ">="), ("Before", "<=")):
            if f"{name}{end}" in given:
                found.add(f"{column} {sign} :{name}{end}", **{f"{name}{end}": given[f"{name}{end}"]})


def _filter_memberships(found: AssetFilter, given: Mapping[str, Any]) -> None:
    """Several ids of one kind must all be met; an empty list is no filter."""
    tables = {
        "albumIds": "SELECT 1 FROM album_asset WHERE asset_id = asset.id AND album_id = :{0}",
        "personIds": "SELECT 1 FROM face WHERE asset_id = asset.id AND deleted IS NULL AND person_id = :{0}",
        "tagIds": """WITH RECURSIVE wanted (id) AS (SELECT :{0}
                     UNION SELECT tag.id FROM tag JOIN wanted ON tag.parent_id = wanted.id)
                     SELECT 1 FROM tag_asset WHERE asset_id = asset.id AND tag_id IN wanted""",
    }
    for name, table in tables.items():
        for index, one in enumerate(given.get(name) or []):
            found.add(f"EXISTS ({table.format(f'{name}{index}')})", **{f"{name}{index}": one})
    if "tagIds" in given and given["tagIds"] is None:
        found.add("NOT EXISTS (SELECT 1 FROM tag_asset WHERE asset_id = asset.id)")
    if given.get("isNotInAlbum") and not given.get("albumIds"):
        found.add("NOT EXISTS (SELECT 1 FROM album_asset WHERE asset_id = asset.id)")
    if given.get("withStacked") is False:
        found.add("stack_id IS NULL")  # the primary ones too


def _filter_facts(found: AssetFilter, given: Mapping[str, Any]) -> None:
    columns = {"id": "id", "type": "kind", "deviceId": "device", "deviceAssetId": "device_asset"}
    columns |= {"isFavorite": "favourite", "isOffline": "offline", "libraryId": "library_id"}
    for name, column in columns.items():
        if name in given:
            found.add(f"{column} IS :{name}", **{name: given[name]})
    if "checksum" in given:
        found.add("checksum = :checksum", checksum=from_text(given["checksum"]))
    for name, column in {"originalFileName": "name", "description": "description", "originalPath": "path"}.items():
        if given.get(name):
            found.add(f"instr(fold({column}), fold(:{name})) > 0", **{name: given[name]})
    for name in CAMERA:
        if name in given:
            found.add(f"exif ->> '{name}' IS :{name}", **{name: given[name]})
    if "rating" in given:
        found.add("rating IS :rating", rating=given["rating"])
    if given.get("isMotion"):
        found.add("live_id IS NOT NULL")
    if given.get("withExif"):
        found.add("has_exif = 1")  # an inner join: what waits for its metadata is missing
