"""What surprises a client about keys, ids and errors?"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from artframe.immich.simulator.areas import AREAS
from artframe.immich.simulator.routes import Access
from tests.immich.simulator.household import NOWHERE, Household
from tests.immich.simulator.openapi import described
from tests.immich.simulator.recorded import SHARED, VERSIONS, entries


def test_a_stale_cookie_beats_a_valid_key(household: Household) -> None:
    cookie = {"Cookie": "immich_access_token=stale"}
    answer = household.alice.get("/users/me", headers=cookie)
    assert (answer.status_code, household.message(answer)) == (401, "Invalid user token")


def test_a_login_works_by_bearer_and_by_cookie_and_ends_with_logout(household: Household) -> None:
    url = f"{household.server.url}/api"
    login = {"email": "alice@example.com", "password": "alice-password"}
    with requests.Session() as session:
        answer = session.post(f"{url}/auth/login", json=login, timeout=60)
        assert (answer.status_code, answer.json()["userId"]) == (201, household.alice.id)
        assert session.get(f"{url}/users/me", timeout=60).status_code == 200
        bearer = {"Authorization": f"Bearer {answer.json()['accessToken']}"}
        assert requests.get(f"{url}/users/me", headers=bearer, timeout=60).status_code == 200
        assert session.post(f"{url}/auth/logout", timeout=60).json()["successful"] is True
        assert requests.get(f"{url}/users/me", headers=bearer, timeout=60).status_code == 401


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Authentication required"),
        ({"x-api-key": ""}, "Authentication required"),
        ({"x-api-key": "wrong"}, "Invalid API key"),
        ({"Authorization": "Bearer wrong"}, "Invalid user token"),
    ],
)
def test_every_401_says_why(household: Household, headers: dict[str, str], message: str) -> None:
    answer = requests.get(f"{household.server.url}/api/users/me", headers=headers, timeout=60)
    assert (answer.status_code, household.message(answer)) == (401, message)


def test_wrong_password_and_unknown_mail_are_told_alike(household: Household) -> None:
    for email in ("alice@example.com", "nobody@example.com"):
        answer = household.alice.post("/auth/login", {"email": email, "password": "wrong"})
        assert (answer.status_code, household.message(answer)) == (401, "Incorrect email or password")


def test_missing_foreign_and_locked_assets_are_all_the_same_400(household: Household) -> None:
    foreign, locked, purged = household.bob.add(1), household.alice.add(2), household.alice.add(3)
    household.server.lock(locked)
    household.server.purge(purged)
    texts = {
        household.alice.get(f"/assets/{one}").text.split("correlationId")[0]
        for one in (foreign, locked, purged, NOWHERE)
    }
    assert len(texts) == 1
    assert household.alice.get(f"/assets/{foreign}").status_code == 400


def test_upper_case_ids_pass_validation_and_match_nothing(household: Household) -> None:
    asset = household.alice.add(1)
    answer = household.alice.get(f"/assets/{asset.upper()}")
    assert (answer.status_code, household.message(answer)) == (400, "Not found or no asset.read access")


@pytest.mark.parametrize(
    "wrong", ["not-a-uuid", "00000000-0000-0000-0000-000000000000", "01890a5d-ac96-774b-bcce-b302099a8057"]
)
def test_only_version_4_ids_are_ids(household: Household, wrong: str) -> None:
    answer = household.alice.get(f"/assets/{wrong}")
    assert answer.status_code == 400
    expected: Any = "Validation failed" if household.modern else ["id must be a UUID"]
    assert household.message(answer) == expected


def test_error_bodies_of_both_generations(household_of: Callable[[str], Household]) -> None:
    old = household_of("2.7").alice.get(f"/assets/{NOWHERE}")
    assert set(old.json()) == {"message", "error", "statusCode", "correlationId"}
    assert old.headers["x-immich-cid"] == old.json()["correlationId"]
    new = household_of("3.0").alice.get(f"/assets/{NOWHERE}")
    assert set(new.json()) == {"message"}
    assert new.headers["X-Correlation-ID"]


def test_unknown_routes_and_methods_are_404(household: Household) -> None:
    for method, path in (("GET", "/nope"), ("DELETE", "/server/ping")):
        answer = household.alice.call(method, path)
        assert (answer.status_code, household.message(answer)) == (404, f"Cannot {method} /api{path}")


@pytest.mark.parametrize("path", ["/assets/exist", "/server/theme", "/assets/device/x"])
def test_routes_that_3_0_has_lost(household: Household, path: str) -> None:
    method = "POST" if path == "/assets/exist" else "GET"
    answer = household.alice.call(
        method, path, json={"deviceId": "x", "deviceAssetIds": []} if method == "POST" else None
    )
    assert answer.status_code == (404 if household.modern else 200)


def test_random_assets_by_get_are_an_invalid_id_in_3_0(household: Household) -> None:
    household.alice.add(1)
    answer = household.alice.get("/assets/random")
    assert answer.status_code == (400 if household.modern else 200)
    assert len(household.alice.post("/search/random", {"size": 5}).json()) == 1


def test_json_of_more_than_ten_megabytes_is_a_500(household: Household) -> None:
    answer = household.alice.post("/albums", {"albumName": "x" * (10 * 1024 * 1024 + 1)})
    assert (answer.status_code, household.message(answer)) == (500, "Internal server error")


def test_seventy_thousand_ids_are_taken_in_one_call(household: Household) -> None:
    answer = household.alice.delete("/assets", {"ids": [NOWHERE] * 70_000})
    assert answer.status_code == 400


def test_known_json_is_a_304(household: Household) -> None:
    first = household.alice.get("/albums")
    again = household.alice.get("/albums", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_large_json_is_compressed_when_the_client_likes(household: Household) -> None:
    household.server.add_assets_in_bulk(household.alice.id, 50)
    headers = {"x-api-key": household.alice.key, "Accept-Encoding": "gzip"}
    url = f"{household.server.url}/api/search/metadata"
    with requests.post(url, json={}, headers=headers, timeout=60, stream=True) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert json.loads(gzip.decompress(answer.raw.read()))["assets"]["count"] == 50
    headers["Accept-Encoding"] = "identity"
    assert "Content-Encoding" not in requests.post(url, json={}, headers=headers, timeout=60).headers


def test_sync_refuses_api_keys_even_with_all_permissions(household: Household) -> None:
    answer = household.alice.post("/sync/stream", {"types": ["AssetsV1"]})
    assert (answer.status_code, household.message(answer)) == (403, "Sync endpoints cannot be used with API keys")


def test_a_key_may_lock_an_asset_and_never_unlock_it(household: Household) -> None:
    alice, asset = household.alice, household.alice.add(1)
    assert alice.put("/assets", {"ids": [asset], "visibility": "locked"}).status_code == 204
    assert alice.put("/assets", {"ids": [asset], "visibility": "timeline"}).status_code == 400
    assert household.server.asset(asset) is not None


def test_any_key_tells_its_own_permissions(household: Household) -> None:
    limited = household.alice.with_key("asset.read")
    assert limited.get("/api-keys/me").json()["permissions"] == ["asset.read"]
    assert limited.post("/auth/validateToken").json() == {"authStatus": True}
    assert limited.get("/server/version").status_code == 200


def test_a_key_cannot_make_a_mightier_one(household: Household) -> None:
    limited = household.alice.with_key("apiKey.create", "asset.read")
    refused = limited.post("/api-keys", {"name": "x", "permissions": ["all"]})
    assert (refused.status_code, household.message(refused)) == (400, "Cannot grant permissions you do not have")
    made = limited.post("/api-keys", {"name": "x", "permissions": ["asset.read"]}).json()
    assert set(made) == {"secret", "apiKey"}


def test_admin_routes_are_forbidden_before_permissions_are_looked_at(household: Household) -> None:
    answer = household.alice.with_key("asset.read").get("/libraries")
    assert (answer.status_code, household.message(answer)) == (403, "Forbidden")


def test_the_key_of_an_album_mirror_covers_what_it_needs_and_no_more(household: Household) -> None:
    asset = household.alice.add(1)
    album = household.server.create_album(household.alice.id, "Album", [asset])
    mirror = household.alice.with_key("album.read", "asset.read", "asset.download", "asset.view")
    allowed = [
        "/albums",
        f"/albums/{album}",
        "/timeline/buckets",
        f"/assets/{asset}/original",
        f"/assets/{asset}/thumbnail",
    ]
    assert [mirror.get(path).status_code for path in allowed] == [200] * 5
    assert mirror.post("/search/metadata", {}).status_code == 200
    refused = {
        "/users/me": "user.read",
        "/server/about": "server.about",
        "/people": "person.read",
        f"/faces?id={asset}": "face.read",
        "/stacks": "stack.read",
        "/partners?direction=shared-by": "partner.read",
        "/assets/statistics": "asset.statistics",
    }
    for path, permission in refused.items():
        answer = mirror.get(path)
        assert (answer.status_code, household.message(answer)) == (403, f"Missing required permission: {permission}")


ROUTES = [route for area in AREAS for route in area.table]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the API descriptions are not here")
@pytest.mark.parametrize("generation", list(VERSIONS))
def test_every_route_asks_for_the_permission_of_the_api_description(generation: str) -> None:
    wrong = {}
    for route in ROUTES:
        operation = described(generation, route.method, route.path.replace("<", "x").replace(">", "x"))
        if operation is None or route.only not in (None, generation):
            continue
        wanted = operation.get("x-immich-permission")
        ours = None if isinstance(route.needs, Access) else route.needs
        if wanted != ours or bool(operation.get("x-immich-admin-only")) != route.admin:
            wrong[route.method, route.path] = (ours, wanted)
    assert wrong == {}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recorded answers are not here")
def test_every_recorded_date_format_is_taken_or_refused_alike(household: Household) -> None:
    recorded = next(
        entry["response_body"]
        for entry in entries(household.generation)
        if entry["name"] == "extra: accepted date formats"
    )
    asset = household.alice.add(999)
    for seed, (date, statuses) in enumerate(recorded.items()):
        own = {
            "upload.fileCreatedAt": household.alice.upload(f"content {seed}".encode(), fileCreatedAt=date).status_code,
            "search.takenAfter": household.alice.post("/search/metadata", {"takenAfter": date}).status_code,
            "asset PUT dateTimeOriginal": household.alice.put(
                f"/assets/{asset}", {"dateTimeOriginal": date}
            ).status_code,
        }
        assert own == {name: statuses[name] for name in own}, date
