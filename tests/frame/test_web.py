"""The web page of a whole frame: let in with the code, used, attacked, in nobody's way, and gone in time."""

from __future__ import annotations

import contextlib
import json
import socket
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.bench.web_attack import Attack
from tests.frame.conftest import Album
from tests.frame.running import PATIENCE, Running, eventually

pytestmark = pytest.mark.parametrize("album", ["3.0"], indirect=True)
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Visitor:
    """Somebody on this machine who opens the page of a frame that runs."""

    def __init__(self, frame: Running, token: str = "") -> None:
        self.frame = frame
        self.port = eventually(lambda: port_of(frame), "the page is served")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, Any, bytes]:
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, body, {**self.headers, **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def run(self, path: str, **arguments: Any) -> Any:
        status, _, body = self.ask("POST", f"/api/commands/{path}", json.dumps(arguments), **{"Content-Type": JSON})
        assert status == 200, body
        return json.loads(body)["result"]


def port_of(frame: Running) -> int | None:
    urls = (frame.status().get("faces") or frame.result("diagnostics")["faces"])["web"]["urls"]
    return int(urls[0].rpartition(":")[2]) if urls else None


@pytest.fixture
def shown(frame: Running, album: Album) -> Running:
    """A frame that shows the album."""
    frame.configure("family", **album.settings)
    frame.start()
    frame.wait_for_photos(6)
    frame.wait_for_photo()
    return frame


def test_a_phone_with_the_code_is_let_in_and_uses_the_frame(shown: Running) -> None:
    visitor = Visitor(shown)
    assert visitor.ask("GET", "/")[1]["Location"] == "/pair"
    assert visitor.ask("GET", "/api/commands/status")[0] == 401
    code = shown.result("pair")["code"]
    status, headers, _ = visitor.ask(
        "POST", "/pair", f"code={code}&name=ada&password=a+long+password", **{"Content-Type": FORM}
    )
    assert status == 303
    visitor.headers = {"Cookie": headers["Set-Cookie"].split(";")[0]}
    assert visitor.ask("GET", "/")[0] == 200
    assert json.loads(visitor.ask("GET", "/api/commands/photo/current")[2])["result"]["photo"]["source"] == "family"
    assert visitor.ask("POST", "/api/commands/photo/next")[0] == 403, "a form token is needed besides"


def test_a_program_with_a_token_changes_the_picture(shown: Running) -> None:
    token = shown.result("token", "create", "automation", "--scope", "change")
    visitor = Visitor(shown, token["token"])
    before = shown.photo()
    after = visitor.run("photo/next")["photo"]
    assert before is not None
    assert after["id"] != before["id"]
    eventually(lambda: (shown.photo() or {})["id"] == after["id"], "it is shown")
    status, _, body = visitor.ask("POST", "/api/commands/backup/create", "")
    assert status in (403, 200) and (status == 403 or body), "what gives everything away wants full rights"


def test_what_happens_on_the_frame_is_told_to_the_page(shown: Running) -> None:
    token = shown.result("token", "create", "reader")["token"]
    visitor = Visitor(shown, token)
    with contextlib.closing(HTTPConnection("127.0.0.1", visitor.port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/api/events?types=photo_shown", headers=visitor.headers)
        answer = connection.getresponse()
        assert answer.readline().startswith(b"retry")
        shown.result("photo", "next")
        line = next(line for line in iter(answer.readline, b"") if line.startswith(b"data: "))
        assert json.loads(line[6:])["data"]["source"] == "family"


def test_pictures_go_on_while_the_page_is_attacked(shown: Running) -> None:
    visitor = Visitor(shown)
    attack = Attack(visitor.port, seconds=3)
    with attack.going_on():
        seen = set()
        while len(seen) < 4:
            seen.add(shown.result("photo", "next")["photo"]["id"])
            assert shown.alive
    assert attack.done["idle connections"] > 10
    assert visitor.ask("GET", "/login")[0] in (200, 303, 429)
    assert "Traceback" not in shown.output
    shown.stop()


def test_a_taken_port_keeps_no_picture_away(frame: Running, album: Album) -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        frame.configure("family", **album.settings)
        frame.start(ARTFRAME_WEB_PORT=str(other.getsockname()[1]))
        frame.wait_for_photo()
        assert any("the web page cannot be reached" in problem for problem in frame.problems())
        port = other.getsockname()[1]
    eventually(lambda: not any("web page" in problem for problem in frame.problems()), "the port is taken up")
    assert port_of(frame) == port


def test_another_setting_moves_the_page_and_nothing_else(shown: Running) -> None:
    visitor = Visitor(shown)
    settings = json.loads((shown.home / "config" / "frame.json").read_text())
    shown.write("frame.json", {**settings, "web": {"enabled": False}})
    eventually(lambda: port_of(shown) is None, "the page is off")
    with pytest.raises(ConnectionRefusedError):
        visitor.ask("GET", "/")
    shown.write("frame.json", {**settings, "web": {"tls": "generated"}})
    eventually(lambda: port_of(shown) is not None, "the page is on")
    assert shown.photo() is not None


def test_the_frame_stops_in_time_whoever_follows_it(shown: Running) -> None:
    token = shown.result("token", "create", "reader")["token"]
    visitor = Visitor(shown, token)
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            connection = stack.enter_context(contextlib.closing(HTTPConnection("127.0.0.1", visitor.port)))
            connection.request("GET", "/api/events", headers=visitor.headers)
            assert connection.getresponse().status == 200
        stack.enter_context(socket.create_connection(("127.0.0.1", visitor.port)))
        assert shown.stop() == 0
    assert "did not end" not in shown.output
