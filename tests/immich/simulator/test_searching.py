"""What surprises a client that lists and searches?"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.immich.simulator import pictures
from tests.immich.simulator.household import NOWHERE, Household, Member


def read_all_pages(member: Member, **body: Any) -> list[str]:
    ids: list[str] = []
    page: str | None = "1"
    while page is not None:
        assets = member.search(**body, page=int(page))
        ids += [item["id"] for item in assets["items"]]
        page = assets["nextPage"]
    return ids


@pytest.mark.parametrize("size", [10, 50, 100])
def test_paging_over_assets_of_one_second_repeats_some_and_never_shows_others(household: Household, size: int) -> None:
    alice = household.alice
    added = household.server.add_assets_in_bulk(alice.id, 400, same_second=True)
    seen = read_all_pages(alice, size=size)
    assert len(seen) == 400
    assert len(set(seen)) < 400
    assert set(seen) < set(added)


def test_one_page_is_complete_even_for_assets_of_one_second(household: Household) -> None:
    added = household.server.add_assets_in_bulk(household.alice.id, 400, same_second=True)
    assert sorted(read_all_pages(household.alice, size=1000)) == sorted(added)


def test_the_timeline_is_complete_where_paging_is_not(household: Household) -> None:
    added = household.server.add_assets_in_bulk(household.alice.id, 400, same_second=True)
    columns = household.alice.get("/timeline/bucket", params={"timeBucket": "2020-01-01"}).json()
    assert sorted(columns["id"]) == sorted(added)


def test_paging_over_different_times_is_complete_and_in_order(household: Household) -> None:
    added = household.server.add_assets_in_bulk(household.alice.id, 25)
    assert read_all_pages(household.alice, size=10) == added[::-1]
    assert read_all_pages(household.alice, size=10, order="asc") == added


def test_rows_trashed_between_two_pages_hide_others(household: Household) -> None:
    alice = household.alice
    added = household.server.add_assets_in_bulk(alice.id, 60)
    first = alice.search(size=20)
    household.server.trash([item["id"] for item in first["items"][:10]])
    seen = {item["id"] for item in first["items"]}
    seen |= set(alice.search_ids(size=20, page=2)) | set(alice.search_ids(size=20, page=3))
    assert len(set(added) - seen) == 10


def test_next_page_is_a_string_and_total_counts_this_page_only(household: Household) -> None:
    household.server.add_assets_in_bulk(household.alice.id, 5)
    assets = household.alice.search(size=2)
    assert (assets["nextPage"], assets["total"], assets["count"]) == ("2", 2, 2)
    assert household.alice.search(size=2, page=3)["nextPage"] is None
    assert household.alice.post("/search/statistics", {}).json() == {"total": 5}


@pytest.mark.parametrize("size", [0, 1001])
def test_page_size_is_1_to_1000(household: Household, size: int) -> None:
    assert household.alice.post("/search/metadata", {"size": size}).status_code == 400


def test_page_as_text_is_taken_by_2_7_and_refused_by_3_0(household: Household) -> None:
    answer = household.alice.post("/search/metadata", {"page": "1"})
    assert answer.status_code == (400 if household.modern else 200)


def test_search_in_a_shared_album_shows_own_assets_only(household: Household) -> None:
    alice, bob, server = household.alice, household.bob, household.server
    of_alice, of_bob = alice.add(1), bob.add(2)
    album = server.create_album(alice.id, "Ours", [of_alice, of_bob])
    server.share_album(album, bob.id, "editor")
    assert alice.search_ids(albumIds=[album]) == [of_alice]
    assert bob.search_ids(albumIds=[album]) == [of_bob]
    assert alice.get(f"/albums/{album}").json()["assetCount"] == 2


def test_timeline_buckets_of_a_shared_album_show_everybodys_assets(household: Household) -> None:
    alice, bob, server = household.alice, household.bob, household.server
    of_alice, of_bob = alice.add(1), bob.add(2)
    album = server.create_album(alice.id, "Ours", [of_alice, of_bob])
    server.share_album(album, bob.id)
    for member in (alice, bob):
        found: list[str] = []
        for bucket in member.get("/timeline/buckets", params={"albumId": album}).json():
            wanted = {"albumId": album, "timeBucket": bucket["timeBucket"]}
            found += member.get("/timeline/bucket", params=wanted).json()["id"]
        assert sorted(found) == sorted([of_alice, of_bob])


def test_search_covers_partners_that_are_shown_in_the_timeline(household: Household) -> None:
    of_bob = household.bob.add(2)
    household.server.share_with_partner(household.bob.id, household.alice.id, in_timeline=False)
    assert household.alice.search_ids() == []
    household.server.share_with_partner(household.bob.id, household.alice.id, in_timeline=True)
    assert household.alice.search_ids() == [of_bob]


def test_several_albums_must_all_hold_an_asset_and_none_is_no_filter(household: Household) -> None:
    alice, server = household.alice, household.server
    one, both = alice.add(1), alice.add(2)
    first, second = server.create_album(alice.id, "1", [one, both]), server.create_album(alice.id, "2", [both])
    assert alice.search_ids(albumIds=[first, second]) == [both]
    assert len(alice.search_ids(albumIds=[])) == 2
    assert alice.search_ids(albumIds=[NOWHERE]) == []


def test_archived_assets_are_missing_from_search_but_not_from_the_album_timeline(household: Household) -> None:
    alice, server = household.alice, household.server
    shown, archived = alice.add(1), alice.add(2)
    album = server.create_album(alice.id, "Album", [shown, archived])
    server.archive(archived)
    assert alice.search_ids(albumIds=[album]) == [shown]
    assert alice.search_ids(albumIds=[album], visibility="archive") == [archived]
    assert sum(b["count"] for b in alice.get("/timeline/buckets", params={"albumId": album}).json()) == 2
    assert alice.get(f"/albums/{album}").json()["assetCount"] == 2


def test_locked_search_with_a_key_is_a_401_that_is_not_about_the_key(household: Household) -> None:
    answer = household.alice.post("/search/metadata", {"visibility": "locked"})
    assert (answer.status_code, household.message(answer)) == (401, "Elevated permission is required")
    assert household.alice.get("/users/me").status_code == 200


def test_a_misspelt_filter_silently_widens_the_result(household: Household) -> None:
    household.alice.add(1)
    assert len(household.alice.search_ids(albumIDs=[NOWHERE], isTrashed=True)) == 1


def test_device_filter_finds_nothing_in_2_7_and_everything_in_3_0(household: Household) -> None:
    household.alice.add(1)
    assert len(household.alice.search_ids(deviceId="another")) == (1 if household.modern else 0)


@pytest.mark.parametrize(
    "date", ["2020-01-01", "2020-01-01T00:00:00", "2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00z"]
)
def test_dates_without_an_upper_case_z_are_refused_by_3_0_only(household: Household, date: str) -> None:
    answer = household.alice.post("/search/metadata", {"takenAfter": date})
    assert answer.status_code == (400 if household.modern else 200)


@pytest.mark.parametrize("date", ["2020-01-01T00:00:00Z", "2020-01-01T00:00Z", "2020-01-01T00:00:00.123456Z"])
def test_dates_with_a_z_are_taken_by_both(household: Household, date: str) -> None:
    assert household.alice.post("/search/metadata", {"takenAfter": date}).status_code == 200


def test_time_filters_include_their_ends_but_the_api_cuts_microseconds(household: Household) -> None:
    alice = household.alice
    asset = alice.add(1, taken_at=datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC))
    assert alice.search_ids(takenAfter="2020-05-06T07:08:09Z", takenBefore="2020-05-06T07:08:09Z") == [asset]
    updated = alice.get(f"/assets/{asset}").json()["updatedAt"]
    assert alice.search_ids(updatedAfter=updated) == [asset]


def test_trashed_assets_come_with_with_deleted_or_a_trash_date_only(household: Household) -> None:
    alice = household.alice
    asset = alice.add(1)
    household.server.trash(asset)
    assert alice.search_ids() == []
    assert alice.search_ids(withDeleted=True) == [asset]
    assert alice.search_ids(trashedAfter="2020-01-01T00:00:00Z") == [asset]


def test_file_name_filter_is_a_substring_without_case_and_accents(household: Household) -> None:
    asset = household.alice.add(1, "Café am SEE.JPG")
    assert household.alice.search_ids(originalFileName="cafe AM") == [asset]


def test_checksum_filter_takes_base64_and_hex_in_any_case(household: Household) -> None:
    alice = household.alice
    asset = alice.add(1)
    text = alice.get(f"/assets/{asset}").json()["checksum"]
    plain = base64.b64decode(text).hex()
    assert [alice.search_ids(checksum=one) for one in (text, plain, plain.upper(), "zzz")] == [[asset]] * 3 + [[]]


def test_exif_people_and_tags_are_only_there_when_asked_for(household: Household) -> None:
    alice = household.alice
    asset = alice.add(1, people=[("Ann", (1, 2, 30, 40))], tags=["trip/sea"])
    (plain,) = alice.search()["items"]
    assert "exifInfo" not in plain and plain["people"] == [] and "tags" not in plain
    (full,) = alice.search(withExif=True, withPeople=True)["items"]
    assert full["exifInfo"]["fileSizeInByte"] > 0
    assert [person["name"] for person in full["people"]] == ["Ann"]
    assert "tags" not in full
    assert alice.get(f"/assets/{asset}").json()["tags"][0]["value"] == "trip/sea"


def test_faces_come_with_people_in_2_7_and_from_the_faces_route_in_both(household: Household) -> None:
    alice = household.alice
    asset = alice.add(1, people=[("Ann", (1, 2, 30, 40))])
    detail = alice.get(f"/assets/{asset}").json()
    assert ("faces" in detail["people"][0]) != household.modern
    assert ("unassignedFaces" in detail) != household.modern
    (face,) = alice.get("/faces", params={"id": asset}).json()
    assert (face["boundingBoxX2"], face["person"]["name"]) == (30, "Ann")


def test_people_without_a_face_are_not_listed_but_found_by_name(household: Household) -> None:
    alice = household.alice
    alice.post("/people", {"name": "Nobody"})
    assert alice.get("/people").json()["people"] == []
    assert len(alice.get("/search/person", params={"name": "nobo"}).json()) == 1


def test_listing_with_exif_leaves_out_what_still_waits_for_it(household: Household, tmp_path: Any) -> None:
    alice, admin = household.alice, household.admin
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "one.jpg").write_bytes(pictures.jpeg(1))
    household.server.jobs.pause("metadataExtraction")
    library = admin.post("/libraries", {"ownerId": alice.id, "importPaths": [str(folder)]}).json()["id"]
    admin.post(f"/libraries/{library}/scan")
    household.settle()
    assert len(alice.search_ids()) == 1
    assert alice.search_ids(withExif=True) == []
    household.server.jobs.resume("metadataExtraction")
    household.settle()
    assert len(alice.search_ids(withExif=True)) == 1


def test_timeline_dates_are_utc_without_saying_so(household: Household) -> None:
    household.alice.add(1, taken_at=datetime(2020, 5, 6, 7, 8, 9, 250_000, tzinfo=UTC))
    columns = household.alice.get("/timeline/bucket", params={"timeBucket": "2020-05-01"}).json()
    assert columns["fileCreatedAt"] == ["2020-05-06T07:08:09.25"]
    assert columns["localOffsetHours"] == [0]


def test_stacked_children_are_listed_and_without_stacked_even_the_primary_is_gone(household: Household) -> None:
    alice = household.alice
    primary, child = alice.add(1), alice.add(2)
    assert alice.post("/stacks", {"assetIds": [primary, child]}).status_code == 201
    assert sorted(alice.search_ids()) == sorted([primary, child])
    assert alice.search_ids(withStacked=False) == []


def test_albums_without_a_filter_are_own_ones_in_2_7_and_all_in_3_0(household_of: Callable[[str], Household]) -> None:
    for generation, expected in (("2.7", []), ("3.0", ["Ours"])):
        household = household_of(generation)
        album = household.server.create_album(household.alice.id, "Ours")
        household.server.share_album(album, household.bob.id)
        assert [one["albumName"] for one in household.bob.get("/albums").json()] == expected
        shared = household.bob.get("/albums", params={"shared": "true"}).json()
        assert [one["albumName"] for one in shared] == ["Ours"]


def test_an_album_holds_its_assets_in_2_7_and_never_in_3_0(household: Household) -> None:
    alice, bob, server = household.alice, household.bob, household.server
    album = server.create_album(alice.id, "Ours", [alice.add(1), bob.add(2)])
    server.share_album(album, bob.id)
    written = bob.get(f"/albums/{album}").json()
    assert ("assets" in written) != household.modern
    if not household.modern:
        assert len(written["assets"]) == 2
        assert bob.get(f"/albums/{album}", params={"withoutAssets": "true"}).json()["assets"] == []
