"""The bytes of a photo: whole, resumed, cut, stalled, redirected."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator

import pytest

from artframe import immich
from artframe.immich import Immich, Rendition, flow
from artframe.immich.account import LARGEST_FACE
from artframe.immich.errors import MalformedAnswer
from tests.immich.client.scripted import Answer, Received, Script, ScriptedServer

Serve = Callable[[Script], ScriptedServer]
Connect = Callable[..., Immich]
DATA = bytes(range(256)) * 20
JPEG = {
    "Content-Type": "image/jpeg",
    "Content-Disposition": "inline; filename*=UTF-8''Stra%C3%9Fe%2F1.jpg",
    "ETag": 'W/"1"',
}


def immich_like(received: Received) -> Answer:
    """Range as Immich answers it: 500 beyond the end, the whole file when If-Range does not fit."""
    match = re.fullmatch(r"bytes=(\d+)-", received.headers.get("Range", ""))
    if match is None or received.headers.get("If-Range", JPEG["ETag"]) != JPEG["ETag"]:
        return Answer(body=DATA, headers=JPEG)
    start = int(match.group(1))
    if start >= len(DATA):
        return Answer(
            status=500, body=b"Range Not Satisfiable", headers=JPEG | {"Content-Range": f"bytes */{len(DATA)}"}
        )
    content_range = f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"
    return Answer(status=206, body=DATA[start:], headers=JPEG | {"Content-Range": content_range})


def test_original_comes_with_name_type_and_size(serve: Serve, connect: Connect) -> None:
    server = serve(immich_like)
    with connect(server.url).open("ID") as body:
        assert (body.offset, body.total, body.content_type) == (0, len(DATA), "image/jpeg")
        assert (body.file_name, body.etag) == ("Straße/1.jpg", 'W/"1"')
        assert b"".join(body.chunks()) == DATA
    assert server.paths() == ["GET /api/assets/id/original"]
    assert server.requests[0].headers["Accept-Encoding"] == "identity"


def test_resume_goes_on_where_it_was(serve: Serve, connect: Connect) -> None:
    with connect(serve(immich_like).url).open("id", offset=1000, etag='W/"1"') as body:
        assert (body.offset, body.total) == (1000, len(DATA))
        assert b"".join(body.chunks()) == DATA[1000:]


def test_file_that_changed_meanwhile_comes_from_the_start(serve: Serve, connect: Connect) -> None:
    with connect(serve(immich_like).url).open("id", offset=1000, etag='W/"0"') as body:
        assert body.offset == 0
        assert b"".join(body.chunks()) == DATA


def test_server_without_range_is_noticed(serve: Serve, connect: Connect) -> None:
    with connect(serve(lambda _: Answer(body=DATA, headers=JPEG)).url).open("id", offset=1000) as body:
        assert body.offset == 0
        assert b"".join(body.chunks()) == DATA


def test_complete_file_is_not_asked_for(serve: Serve, connect: Connect) -> None:
    server = serve(immich_like)
    with connect(server.url).open("id", offset=len(DATA), size=len(DATA)) as body:
        assert (body.offset, body.total, list(body.chunks())) == (len(DATA), len(DATA), [])
    assert server.requests == []


def test_complete_file_of_unknown_size_is_recognised(serve: Serve, connect: Connect) -> None:
    with connect(serve(immich_like).url).open("id", offset=len(DATA)) as body:
        assert (body.offset, body.total, list(body.chunks())) == (len(DATA), len(DATA), [])


@pytest.mark.parametrize("size", [None, len(DATA)])
def test_more_than_the_whole_file_starts_anew(serve: Serve, connect: Connect, size: int | None) -> None:
    with connect(serve(immich_like).url).open("id", offset=len(DATA) + 1, size=size) as body:
        assert body.offset == 0
        assert b"".join(body.chunks()) == DATA


def test_failure_while_resuming_stays_a_failure(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(status=500, body={"message": "Internal server error"}))
    with pytest.raises(immich.ServerError):
        connect(server.url).open("id", offset=10)


@pytest.mark.parametrize(
    ("rendition", "edited", "path", "query"),
    [
        (Rendition.ORIGINAL, True, "original", {"edited": "true"}),
        (Rendition.PREVIEW, False, "thumbnail", {"size": "preview"}),
        (Rendition.THUMBNAIL, False, "thumbnail", {"size": "thumbnail"}),
        (Rendition.FULLSIZE, True, "thumbnail", {"size": "fullsize", "edited": "true"}),
    ],
)
def test_each_rendition_has_its_request(
    serve: Serve, connect: Connect, rendition: Rendition, edited: bool, path: str, query: dict[str, str]
) -> None:
    server = serve(immich_like)
    connect(server.url).open("id", rendition, edited=edited).close()
    assert (server.requests[0].path, server.requests[0].query) == (f"/api/assets/id/{path}", query)


@pytest.mark.parametrize("target", ["original?", "?size=preview"])
def test_fullsize_follows_the_server_to_what_it_has(serve: Serve, connect: Connect, target: str) -> None:
    def script(received: Received) -> Answer:
        if received.query.get("size") == "fullsize":
            return Answer(status=302, body=b"Found", headers={"Location": target})
        return immich_like(received)

    server = serve(script)
    with connect(server.url).open("id", Rendition.FULLSIZE, offset=50) as body:
        assert body.offset == 50
        assert b"".join(body.chunks()) == DATA[50:]
    assert server.requests[1].headers["x-api-key"] == "test-key"


def test_cut_body_raises_after_what_arrived(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(body=DATA[:3000], announced=len(DATA), headers=JPEG))
    received = bytearray()
    with connect(server.url).open("id") as body, pytest.raises(immich.CutBody):
        for chunk in body.chunks():
            received += chunk
    assert received == DATA[:3000]


def test_stalled_body_raises_and_keeps_what_arrived(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(body=DATA[:3000], announced=len(DATA), headers=JPEG, hold=True))
    received = bytearray()
    with connect(server.url, read_timeout=0.2).open("id") as body, pytest.raises(immich.StalledBody):
        for chunk in body.chunks():
            received += chunk
    assert received == DATA[:3000]


def test_body_that_trickles_counts_as_stalled() -> None:
    class Trickle:
        """A response whose body brings one byte every ten seconds of the test's clock."""

        def __init__(self) -> None:
            self.raw = self
            self.now = 0.0

        def read1(self, size: int, decode_content: bool) -> bytes:
            self.now += 10.0
            return b"x"

    trickle = Trickle()
    with pytest.raises(immich.StalledBody):
        for _ in flow.pieces(trickle, stall_timeout=30.0, clock=lambda: trickle.now):  # type: ignore[arg-type]
            assert trickle.now < 100


