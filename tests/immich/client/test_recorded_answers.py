"""What two real servers answered, through our parsers."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from artframe.immich import answers, errors, parsing

FOLDER = Path(__file__).parents[4] / "shared" / "immich"
VERSIONS = ("2.7.5", "3.0.0")
Entry = dict[str, Any]

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded answers of real servers are not here")


@cache
def recorded(version: str) -> list[Entry]:
    entries: list[Entry] = json.loads((FOLDER / f"answers-{version}.json").read_text())
    return [entry for entry in entries if entry["method"]]


def objects(value: Any) -> list[dict[str, Any]]:
    """Every JSON object in a body; the recordings shorten long lists with a text."""
    if isinstance(value, dict):
        return [value, *(found for inner in value.values() for found in objects(inner))]
    return [found for inner in value for found in objects(inner)] if isinstance(value, list) else []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_asset_is_read(version: str) -> None:
    count = 0
    for entry in recorded(version):
        for raw in objects(entry["response_body"]):
            if "originalFileName" not in raw or "checksum" not in raw:
                continue
            count += 1
            asset = parsing.asset(raw)
            assert (asset.id, asset.file_name, asset.type.value) == (raw["id"], raw["originalFileName"], raw["type"])
            assert asset.visibility.value == raw["visibility"]
            assert (asset.sha1 is None) == (raw.get("libraryId") is not None)
            if asset.sha1:
                assert base64.b64encode(bytes.fromhex(asset.sha1)).decode() == raw["checksum"]
            assert asset.taken_at.isoformat()[:19] == raw["fileCreatedAt"][:19]
            assert asset.local_taken_at.isoformat()[:19] == raw["localDateTime"][:19]
            assert (asset.updated_at is None) == ("updatedAt" not in raw)
            assert (asset.created_at is None) == ("createdAt" not in raw)
            if asset.created_at:
                assert asset.created_at.isoformat()[:19] == raw["createdAt"][:19]
            stack = raw.get("stack")
            assert (asset.stack is None) == (stack is None)
            if asset.stack:
                assert (asset.stack.id, asset.stack.cover_id) == (stack["id"], stack["primaryAssetId"])
            assert (asset.duration_ms or 0) > 0 or asset.type.value == "IMAGE" or not raw["duration"]
    assert count > 100


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_album_is_read(version: str) -> None:
    count = 0
    for entry in recorded(version):
        for raw in objects(entry["response_body"]):
            if "albumName" not in raw or "assetCount" not in raw:
                continue
            count += 1
            album = parsing.album(raw)
            assert (album.id, album.name, album.asset_count) == (raw["id"], raw["albumName"], raw["assetCount"])
            assert album.updated_at is not None
            if version == "2.7.5":
                assert album.owner_id == raw["ownerId"]
    assert count > 20


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_refusal_has_a_typed_error(version: str) -> None:
    count = 0
    for entry in recorded(version):
        body = entry["response_body"]
        if entry["status"] < 400 or (isinstance(body, dict) and "_binary_bytes" in body):
            continue
        count += 1
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        refusal = answers.Refusal(
            status=entry["status"],
            headers=entry["response_headers"],
            body=data,
            request=f"{entry['method']} {entry['path']}",
        )
        error = answers.explain(refusal)
        text = data.decode()
        if match := re.search(r"Missing required permission: ([\w.]+)", text):
            assert isinstance(error, errors.MissingPermission) and error.permission == match.group(1)
        elif entry["status"] == 401 and "Elevated" in text:
            assert type(error) is errors.ElevatedPermissionRequired
        elif entry["status"] == 401:
            assert type(error) is errors.Unauthorized
        elif re.search(r"Not found or no \S+ access|Album not found", text):
            assert type(error) is errors.NoAccess
        elif entry["status"] == 400:
            assert isinstance(error, errors.BadRequest) and error.details, entry["name"]
        assert not isinstance(error, errors.NotImmich), entry["name"]
    assert count > 100


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_identity_answers_are_read(version: str) -> None:
    by_path = {entry["path"]: entry["response_body"] for entry in recorded(version) if entry["status"] == 200}
    assert str(parsing.version(by_path["/server/version"])) == version
    assert parsing.key_info(by_path["/api-keys/me"]).permissions
    assert "@" in parsing.user(by_path["/users/me"]).email


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_face_boxes_are_read_where_the_server_delivers_them(version: str) -> None:
    people = [
        person
        for entry in recorded(version)
        for raw in objects(entry["response_body"])
        if "originalFileName" in raw and "checksum" in raw
        for person in parsing.asset(raw).people
    ]
    assert people
    assert any(person.faces for person in people) is (version == "2.7.5")


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_media_types_are_read(version: str) -> None:
    (body,) = (entry["response_body"] for entry in recorded(version) if entry["path"] == "/server/media-types")
    types = parsing.media_types(body)
    assert {".jpg", ".heic", ".dng"} <= types.images and {".mov", ".mp4"} <= types.videos and types.sidecars == {".xmp"}
