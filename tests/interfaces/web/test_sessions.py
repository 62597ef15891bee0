"""Who is let in: sessions, the door, tokens, the demo; on every route there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Mount

from artframe.interfaces.web import api
from artframe.interfaces.web.security import PUBLIC_PATHS
from artframe.testing import ManualClock
from tests.interfaces.serving import Toys
from tests.interfaces.web.door import ALL_PAGES, FORM
from tests.interfaces.web.site import PASSWORD, Site

pytestmark = pytest.mark.usefixtures("small_pages")


def _every_path() -> Iterator[tuple[str, str]]:
    def walk(routes: object, prefix: str) -> Iterator[tuple[str, str]]:
        assert isinstance(routes, list)
        for route in routes:
            if isinstance(route, Mount):
                yield from walk(route.routes, prefix + route.path)
                continue
            path = prefix + re.sub(r"\{[^}]*:int\}", "1", route.path)
            path = re.sub(r"\{[^}]*\}", "thing", path)
            for method in sorted(route.methods or {"GET"}):
                yield method, path

    yield from walk([*api.routes, *ALL_PAGES], "")
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
        yield method, "/no/such/page"
        yield method, "/api"
        yield method, "/api/no/such/thing"
        yield method, "/api/commands/echo"


@pytest.mark.parametrize("users", [True, False], ids=["with a user", "before anybody is a user"])
def test_every_route_without_a_session_is_a_401_or_leads_to_the_door(
    site: Site, users: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if users:
        site.access.accounts.add("ada", PASSWORD)
    door = "/login" if users else "/pair"
    walked = [(method, path) for method, path in _every_path() if path not in PUBLIC_PATHS]
    assert len(walked) > 20
    for method, path in walked:
        answered = site.ask(method, path, headers={"Origin": f"http://127.0.0.1:{site.port}"})
        if answered.status == 303:
            assert method in ("GET", "HEAD", "OPTIONS")
            assert answered.headers["Location"].split("?")[0] == door, path
        else:
            assert answered.status == 401, (method, path)
            assert "WWW-Authenticate" in answered.headers


def test_somebody_unknown_comes_back_to_where_they_wanted_to_go(paired: Site) -> None:
    assert paired.ask("GET", "/jobs/a%20b").headers["Location"] == "/login?next=/jobs/a%20b"
    assert paired.ask("GET", "//evil.example/").headers["Location"] == "/login?next=//evil.example/"
    assert paired.ask("GET", "/").headers["Location"] == "/login"


def test_a_part_of_a_page_is_not_replaced_by_the_door(paired: Site) -> None:
    answered = paired.ask("GET", "/jobs", headers={"HX-Request": "true"})
    assert (answered.status, answered.headers["HX-Redirect"]) == (401, "/login")


def test_a_session_opens_everything_and_its_end_closes_it(paired: Site) -> None:
    visitor = paired.sign_in()
    assert visitor.get("/api/commands").status == 200
    paired.access.sessions.end(visitor.session.id)
    assert visitor.get("/api/commands").status == 401


@pytest.mark.parametrize("cookie", ["", "x", "a" * 5000, "=;;=", "\u00ff"])
def test_a_cookie_that_is_no_session_is_none(paired: Site, cookie: str) -> None:
    assert paired.ask("GET", "/api/commands", headers={"Cookie": f"artframe-{paired.port}={cookie}"}).status == 401


def test_signing_in_sets_a_cookie_that_only_the_frame_sees(paired: Site) -> None:
    answered = paired.ask("POST", "/login", f"name=Ada&password={PASSWORD}".encode(), {"Content-Type": FORM})
    cookie = answered.headers["Set-Cookie"]
    assert answered.status == 200
    assert cookie.startswith(f"artframe-{paired.port}=")
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    sent = cookie.split(";")[0]
    assert paired.ask("GET", "/api/commands", headers={"Cookie": sent}).status == 200
    csrf = paired.access.sessions.find(sent.partition("=")[2]).csrf  # type: ignore[union-attr]
    gone = paired.ask("POST", "/logout", b"", {"Cookie": sent, "X-CSRF-Token": csrf})
    assert (
        "expires=thu, 01 jan 1970" in gone.headers["Set-Cookie"].lower()
        or "max-age=0" in gone.headers["Set-Cookie"].lower()
    )
    assert paired.ask("GET", "/api/commands", headers={"Cookie": sent}).status == 401


def test_a_wrong_password_says_nothing_of_what_was_wrong(paired: Site) -> None:
    told = {
        paired.ask("POST", "/login", body, {"Content-Type": FORM}).body
        for body in (b"name=ada&password=wrong-password", b"name=nobody&password=wrong-password")
    }
    assert len(told) == 1
    assert b"wrong-password" not in told.pop()


def test_guessing_passwords_is_slowed_down_and_then_refused(tmp_path: Path, toys: Toys) -> None:
    clock = ManualClock()
    with Site(tmp_path / "home", toys, clock=clock) as site:
        site.access.accounts.add("ada", PASSWORD)
        replies = [
            site.ask("POST", "/login", b"name=ada&password=wrong-password", {"Content-Type": FORM}) for _ in range(12)
        ]
        assert replies[0].status == 422
        assert replies[-1].status == 429
        assert int(replies[-1].headers["Retry-After"]) >= 1
        right = f"name=ada&password={PASSWORD}".encode()
        assert site.ask("POST", "/login", right, {"Content-Type": FORM}).status == 429, "not even the right one"
        elsewhere = site.ask("POST", "/login", right, {"Content-Type": FORM}, source="127.0.0.7")
        assert elsewhere.status == 200, "but nobody locks the owner out"


def test_guessing_the_code_is_refused_after_a_while(site: Site) -> None:
    code = site.access.pairing.code
    wrong = "000000" if code != "000000" else "000001"
    body = f"code={wrong}&name=eve&password={PASSWORD}".encode()
    replies = [site.ask("POST", "/pair", body, {"Content-Type": FORM}) for _ in range(11)]
    assert replies[0].status == 422
    assert replies[-1].status == 429
    assert int(replies[-1].headers["Retry-After"]) >= 1
    assert not site.access.accounts.any()


def test_the_code_lets_somebody_in(site: Site) -> None:
    body = f"code={site.access.pairing.code}&name=Ada&password={PASSWORD}".encode()
    answered = site.ask("POST", "/pair", body, {"Content-Type": FORM})
    assert answered.status == 200
    assert (
        site.ask("GET", "/api/commands", headers={"Cookie": answered.headers["Set-Cookie"].split(";")[0]}).status == 200
    )


def test_a_token_opens_the_api_only(site: Site) -> None:
    token = {"Authorization": f"Bearer {site.token('full')}"}
    assert site.ask("GET", "/api/commands", headers=token).status == 200
    assert site.ask("GET", "/fail", headers=token).status == 303


@pytest.mark.parametrize("value", ["Bearer aft_wrong", "Bearer ", "Basic YTpi", "aft_x", "Bearer " + "a" * 5000])
def test_a_wrong_token_is_a_401_even_beside_a_session(site: Site, value: str) -> None:
    answered = site.sign_in().get("/api/commands", Authorization=value)
    assert answered.status == 401
    assert "Bearer" in answered.headers["WWW-Authenticate"]


@pytest.mark.parametrize(("scope", "reads", "wipes"), [("read", 200, 403), ("change", 200, 403), ("full", 200, 200)])
def test_a_token_does_what_its_scope_allows(site: Site, toys: Toys, scope: str, reads: int, wipes: int) -> None:
    token = {"Authorization": f"Bearer {site.token(scope)}", "Content-Type": "application/json"}
    assert site.ask("GET", "/api/commands/echo?text=x", headers=token).status == reads
    assert site.ask("POST", "/api/commands/wipe", b'{"what": "it", "yes": true}', token).status == wipes
    assert toys.wiped == (["it"] if wipes == 200 else [])


def test_a_token_that_is_removed_opens_nothing(site: Site) -> None:
    token = {"Authorization": f"Bearer {site.token('full', 'mine')}"}
    assert site.ask("GET", "/api/commands", headers=token).status == 200
    site.access.tokens.remove("mine")
    assert site.ask("GET", "/api/commands", headers=token).status == 401


def test_the_demos_visitors_on_this_machine_need_no_password(tmp_path: Path, toys: Toys) -> None:
    with Site(tmp_path / "home", toys, demo=True, host="*") as site:
        assert site.face.facts()["urls"] == [f"http://127.0.0.1:{site.port}"], "it listens nowhere else"
        assert site.ask("GET", "/api/commands").status == 200
        assert site.ask("GET", "/api/commands", headers={"Host": "evil.example"}).status == 421
        assert site.ask("GET", "/api/commands/picture", headers={"Sec-Fetch-Site": "cross-site"}).status == 403
        body = b'{"text": "x"}'
        json = {"Content-Type": "application/json"}
        assert site.ask("POST", "/api/commands/echo", body, json).status == 403, "forms still need their token"


def test_without_the_demo_this_machine_is_as_unknown_as_any_other(site: Site) -> None:
    assert site.ask("GET", "/api/commands").status == 401
