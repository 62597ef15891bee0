"""Does every switch do what it says, to whom it should, and end when it should?"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from artframe.immich.simulator import Simulator
from tests.immich.simulator import pictures
from tests.immich.simulator.household import Household

pytestmark = pytest.mark.parametrize("generation", ["3.0"], indirect=True)


def test_a_status_strikes_as_often_as_it_should_where_it_should(household: Household) -> None:
    household.server.faults.status(429, path="/api/users/*", times=2, skip=1, retry_after=7)
    answers = [household.alice.get("/users/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "7"
    assert household.alice.get("/albums").status_code == 200


def test_a_fault_can_be_bound_to_a_method(household: Household) -> None:
    household.server.faults.status(503, method="POST", path="/api/albums")
    assert household.alice.get("/albums").status_code == 200
    assert household.alice.post("/albums", {"albumName": "x"}).status_code == 503
    assert household.server.site is not None


def test_clear_switches_everything_off(household: Household) -> None:
    household.server.faults.status(500)
    household.server.faults.clear()
    assert household.alice.get("/albums").status_code == 200


def test_a_hanging_request_goes_on_when_released(household: Household) -> None:
    fault = household.server.faults.hang(path="/api/albums")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(household.alice.get, "/albums")
        assert fault.wait_until_struck()
        assert not answer.done()
        household.server.faults.release()
        assert answer.result(60).status_code == 200


def test_a_body_can_hang_in_the_middle(household: Household) -> None:
    asset = household.alice.add(1)
    household.server.faults.hang(after_bytes=100, path="*/original")
    with requests.get(
        f"{household.server.url}/api/assets/{asset}/original",
        headers={"x-api-key": household.alice.key},
        stream=True,
        timeout=0.2,
    ) as answer:
        assert answer.raw.read(100) == pictures.jpeg(1)[:100]
        with pytest.raises(Exception, match="timed out"):
            answer.raw.read(1)


def test_stopping_the_server_ends_hanging_requests_at_once(household: Household) -> None:
    fault = household.server.faults.hang()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(household.alice.get, "/albums")
        assert fault.wait_until_struck()
        household.server.stop()
        with pytest.raises(requests.ConnectionError):
            answer.result(60)


def test_a_cut_body_ends_after_so_many_bytes(household: Household) -> None:
    asset = household.alice.add(1)
    household.server.faults.cut(100, path="*/original", times=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        household.alice.get(f"/assets/{asset}/original")
    rest = household.alice.get(f"/assets/{asset}/original", headers={"Range": "bytes=100-"})
    assert rest.content == pictures.jpeg(1)[100:]


def test_a_refused_request_gets_no_answer(household: Household) -> None:
    household.server.faults.refuse(times=1)
    with pytest.raises(requests.ConnectionError):
        household.alice.get("/albums")


def test_a_slow_body_takes_its_time_and_is_whole(household: Household) -> None:
    asset = household.alice.add(1)
    household.server.faults.slow(len(pictures.jpeg(1)) * 5, path="*/original")
    start = time.monotonic()
    assert household.alice.get(f"/assets/{asset}/original").content == pictures.jpeg(1)
    assert time.monotonic() - start > 0.1  # a fifth of a second by its rate: never faster


def test_half_a_listing_looks_whole(household: Household) -> None:
    server = household.server
    album = server.create_album(household.alice.id, "Album")
    server.add_assets_in_bulk(household.alice.id, 10, album)
    server.faults.half_listing(path="/api/search/metadata")
    server.faults.half_listing(path="/api/timeline/bucket", keep=0.3)
    assets = household.alice.search()
    assert (len(assets["items"]), assets["count"], assets["nextPage"]) == (5, 5, None)
    columns = household.alice.get("/timeline/bucket", params={"timeBucket": "2020-01-01"}).json()
    assert {len(column) for column in columns.values()} == {3}


def test_wrong_checksums_and_corrupt_bodies(household: Household) -> None:
    asset = household.alice.add(1)
    right = household.alice.get(f"/assets/{asset}").json()["checksum"]
    household.server.faults.wrong_checksum(path="/api/search/*")
    assert household.alice.search()["items"][0]["checksum"] != right
    household.server.faults.corrupt(path="*/original")
    body = household.alice.get(f"/assets/{asset}/original").content
    assert (len(body), body == pictures.jpeg(1)) == (len(pictures.jpeg(1)), False)


def test_answers_that_come_from_somebody_else(household: Household) -> None:
    faults = household.server.faults
    faults.login_page(path="/api/server/version")
    assert "text/html" in household.alice.get("/server/version").headers["Content-Type"]
    faults.not_json(path="/api/albums")
    with pytest.raises(requests.JSONDecodeError):
        household.alice.get("/albums").json()
    faults.redirect("https://elsewhere.example/", path="/api/users/me")
    assert household.alice.get("/users/me").headers["Location"] == "https://elsewhere.example/"


def test_something_happens_between_two_requests(household: Household) -> None:
    server = household.server
    ids = server.add_assets_in_bulk(household.alice.id, 4)
    server.faults.meanwhile(lambda: server.trash(ids[-1]), path="/api/search/metadata", times=1, before=False)
    first = household.alice.search_ids(size=2)
    assert first == [ids[3], ids[2]]
    assert household.alice.search_ids(size=2, page=2) == [ids[0]]


def test_the_request_log_counts_and_forgets(household: Household) -> None:
    log = household.server.requests
    household.alice.get("/albums", params={"shared": "true"})
    assert ("GET", "/api/albums") in log
    assert log.with_queries() == [("GET", "/api/albums?shared=true")]
    assert (log.count("GET"), log.count(path="/api/assets/*")) == (1, 0)
    log.clear()
    assert len(log) == 0


def test_many_clients_at_once_are_all_served(household: Household) -> None:
    ids = household.server.add_assets_in_bulk(household.alice.id, 40, data=pictures.jpeg(1))
    begin = threading.Barrier(8)

    def fetch(part: int) -> int:
        begin.wait(60)
        with requests.Session() as session:
            session.headers["x-api-key"] = household.alice.key
            urls = [f"{household.server.url}/api/assets/{one}/original" for one in ids[part::8]]
            return sum(session.get(url, timeout=60).status_code == 200 for url in urls)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(fetch, range(8))) == 40


def test_a_restart_on_the_same_folder_keeps_everything(household: Household) -> None:
    server = household.server
    asset = household.alice.add(1, people=[("Ann", (1, 2, 3, 4))])
    server.create_album(household.alice.id, "Kept", [asset])
    folder = server.site.folder
    server.stop()
    with Simulator(folder, "2.7") as again:
        answer = requests.get(f"{again.url}/api/albums", headers={"x-api-key": household.alice.key}, timeout=60)
        assert [album["albumName"] for album in answer.json()] == ["Kept"]
        assert again.original(asset) == pictures.jpeg(1)


def test_stop_and_start_listen_on_the_same_port(household: Household) -> None:
    url = household.server.url
    household.server.stop()
    with pytest.raises(requests.ConnectionError):
        household.alice.get("/albums")
    household.server.start()
    assert household.server.url == url
    assert household.alice.get("/albums").status_code == 200


def test_work_left_undone_is_done_after_a_restart(household: Household) -> None:
    server = household.server
    server.jobs.pause("metadataExtraction")
    server.jobs.pause("backgroundTask")
    fresh = household.alice.upload(pictures.jpeg(1)).json()["id"]
    doomed = household.alice.add(2)
    household.alice.delete("/assets", {"ids": [doomed], "force": True})
    folder = server.site.folder
    server.stop()
    with Simulator(folder, "3.0") as again:
        assert again.jobs.wait_until_idle()
        detail = again.asset(fresh)
        assert detail is not None and detail["width"] == 800
        assert again.asset(doomed) is None
