"""Server-sent events over HTTP: from now or since, for those who may, until they go or the frame stops."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from artframe.interfaces.web.limits import Limits
from artframe.library.photo import LibraryChanged
from tests.frame.running import eventually
from tests.interfaces.serving import Toys
from tests.interfaces.web.site import Site, Visitor, everything


@dataclass
class Message:
    id: str = ""
    type: str = ""
    data: str = ""
    comment: str = ""


class Reader:
    """Reads a stream as a browser does."""

    def __init__(self, visitor: Visitor, query: str = "", *more: str) -> None:
        self.channel = visitor.site.open()
        head = [f"GET /api/events{query} HTTP/1.1", "Host: localhost", f"Cookie: {visitor.cookie}", *more, "", ""]
        self.channel.sendall("\r\n".join(head).encode())
        self._file = self.channel.makefile("rb")
        self.head = b"".join(iter(self._file.readline, b"\r\n"))
        self._chunks = self._read()
        self.begun = next(self)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.channel.close()

    def __next__(self) -> Message:
        message = Message()
        while line := next(self._chunks):
            name, _, value = line.partition(": ")
            if name == "id":
                message.id = value
            elif name == "event":
                message.type = value
            elif name == "data":
                message.data = value
            elif not name:
                message.comment = value
        return message

    def _read(self) -> Iterator[str]:
        text = ""
        while size := int(self._file.readline() or b"0", 16):
            text += self._file.read(size + 2)[:-2].decode()
            *ready, text = text.split("\n")
            yield from ready

    @property
    def ended(self) -> bool:
        try:
            next(self)
        except StopIteration:
            return True
        return False


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return site.sign_in()


def happen(site: Site, source: str) -> None:
    site.events.publish(LibraryChanged(source=source))


def test_what_happens_is_told_while_it_happens(site: Site, visitor: Visitor) -> None:
    with Reader(visitor) as reader:
        assert b"text/event-stream" in reader.head
        happen(site, "zwölf\ndata: {}\n\nevent: x")
        message = next(reader)
        told = json.loads(message.data)
        assert message.type == told["type"] == "library_changed"
        assert message.id == told["id"]
        assert told["data"] == {"source": "zwölf\ndata: {}\n\nevent: x"}
        assert told["at"].endswith("+00:00")


def test_a_reader_comes_back_to_where_it_was(site: Site, visitor: Visitor) -> None:
    with Reader(visitor) as reader:
        happen(site, "a")
        known = next(reader).id
    happen(site, "b")
    happen(site, "c")
    for again in (Reader(visitor, f"?since={known}"), Reader(visitor, "?since=x", f"Last-Event-ID: {known}")):
        with again:
            assert [json.loads(next(again).data)["data"]["source"] for _ in range(2)] == ["b", "c"]


def test_a_reader_that_was_cut_off_before_the_first_event_misses_nothing(site: Site, visitor: Visitor) -> None:
    with Reader(visitor) as reader:
        known = reader.begun.id
    happen(site, "a")
    with Reader(visitor, "", f"Last-Event-ID: {known}") as again:
        assert json.loads(next(again).data)["data"] == {"source": "a"}


def test_a_reader_from_before_a_restart_is_told_to_look_at_everything(site: Site, visitor: Visitor) -> None:
    with Reader(visitor, "?since=0badcafe-12") as reader:
        assert next(reader).type == "reload"
        happen(site, "a")
        assert next(reader).type == "library_changed"


def test_a_reader_gets_the_types_it_wants(site: Site, visitor: Visitor) -> None:
    with Reader(visitor, "?types=photo_shown,library_changed") as reader:
        happen(site, "a")
        assert next(reader).type == "library_changed"
    assert visitor.get("/api/events?types=nonsense").status == 400
    assert visitor.ask("HEAD", "/api/events").status == 200


def test_a_quiet_stream_says_that_it_is_there(tmp_path: Path, toys: Toys) -> None:
    with Site(tmp_path / "home", toys, limits=Limits(heartbeat_seconds=0.02)) as site, Reader(site.sign_in()) as reader:
        assert next(reader).comment == "still here"
        assert next(reader).comment == "still here"


def test_signing_out_ends_the_stream(site: Site, visitor: Visitor) -> None:
    other = site.sign_in("grace")
    with Reader(visitor) as reader, Reader(other) as stays:
        site.access.sessions.end(visitor.session.id)
        assert reader.ended
        happen(site, "a")
        assert next(stays).type == "library_changed"


def test_removing_a_token_ends_its_stream(site: Site) -> None:
    token = site.token("read", "mine")
    with site.open() as channel:
        channel.sendall(
            f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        file = channel.makefile("rb")
        while not file.readline().startswith(b"retry"):
            pass
        site.access.tokens.remove("mine")
        while file.readline() != b"0\r\n":
            pass
        file.close()


def test_a_reader_who_goes_is_forgotten(site: Site, visitor: Visitor) -> None:
    with Reader(visitor):
        assert site.face._web.feed.followers == 1
    eventually(lambda: site.face._web.feed.followers == 0 and len(site.face._web.streams) == 0, "it is forgotten")


def test_a_reader_who_reads_nothing_is_let_go(tmp_path: Path, toys: Toys) -> None:
    with Site(tmp_path / "home", toys, limits=Limits(write_seconds=0.2)) as site:
        visitor = site.sign_in()
        with site.open() as channel:
            channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            channel.sendall(f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: {visitor.cookie}\r\n\r\n".encode())
            eventually(lambda: site.face._web.feed.followers == 1, "it follows")

            def flooded() -> bool:
                for _ in range(50):
                    happen(site, "x" * 20_000)
                return site.face._web.feed.followers == 0

            eventually(flooded, "it is let go")
        assert visitor.get("/api/commands/echo?text=still").status == 200


def test_the_frame_stops_in_no_time_while_many_follow(tmp_path: Path, toys: Toys) -> None:
    site = Site(tmp_path / "home", toys)
    with site:
        visitor = site.sign_in()
        readers = [Reader(visitor) for _ in range(4)]
        idle = site.open()
    for reader in readers:
        assert reader.ended, "each stream came to its proper end"
        reader.__exit__()
    assert everything(idle) == b""
    idle.close()
    assert site.face.facts()["running"] is False
