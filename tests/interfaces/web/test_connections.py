"""Visitors who are slow, many or greedy, on real sockets; another address of loopback is another visitor."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.interfaces.web.limits import Limits
from tests.frame.running import eventually
from tests.interfaces.serving import Toys
from tests.interfaces.web.site import Site, everything, status

ASK = b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"
WEBSOCKET = b"\r\n".join(
    (
        b"GET / HTTP/1.1",
        b"Host: localhost",
        b"Connection: Upgrade",
        b"Upgrade: websocket",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        b"",
        b"",
    )
)
QUICK = Limits(
    header_seconds=1.0,
    handshake_seconds=1.0,
    keep_alive_seconds=1.0,
    body_seconds=1.0,
    write_seconds=1.0,
    linger_seconds=1.0,
    heartbeat_seconds=0.1,
)


@pytest.fixture
def quick(tmp_path: Path, toys: Toys) -> Iterator[Site]:
    """A site whose patience is short, so that the tests need little: but longer than a busy machine lets one wait."""
    with Site(tmp_path / "home", toys, limits=QUICK) as served:
        yield served


def answer(channel: socket.socket) -> bytes:
    """One answer with its body (if its length is told), of a connection that stays open."""
    found = b""
    while b"\r\n\r\n" not in found and (piece := channel.recv(65536)):
        found += piece
    head, _, body = found.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length and len(body) < int(length[1]) and (piece := channel.recv(65536)):
        body += piece
    return head + b"\r\n\r\n" + body


def post(path: str, *more: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *more, "", ""]).encode()


# ---- slow


def test_a_connection_on_which_nothing_is_said_is_closed(quick: Site) -> None:
    with quick.open() as channel:
        assert everything(channel) == b""


def test_headers_that_do_not_end_in_time_are_answered_and_cut_off(quick: Site) -> None:
    with quick.open() as channel:
        channel.sendall(ASK[:-2])
        assert status(everything(channel)) == 408


def test_who_goes_away_in_the_middle_of_a_body_is_no_bug(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        with site.open() as channel:
            channel.sendall(
                post("/login", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 9") + b"a="
            )
    assert site.ask("GET", "/robots.txt").status == 200
    eventually(lambda: site.face._server and site.face._server.open_connections <= 1, "they are forgotten")
    assert "Traceback" not in caplog.text


def test_headers_that_drip_in_get_no_more_time(quick: Site) -> None:
    began = time.monotonic()
    with quick.open() as channel, contextlib.suppress(ConnectionError):
        channel.settimeout(0.02)
        channel.sendall(b"GET / HTTP/1.1\r\n")
        while time.monotonic() - began < 20:
            channel.sendall(b"X: y\r\n")
            with contextlib.suppress(TimeoutError):
                if channel.recv(1):
                    break
    assert time.monotonic() - began < 20, "it went on although the time for headers was over"


def test_a_second_request_on_the_same_connection_has_a_deadline_too(quick: Site) -> None:
    with quick.open() as channel:
        channel.sendall(ASK)
        assert status(answer(channel)) == 200
        channel.sendall(ASK[:-2])
        assert status(everything(channel)) == 408


def test_an_idle_connection_is_closed_after_its_answer(quick: Site) -> None:
    with quick.open() as channel:
        channel.sendall(ASK)
        assert everything(channel).count(b"HTTP/1.1") == 1


def test_a_body_that_does_not_come_is_given_up(quick: Site) -> None:
    token = quick.token("full")
    with quick.open() as channel:
        channel.sendall(post("/api/commands/echo", f"Authorization: Bearer {token}", "Content-Length: 1000") + b"{")
        assert status(everything(channel)) == 408


def test_a_body_that_drips_in_is_given_up(quick: Site) -> None:
    token = quick.token("full")
    began = time.monotonic()
    with quick.open() as channel, contextlib.suppress(ConnectionError):
        channel.settimeout(0.02)
        channel.sendall(post("/api/commands/echo", f"Authorization: Bearer {token}", "Content-Length: 900000"))
        while time.monotonic() - began < 20:
            channel.sendall(b" " * 10)
            with contextlib.suppress(TimeoutError):
                if channel.recv(1):
                    break
    assert time.monotonic() - began < 20


def test_who_takes_nothing_of_the_answer_is_let_go(quick: Site) -> None:
    token = quick.token("full")
    with quick.open() as channel:
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        channel.sendall(
            f"GET /api/commands/backup HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        eventually(lambda: quick.face._server and not quick.face._server.open_connections, "the connection is given up")
    eventually(lambda: not (quick.home.parent / "temporary.tar").exists(), "its file is deleted")


# ---- many


def test_a_thousand_idle_connections_do_no_harm(site: Site) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(1000):
            stack.enter_context(site.open("127.0.0.9"))
        assert site.ask("GET", "/robots.txt").status == 200
        server = site.face._server
        assert server is not None
        eventually(lambda: server.open_connections <= 17, "the others were let go")


def test_idle_connections_from_many_addresses_make_room_for_one_more(tmp_path: Path, toys: Toys) -> None:
    with (
        Site(tmp_path / "home", toys, limits=Limits(connections=8, connections_of_one=4)) as site,
        contextlib.ExitStack() as stack,
    ):
        for number in range(40):
            stack.enter_context(site.open(f"127.0.1.{number % 10 + 1}"))
        for source in ("127.0.0.1", "127.0.2.1", "127.0.2.2"):
            assert site.ask("GET", "/robots.txt", source=source).status == 200


def test_the_oldest_idle_connection_of_an_address_gives_way(tmp_path: Path, toys: Toys) -> None:
    with (
        Site(tmp_path / "home", toys, limits=Limits(connections_of_one=2)) as site,
        site.open() as first,
        site.open() as second,
        site.open() as third,
    ):
        assert everything(first) == b""
        for channel in (second, third):
            channel.sendall(ASK)
            assert status(answer(channel)) == 200


def test_one_who_has_just_asked_is_not_the_oldest(tmp_path: Path, toys: Toys) -> None:
    with (
        Site(tmp_path / "home", toys, limits=Limits(connections_of_one=2)) as site,
        site.open() as first,
        site.open() as second,
    ):
        first.sendall(ASK)
        assert status(answer(first)) == 200
        with site.open() as third:
            assert everything(second) == b""
            for channel in (first, third):
                channel.sendall(ASK)
                assert status(answer(channel)) == 200


def test_a_request_that_is_answered_is_not_cut_off_for_others(tmp_path: Path, toys: Toys) -> None:
    with Site(tmp_path / "home", toys, limits=Limits(connections_of_one=2, connections=3)) as site:
        token = site.token("full")
        following = f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        with site.open() as first, site.open() as second:
            for channel in (first, second):
                channel.sendall(following)
                assert status(answer(channel)) == 200
            with site.open() as third:
                assert everything(third) == b"", "nobody makes room, so the new one goes"
            assert site.ask("GET", "/robots.txt", source="127.0.0.2").status == 200, "but others get in"


def test_senders_of_endless_bodies_make_room_as_well(tmp_path: Path, toys: Toys) -> None:
    with (
        Site(tmp_path / "home", toys, limits=Limits(connections=4, connections_of_one=2)) as site,
        contextlib.ExitStack() as stack,
    ):
        for number in range(8):
            channel = stack.enter_context(site.open(f"127.0.3.{number % 4 + 1}"))
            channel.sendall(post("/login", "Content-Length: 100000", "Content-Type: application/x-www-form-urlencoded"))
        assert site.ask("GET", "/robots.txt").status == 200


# ---- greedy


def test_a_body_that_says_it_is_too_large_is_refused_unread(site: Site) -> None:
    token = site.token("full")
    refused = site.ask(
        "POST",
        "/api/commands/echo",
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Content-Length": str(10**12),
        },
    )
    assert refused.status == 413
    assert "1,048,576" in refused.error["message"]


def test_somebody_unknown_may_send_little(site: Site) -> None:
    for length, expected in ((20_000, 413), (900_000, 413)):
        refused = site.ask(
            "POST", "/login", b"a" * length, {"Content-Type": "application/x-www-form-urlencoded"}, source="127.0.0.2"
        )
        assert refused.status == expected


def test_a_refusal_reaches_a_client_that_sends_everything_before_it_listens(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.token('full')}", "Content-Type": "application/json"}
    for _ in range(5):
        assert site.ask("POST", "/api/commands/echo", bytes(6 << 20), headers).status == 413


def test_a_body_of_unknown_length_is_refused_where_it_becomes_too_large(site: Site) -> None:
    token = site.token("full")
    head = post(
        "/api/commands/echo",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    )
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with site.open() as channel:
        with contextlib.suppress(ConnectionError):
            channel.sendall(head + chunk * 17)
        assert status(everything(channel)) == 413


def test_a_chunked_body_that_fits_is_taken(site: Site) -> None:
    token = site.token("full")
    head = post(
        "/api/commands/echo",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        "Connection: close",
    )
    answered = site.say(head + b'8\r\n{"text":\r\n5\r\n"hi"}\r\n0\r\n\r\n')
    assert b'{"said":"hi"}' in answered


def test_a_client_that_asks_first_is_refused_before_it_sends(site: Site) -> None:
    token = site.token("full")
    head = post(
        "/api/commands/echo", f"Authorization: Bearer {token}", "Content-Length: 2000000", "Expect: 100-continue"
    )
    with site.open() as channel:
        channel.sendall(head)
        assert status(answer(channel)) == 413


def test_an_endless_line_of_headers_is_cut_off(site: Site) -> None:
    with site.open() as channel:
        with contextlib.suppress(ConnectionError):
            channel.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
            for _ in range(100):
                channel.sendall(b"x" * 4096)
        assert status(everything(channel)) in (400, 431)


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [(b"GET /" + b"a" * 5000 + b" HTTP/1.1", 414), (b"GET /?" + b"a=b&" * 2000 + b" HTTP/1.1", 414)],
    ids=["path", "query"],
)
def test_a_very_long_address_is_refused(site: Site, request_line: bytes, expected: int) -> None:
    assert status(site.say(request_line + b"\r\nHost: localhost\r\n\r\n")) == expected


def test_headers_that_come_at_once_have_the_same_limit(site: Site) -> None:
    head = b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n" + b"X-Y: " + b"z" * 20000 + b"\r\n\r\n"
    assert status(site.say(head)) == 431


def test_many_small_headers_have_the_same_limit(site: Site) -> None:
    head = b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 9000 + b"\r\n"
    assert status(site.say(head)) in (400, 431)


# ---- odd


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n Folded: x\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\r\n\r\n\r\n\r\n\0\0\0\0",
        post("/login", "Content-Length: 5, 6") + b"abcde",
        post("/login", "Content-Length: 5", "Content-Length: 6") + b"abcdef",
        post("/login", "Content-Length: +5") + b"abcde",
        post("/login", "Content-Length: -1") + b"abcde",
        post("/login", "Content-Length: 0x5") + b"abcde",
        post("/login", "Transfer-Encoding: xchunked") + b"0\r\n\r\n",
        post("/login", "Transfer-Encoding: chunked, identity") + b"0\r\n\r\n",
        post("/login", "Transfer-Encoding : chunked") + b"0\r\n\r\n",
        post("/login", "Transfer-Encoding: chunked", "Content-Length: 4")
        + b"0\r\n\r\nGET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n",
        post("/login", "Transfer-Encoding: chunked") + b"zz\r\n\r\n",
        post("/login", "Transfer-Encoding: chunked") + b"ffffffffffffffffffffffff\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        WEBSOCKET,
    ],
)
def test_what_no_honest_client_sends_is_refused_once_and_ends_the_connection(quick: Site, raw: bytes) -> None:
    answered = quick.say(raw)
    assert answered.count(b"HTTP/1.1 ") <= 1, "nothing behind it is taken for another request"
    assert status(answered) in (0, 400, 405, 413, 501)
    assert quick.ask("GET", "/robots.txt").status == 200


def test_requests_one_behind_the_other_are_answered_one_after_the_other(site: Site) -> None:
    answered = site.say(ASK * 3 + ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert answered.count(b"HTTP/1.1 200 OK") == 4


def test_old_and_odd_methods_do_no_harm(site: Site) -> None:
    visitor = site.sign_in()
    for method in ("TRACE", "PROPFIND", "FOO", "PATCH"):
        assert visitor.ask(method, "/api/commands", X_CSRF_Token=visitor.session.csrf).status == 405
