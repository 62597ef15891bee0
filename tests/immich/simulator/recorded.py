"""What two real servers answered, and which of it can be asked again."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

SHARED = Path(__file__).parents[4] / "shared" / "immich"
VERSIONS = {"2.7": "2.7.5", "3.0": "3.0.0"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FIRST = bytes.fromhex("0ae2f0ee85da4d68f2e9f7e3f8f1524d15ed231b")  # first.jpg, whose later answers show another file
NOWHERE = "00000000-0000-4000-8000-000000000000"
PEOPLE = {"admin": True, "contract": False, "contract2": False, "alice": False, "bob": False, "family": False}
TRUNCATED = re.compile(r"\.\.\. \d+ items in total")


@cache
def entries(generation: str) -> list[dict[str, Any]]:
    """The recording of one generation."""
    found: list[dict[str, Any]] = json.loads((SHARED / f"answers-{VERSIONS[generation]}.json").read_text("utf-8"))
    return found


@cache
def known_assets(generation: str) -> dict[str, dict[str, Any]]:
    """Every asset that appears in an answer, by id."""
    found: dict[str, dict[str, Any]] = {}

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if "checksum" in value and "originalFileName" in value:
                found.setdefault(value["id"], value)
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    for entry in entries(generation):
        look(entry["response_body"])
    return found


NOT_BUILT = re.compile(
    r"/(server/(version-history|license|version-check|apk-links)|sessions|users/me/preferences|shared-links|memories"
    r"|activities|notifications|admin/notifications|duplicates|system-config|sync/(full|delta)-sync|socket.io|map|view|download"
    r"|search/(suggestions|cities|explore|places))"
)
CANNOT_BE_REPLAYED = {
    "upload without assetData part": "the name of its file part was not recorded",
    "face reassign": "its person was made in an unrecorded step",
    "people merge": "its person was made in an unrecorded step",
    "album map-markers (v3)": "its album was made in an unrecorded step",
    "asset get with sidecar applied": "asked for an asset called None",
}
NOT_LIKE_2_7 = {
    "PUT /assets/:id/original (replace; removed in v3)": "replacing by upload, gone in 3.0, is not built",
    "original If-None-Match": "the recorded ETag is of the file that replaced the first one",
}


def _can_be_replayed(entry: dict[str, Any], generation: str) -> bool:
    name, path = entry["name"], entry["path"]
    if name in CANNOT_BE_REPLAYED or (generation == "2.7" and name in NOT_LIKE_2_7) or NOT_BUILT.match(path):
        return False
    if path.startswith("/sync") and "API key" not in name:
        return False  # the change feed itself is not built
    return "key" not in (entry["query"] or {})  # shared links are not built


def replayed(generation: str) -> list[dict[str, Any]]:
    """The recorded requests that can be put to another server."""
    if not SHARED.is_dir():
        return []
    found = []
    for entry in entries(generation):
        if entry["name"].startswith("extra"):
            break  # from here on the recording works with accounts and objects of its own
        if entry["method"] and entry["path"].startswith("/") and _can_be_replayed(entry, generation):
            found.append(entry)
    return found


def shape_difference(recorded: Any, own: Any, path: str = "") -> list[str]:
    """Where keys or JSON types differ. Null goes with everything; of lists the first items are compared."""
    if recorded is None or own is None:
        return []
    if isinstance(recorded, dict) and isinstance(own, dict):
        differences = [f"{path}.{name} is missing" for name in recorded.keys() - own.keys()]
        differences += [f"{path}.{name} should not be there" for name in own.keys() - recorded.keys()]
        for name in recorded.keys() & own.keys():
            differences += shape_difference(recorded[name], own[name], f"{path}.{name}")
        return differences
    if isinstance(recorded, list) and isinstance(own, list):
        items = [item for item in recorded if not (isinstance(item, str) and TRUNCATED.fullmatch(item))]
        return shape_difference(items[0], own[0], f"{path}[]") if items and own else []
    if _kind(recorded) != _kind(own):
        return [f"{path} is a {_kind(own)}, not a {_kind(recorded)}"]
    return []


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
    return "object"
