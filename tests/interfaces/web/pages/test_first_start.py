"""A new frame, from the code on its card to the first photos, without any script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.immich.simulator import Simulator
from artframe.interfaces.web.pages.texts import texts
from tests.frame.conftest import Album, album_on
from tests.frame.running import Running, eventually
from tests.interfaces.web.pages.browser import Browser
from tests.interfaces.web.pages.household import PASSWORD


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    with Simulator(tmp_path_factory.mktemp("immich"), "3.0") as server:
        yield album_on(server)


@pytest.fixture
def frame(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "home")
    yield running.start()
    running.kill()


def visit(frame: Running, language: str = "en") -> Browser:
    eventually(lambda: frame.status()["web"]["urls"], "the page is served")
    return Browser(f"http://127.0.0.1:{frame.status()['web']['port']}", language)


def paired(frame: Running, language: str = "en") -> Browser:
    browser = visit(frame, language)
    page = browser.get("/")
    assert page.path == "/pair", "nobody is a user yet"
    code = frame.result("pair")["code"]
    page = browser.submit(page, "/pair", code=code, name="ada", password=PASSWORD)
    assert page.path == "/setup/frame", page.text
    return browser


def config(frame: Running, file: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((frame.home / "config" / file).read_text())
    return found


def test_from_the_code_to_the_first_photos(frame: Running, album: Album) -> None:
    browser = paired(frame, language="de")
    de = texts("de").text
    page = browser.get("/setup/frame")
    assert de("setup.title.frame") in page.text, "the first page speaks the browser's language"
    refused = browser.submit(page, "/setup/frame", name="Flur", time_zone="Europe/Nowhere")
    assert (refused.status, refused.path) == (422, "/setup/frame")
    assert "there is no time zone of this name" in refused.text
    page = browser.submit(page, "/setup/frame", name="Flur", time_zone="Europe/Berlin")
    assert page.path == "/setup/immich"
    assert config(frame, "frame.json")["language"] == "de"
    assert {"album.read", "asset.read", "asset.view", "asset.download"} <= set(page.text.split())

    url = album.server.url
    page = browser.submit(page, "/setup/immich", press=("how", "check"), url=url, key="wrong")
    assert page.status == 422
    page = browser.submit(page, "/setup/immich", press=("how", "check"), url=url, key=album.key)
    assert page.status == 200
    assert "accepted" in page.text
    assert album.key not in page.html
    part = browser.submit(
        page,
        "/setup/immich",
        press=("how", "check"),
        url=url,
        key=album.key,
        headers={"HX-Request": "true", "HX-Target": "immich-findings"},
    )
    assert part.html.lstrip().startswith('<div id="immich-findings"'), "where scripts run, the key stays typed in"
    page = browser.submit(page, "/setup/immich", press=("how", "key"), key=album.key)
    assert page.path == "/setup/albums"
    assert not config(frame, "plugins/immich.json")["enabled"], "nothing is fetched before the albums are chosen"

    page = browser.submit(page, "/setup/albums", settings__albums=[album.id])
    assert page.path == "/setup/look"
    page = browser.submit(page, "/setup/look", display__fit="contain", display__show_date=True)
    assert page.path == "/setup/done"
    frame.wait_for_photos(6)
    assert "6" in browser.get("/setup/done").text
    assert config(frame, "plugins/immich.json")["settings"] == {
        "immich_url": url,
        "immich_api_key": config(frame, "plugins/immich.json")["settings"]["immich_api_key"],  # type: ignore[index]
        "albums": [album.id],
    }


def test_one_sign_in_makes_the_key_and_the_password_is_not_kept(frame: Running, album: Album) -> None:
    browser = paired(frame)
    # As one types an address into a browser: without http://.
    sent = {"url": album.server.url.partition("://")[2], "email": "ada@example.com", "password": "not that one"}
    page = browser.submit(browser.get("/setup/immich"), "/setup/immich", press=("how", "password"), **sent)
    assert page.status == 422
    page = browser.submit(page, "/setup/immich", press=("how", "password"), **{**sent, "password": "secret-password"})
    assert page.path == "/setup/albums"
    assert config(frame, "plugins/immich.json")["settings"]["immich_url"] == album.server.url  # type: ignore[index]
    kept = "".join(path.read_text(errors="replace") for path in (frame.home / "config").rglob("*.json"))
    assert "secret-password" not in kept


def test_the_way_gone_twice_leads_to_one_plugin(frame: Running, album: Album) -> None:
    browser = paired(frame)
    for _ in range(2):
        page = browser.submit(
            browser.get("/setup/immich"), "/setup/immich", press=("how", "key"), url=album.server.url, key=album.key
        )
        assert page.path == "/setup/albums"
    assert [row["instance"] for row in frame.result("plugin", "list")["plugins"]] == ["immich"]
    browser.submit(page, "/setup/albums", settings__albums=[album.id])
    frame.wait_for_photos(6)


def test_every_step_can_be_left_for_later(frame: Running) -> None:
    browser = paired(frame)
    path = "/setup/frame"
    seen = []
    while path != "/setup/done":
        seen.append(path)
        page = browser.get(path)
        assert page.status == 200
        later = [link["href"] for link in page.attributes("a") if "quiet" in link.get("class", "")]
        path = later[-1]
    assert seen == ["/setup/frame", "/setup/immich", "/setup/albums", "/setup/look"]
    page = browser.get("/setup/done")
    assert texts("en").text("frame.no_plugin") in page.text


def test_a_wrong_code_lets_nobody_in(frame: Running) -> None:
    browser = visit(frame)
    code = frame.result("pair")["code"]
    wrong = "000000" if code != "000000" else "111111"
    page = browser.submit(browser.get("/pair"), "/pair", code=wrong, name="ada", password=PASSWORD)
    assert page.status == 422
    assert browser.get("/").path == "/pair"
    page = browser.submit(page, "/pair", code=f"{code[:3]} {code[3:]}", name="ada", password="short")
    assert page.status == 422, "a password that does not do"
    page = browser.submit(page, "/pair", code=code, password=PASSWORD)
    assert page.path == "/setup/frame", "the code was still good"
