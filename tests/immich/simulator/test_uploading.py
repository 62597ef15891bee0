"""What surprises a client that uploads?"""

from __future__ import annotations

import base64
import hashlib
import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.immich.simulator import pictures
from tests.immich.simulator.household import DEVICE, NOWHERE, WHEN, Household, Part

PHOTO = pictures.jpeg(1)
SHA1 = hashlib.sha1(PHOTO).hexdigest()
FIELDS: list[Part] = [(name, (None, value.encode())) for name, value in {**WHEN, **DEVICE}.items()]


def check(household: Household, data: bytes = PHOTO) -> dict[str, object]:
    body = {"assets": [{"id": "x", "checksum": hashlib.sha1(data).hexdigest()}]}
    result: dict[str, object] = household.alice.post("/assets/bulk-upload-check", body).json()["results"][0]
    return result


def test_a_second_upload_of_the_same_content_is_a_200_with_the_first_id(household: Household) -> None:
    first = household.alice.upload(PHOTO)
    again = household.alice.upload(PHOTO, "other.jpg")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {"status": "duplicate", "id": first.json()["id"]}
    assert household.bob.upload(PHOTO).status_code == 201


def test_six_uploads_of_one_content_at_once_make_one_asset(household: Household) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: household.alice.upload(PHOTO), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_a_known_checksum_header_loses_new_content(household: Household) -> None:
    known = household.alice.upload(PHOTO).json()["id"]
    for checksum in (SHA1, base64.b64encode(bytes.fromhex(SHA1)).decode()):
        answer = household.alice.upload(pictures.jpeg(2), headers={"x-immich-checksum": checksum})
        assert (answer.status_code, answer.json()["id"]) == (200, known)
    assert household.server.asset_ids(household.alice.id) == [known]


@pytest.mark.parametrize("checksum", ["00" * 20, "zzz"])
def test_a_wrong_unknown_checksum_header_is_not_verified(household: Household, checksum: str) -> None:
    answer = household.alice.upload(PHOTO, headers={"x-immich-checksum": checksum})
    assert answer.status_code == 201
    stored = household.alice.get(f"/assets/{answer.json()['id']}").json()["checksum"]
    assert base64.b64decode(stored).hex() == SHA1


def test_a_twin_in_the_trash_answers_duplicate_and_stays_in_the_trash(household: Household) -> None:
    asset = household.alice.upload(PHOTO).json()["id"]
    household.server.trash(asset)
    assert household.alice.upload(PHOTO).json() == {"status": "duplicate", "id": asset}
    assert household.alice.get(f"/assets/{asset}").json()["isTrashed"] is True
    assert (check(household)["action"], check(household)["isTrashed"]) == ("reject", True)


def test_force_deleted_assets_answer_duplicate_until_the_background_job_ran(household: Household) -> None:
    alice, server = household.alice, household.server
    asset = alice.upload(PHOTO).json()["id"]
    household.settle()
    server.jobs.pause("backgroundTask")
    assert alice.delete("/assets", {"ids": [asset], "force": True}).status_code == 204
    assert alice.upload(PHOTO).json() == {"status": "duplicate", "id": asset}
    assert (check(household)["action"], check(household)["isTrashed"]) == ("reject", True)
    assert alice.get(f"/assets/{asset}").status_code == 200
    assert alice.post("/trash/restore/assets", {"ids": [asset]}).json() == {"count": 1}
    server.jobs.resume("backgroundTask")
    household.settle()
    assert alice.get(f"/assets/{asset}").status_code == 400
    assert check(household)["action"] == "accept"
    assert alice.upload(PHOTO).status_code == 201


@pytest.mark.parametrize(("visibility", "readable"), [("archive", 200), ("hidden", 200), ("locked", 400)])
def test_duplicates_hide_in_archive_hidden_and_locked(household: Household, visibility: str, readable: int) -> None:
    asset = household.alice.upload(PHOTO, visibility=visibility).json()["id"]
    assert household.alice.upload(PHOTO).json() == {"status": "duplicate", "id": asset}
    assert (check(household)["action"], check(household)["assetId"]) == ("reject", asset)
    assert household.alice.get(f"/assets/{asset}").status_code == readable


