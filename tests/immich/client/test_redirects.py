"""Redirects: followed for reading on the same server, and the key goes nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artframe.immich import Immich, NotImmich, Redirected, TlsError, Unreachable
from tests.immich.client.certificates import Certificate
from tests.immich.client.scripted import Answer, Received, Script, ScriptedServer

Serve = Callable[[Script], ScriptedServer]
Connect = Callable[..., Immich]
VERSION = Answer(body={"major": 3, "minor": 0, "patch": 0})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def https(certificate: Certificate) -> Iterator[ScriptedServer]:
    with ScriptedServer(lambda _: VERSION, certificate.server_context()) as server:
        yield server


def test_key_is_not_sent_to_another_host(serve: Serve, connect: Connect) -> None:
    thief = serve(lambda _: VERSION)
    server = serve(lambda _: Answer(status=302, headers={"Location": f"{thief.url}/api/server/version"}))
    with pytest.raises(Redirected) as caught:
        connect(server.url).version()
    assert thief.requests == []
    assert caught.value.target.startswith(thief.url)


def test_redirect_on_the_same_server_is_followed_for_reading(serve: Serve, connect: Connect) -> None:
    def script(received: Received) -> Answer:
        if received.path == "/api/server/version":
            return Answer(status=302, headers={"Location": "/elsewhere"})
        return VERSION

    server = serve(script)
    assert connect(server.url).version().major == 3
    assert server.requests[-1].headers["x-api-key"] == "test-key"


def test_redirect_of_a_post_is_not_followed(serve: Serve, connect: Connect) -> None:
    server = serve(
        lambda received: VERSION if received.method == "GET" else Answer(status=307, headers={"Location": "/x"})
    )
    with pytest.raises(Redirected):
        connect(server.url).check_uploads({"a": "0" * 40})
    assert len(server.requests) == 2


def test_circle_of_redirects_ends(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(status=302, headers={"Location": "/api/server/version"}))
    with pytest.raises(NotImmich, match="circles"):
        connect(server.url).version()


def test_server_that_moved_to_https_is_used_there_from_then_on(
    connect: Connect, certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    def plain(received: Received) -> Answer:
        return Answer(status=301, headers={"Location": f"{server.url}{received.path}", "Connection": "close"})

    def script(received: Received) -> Answer:
        return VERSION if received.method == "GET" else Answer(body={"results": [{"id": "0", "action": "accept"}]})

    with ScriptedServer(script, certificate.server_context(), plain) as server:
        client = connect(f"http://127.0.0.1:{server.port}", ca_file=certificate.path)
        assert client.version().major == 3
        assert not client.check_uploads({"a": "0" * 40})["a"].known
        assert len(server.requests) == 3
    assert [record.levelno for record in caplog.records if record.name.startswith("artframe")] == [logging.WARNING]


def test_https_on_another_port_is_another_server(
    serve: Serve, connect: Connect, https: ScriptedServer, certificate: Certificate
) -> None:
    plain = serve(lambda _: Answer(status=301, headers={"Location": f"{https.url}/api/server/version"}))
    with pytest.raises(Redirected):
        connect(plain.url, ca_file=certificate.path).version()
    assert https.requests == []


def test_http_where_https_is_spoken_gives_the_hint(connect: Connect, https: ScriptedServer) -> None:
    with pytest.raises(Unreachable, match="https://"):
        connect(f"http://127.0.0.1:{https.port}").version()


def test_https_where_http_is_spoken_says_so(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: VERSION)
    with pytest.raises(TlsError, match="plain http"):
        connect(f"https://127.0.0.1:{server.port}").version()


def test_certificate_of_its_own_asks_for_the_ca_file(connect: Connect, https: ScriptedServer) -> None:
    with pytest.raises(TlsError, match="ca_file"):
        connect(https.url).version()
    assert https.requests == []


def test_certificate_of_its_own_is_trusted_through_the_ca_file(
    connect: Connect, https: ScriptedServer, certificate: Certificate
) -> None:
    assert connect(https.url, ca_file=certificate.path).version().major == 3


def test_certificate_for_another_name_is_refused(
    connect: Connect, https: ScriptedServer, certificate: Certificate
) -> None:
    with pytest.raises(TlsError, match="another name"):
        connect(f"https://localhost:{https.port}", ca_file=certificate.path).version()


def test_expired_certificate_hints_at_the_clock(connect: Connect, tmp_path: Path) -> None:
    old = Certificate.make(tmp_path, expired=True)
    with (
        ScriptedServer(lambda _: VERSION, old.server_context()) as server,
        pytest.raises(TlsError, match="clock"),
    ):
        connect(server.url, ca_file=old.path).version()


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_unusable_ca_file_is_named_at_once(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TlsError, match=r"ca\.pem"):
        Immich("https://host", "key", ca_file=path)
