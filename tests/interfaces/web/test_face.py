"""The web page as a face: where it listens, what happens when it cannot, and how it follows its settings."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.interfaces.web.face import WebServed
from artframe.testing import ManualClock
from tests.frame.running import eventually
from tests.interfaces.serving import Toys
from tests.interfaces.web.site import Site, everything, status

ASK = b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@contextlib.contextmanager
def taken_port(host: str = "127.0.0.1") -> Iterator[tuple[int, socket.socket]]:
    with socket.socket() as other:
        other.bind((host, 0))
        other.listen()
        yield other.getsockname()[1], other


def answered(port: int, host: str = "127.0.0.1") -> int:
    with socket.create_connection((host, port), 60) as channel:
        channel.sendall(ASK)
        return status(everything(channel))


def is_refused(port: int) -> bool:
    try:
        answered(port)
    except ConnectionRefusedError:
        return True
    return False


def test_it_is_served_on_ipv4_and_ipv6(tmp_path: Path, toys: Toys) -> None:
    with Site(tmp_path / "home", toys, host="*") as site:
        assert answered(site.port) == 200
        assert answered(site.port, "::1") == 200
        assert not [url for url in site.face.facts()["urls"] if "0.0.0.0" in url or "[::]" in url]


def test_it_is_served_on_one_address_only_if_the_settings_say_so(tmp_path: Path, toys: Toys) -> None:
    with Site(tmp_path / "home", toys, host="127.0.0.3") as site:
        assert answered(site.port, "127.0.0.3") == 200
        with pytest.raises(ConnectionRefusedError):
            answered(site.port)
        assert site.face.facts() == {
            "running": True,
            "urls": [f"http://127.0.0.3:{site.port}"],
            "port": site.port,
            "tls": "off",
        }


def test_the_environment_names_the_port(tmp_path: Path, toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    with taken_port() as (port, other):
        other.close()
        monkeypatch.setenv("ARTFRAME_WEB_PORT", str(port))
        with Site(tmp_path / "home", toys, port=1) as site:
            assert site.port == port


@pytest.mark.parametrize("value", ["http", "70000", "-1", "8080 "])
def test_an_environment_that_names_no_port_is_told(
    tmp_path: Path, toys: Toys, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ARTFRAME_WEB_PORT", value.replace("8080 ", "0x50"))
    with Site(tmp_path / "home", toys) as site:
        assert answered(site.port) == 200
        assert "ARTFRAME_WEB_PORT" in site.problem("web/port")


def test_a_taken_port_that_the_environment_names_is_told_so(
    tmp_path: Path, toys: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with taken_port() as (port, _):
        monkeypatch.setenv("ARTFRAME_WEB_PORT", str(port))
        with Site(tmp_path / "home", toys) as site:
            assert "another port with ARTFRAME_WEB_PORT" in site.problem("web")


def test_a_taken_port_is_told_and_taken_up_when_it_is_free(
    tmp_path: Path, toys: Toys, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock()
    served: list[WebServed] = []
    with taken_port() as (port, other):
        site = Site(tmp_path / "home", toys, clock=clock, port=port)
        site.events.listen(WebServed, served.append)
        with site:
            assert f"port {port}" in site.problem("web")
            assert site.face.facts()["running"] is False
            assert site.face.facts()["urls"] == []
            clock.wait_for_sleepers()
            clock.advance(6)
            assert "another port under web.port" in site.problem("web"), "still taken"
            assert caplog.text.count(f"another program has port {port}") == 1, "the log tells it once"
            other.close()
            clock.wait_for_sleepers()
            clock.advance(6)
            eventually(lambda: served, "it is served")
            assert answered(port) == 200
            assert not site.problem("web")


def test_an_address_that_this_machine_has_not_yet_is_told(tmp_path: Path, toys: Toys) -> None:
    with Site(tmp_path / "home", toys, host="192.0.2.77") as site:
        assert "192.0.2.77" in site.problem("web")


def test_another_port_is_taken_up_without_disturbing_who_is_there(site: Site) -> None:
    visitor = site.sign_in()
    old = site.port
    with site.open() as follower:
        follower.sendall(f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: {visitor.cookie}\r\n\r\n".encode())
        assert b"200 OK" in follower.recv(1000)
        with taken_port() as (port, other):
            other.close()
            site.configure(port=port)
            eventually(lambda: site.port == port, "the other port is taken up")
        assert answered(port) == 200
        eventually(lambda: is_refused(old), "the old one is closed")
        assert site.face._web.feed.followers == 1


def test_settings_that_are_not_about_the_place_disturb_nothing(site: Site) -> None:
    server = site.face._server
    assert server is not None
    sockets, port = server.sockets, site.port
    site.configure(host_names=("frame.example.com",))
    site.configure(host_names=("frame.example.com", "x.example.com"))
    eventually(lambda: not site.face._changed.is_set(), "the settings were looked at")
    assert site.face._server is server
    assert server.sockets == sockets
    assert site.port == port


def test_a_place_that_cannot_be_taken_leaves_the_page_where_it_is(site: Site) -> None:
    port = site.port
    with taken_port() as (taken, _):
        site.configure(port=taken)
        eventually(lambda: site.problem("web"), "it is told")
        assert answered(port) == 200
        site.configure(port=0)
        eventually(lambda: not site.problem("web"), "it is well again")


def test_a_mistyped_address_does_not_lock_anybody_out(tmp_path: Path, toys: Toys) -> None:
    with taken_port() as (port, other):
        other.close()
        with Site(tmp_path / "home", toys, port=port) as site:
            site.configure(port=port, host="192.0.2.77")
            eventually(lambda: site.problem("web"), "it is told")
            eventually(lambda: site.face.facts()["running"], "it is back where it was")
            assert answered(port) == 200


def test_all_addresses_take_the_place_of_one_on_the_same_port(tmp_path: Path, toys: Toys) -> None:
    with taken_port() as (port, other):
        other.close()
        with Site(tmp_path / "home", toys, port=port) as site:
            site.configure(port=port, host="*")
            eventually(lambda: len(site.face._server.sockets) == 2, "it listens on all of them")  # type: ignore[union-attr]
            assert answered(port, "::1") == 200
            assert not site.problem("web")


def test_it_can_be_switched_off_and_on(site: Site) -> None:
    with site.open() as channel:
        site.configure(enabled=False)
        assert everything(channel) == b""
    assert site.face.facts() == {"running": False, "urls": [], "port": None, "tls": "off"}
    site.configure(enabled=True)
    eventually(lambda: site.face.facts()["running"], "it is back")
    assert answered(site.port) == 200


def test_it_starts_again_at_once_on_the_port_it_had(tmp_path: Path, toys: Toys) -> None:
    with Site(tmp_path / "home", toys) as site:
        port = site.port
        channel = site.open()
    channel.close()
    with Site(tmp_path / "home", toys, port=port) as site:
        assert site.port == port
        assert not site.problem("web")


def test_the_demo_takes_another_port_when_its_own_is_taken(tmp_path: Path, toys: Toys) -> None:
    with taken_port() as (taken, _), Site(tmp_path / "home", toys, port=taken, demo=True) as site:
        assert site.port != taken
        assert answered(site.port) == 200
        assert not site.problem("web")


def test_a_request_that_is_answered_when_the_frame_stops_is_answered(tmp_path: Path, toys: Toys) -> None:
    site = Site(tmp_path / "home", toys)
    with site:
        token = site.token("full")
        channel = site.open()
        words = ["POST /api/commands/slow/backup HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}", "", ""]
        channel.sendall("\r\n".join(words).encode())
        assert toys.started.wait(60)
        site.stop()
        toys.go_on.set()
        assert status(everything(channel)) == 200
    channel.close()


def test_a_command_that_does_not_end_does_not_hold_up_the_stop(tmp_path: Path, toys: Toys) -> None:
    site = Site(tmp_path / "home", toys)
    with site:
        token = site.token("full")
        channel = site.open()
        words = ["POST /api/commands/hang HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}", "", ""]
        channel.sendall("\r\n".join(words).encode())
        assert toys.started.wait(60)
    assert toys.cancelled.wait(60)
    everything(channel)
    channel.close()


def test_who_takes_nothing_of_an_answer_does_not_hold_up_the_stop(tmp_path: Path, toys: Toys) -> None:
    site = Site(tmp_path / "home", toys)
    with site:
        token = site.token("full")
        channel = site.open()
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        words = ["GET /api/commands/backup HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}", "", ""]
        channel.sendall("\r\n".join(words).encode())
        assert channel.recv(100).startswith(b"HTTP/1.1 200")
        server = site.face._server
        assert server is not None
    assert server.open_connections == 0
    channel.close()


def test_a_bug_in_the_way_is_told_and_tried_again(
    tmp_path: Path, toys: Toys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock()
    with monkeypatch.context() as patch:
        patch.setattr("artframe.interfaces.web.face.make_app", lambda *_, **__: 1 / 0)
        site = Site(tmp_path / "home", toys, clock=clock)
        site.__enter__()
        assert "ZeroDivisionError" in site.problem("web/bug")
    clock.wait_for_sleepers()
    clock.advance(6)
    eventually(lambda: site.face.facts()["running"], "it comes up")
    eventually(lambda: not site.problem("web/bug"), "nothing is wrong any more")
    site.__exit__()