def test_bulk_check_of_nothing_is_a_500(household: Household) -> None:
    answer = household.alice.post("/assets/bulk-upload-check", {"assets": []})
    assert (answer.status_code, household.message(answer)) == (500, "Failed to check bulk upload")


def test_bulk_check_with_an_empty_checksum_is_refused_by_2_7_and_accepted_by_3_0(household: Household) -> None:
    answer = household.alice.post("/assets/bulk-upload-check", {"assets": [{"id": "x", "checksum": ""}]})
    assert answer.status_code == (200 if household.modern else 400)


def test_the_file_name_alone_decides_about_the_type(household: Household) -> None:
    assert household.alice.upload(b"this is text", "fake.jpg").status_code == 201
    assert household.alice.upload(b"", "empty.jpg").status_code == 201
    for name in ("photo.txt", "photo.pdf", "photo"):
        answer = household.alice.upload(PHOTO, name)
        assert (answer.status_code, household.message(answer)) == (400, f"Unsupported file type {name}")


def test_undecodable_files_never_get_a_thumbnail(household: Household) -> None:
    asset = household.alice.upload(b"this is text", "fake.jpg").json()["id"]
    household.settle()
    answer = household.alice.get(f"/assets/{asset}/thumbnail")
    assert (answer.status_code, household.message(answer)) == (404, "Asset media not found")
    assert household.alice.get(f"/assets/{asset}").json()["thumbhash"] is None


def test_filename_field_counts_for_the_type_only_before_the_file(household: Household) -> None:
    name: Part = ("filename", (None, b"right.jpg"))
    file: Part = ("assetData", ("x.bin", PHOTO))
    after = household.alice.send([*FIELDS, file, name])
    assert (after.status_code, household.message(after)) == (400, "Unsupported file type x.bin")
    before = household.alice.send([*FIELDS, name, file])
    assert before.status_code == 201
    assert household.alice.get(f"/assets/{before.json()['id']}").json()["originalFileName"] == "right.jpg"


def test_filename_field_names_the_asset_in_any_order_and_verbatim(household: Household) -> None:
    name: Part = ("filename", (None, b"../../etc/evil.jpg"))
    answer = household.alice.send([("assetData", ("ok.jpg", PHOTO)), *FIELDS, name])
    detail = household.alice.get(f"/assets/{answer.json()['id']}").json()
    assert detail["originalFileName"] == "../../etc/evil.jpg"
    changed = household.alice.put(f"/assets/{detail['id']}", {"originalFileName": "good.jpg"})
    assert (changed.status_code, changed.json()["originalFileName"]) == (200, "../../etc/evil.jpg")


def test_raw_utf8_file_names_and_very_long_ones_are_kept(household: Household) -> None:
    long = "n" * 400 + ".jpg"
    for seed, name in enumerate(("Größe 日本.jpg", long)):
        answer = household.alice.upload(pictures.jpeg(seed), "p.jpg", filename=name)
        assert household.alice.get(f"/assets/{answer.json()['id']}").json()["originalFileName"] == name


def test_a_sidecar_is_refused_when_the_filename_field_comes_first(household: Household) -> None:
    name: Part = ("filename", (None, b"photo.jpg"))
    files: list[Part] = [("assetData", ("photo.jpg", PHOTO)), ("sidecarData", ("photo.jpg.xmp", pictures.XMP))]
    refused = household.alice.send([*FIELDS, name, *files])
    assert (refused.status_code, household.message(refused)) == (400, "Unsupported file type photo.jpg")
    assert household.alice.send([*FIELDS, *files, name]).status_code == 201


