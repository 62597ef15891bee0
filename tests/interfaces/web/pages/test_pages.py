"""Every page of a running frame, in both languages, with names that a page must not believe."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from artframe.interfaces.web.pages.formats import sentence
from artframe.interfaces.web.pages.rendering import link
from artframe.interfaces.web.pages.texts import texts
from tests.frame.running import Running, eventually
from tests.interfaces.web.pages.browser import Browser, Page
from tests.interfaces.web.pages.household import ALBUM, CAPTION, Household

PAGES = [
    "/",
    "/photo/hidden",
    "/problems",
    "/plugins",
    "/plugins/family",
    "/plugins/family/edit",
    "/plugins/family/check",
    "/add",
    "/add/immich",
    "/jobs",
    "/jobs/family/sync",
    "/log",
    "/log?plugin=family&level=debug",
    "/settings",
    "/config",
    "/config/frame",
    "/config/secrets",
    "/config/plugins/family",
    "/config/plugins/family/history",
    "/system",
    "/system/doctor",
    "/access",
    "/more",
    "/setup/frame",
    "/setup/immich",
    "/setup/albums",
    "/setup/look",
    "/setup/done",
    "/login",
    "/pair",
]
TITLES = {
    "/": "nav.frame",
    "/jobs": "nav.jobs",
    "/settings": "nav.settings",
    "/more": "nav.more",
    "/access": "nav.access",
}


@pytest.fixture(scope="module", params=["en", "de"])
def language(request: pytest.FixtureRequest, household: Household) -> Iterator[str]:
    household.frame.result("config", "set", "frame", "language", request.param)
    household.browser.http.headers["Accept-Language"] = request.param
    yield request.param
    household.frame.result("config", "unset", "frame", "language")
    household.browser.http.headers["Accept-Language"] = "en"


def looked_at(page: Page) -> None:
    """What must be true of every page."""
    assert page.attributes("html")[0]["lang"] in ("en", "de")
    assert Counter(page.ids()).most_common(1)[0][1] == 1, "ids are there once"
    known = set(page.ids())
    for _, attributes in page.elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= known, (name, attributes)
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "hx-on")], attributes
        for name in ("src", "href", "action", "hx-get", "hx-post"):
            assert not urlsplit(attributes.get(name, "")).netloc, f"nothing from elsewhere: {attributes}"
    assert not page.attributes("style")
    assert all(script.get("src") for script in page.attributes("script")), "no script in the page itself"
    assert len(page.attributes("h1")) == 1
    assert len(page.attributes("main")) == 1
    assert not re.search(r"\{[a-z_]+\}|&amp;amp;|&lt;Undefined|Traceback", page.html)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages(browser: Browser, language: str, path: str) -> None:
    page = browser.get(path)
    assert page.status == 200
    assert page.path == path.partition("?")[0]
    looked_at(page)
    assert page.attributes("html")[0]["lang"] == language
    if path in TITLES:
        assert f"<title>{texts(language).text(TITLES[path])} · " in page.html
    if path in ("/settings", "/plugins/family/edit") and language == "de":
        labels = {texts("de").setting("Interval"), texts("de").setting("Sync interval")}
        assert any(label in page.text for label in labels)


@pytest.mark.parametrize(
    "path", ["/", "/plugins/family/edit", "/setup/albums", "/plugins/family/check", "/jobs", "/log"]
)
def test_names_that_pretend_to_be_code_are_only_names(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    assert "IMG_<b>" not in page.html


def test_the_frame_says_what_hangs(browser: Browser, frame: Running) -> None:
    page = browser.get("/")
    photo = frame.photo()
    assert photo is not None
    assert CAPTION in page.text
    assert f"{ALBUM} · {photo['name']}" in page.text
    assert [image["alt"] for image in page.attributes("img") if image.get("id") == "screen"] == [CAPTION]


def test_why_a_photo_hangs_and_what_a_sync_did_is_said_in_the_language_of_the_page(
    browser: Browser, frame: Running, language: str
) -> None:
    photo = frame.photo()
    assert photo is not None
    (run, *_) = [one for one in frame.result("job", "history", "family/sync") if one["outcome"] == "good"]
    # The photo that hangs now, the same among those that were shown; the runs of a job, and those of its plugin.
    why, synced = sentence(photo["reason"]), run["message"]
    places = {
        "/": (why, "Gemischt aus „"),
        link("/photo", source="family", id=photo["id"]): (why, "Gemischt aus „"),
        "/jobs/family/sync": (synced, " behalten"),
        "/plugins/family": (synced, " behalten"),
    }
    for path, (english, german) in places.items():
        page = browser.get(path)
        assert (english in page.text, german in page.text) == (language == "en", language == "de"), path
        if language == "de":
            assert not re.search("huffled|this round|, taken | kept|[0-9] new", page.text), path


def test_what_the_doctor_finds_is_said_in_the_language_of_the_page(browser: Browser, language: str) -> None:
    text = browser.get("/system/doctor").text
    english = [" MB are free", "All configuration files are fine", "The web page is reached at http"]
    german = [" MB sind frei", "Alle Konfigurationsdateien sind in Ordnung", "Die Webseite ist erreichbar unter http"]
    assert [words in text for words in english] == [language == "en"] * 3, text
    assert [words in text for words in german] == [language == "de"] * 3, text


def test_the_live_picture_is_what_hangs(browser: Browser) -> None:
    answer = browser.raw("/photo/screen")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.content.startswith(b"\xff\xd8")


def test_a_part_of_a_page_comes_alone_to_a_script(browser: Browser) -> None:
    part = browser.get("/", HX_Request="true", HX_Target="frame-now")
    assert part.html.lstrip().startswith('<section id="frame-now"')
    assert "<html" not in part.html
    assert "<html" in browser.get("/", HX_Request="true", HX_Target="no-such-part").html


def test_each_live_part_says_for_itself_where_it_comes_from(browser: Browser) -> None:
    found = 0
    for path in PAGES:
        for _, attributes in browser.get(path).elements:
            if "hx-get" in attributes and "artframe:" in attributes.get("hx-trigger", ""):
                part = browser.get(attributes["hx-get"], HX_Request="true", HX_Target=attributes["id"])
                assert f'id="{attributes["id"]}"' in part.html
                assert "<html" not in part.html, attributes
                found += 1
    assert found >= 8


def test_every_link_leads_somewhere(browser: Browser) -> None:
    links = {link["href"].partition("#")[0] for path in PAGES for link in browser.get(path).attributes("a")}
    dead = {link: answer.status_code for link in links if link and not (answer := browser.raw(link)).ok}
    assert not dead


def test_no_page_holds_a_secret(browser: Browser, household: Household) -> None:
    for path in PAGES:
        assert household.key not in browser.get(path).html, path


def test_what_is_nowhere_is_a_page_too(browser: Browser) -> None:
    for path in (
        "/no/such",
        "/plugins/nobody",
        "/jobs/family/nothing",
        "/config/plugins/nobody",
        "/photo?id=1&source=x",
    ):
        page = browser.get(path)
        assert page.status in (400, 404, 422), path
        assert texts(page.attributes("html")[0]["lang"]).text("error.home") in page.text
        looked_at(page)


def test_an_error_for_a_script_is_its_words_alone(browser: Browser) -> None:
    answer = browser.get("/plugins/nobody", HX_Request="true")
    assert "html" not in answer.html
    assert "nobody" in answer.html


def test_a_way_back_leads_to_pages_of_the_frame_only(browser: Browser) -> None:
    def back(referer: str) -> list[str]:
        page = browser.get("/no/such", Referer=referer)
        return [link["href"] for link in page.attributes("a") if "button" in link.get("class", "")]

    assert back(f"{browser.base}/jobs?x=1") == ["/jobs?x=1", "/"]
    assert back("http://evil.example/jobs") == ["/"]
    assert back(f"{browser.base}//evil.example") == ["/", "/"]


def test_covers_and_photos_are_pictures(browser: Browser) -> None:
    for path in ("/", "/setup/albums"):
        page = browser.get(path)
        pictures = [image["src"] for image in page.attributes("img") if "thumbnail" in image["src"]]
        assert pictures, path
        answer = browser.raw(pictures[0])
        assert answer.headers["Content-Type"].startswith("image/")
        assert "private" in answer.headers["Cache-Control"]


def test_the_log_goes_on_from_where_it_was(browser: Browser, frame: Running) -> None:
    page = browser.get("/log")
    more = next(attributes["hx-get"] for _, attributes in page.elements if "/log/more" in attributes.get("hx-get", ""))
    assert not browser.get(more).attributes("time"), "nothing new yet"
    frame.result("plugin", "reload", "family")
    eventually(lambda: "running" in browser.get(more).text, "the plugin says that it runs")


def test_an_odd_number_in_the_log_s_address_is_no_trouble(browser: Browser) -> None:
    for after in ("-1", "²", "9" * 40, "x"):
        assert browser.get(f"/log/more?after={after}&level=nonsense").status == 200


def test_the_language_of_the_door_is_the_visitor_s(household: Household) -> None:
    stranger = Browser(household.browser.base, language="de-DE,de;q=0.9")
    assert texts("de").text("login.title") in stranger.get("/login").text
    page = stranger.get("/jobs")
    assert page.path == "/login"
