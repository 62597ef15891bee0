"""Files that come with artframe, and paths that try to get at others."""

from __future__ import annotations

import pytest

from artframe.interfaces.web.static_files import static_url
from tests.interfaces.web.site import Site

pytestmark = pytest.mark.usefixtures("small_pages")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../guard.py",
        "/static/..%2fguard.py",
        "/static/%2e%2e/guard.py",
        "/static/%2e%2e%2fguard.py",
        "/static/%252e%252e%252fguard.py",
        "/static/%2fetc%2fpasswd",
        "/static//etc/passwd",
        "/static/....//guard.py",
        "/static/..\\guard.py",
        "/static/vendor",
        "/static/",
        "/static/vendor/htmx.min.js%00.css",
        "/static/vendor/./htmx.min.js",
    ],
)
def test_no_path_leads_out_of_the_static_files(site: Site, path: str) -> None:
    answered = site.say(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert answered.split(b" ")[1] in (b"400", b"404")
    assert b"root:" not in answered
    assert b"class Guard" not in answered


@pytest.mark.parametrize(
    "path",
    [
        "/api/commands/../../etc/passwd",
        "/api/commands/%2e%2e%2f%2e%2e",
        "/api/%00",
        "/%00",
        "/api/commands/echo%00",
        "/api/commands/" + "a/" * 900,
    ],
)
def test_no_path_confuses_the_api(site: Site, path: str) -> None:
    assert site.sign_in().get(path).status in (303, 400, 404)


def test_static_files_are_kept_until_there_are_other_ones(site: Site) -> None:
    url = static_url("vendor/htmx.min.js")
    kept = site.ask("GET", url)
    assert kept.status == 200
    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.headers["Content-Type"].startswith("text/javascript")
    assert site.ask("GET", url.partition("?")[0]).headers["Cache-Control"] == "no-cache"
    again = site.ask("GET", url, headers={"If-None-Match": kept.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert site.ask("HEAD", url).body == b""
