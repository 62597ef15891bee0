"""What each refusing answer becomes, and what is tried again."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from artframe import immich
from artframe.immich import Immich, clock_warning
from artframe.immich.errors import ImmichError
from tests.immich.client.scripted import Answer, Received, Script, ScriptedServer

Serve = Callable[[Script], ScriptedServer]
Connect = Callable[..., Immich]

VERSION = {"major": 3, "minor": 0, "patch": 0}
PAGE = b"<!DOCTYPE html><html><body>Hello</body></html>"
LOGIN_PAGE = b"<html><form><input type='password' name='p'></form></html>"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"message": "Invalid API key"}, immich.Unauthorized),
        (401, {"message": "Elevated permission is required"}, immich.ElevatedPermissionRequired),
        (401, b"", immich.NotImmich),
        (401, LOGIN_PAGE, immich.NotImmich),
        (403, {"message": "Forbidden"}, immich.AccessRefused),
        (403, PAGE, immich.NotImmich),
        (400, {"message": "Not found or no asset.read access"}, immich.NoAccess),
        (404, {"message": "Asset media not found"}, immich.RenditionMissing),
        (404, {"message": "Cannot GET /api/nowhere"}, immich.NotFound),
        (404, PAGE, immich.NotImmich),
        (400, {"message": ["size must not be less than 1"]}, immich.BadRequest),
        (400, {"message": "Quota has been exceeded!"}, immich.QuotaExceeded),
        (400, b"Client sent an HTTP request to an HTTPS server.\n", immich.TlsError),
        (413, PAGE, immich.TooLarge),
        (408, b"", immich.Unreachable),
        (429, b"slow down", immich.RateLimited),
        (500, {"message": "Internal server error"}, immich.ServerError),
        (502, PAGE, immich.ServerError),
    ],
)
def test_refusing_answer_becomes_a_typed_error(
    serve: Serve, connect: Connect, status: int, body: Any, kind: type[ImmichError]
) -> None:
    server = serve(lambda _: Answer(status=status, body=body))
    with pytest.raises(kind) as caught:
        connect(server.url).me()
    assert type(caught.value) is kind
    assert "test-key" not in str(caught.value)


@pytest.mark.parametrize("key", ["test-key\nsecond line", "test-key\u2603", "test\x00-key", "test-key\x7f"])
def test_what_cannot_be_a_key_is_refused_and_never_quoted(serve: Serve, connect: Connect, key: str) -> None:
    server = serve(lambda _: Answer(status=200, body={}))
    with pytest.raises(immich.Unauthorized) as caught:
        connect(server.url, key).me()
    assert "test" not in f"{caught.value} {caught.value.hint}"
    assert not server.requests


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_a_complaint_is_not_repeated_to_its_end(serve: Serve, connect: Connect, status: int) -> None:
    endless = {"message": ["x" * 1_000_000] * 50, "errors": [{"path": ["size"], "message": "y" * 1_000_000}]}
    server = serve(lambda _: Answer(status=status, body=endless))
    with pytest.raises(ImmichError) as caught:
        connect(server.url).me()
    assert len(str(caught.value)) < 15_000


def test_missing_permission_is_named(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(status=403, body={"message": "Missing required permission: album.read"}))
    with pytest.raises(immich.MissingPermission) as caught:
        connect(server.url).album("x")
    assert caught.value.permission == "album.read"
    assert "album.read" in str(caught.value)


def test_complaints_of_both_generations_are_listed(serve: Serve, connect: Connect) -> None:
    issue = {"code": "too_big", "path": ["assets", 0, "size"], "message": "Too big"}
    bodies = [
        {"message": ["one", "two"], "error": "Bad Request", "statusCode": 400},
        {"message": "Validation failed", "errors": [issue]},
    ]
    server = serve(lambda _: Answer(status=400, body=bodies.pop(0)))
    client = connect(server.url)
    found = []
    for _ in range(2):
        with pytest.raises(immich.BadRequest) as caught:
            client.me()
        found.append(caught.value.details)
    assert found == [("one", "two"), ("Validation failed", "assets.0.size: Too big")]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_reading_is_tried_again_after_a_passing_failure(serve: Serve, connect: Connect, status: int) -> None:
    answers = [Answer(status=status, body=b""), Answer(status=status, body=b""), Answer(body=VERSION)]
    server = serve(lambda _: answers.pop(0))
    pauses: list[float] = []
    assert connect(server.url, pauses=pauses).version().major == 3
    assert pauses == sorted(pauses) and len(pauses) == 2


def test_pause_that_the_server_asks_for_is_kept(serve: Serve, connect: Connect) -> None:
    answers = [Answer(status=429, body=b"", headers={"Retry-After": "7"}), Answer(body=VERSION)]
    server = serve(lambda _: answers.pop(0))
    pauses: list[float] = []
    connect(server.url, pauses=pauses).version()
    assert pauses == [7.0]


def test_long_pause_is_left_to_the_caller(serve: Serve, connect: Connect) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(hours=1))
    server = serve(lambda _: Answer(status=503, body=b"", headers={"Retry-After": moment}))
    pauses: list[float] = []
    with pytest.raises(immich.ServerError) as caught:
        connect(server.url, pauses=pauses).version()
    assert pauses == []
    assert caught.value.retry_after is not None and 3500 < caught.value.retry_after <= 3600


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_lasting_refusal_is_not_tried_again(serve: Serve, connect: Connect, status: int) -> None:
    server = serve(lambda _: Answer(status=status, body={"message": "no"}))
    with pytest.raises(ImmichError):
        connect(server.url).me()
    assert len(server.requests) == 1


def test_login_is_not_repeated(serve: Serve) -> None:
    def script(received: Received) -> Answer:
        return Answer(body=VERSION) if received.method == "GET" else Answer(status=503, body=b"")

    server = serve(script)
    with pytest.raises(immich.ServerError):
        Immich.login(server.url, "me@example.com", "password", sleep=lambda _: None)
    assert server.paths().count("POST /api/auth/login") == 1


@pytest.mark.parametrize(("page", "word"), [(PAGE, "web page"), (LOGIN_PAGE, "login"), (b"pong", "JSON")])
def test_something_else_than_immich_is_recognised(serve: Serve, connect: Connect, page: bytes, word: str) -> None:
    server = serve(lambda _: Answer(body=page, headers={"Content-Type": "text/html"} if page != b"pong" else {}))
    with pytest.raises(immich.NotImmich, match=word):
        connect(server.url).version()


@pytest.mark.parametrize("answer", [Answer(body={"status": "ok"}), Answer(body=[]), Answer(status=404, body={})])
def test_json_of_another_program_is_no_immich(serve: Serve, connect: Connect, answer: Answer) -> None:
    with pytest.raises(immich.NotImmich, match="address"):
        connect(serve(lambda _: answer).url).version()


def test_unknown_name_says_so(connect: Connect) -> None:
    with pytest.raises(immich.Unreachable, match=r"photos\.invalid is unknown"):
        connect("http://photos.invalid").version()


def test_refused_connection_says_so(connect: Connect) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(immich.Unreachable, match="refuses connections"):
            connect(f"http://127.0.0.1:{port}").version()


def test_server_that_never_answers_times_out(serve: Serve, connect: Connect) -> None:
    servers: list[ScriptedServer] = []

    def script(_: Received) -> Answer:
        servers[0].ended.wait()
        return Answer()

    servers.append(serve(script))
    with pytest.raises(immich.Unreachable, match="no answer in time"):
        connect(servers[0].url, read_timeout=0.1).version()
    assert len(servers[0].requests) == 1, "30 seconds thrice would be more than a plugin's start may take"


def test_an_answer_that_stalls_in_the_middle_is_not_asked_for_again(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(body=b'{"major": 3,', announced=500, hold=True))
    with pytest.raises(immich.StalledBody):
        connect(server.url, read_timeout=0.1).version()
    assert len(server.requests) == 1


def test_cut_json_is_read_again(serve: Serve, connect: Connect) -> None:
    answers = [Answer(body=b'{"major": 3,', announced=500), Answer(body=VERSION)]
    server = serve(lambda _: answers.pop(0))
    assert connect(server.url).version().major == 3


def test_no_cookie_is_kept(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(body=VERSION, headers={"Set-Cookie": "immich_access_token=stale; Path=/"}))
    client = connect(server.url)
    client.version()
    with pytest.raises(ImmichError):
        client.me()
    assert "Cookie" not in server.requests[-1].headers
    assert server.requests[-1].headers["x-api-key"] == "test-key"


def test_connection_is_used_again(serve: Serve, connect: Connect) -> None:
    answers = [Answer(body=VERSION), Answer(status=403, body={"message": "no"}), Answer(body={"id": "me"})]
    server = serve(lambda _: answers.pop(0))
    client = connect(server.url)
    client.version()
    with pytest.raises(immich.AccessRefused):
        client.me()
    client.me()
    assert len({received.client_port for received in server.requests}) == 1


def test_clock_that_is_wrong_by_years_is_noticed(serve: Serve, connect: Connect) -> None:
    dates = [None, "Sat, 21 Nov 2099 10:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"]
    server = serve(lambda _: Answer(body={"id": "me"}, date=dates.pop(0)))
    client = connect(server.url)
    assert clock_warning(client.clock_offset) is None
    warnings = []
    for _ in range(4):
        client.me()
        warnings.append(clock_warning(client.clock_offset) or "")
    assert warnings[0] == ""
    assert "behind" in warnings[1]
    assert "ahead of" in warnings[2] and "ahead of" in warnings[3]
    assert "(set the time" in warnings[1]


def test_version_below_2_7_warns_and_works(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(body={"major": 1, "minor": 138, "patch": 1}))
    version = connect(server.url).version()
    assert not version.supported
    assert "1.138.1" in (version.warning or "")


def test_version_is_asked_once(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(body=VERSION | {"prerelease": None}))
    client = connect(server.url)
    assert client.version() is client.version()
    assert client.version().warning is None
    assert len(server.requests) == 1


def test_key_and_missing_permissions(serve: Serve, connect: Connect) -> None:
    permissions = [["album.read", "asset.read"], ["all"]]
    server = serve(lambda _: Answer(body={"id": "k", "name": "frame", "permissions": permissions.pop(0)}))
    client = connect(server.url)
    assert client.missing_permissions({"asset.view", "album.read", "asset.download"}) == (
        "asset.download",
        "asset.view",
    )
    assert client.missing_permissions({"asset.view"}) == ()