def test_a_sidecar_is_applied(household: Household) -> None:
    files: list[Part] = [("assetData", ("photo.jpg", PHOTO)), ("sidecarData", ("photo.jpg.xmp", pictures.XMP))]
    asset = household.alice.send([*FIELDS, *files]).json()["id"]
    household.settle()
    detail = household.alice.get(f"/assets/{asset}").json()
    assert (detail["exifInfo"]["description"], detail["exifInfo"]["rating"]) == ("from sidecar", 4)
    assert (detail["fileCreatedAt"], detail["localDateTime"]) == (
        "2019-09-09T07:09:09.000Z",
        "2019-09-09T09:09:09.000Z",
    )
    assert [tag["value"] for tag in detail["tags"]] == ["side/tag"]


def test_device_fields_are_required_by_2_7_and_ignored_by_3_0(household: Household) -> None:
    plain: list[Part] = [(name, (None, value.encode())) for name, value in WHEN.items()]
    answer = household.alice.send([*plain, ("assetData", ("photo.jpg", PHOTO))])
    assert answer.status_code == (201 if household.modern else 400)
    if answer.status_code == 201:
        assert "deviceId" not in household.alice.get(f"/assets/{answer.json()['id']}").json()


def test_refused_uploads_leave_their_file_behind(household: Household) -> None:
    folder = household.server.site.media / "upload" / household.alice.id
    assert household.alice.upload(PHOTO, visibility="bogus").status_code == 400
    assert len([path for path in folder.rglob("*.jpg") if path.is_file()]) == 1
    assert household.server.asset_ids(household.alice.id) == []


def test_duration_is_milliseconds_in_3_0_and_text_in_2_7(household: Household) -> None:
    answer = household.alice.upload(pictures.mp4(), "clip.mp4", duration="0:00:03.00000")
    assert answer.status_code == (400 if household.modern else 201)
    asset = household.alice.upload(pictures.mp4(9999), "clip.mp4").json()["id"]
    household.settle()
    assert household.alice.get(f"/assets/{asset}").json()["duration"] == (3000 if household.modern else "00:00:03.000")


@pytest.mark.parametrize("word", ["True", "1", "yes"])
def test_booleans_in_forms_are_lower_case_words(household: Household, word: str) -> None:
    assert household.alice.upload(PHOTO, isFavorite=word).status_code == 400


def test_without_a_date_of_its_own_the_earlier_of_both_file_dates_counts(household: Household) -> None:
    dates = {"fileCreatedAt": "2022-05-05T00:00:00.000Z", "fileModifiedAt": "2021-03-04T05:06:08.000Z"}
    household.server.jobs.pause("metadataExtraction")
    asset = household.alice.upload(PHOTO, "photo.jpg", headers=None, **dates).json()["id"]
    before = household.alice.get(f"/assets/{asset}").json()
    assert (before["fileCreatedAt"], before["width"], before["thumbhash"]) == ("2022-05-05T00:00:00.000Z", None, None)
    household.server.jobs.resume("metadataExtraction")
    household.settle()
    after = household.alice.get(f"/assets/{asset}").json()
    assert (after["fileCreatedAt"], after["width"]) == ("2021-03-04T05:06:08.000Z", 800)
    assert after["updatedAt"] > before["updatedAt"]


def test_camera_dates_are_read_as_utc_or_by_offset_or_by_place(household: Household) -> None:
    taken = "2020:05:06 07:08:09"
    cases = [
        (pictures.jpeg(1, taken=taken), "2020-05-06T07:08:09.000Z", None),
        (pictures.jpeg(2, taken=taken, offset="+02:00"), "2020-05-06T05:08:09.000Z", "UTC+2"),
        (pictures.jpeg(3, taken=taken, place=(35.69, 139.69)), "2020-05-05T22:08:09.000Z", "Asia/Tokyo"),
        (pictures.jpeg(4, taken="0000:00:00 00:00:00"), "2021-03-04T05:06:07.000Z", None),
    ]
    for data, instant, zone in cases:
        asset = household.alice.upload(data).json()["id"]
        household.settle()
        detail = household.alice.get(f"/assets/{asset}").json()
        assert (detail["fileCreatedAt"], detail["exifInfo"]["timeZone"]) == (instant, zone)


