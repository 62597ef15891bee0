"""Whatever answers in the server's place: a clear line, in the check and in the status, and the picture stays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from artframe.immich.simulator import Simulator
from tests.frame.conftest import Album, album_on
from tests.frame.running import Running, artframe, eventually
from tests.immich.client.certificates import Certificate
from tests.immich.client.scripted import Answer, Received, Script, ScriptedServer

PAGE = Answer(body=b"<!DOCTYPE html><html><body>It works!</body></html>", headers={"Content-Type": "text/html"})
LOGIN = Answer(
    body=b"<html><title>Sign in</title><input type='password'></html>", headers={"Content-Type": "text/html"}
)


@dataclass(frozen=True)
class House:
    """A frame that has its album, and what may be put in the server's place."""

    frame: Running
    album: Album
    certificate: Certificate

    def relay(self, received: Received, **changed: Any) -> Answer:
        """What the real server says, passed on."""
        answer = requests.request(
            received.method,
            self.album.server.url + received.path,
            params=received.query,
            headers={"x-api-key": self.album.key, "Content-Type": "application/json"},
            data=received.body or None,
            timeout=60,
        )
        kind = answer.headers.get("Content-Type", "")
        return Answer(
            **{"status": answer.status_code, "body": answer.content, "headers": {"Content-Type": kind}} | changed
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with Simulator(folder / "immich", "3.0") as server:
        album = album_on(server)
        frame = Running(folder / "home")
        frame.write("frame.json", {"display": {"interval_seconds": 3600, "transition": "cut"}})
        frame.configure("family", **album.settings)
        frame.start()
        frame.wait_for_photos(6)
        frame.wait_for_photo()
        try:
            yield House(frame, album, Certificate.make(folder))
        finally:
            frame.kill()


@pytest.fixture(autouse=True)
def afterwards(house: House) -> Iterator[None]:
    """The picture stayed and nothing was lost, and with the right address all is well again."""
    shown = house.frame.photo()
    yield
    assert house.frame.photo() == shown
    assert house.frame.status()["photos"] == 6
    house.frame.configure("family", **house.album.settings)
    eventually(lambda: runs_on(house.frame, house.album.server.url) and not house.frame.problems(), "all is well again")


def runs_on(frame: Running, url: str) -> bool:
    """Whether the plugin runs, with this address."""
    facts = frame.result("diagnostics")["plugins"].get("family")
    return bool(facts and facts.get("connected") and facts["server"] == url)


def findings(frame: Running) -> list[dict[str, Any]]:
    """What ``artframe plugin check`` says is wrong; its exit code must say so too."""
    check = artframe("plugin", "check", "family", "--json", home=frame.home)
    found: dict[str, Any] = json.loads(check.stdout)
    wrong = [one for one in found["findings"] if not one["ok"]]
    assert check.returncode == (1 if wrong else 0), check
    return wrong


def unused_port() -> int:
    with ScriptedServer(lambda _: PAGE) as server:
        return server.port


Place = Callable[[House], ScriptedServer]


def plain(script: Script) -> Place:
    return lambda _: ScriptedServer(script)


def encrypted(house: House) -> ScriptedServer:
    return ScriptedServer(house.relay, house.certificate.server_context())


@pytest.mark.parametrize(
    ("place", "scheme", "says", "does"),
    [
        (plain(lambda _: PAGE), "http", "a web page answered", "check the address"),
        (plain(lambda _: LOGIN), "http", "a proxy stands before Immich", "let the path /api pass"),
        (plain(lambda _: Answer(body={"hello": "world"})), "http", "", "address"),
        (plain(lambda _: Answer(body=b"{]")), "http", "not JSON", "address"),
        (
            plain(lambda _: Answer(status=302, headers={"Location": "https://login.example.com/"})),
            "http",
            "redirect",
            "",
        ),
        (encrypted, "http", "closed the connection", "https://"),
        (plain(lambda _: PAGE), "https", "speaks plain http", "http://"),
        (encrypted, "https", "not signed by an authority", "ca_file"),
    ],
    ids=[
        "a web page",
        "the login page of a proxy",
        "JSON of another program",
        "broken JSON",
        "a redirect to somewhere else",
        "http where https is spoken",
        "https where http is spoken",
        "a certificate of its own",
    ],
)
def test_something_else_in_its_place_is_named(house: House, place: Place, scheme: str, says: str, does: str) -> None:
    with place(house) as server:
        url = f"{scheme}://127.0.0.1:{server.port}"
        house.frame.configure("family", **{**house.album.settings, "immich_url": url})
        eventually(house.frame.problems, "the problem is told")
        (wrong,) = findings(house.frame)
        assert says in wrong["text"]
        assert does in wrong["hint"]
        (problem,) = house.frame.status()["problems"]
        assert problem["owner"] == "family"
        assert says in problem["message"]
        assert does in problem["hint"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"http://127.0.0.1:{unused_port()}", "refuses connections"),
        ("http://no-such-host.invalid", "no-such-host.invalid"),
    ],
    ids=["nobody listens", "an unknown name"],
)
def test_a_wrong_address_is_named(house: House, url: str, says: str) -> None:
    house.frame.configure("family", **{**house.album.settings, "immich_url": url})
    eventually(house.frame.problems, "the problem is told")
    assert any(says in one["text"] for one in findings(house.frame))
    (problem,) = house.frame.problems()
    assert says in problem


