"""Every request of the client, held against the servers' own descriptions of their API."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from artframe.immich import Immich, Rendition, Visibility
from tests.immich.client.scripted import Answer, Received, Script, ScriptedServer
from tests.immich.client.test_multipart import parse

FOLDER = Path(__file__).parents[4] / "shared" / "immich"
VERSIONS = ("2.7.5", "3.0.0")
ID = "8f14e45f-ceea-467f-9a36-dedd4bea2543"
SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
WHEN = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the servers' OpenAPI descriptions are not here")


@cache
def spec(version: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"openapi-{version}.json").read_text())
    return loaded


def operation(version: str, received: Received) -> dict[str, Any]:
    """What the description says about this request's route, a literal path before one with parameters."""
    path = received.path.removeprefix("/api")
    for template in sorted(spec(version)["paths"], key=lambda one: one.count("{")):
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and received.method.lower() in spec(version)["paths"][template]:
            found: dict[str, Any] = spec(version)["paths"][template][received.method.lower()]
            return found
    raise AssertionError(f"{version} knows no {received.method} {path}")


def validator(version: str, schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        schema | {"components": spec(version)["components"]}, format_checker=jsonschema.FormatChecker()
    )


def resolved(version: str, schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return spec(version)["components"]["schemas"][name] if name else schema


def typed(text: str, version: str, schema: dict[str, Any]) -> Any:
    kind = resolved(version, schema).get("type")
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return int(text) if kind in ("integer", "number") else text


def hold_against(version: str, received: Received, unknown_query: set[str], unknown_fields: set[str]) -> None:
    described = operation(version, received)
    parameters = {one["name"]: one for one in described.get("parameters", ()) if one["in"] == "query"}
    assert received.query.keys() - parameters.keys() <= unknown_query
    for name, parameter in parameters.items():
        assert name in received.query or not parameter.get("required"), name
        if name in received.query:
            value = typed(received.query[name], version, parameter["schema"])
            validator(version, parameter["schema"]).validate(value)
    content = described.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        schema = resolved(version, content["application/json"]["schema"])
        validator(version, schema).validate(received.json)
        assert received.json.keys() <= schema["properties"].keys()
    elif "multipart/form-data" in content:
        schema = resolved(version, content["multipart/form-data"]["schema"])
        parts = parse(received.body, received.headers["Content-Type"])
        form = {name: value.decode() if file_name is None else "file" for name, file_name, value in parts}
        assert form.keys() - schema["properties"].keys() <= unknown_fields
        values = {name: typed(value, version, schema["properties"].get(name, {})) for name, value in form.items()}
        validator(version, schema).validate(values)
    else:
        assert not received.body


def answers(version: str) -> Script:
    """Just enough of a server that each method of the client goes through every request it has."""
    asset = {"id": ID, "visibility": "timeline", "localDateTime": "2024-03-01T00:00:00.000Z"}
    replies: dict[str, Any] = {
        "/api/server/version": dict(zip(("major", "minor", "patch"), map(int, version.split(".")), strict=True)),
        "/api/api-keys/me": {"name": "k", "permissions": ["all"]},
        "/api/users/me": {"id": ID},
        "/api/albums": [{"id": ID}],
        f"/api/albums/{ID}": {"id": ID, "assets": []},
        f"/api/albums/{ID}/assets": [{"id": ID, "success": True}],
        "/api/server/media-types": {"image": [".jpg"], "video": [".mov"], "sidecar": [".xmp"]},
        "/api/server/features": {"trash": True},
        "/api/server/config": {"trashDays": 30},
        "/api/stacks": {"id": ID},
        f"/api/stacks/{ID}": {"id": ID, "primaryAssetId": ID},
        "/api/timeline/buckets": [{"timeBucket": "2024-03-01", "count": 2}],
        "/api/timeline/bucket": {"id": [ID]},
        "/api/search/metadata": {"assets": {"items": [], "nextPage": None}},
        f"/api/assets/{ID}": asset,
        "/api/assets": {"id": ID, "status": "created"},
        "/api/trash/restore/assets": {"count": 1},
        "/api/auth/login": {"accessToken": "token"},
        "/api/auth/logout": {"successful": True},
    }

    def script(received: Received) -> Answer:
        if received.path == "/api/assets/bulk-upload-check":
            known = {"action": "reject", "reason": "duplicate", "assetId": ID, "isTrashed": False}
            return Answer(body={"results": [known | {"id": item["id"]} for item in received.json["assets"]]})
        if received.path.endswith("/statistics") or received.path.endswith(("/original", "/thumbnail")):
            return Answer(body=b"data", headers={"Content-Type": "image/jpeg"})
        if received.path == "/api/assets/copy" or (received.method, received.path) == ("DELETE", "/api/assets"):
            return Answer(status=204, body=b"")
        if (received.method, received.path) == ("POST", "/api/albums"):
            return Answer(status=201, body={"id": ID, "albumName": "New"})
        if received.path == f"/api/assets/{'0' * 8}{ID[8:]}":
            return Answer(status=400, body={"message": "Not found or no asset.read access"})
        return Answer(body=replies[received.path])

    return script


@pytest.mark.parametrize("version", VERSIONS)
def test_every_request_is_one_that_the_server_describes(
    version: str, serve: Callable[[Script], ScriptedServer], connect: Callable[..., Immich]
) -> None:
    server = serve(answers(version))
    client = connect(server.url)
    client.key()
    client.me()
    client.albums()
    client.album(ID)
    for people in (False, True):
        for listing in (
            client.album_assets(ID, visibility=("timeline", "archive"), people=people),
            client.library_assets(),
        ):
            with pytest.raises(Exception, match="counts 2 photos"):
                list(listing)
    client.asset(ID)
    client.asset_state(f"{'0' * 8}{ID[8:]}", SHA1)
    for rendition in Rendition:
        client.open(ID, rendition, edited=True, offset=1).close()
    client.check_uploads({"any key": SHA1})
    client.upload(
        io.BytesIO(b""),
        file_name="a.jpg",
        created_at=WHEN,
        modified_at=WHEN,
        favourite=True,
        visibility=Visibility.ARCHIVE,
        live_photo_video_id=ID,
        sidecar=b"<x/>",
    )
    client.restore([ID])
    client.trash([ID])
    client.copy_asset(ID, ID)
    client.create_stack([ID, ID])
    client.set_cover(ID, ID)
    client.album_create("New")
    client.album_add(ID, [ID])
    client.album_remove(ID, [ID])
    client.media_types()
    client.trash_days()
    list(client.listed(visibility="hidden", since=WHEN))
    session = Immich.login(server.url, "me@example.com", "password")
    session.logout()
    session.close()
    assert len({f"{one.method} {one.path}" for one in server.requests}) == 27
    for received in server.requests:
        # One request for both: 3.0 ignores what only 2.7 knows, and the other way round.
        hold_against(version, received, {"withoutAssets", "shared"} & set(_only_2_7(version)), set(_only_2_7(version)))


def _only_2_7(version: str) -> tuple[str, ...]:
    return () if version == "2.7.5" else ("withoutAssets", "deviceAssetId", "deviceId")
