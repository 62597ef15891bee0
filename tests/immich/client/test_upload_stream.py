"""Uploads of any length from disk or pipe, in constant memory."""

from __future__ import annotations

import hashlib
import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest

from artframe.immich import (
    DuplicateVanished,
    Immich,
    MalformedAnswer,
    Particulars,
    ServerError,
    SourceChanged,
    Unreachable,
    Upload,
    UploadDamaged,
)
from tests.immich.client.scripted import Answer, Received, Script, ScriptedServer

Serve = Callable[[Script], ScriptedServer]
Connect = Callable[..., Immich]
WHEN = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
PIECE = bytes(range(256)) * 1024
ID = "8f14e45f-ceea-467f-9a36-dedd4bea2543"


def answering(status: str, check: dict[str, object]) -> Script:
    """A server that stores an upload as ID and answers the check of its content with ``check``."""

    def script(received: Received) -> Answer:
        if received.path == "/api/server/version":
            return Answer(body={"major": 3, "minor": 0, "patch": 0})
        if received.path == "/api/assets/bulk-upload-check":
            return Answer(body={"results": [{"id": "0", **check}]})
        return Answer(body={"id": ID, "status": status})

    return script


KNOWN: dict[str, object] = {"action": "reject", "reason": "duplicate", "assetId": ID, "isTrashed": False}
NOT_KNOWN: dict[str, object] = {"action": "accept"}


def send(client: Immich, source: Path | BinaryIO, **options: object) -> str:
    upload = client.upload(source, file_name="a.mp4", created_at=WHEN, modified_at=WHEN, **options)  # type: ignore[arg-type]
    assert upload.id == ID
    return upload.sha1


@contextmanager
def pipe_of(pieces: int) -> Iterator[BinaryIO]:
    """The reading end of a pipe that another thread fills."""
    reading, writing = os.pipe()

    def fill() -> None:
        with os.fdopen(writing, "wb") as end:
            for _ in range(pieces):
                end.write(PIECE)

    thread = threading.Thread(target=fill)
    thread.start()
    with os.fdopen(reading, "rb") as end:
        yield end
    thread.join(60)