def test_login_page_instead_of_a_photo_is_recognised(serve: Serve, connect: Connect) -> None:
    page = b"<html><body><input type=password></body></html>"
    server = serve(lambda _: Answer(body=page, headers={"Content-Type": "text/html"}))
    with pytest.raises(immich.NotImmich):
        connect(server.url).open("id")


def test_preview_that_is_not_made_yet_says_so(serve: Serve, connect: Connect) -> None:
    server = serve(lambda _: Answer(status=404, body={"message": "Asset media not found"}))
    with pytest.raises(immich.RenditionMissing):
        connect(server.url).open("id", Rendition.PREVIEW)


def test_no_more_connections_than_allowed_at_once(serve: Serve, connect: Connect) -> None:
    lock, arrived, release = threading.Lock(), threading.Semaphore(0), threading.Event()
    active = peak = 0

    def script(received: Received) -> Answer:
        nonlocal active, peak
        with lock:
            active += 1
            peak = max(peak, active)
        arrived.release()
        release.wait(10)
        with lock:
            active -= 1
        return immich_like(received)

    client = connect(serve(script).url, connections=2, read_timeout=20.0)

    def fetch() -> None:
        with client.open("id") as body:
            assert b"".join(body.chunks()) == DATA

    threads = [threading.Thread(target=fetch) for _ in range(6)]
    for thread in threads:
        thread.start()
    assert arrived.acquire(timeout=10) and arrived.acquire(timeout=10)
    assert not arrived.acquire(timeout=0.3)
    release.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert peak == 2


def test_closed_body_gives_its_connection_to_others(serve: Serve, connect: Connect) -> None:
    client = connect(serve(immich_like).url, connections=1)
    for _ in range(3):
        with client.open("id") as body:
            next(body.chunks())
    assert _read(client) == DATA


def _read(client: Immich) -> bytes:
    def chunks() -> Iterator[bytes]:
        with client.open("id") as body:
            yield from body.chunks()

    return b"".join(chunks())


def test_server_that_resumes_somewhere_else_is_not_believed(serve: Serve, connect: Connect) -> None:
    wrong = JPEG | {"Content-Range": f"bytes 500-{len(DATA) - 1}/{len(DATA)}"}
    server = serve(lambda received: Answer(status=206, body=DATA[500:], headers=wrong))
    with pytest.raises(immich.MalformedAnswer, match="from byte 500"):
        connect(server.url).open("id", offset=1000)


def test_a_face_that_is_far_too_large_is_not_read_to_its_end(serve: Serve, connect: Connect) -> None:
    picture = {"Content-Type": "image/jpeg"}
    small = serve(lambda _: Answer(status=200, body=b"f" * 20_000, headers=picture))
    assert connect(small.url).account.face("one") == (b"f" * 20_000, "image/jpeg")
    large = serve(lambda _: Answer(status=200, body=b"f" * (LARGEST_FACE + 1), headers=picture))
    with pytest.raises(MalformedAnswer, match="larger"):
        connect(large.url).account.face("one")
