"""What is let in and what is not, whoever asks: hosts, other sites, headers of every answer, errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from artframe.interfaces.web import pages
from artframe.interfaces.web.security import host_of
from tests.frame.running import eventually
from tests.interfaces.serving import Toys
from tests.interfaces.web.site import Site

pytestmark = pytest.mark.usefixtures("small_pages")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "LOCALHOST:8080", "192.168.1.5:80", "[::1]:8080", "[fe80::1]"]
)
def test_its_own_addresses_are_answered(site: Site, host: str) -> None:
    assert site.ask("GET", "/robots.txt", headers={"Host": host}).status == 200


def test_the_machines_own_name_is_answered(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artframe.interfaces.web.security.socket.gethostname", lambda: "Frame.fritz.box")
    for host in ("frame", "frame.local", "FRAME.local.", "frame.lan:8080", "frame.fritz.box"):
        assert site.ask("GET", "/robots.txt", headers={"Host": host}).status == 200, host
    for host in ("frame.example.com", "evil.local", "frame.local.evil.com"):
        assert site.ask("GET", "/robots.txt", headers={"Host": host}).status == 421, host


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/static/app.css", "/api/commands", "/login"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:8080"]
)
def test_a_name_that_somebody_else_points_at_the_frame_is_refused_everywhere(site: Site, host: str, path: str) -> None:
    visitor = site.sign_in()
    refused = visitor.ask("GET", path, Host=host)
    assert refused.status == 421
    assert b"host_names" in refused.body


@pytest.mark.parametrize(
    "host", ["", " ", "[::1", "local host", "127.0.0.1:http", "a:b:c", "[]", "/", "user@localhost"]
)
def test_a_host_that_is_none_is_refused(site: Site, host: str) -> None:
    assert site.ask("GET", "/robots.txt", headers={"Host": host}).status in (400, 421)


def test_a_name_of_the_settings_is_answered(tmp_path: Path, toys: Toys) -> None:
    home = tmp_path / "home"
    (home / "config").mkdir(parents=True)
    (home / "config" / "frame.json").write_text('{"version": 1, "web": {"host_names": ["Frame.Example.com"]}}')
    with Site(home, toys) as site:
        assert site.ask("GET", "/robots.txt", headers={"Host": "frame.example.com"}).status == 200
        assert site.ask("GET", "/robots.txt", headers={"Host": "other.example.com"}).status == 421


def test_a_hosts_port_is_not_its_name() -> None:
    assert host_of("Frame.Local:8080") == "frame.local"
    assert host_of("[FE80::1]:80") == "fe80::1"
    assert host_of("a:b:c") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://["},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"},
    ],
)
def test_what_another_sites_page_sends_is_refused(site: Site, headers: dict[str, str]) -> None:
    visitor = site.sign_in()
    for path in ("/form", "/login", "/api/commands/echo"):
        refused = visitor.ask("POST", path, b"", X_CSRF_Token=visitor.session.csrf, **headers)
        assert refused.status == 403, path


def test_what_the_frames_own_page_sends_is_taken(site: Site) -> None:
    visitor = site.sign_in()
    own = {"Origin": f"http://127.0.0.1:{site.port}", "Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "cors"}
    assert visitor.post("/api/commands/echo", {"text": "x"}, **own).status == 200
    proxied = {"Origin": "https://localhost", "Host": "localhost"}
    assert visitor.post("/api/commands/echo", {"text": "x"}, **proxied).status == 200, "a proxy that speaks https"


def test_another_site_may_link_to_the_frame_and_not_embed_it(site: Site) -> None:
    visitor = site.sign_in()
    linked = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert visitor.get("/api/commands", **linked).status == 200
    assert visitor.get("/api/commands/picture", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors").status == 403


def test_nobody_elses_script_ever_gets_to_read_an_answer(site: Site) -> None:
    visitor = site.sign_in()
    origin = {"Origin": "https://evil.example"}
    for answered in (
        visitor.get("/api/commands", **origin),
        visitor.ask("OPTIONS", "/api/commands", None, **origin, Access_Control_Request_Method="POST"),
        visitor.ask("POST", "/api/commands/echo", b"", **origin),
        site.ask("GET", "/login", headers=origin),
    ):
        assert not [name for name in answered.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/login",
        "/robots.txt",
        "/api/commands",
        "/api/nothing",
        "/nothing",
        "/fail",
        "/static/none.css",
        "/api/commands/picture",
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_tells_the_browser_to_be_careful(site: Site, path: str, signed_in: bool) -> None:
    answered = site.sign_in().get(path) if signed_in else site.ask("GET", path)
    policy = answered.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy or "sandbox" in policy
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Referrer-Policy"] == "no-referrer"
    assert answered.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answered.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answered.headers["Cache-Control"] == "no-store"
    assert "Server" not in answered.headers
    assert answered.headers["Date"].endswith("GMT")


def test_a_bug_in_a_page_is_told_without_its_details(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    answered = site.sign_in().get("/fail")
    assert answered.status == 500
    assert b"ZeroDivision" not in answered.body
    eventually(lambda: "ZeroDivisionError" in caplog.text, "the log has its details")


def test_an_answer_that_breaks_off_does_not_look_complete(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    visitor = site.sign_in()
    raw = site.say(f"GET /fail-late HTTP/1.1\r\nHost: localhost\r\nCookie: {visitor.cookie}\r\n\r\n".encode())
    assert raw.endswith(b"half")
    assert "ZeroDivisionError" in caplog.text


def test_an_error_page_that_fails_leaves_a_plain_one(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "render_error", lambda *_: 1 / 0)
    answered = site.ask("GET", "/robots.txt", headers={"Host": "evil.example"})
    assert answered.status == 421
    assert b"host_names" in answered.body
