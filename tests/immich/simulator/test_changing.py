"""What surprises a client that edits, trashes, shares?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.immich.simulator import pictures
from tests.immich.simulator.household import NOWHERE, Household, Member


def test_a_description_shows_at_once_and_moves_updated_at_after_a_job(household: Household) -> None:
    alice, asset = household.alice, household.alice.add(1)
    before = alice.get(f"/assets/{asset}").json()
    household.server.jobs.pause("sidecar")
    written = alice.put(f"/assets/{asset}", {"description": "hello", "rating": 3}).json()
    assert (written["exifInfo"]["description"], written["updatedAt"]) == ("hello", before["updatedAt"])
    household.server.jobs.resume("sidecar")
    household.settle()
    assert alice.get(f"/assets/{asset}").json()["updatedAt"] > before["updatedAt"]


def test_a_favourite_moves_updated_at_at_once_even_unchanged(household: Household) -> None:
    alice, asset = household.alice, household.alice.add(1)
    before = household.server.asset(asset)
    written = alice.put(f"/assets/{asset}", {"isFavorite": False}).json()
    assert before is not None
    assert written["updatedAt"] >= before["updatedAt"]
    assert alice.search_ids(isFavorite=False) == [asset]


def test_dates_follow_a_job_and_a_naive_one_is_utc(household: Household) -> None:
    alice, asset = household.alice, household.alice.add(1)
    for date, instant, local, zone in (
        ("2018-01-02T03:04:05+05:00", "2018-01-01T22:04:05.000Z", "2018-01-02T03:04:05.000Z", "UTC+5"),
        ("2018-01-02T03:04:05", "2018-01-02T03:04:05.000Z", "2018-01-02T03:04:05.000Z", "UTC+0"),
    ):
        assert alice.put(f"/assets/{asset}", {"dateTimeOriginal": date}).status_code == 200
        household.settle()
        detail = alice.get(f"/assets/{asset}").json()
        assert (detail["fileCreatedAt"], detail["localDateTime"], detail["exifInfo"]["timeZone"]) == (
            instant,
            local,
            zone,
        )


def test_a_garbage_date_is_a_400_in_2_7_and_a_500_in_3_0(household: Household) -> None:
    answer = household.alice.put(f"/assets/{household.alice.add(1)}", {"dateTimeOriginal": "garbage"})
    assert answer.status_code == (500 if household.modern else 400)


def test_a_place_cannot_be_cleared_and_comes_in_pairs(household: Household) -> None:
    alice, asset = household.alice, household.alice.add(1)
    assert alice.put(f"/assets/{asset}", {"latitude": 52.52, "longitude": 13.405}).status_code == 200
    assert alice.put(f"/assets/{asset}", {"latitude": None, "longitude": None}).status_code == 400
    assert alice.put(f"/assets/{asset}", {"latitude": 1.0}).status_code == 400
    household.settle()
    assert alice.get(f"/assets/{asset}").json()["exifInfo"]["city"] == "Berlin"


def test_rating_0_clears_and_6_is_refused(household: Household) -> None:
    alice, asset = household.alice, household.alice.add(1)
    read = []
    for rating in (5, None, 0, -1):
        assert alice.put(f"/assets/{asset}", {"rating": rating}).status_code == 200
        read.append(alice.get(f"/assets/{asset}").json()["exifInfo"]["rating"])
    assert read == [5, None, None, -1]
    assert alice.put(f"/assets/{asset}", {"rating": 6}).status_code == 400


def test_changes_and_deletes_of_many_are_all_or_nothing(household: Household) -> None:
    alice, own, foreign = household.alice, household.alice.add(1), household.bob.add(2)
    assert alice.put("/assets", {"ids": [own, foreign], "description": "x"}).status_code == 400
    assert alice.delete("/assets", {"ids": [own, NOWHERE]}).status_code == 400
    detail = alice.get(f"/assets/{own}").json()
    assert (detail["exifInfo"]["description"], detail["isTrashed"]) == ("", False)
    assert alice.delete("/assets", {"ids": []}).status_code == 204


def test_restore_counts_what_was_sent(household: Household) -> None:
    alice, trashed, other = household.alice, household.alice.add(1), household.alice.add(2)
    household.server.trash(trashed)
    assert alice.post("/trash/restore/assets", {"ids": [trashed, other]}).json() == {"count": 2}
    assert alice.get(f"/assets/{trashed}").json()["isTrashed"] is False
    assert alice.post("/trash/restore/assets", {"ids": [trashed, NOWHERE]}).status_code == 400


def test_emptying_the_trash_purges_locked_assets_too(household: Household) -> None:
    alice, asset = household.alice, household.alice.add(1)
    household.server.lock(asset)
    household.server.trash(asset)
    assert alice.post("/trash/empty").json() == {"count": 1}
    household.settle()
    assert household.server.asset(asset) is None


def test_force_delete_frees_the_file_and_the_quota(household: Household) -> None:
    alice = household.alice
    asset = alice.upload(pictures.jpeg(1)).json()["id"]
    household.settle()
    assert alice.get("/users/me").json()["quotaUsageInBytes"] == len(pictures.jpeg(1))
    alice.delete("/assets", {"ids": [asset], "force": True})
    household.settle()
    assert alice.get("/users/me").json()["quotaUsageInBytes"] == 0
    assert [path for path in household.server.site.media.rglob("*") if path.is_file()] == []


def test_force_delete_removes_the_file_of_an_external_library(household: Household, tmp_path: Path) -> None:
    alice, admin = household.alice, household.admin
    (tmp_path / "photos").mkdir()
    file = tmp_path / "photos" / "one.jpg"
    file.write_bytes(pictures.jpeg(1))
    library = admin.post("/libraries", {"ownerId": alice.id, "importPaths": [str(file.parent)]}).json()["id"]
    admin.post(f"/libraries/{library}/scan")
    household.settle()
    (asset,) = alice.search_ids(libraryId=library)
    alice.delete("/assets", {"ids": [asset]})
    assert file.exists()
    alice.delete("/assets", {"ids": [asset], "force": True})
    household.settle()
    assert not file.exists()


def test_external_assets_are_no_duplicates_and_vanish_into_the_trash(household: Household, tmp_path: Path) -> None:
    alice, admin = household.alice, household.admin
    (tmp_path / "photos").mkdir()
    file = tmp_path / "photos" / "one.jpg"
    file.write_bytes(pictures.jpeg(1))
    library = admin.post("/libraries", {"ownerId": alice.id, "importPaths": [str(file.parent)]}).json()["id"]
    admin.post(f"/libraries/{library}/scan")
    household.settle()
    (asset,) = alice.search_ids(libraryId=library)
    assert alice.upload(pictures.jpeg(1)).status_code == 201
    file.rename(tmp_path / "away.jpg")
    admin.post(f"/libraries/{library}/scan")
    household.settle()
    gone = alice.get(f"/assets/{asset}").json()
    assert (gone["isOffline"], gone["isTrashed"]) == (True, True)
    assert alice.get(f"/assets/{asset}/original").status_code == 500
    alice.post("/trash/restore/assets", {"ids": [asset]})
    assert alice.get(f"/assets/{asset}").json()["isTrashed"] is True
    (tmp_path / "away.jpg").rename(file)
    admin.post(f"/libraries/{library}/scan")
    household.settle()
    assert alice.get(f"/assets/{asset}").json()["isOffline"] is False


def test_album_updated_at_moves_when_assets_come_and_not_when_they_go(household: Household) -> None:
    alice, asset = household.alice, household.alice.add(1)
    album = household.server.create_album(alice.id, "Album")

    def updated() -> str:
        return str(alice.get(f"/albums/{album}").json()["updatedAt"])

    created = updated()
    assert alice.put(f"/albums/{album}/assets", {"ids": [asset]}).json() == [{"id": asset, "success": True}]
    added = updated()
    assert added > created
    again = alice.put(f"/albums/{album}/assets", {"ids": [asset]}).json()
    assert again == [{"id": asset, "success": False, "error": "duplicate"}]
    alice.delete(f"/albums/{album}/assets", {"ids": [asset]})
    assert updated() == added
    assert alice.get(f"/albums/{album}").json()["assetCount"] == 0


def test_trash_keeps_album_membership_and_locking_ends_it_for_good(household: Household) -> None:
    alice, server, asset = household.alice, household.server, household.alice.add(1)
    album = server.create_album(alice.id, "Album", [asset])

    def count() -> int:
        return int(alice.get(f"/albums/{album}").json()["assetCount"])

    server.trash(asset)
    assert count() == 0
    server.restore(asset)
    assert count() == 1
    server.hide(asset)
    assert count() == 0
    server.show(asset)
    assert count() == 1
    server.lock(asset)
    server.show(asset)
    assert count() == 0


def test_adding_to_an_album_answers_per_asset(household: Household) -> None:
    alice, server = household.alice, household.server
    own, locked, foreign = alice.add(1), alice.add(2), household.bob.add(3)
    server.lock(locked)
    album = server.create_album(alice.id, "Album")
    results = alice.put(f"/albums/{album}/assets", {"ids": [own, own, locked, foreign, NOWHERE]}).json()
    errors = [result.get("error") for result in results]
    assert errors == [None, "duplicate", "no_permission", "no_permission", "no_permission"]
    assert alice.put(f"/albums/{album}/assets", {"ids": [own, "bad"]}).status_code == 400


def test_creating_an_album_drops_foreign_assets_silently(household: Household) -> None:
    answer = household.alice.post("/albums", {"albumName": "", "assetIds": [household.bob.add(1)]})
    assert (answer.status_code, answer.json()["assetCount"]) == (201, 0)


def test_an_editor_takes_out_only_his_own_assets_and_the_owner_everybodys(household: Household) -> None:
    alice, bob, server = household.alice, household.bob, household.server
    of_alice, of_bob = alice.add(1), bob.add(2)
    album = server.create_album(alice.id, "Ours", [of_alice, of_bob])
    server.share_album(album, bob.id, "editor")
    results = bob.delete(f"/albums/{album}/assets", {"ids": [of_alice, of_bob]}).json()
    assert [result.get("error") for result in results] == ["no_permission", None]
    server.add_to_album(album, of_bob)
    assert alice.delete(f"/albums/{album}/assets", {"ids": [of_bob]}).json()[0]["success"] is True
    assert bob.delete(f"/albums/{album}").status_code == 400


def test_a_viewer_downloads_and_changes_nothing(household: Household) -> None:
    alice, bob, server = household.alice, household.bob, household.server
    asset = alice.add(1)
    album = server.create_album(alice.id, "Ours", [asset])
    server.share_album(album, bob.id, "viewer")
    assert bob.get(f"/assets/{asset}/original").status_code == 200
    assert bob.put(f"/albums/{album}/assets", {"ids": [bob.add(2)]}).status_code == 400
    assert bob.call("PATCH", f"/albums/{album}", json={"albumName": "x"}).status_code == 400
    server.trash(asset)
    assert bob.get(f"/assets/{asset}").status_code == 400


def test_an_asset_stays_in_the_album_after_its_owner_has_left(household: Household) -> None:
    alice, bob, server = household.alice, household.bob, household.server
    of_bob = bob.add(2)
    album = server.create_album(alice.id, "Ours", [of_bob])
    server.share_album(album, bob.id, "editor")
    assert bob.delete(f"/albums/{album}/user/me").status_code == 204
    assert alice.get(f"/assets/{of_bob}/original").status_code == 200
    assert bob.get(f"/albums/{album}").status_code == 400


def test_an_editor_can_demote_and_remove_the_owner_in_3_0_only(household_of: Callable[[str], Household]) -> None:
    for generation, removed in (("2.7", 400), ("3.0", 204)):
        household = household_of(generation)
        alice, bob, server = household.alice, household.bob, household.server
        album = server.create_album(alice.id, "Ours")
        server.share_album(album, bob.id, "editor")
        assert bob.put(f"/albums/{album}/user/{alice.id}", {"role": "viewer"}).status_code == 204
        assert bob.delete(f"/albums/{album}/user/{alice.id}").status_code == removed
        assert alice.get(f"/albums/{album}").status_code == (200 if removed == 400 else 400)


def test_the_owner_is_a_field_in_2_7_and_an_album_user_in_3_0(household: Household) -> None:
    album = household.server.create_album(household.alice.id, "Album")
    written = household.alice.get(f"/albums/{album}").json()
    if household.modern:
        assert "owner" not in written
        assert [(user["role"], user["user"]["id"]) for user in written["albumUsers"]] == [("owner", household.alice.id)]
    else:
        assert (written["ownerId"], written["albumUsers"]) == (household.alice.id, [])


def test_sharing_twice_is_a_400(household: Household) -> None:
    alice, bob = household.alice, household.bob
    album = household.server.create_album(alice.id, "Album")
    body = {"albumUsers": [{"userId": bob.id}]}
    assert alice.put(f"/albums/{album}/users", body).json()["shared"] is True
    again = alice.put(f"/albums/{album}/users", body)
    assert (again.status_code, household.message(again)) == (400, "User already added")


def test_tags_are_hierarchical_and_case_sensitive(household: Household) -> None:
    tags = household.alice.put("/tags", {"tags": ["a/b/c", "A"]}).json()
    assert [(tag["name"], tag["value"]) for tag in tags] == [("c", "a/b/c"), ("A", "A")]
    assert len(household.alice.get("/tags").json()) == 4


def test_copy_carries_albums_and_the_favourite_over(household: Household) -> None:
    alice, server = household.alice, household.server
    source, target = alice.add(1, favourite=True), alice.add(2)
    album = server.create_album(alice.id, "Album", [source])
    assert alice.put("/assets/copy", {"sourceId": source, "targetId": target}).status_code == 204
    assert sorted(server.album_asset_ids(album)) == sorted([source, target])
    assert alice.get(f"/assets/{target}").json()["isFavorite"] is True


def stack_of(member: Member, asset_id: str) -> Any:
    return member.get(f"/assets/{asset_id}").json()["stack"]


def test_copy_joins_the_stack_and_of_two_stacks_makes_one_and_of_one_none(household: Household) -> None:
    alice = household.alice
    a, b, c, d, e = (alice.add(seed) for seed in range(5))
    first = alice.post("/stacks", {"assetIds": [a, b]}).json()["id"]
    assert alice.put("/assets/copy", {"sourceId": a, "targetId": c}).status_code == 204
    assert stack_of(alice, c) == {"id": first, "primaryAssetId": a, "assetCount": 3}
    second = alice.post("/stacks", {"assetIds": [d, e]}).json()["id"]
    assert alice.put("/assets/copy", {"sourceId": a, "targetId": d}).status_code == 204
    assert [stack_of(alice, one)["id"] for one in (a, b, c, d, e)] == [second] * 5
    assert alice.put("/assets/copy", {"sourceId": a, "targetId": d}).status_code == 204
    assert [stack_of(alice, one) for one in (a, b, c, d, e)] == [None] * 5


def test_a_new_stack_takes_in_those_whose_cover_is_in_it(household: Household) -> None:
    alice = household.alice
    a, b, c, d = (alice.add(seed) for seed in range(4))
    alice.post("/stacks", {"assetIds": [a, b]})
    new = alice.post("/stacks", {"assetIds": [c, a]}).json()["id"]
    assert [stack_of(alice, one)["id"] for one in (a, b, c)] == [new] * 3
    newest = alice.post("/stacks", {"assetIds": [d, b]}).json()["id"]
    assert [stack_of(alice, one)["id"] for one in (a, b, c, d)] == [new, newest, new, newest]


def test_a_photo_in_the_trash_becomes_no_cover(household: Household) -> None:
    alice = household.alice
    a, b = alice.add(1), alice.add(2)
    stack = alice.post("/stacks", {"assetIds": [a, b]}).json()["id"]
    household.server.trash(b)
    refused = alice.put(f"/stacks/{stack}", {"primaryAssetId": b})
    assert (refused.status_code, household.message(refused)) == (400, "Primary asset must be in the stack")


def test_the_video_of_a_live_photo_is_purged_with_the_last_photo_that_has_it(household: Household) -> None:
    alice, server = household.alice, household.server
    video = server.add_asset(alice.id, pictures.mp4(), "live.mov")
    one, two = (alice.add(seed, live_photo_video_id=video) for seed in (1, 2))
    server.purge(one)
    household.settle()
    assert alice.get(f"/assets/{video}").status_code == 200
    server.purge(two)
    household.settle()
    assert alice.get(f"/assets/{video}").status_code == 400


def test_a_library_made_behind_the_api_is_scanned_like_any_other(household: Household, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_bytes(pictures.jpeg(1))
    (tmp_path / "photos" / ".hidden.jpg").write_bytes(pictures.jpeg(2))
    library = household.server.create_library(household.alice.id, tmp_path / "photos")
    household.server.scan_library(library)
    household.settle()
    (item,) = household.alice.search(libraryId=library)["items"]
    assert (item["originalFileName"], item["libraryId"], item["width"]) == ("one.jpg", library, 800)