def test_live_photo_hides_its_video(household: Household) -> None:
    video = household.alice.upload(pictures.mp4(), "live.mov").json()["id"]
    still = household.alice.upload(PHOTO, livePhotoVideoId=video).json()["id"]
    assert household.alice.search_ids() == [still]
    assert household.alice.get("/assets/statistics").json() == {"images": 1, "videos": 0, "total": 1}
    household.server.trash(still)
    assert household.alice.get(f"/assets/{video}").json()["isTrashed"] is False
    bogus = household.alice.upload(pictures.jpeg(5), livePhotoVideoId=NOWHERE)
    assert (bogus.status_code, household.message(bogus)) == (400, "Live photo video not found")


def test_over_quota_is_a_400(household: Household) -> None:
    server = household.server
    poor = server.add_user("Poor", "poor@example.com", "poor", quota=100)
    member = type(household.alice)(server, poor, server.create_key(poor))
    answer = member.upload(PHOTO)
    assert (answer.status_code, household.message(answer)) == (400, "Quota has been exceeded!")


def test_a_connection_dropped_in_an_upload_leaves_nothing(household: Household) -> None:
    address = urlsplit(household.server.url)
    head = f"POST /api/assets HTTP/1.1\r\nHost: x\r\nx-api-key: {household.alice.key}\r\nContent-Length: 99999\r\n"
    head += "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
    head += 'Content-Disposition: form-data; name="assetData"; filename="a.jpg"\r\n\r\n'
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode() + PHOTO[:500])
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert household.server.asset_ids(household.alice.id) == []
    assert [path for path in household.server.site.media.rglob("*.jpg") if path.is_file()] == []


def test_chunked_uploads_without_a_length_are_fine(household: Household) -> None:
    address = urlsplit(household.server.url)
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {**WHEN, **DEVICE}.items()
    )
    file = '--b\r\nContent-Disposition: form-data; name="assetData"; filename="a.jpg"\r\n\r\n'
    body = [parts.encode(), file.encode(), PHOTO[:1000], PHOTO[1000:], b"\r\n--b--\r\n"]
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
    headers = {"x-api-key": household.alice.key, "Content-Type": "multipart/form-data; boundary=b"}
    connection.request("POST", "/api/assets", iter(body), headers, encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == 201
    answer.read()
    connection.close()
    assert household.server.original(household.server.asset_ids(household.alice.id)[0]) == PHOTO


def test_a_refused_upload_is_answered_before_its_body_is_read(household: Household) -> None:
    address = urlsplit(household.server.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        head = "POST /api/assets HTTP/1.1\r\nHost: x\r\nx-api-key: wrong\r\nContent-Length: 1000000\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 401 " in connection.recv(200)


def test_a_null_byte_in_a_file_name_is_a_malformed_header(household: Household) -> None:
    address = urlsplit(household.server.url)
    body = b'--b\r\nContent-Disposition: form-data; name="assetData"; filename="a\0.jpg"\r\n\r\nx\r\n--b--\r\n'
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
    headers = {"x-api-key": household.alice.key, "Content-Type": "multipart/form-data; boundary=b"}
    connection.request("POST", "/api/assets", body, headers)
    answer = connection.getresponse()
    assert (answer.status, b"Multipart: Malformed part header" in answer.read()) == (400, True)
    connection.close()


def test_notes_of_an_upload_are_kept(household: Household) -> None:
    asset = household.alice.upload(PHOTO, metadata='[{"key": "my.tool", "value": {"n": 1}}]').json()["id"]
    (note,) = household.alice.get(f"/assets/{asset}/metadata").json()
    assert (note["key"], note["value"]) == ("my.tool", {"n": 1})