@pytest.mark.parametrize("sized", [True, False])
def test_pipe_is_sent_in_constant_memory(serve: Serve, connect: Connect, sized: bool) -> None:
    pieces = 128
    size = pieces * len(PIECE)
    server = serve(answering("created", KNOWN))
    server.keep_bodies_to = 1 << 16
    client = connect(server.url)
    client.version()
    with pipe_of(pieces) as source:
        tracemalloc.start()
        sha1 = send(client, source, size=size if sized else None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    expected = hashlib.sha1()
    for _ in range(pieces):
        expected.update(PIECE)
    assert sha1 == expected.hexdigest()
    assert server.requests[1].length > size
    assert ("Content-Length" in server.requests[1].headers) is sized
    assert peak < 8 << 20 < size


def test_file_is_announced_with_its_size(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(PIECE)
    server = serve(answering("created", KNOWN))
    assert send(connect(server.url), path) == hashlib.sha1(PIECE).hexdigest()
    received = server.requests[1]
    assert int(received.headers["Content-Length"]) == len(received.body)
    assert PIECE in received.body
    assert "x-immich-checksum" not in received.headers


def test_open_file_is_sent_from_where_it_stands(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(PIECE)
    with path.open("rb") as file:
        file.seek(100)
        assert send(connect(serve(answering("created", KNOWN)).url), file) == hashlib.sha1(PIECE[100:]).hexdigest()


def test_failed_upload_is_not_repeated(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(PIECE)

    def script(received: Received) -> Answer:
        if received.method == "GET":
            return Answer(body={"major": 3, "minor": 0, "patch": 0})
        return Answer(status=503, body=b"")

    server = serve(script)
    with pytest.raises(ServerError):
        send(connect(server.url), path)
    assert server.paths().count("POST /api/assets") == 1


def test_stored_content_that_the_server_does_not_know_is_damage(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(PIECE)
    with pytest.raises(UploadDamaged) as caught:
        send(connect(serve(answering("created", NOT_KNOWN)).url), path)
    assert (caught.value.asset_id, caught.value.sha1) == (ID, hashlib.sha1(PIECE).hexdigest())


def test_duplicate_that_vanished_is_sent_once_more_from_disk(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(PIECE)
    uploads = ["duplicate", "created"]
    checks = [NOT_KNOWN, KNOWN]

    def script(received: Received) -> Answer:
        if received.path == "/api/assets":
            return answering(uploads.pop(0), {})(received)
        return answering("", checks.pop(0) if received.method == "POST" else {})(received)

    server = serve(script)
    send(connect(server.url), path)
    bodies = [received.body for received in server.requests if received.path == "/api/assets"]
    assert len(bodies) == 2 and all(PIECE in body for body in bodies)


def test_duplicate_that_vanished_cannot_be_sent_again_from_a_pipe(serve: Serve, connect: Connect) -> None:
    server = serve(answering("duplicate", NOT_KNOWN))
    with pipe_of(1) as source, pytest.raises(DuplicateVanished):
        send(connect(server.url), source)


def test_many_uploads_are_confirmed_with_one_request(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    """One is there, one vanished, one arrived damaged, one is in the trash: each gets its own word."""
    path = tmp_path / "a.mp4"
    path.write_bytes(PIECE)
    statuses = ["created", "duplicate", "created", "duplicate"]
    checks = [KNOWN, NOT_KNOWN, KNOWN | {"assetId": ID[::-1]}, KNOWN | {"isTrashed": True}]

    def script(received: Received) -> Answer:
        if received.path == "/api/assets":
            return answering(statuses.pop(0), {})(received)
        if received.path == "/api/assets/bulk-upload-check":
            results = zip(received.json["assets"], checks, strict=True)
            return Answer(body={"results": [{"id": item["id"], **check} for item, check in results][::-1]})
        return answering("", {})(received)

    server = serve(script)
    client = connect(server.url)
    particulars = Particulars(file_name="a.mp4", created_at=WHEN, modified_at=WHEN)
    sent = [client.send_upload(path, particulars) for _ in range(4)]
    assert {one.sha1 for one in sent} == {hashlib.sha1(PIECE).hexdigest()}
    assert not any(received.path.endswith("check") for received in server.requests)
    there, vanished, damaged, trashed = client.confirm_uploads(sent)
    assert isinstance(there, Upload) and not there.in_trash
    assert isinstance(vanished, DuplicateVanished)
    assert isinstance(damaged, UploadDamaged) and damaged.sha1 == sent[2].sha1
    assert isinstance(trashed, Upload) and trashed.in_trash
    assert sum(received.path.endswith("check") for received in server.requests) == 1


def test_confirmation_that_does_not_come_confirms_nothing(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(PIECE)
    client = connect(serve(answering("created", KNOWN)).url)
    particulars = Particulars(file_name="a.mp4", created_at=WHEN, modified_at=WHEN)
    sent = [client.send_upload(path, particulars) for _ in range(2)]
    # This server says something about one of two.
    with pytest.raises(MalformedAnswer):
        client.confirm_uploads(sent)
    assert client.confirm_uploads([]) == []


def test_source_that_became_shorter_uploads_nothing(serve: Serve, connect: Connect) -> None:
    server = serve(answering("created", KNOWN))
    with pipe_of(1) as source, pytest.raises(SourceChanged):
        send(connect(server.url), source, size=len(PIECE) + 1)


def test_strange_answer_to_an_upload_is_no_success(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(PIECE)
    with pytest.raises(MalformedAnswer):
        send(connect(serve(answering("maybe", KNOWN)).url), path)


def test_dates_without_a_zone_are_refused(connect: Connect, serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(PIECE)
    client = connect(serve(answering("created", KNOWN)).url)
    with pytest.raises(ValueError, match="time zone"):
        client.upload(path, file_name="a.mp4", created_at=WHEN.replace(tzinfo=None), modified_at=WHEN)


def test_closed_client_asks_nothing(connect: Connect, serve: Serve) -> None:
    server = serve(answering("created", KNOWN))
    client = connect(server.url)
    client.close()
    with pytest.raises(Unreachable):
        client.me()
    assert server.requests == []


@pytest.mark.parametrize("sha1", ["", "zzz", "0" * 39])
def test_anything_but_a_sha1_is_not_asked(connect: Connect, serve: Serve, sha1: str) -> None:
    client = connect(serve(answering("created", KNOWN)).url)
    with pytest.raises(ValueError, match="SHA-1"):
        client.check_uploads({"a": sha1})


def test_nothing_to_check_asks_nothing(connect: Connect, serve: Serve) -> None:
    server = serve(answering("created", KNOWN))
    assert connect(server.url).check_uploads({}) == {}
    assert server.requests == []


def test_checks_go_in_batches(connect: Connect, serve: Serve) -> None:
    def script(received: Received) -> Answer:
        if received.method == "GET":
            return Answer(body={"major": 3, "minor": 0, "patch": 0})
        results = [{"id": item["id"], "action": "accept"} for item in received.json["assets"]]
        # The order of the answers is not promised.
        return Answer(body={"results": results[::-1]})

    server = serve(script)
    checks = connect(server.url).check_uploads({f"key {number}": f"{number:040x}" for number in range(12_000)})
    assert len(checks) == 12_000
    assert [len(received.json["assets"]) for received in server.requests[1:]] == [5000, 5000, 2000]