def test_an_impossible_address_is_refused_with_its_line(house: House) -> None:
    house.frame.configure("family", **{**house.album.settings, "immich_url": "photos at home"})
    eventually(house.frame.problems, "the problem is told")
    assert any("immich_url" in line for line in house.frame.problems()), house.frame.problems()


def test_a_certificate_of_its_own_is_trusted_through_the_ca_file(house: House) -> None:
    with encrypted(house) as server:
        ca_file = str(house.certificate.path)
        house.frame.configure("family", **{**house.album.settings, "immich_url": server.url, "ca_file": ca_file})
        eventually(lambda: runs_on(house.frame, server.url), "it runs")
        assert findings(house.frame) == []
        assert house.frame.result("job", "run", "family/sync")["outcome"] == "good"


def test_an_old_server_is_told_and_tried(house: House) -> None:
    def old(received: Received) -> Answer:
        if received.path == "/api/server/version":
            return Answer(body={"major": 1, "minor": 138, "patch": 1})
        return house.relay(received)

    with ScriptedServer(old) as server:
        house.frame.configure("family", **{**house.album.settings, "immich_url": server.url})
        eventually(lambda: runs_on(house.frame, server.url), "it is tried")
        (wrong,) = findings(house.frame)
        assert "Immich 1.138.1" in wrong["text"]
        assert any("Immich 1.138.1" in line and "2.7" in line for line in house.frame.problems())
        house.frame.ask("job", "run", "family/sync")


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 21 Nov 2099 10:00:00 GMT"])
def test_clocks_that_differ_by_years_are_told(house: House, date: str) -> None:
    with ScriptedServer(lambda received: house.relay(received, date=date)) as server:
        house.frame.configure("family", **{**house.album.settings, "immich_url": server.url})
        eventually(lambda: runs_on(house.frame, server.url), "it runs")
        (wrong,) = findings(house.frame)
        assert "clock" in wrong["text"]
        eventually(lambda: any("clock" in line for line in house.frame.problems()), "the problem is told")
        assert house.frame.result("job", "run", "family/sync")["outcome"] == "good"


def test_a_certificate_that_expired_hints_at_the_clock(house: House, tmp_path: Path) -> None:
    old = Certificate.make(tmp_path, expired=True)
    with ScriptedServer(house.relay, old.server_context()) as server:
        settings = {**house.album.settings, "immich_url": server.url, "ca_file": str(old.path)}
        house.frame.configure("family", **settings)
        eventually(house.frame.problems, "the problem is told")
        (wrong,) = findings(house.frame)
        assert "not valid at this date" in wrong["text"]
        assert "clock" in wrong["hint"]
