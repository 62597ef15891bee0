"""Commands that answer item by item, to callers who stop reading or go away."""

from __future__ import annotations

import contextlib
import json
import socket
from pathlib import Path

from artframe.interfaces.cli import ask, connect
from tests.frame.running import eventually
from tests.interfaces.control.calls import last, request
from tests.interfaces.serving import Toys


def test_a_command_that_streams_is_answered_item_by_item(frame: Path) -> None:
    *items, end = ask(frame, ["watch", "2"])
    assert items == [{"item": {"number": n, "level": "low"}, "text": f"number {n}"} for n in range(2)]
    assert end == {"ended": 2}


def test_a_stream_that_fails_ends_with_the_error_after_its_items(frame: Path) -> None:
    item, end = ask(frame, ["watch", "1", "--level", "high"])
    assert (item["item"]["number"], end["error"]["message"]) == (0, "too high")


def test_going_away_ends_a_stream(frame: Path, toys: Toys) -> None:
    stream = ask(frame, ["watch", "1", "-f"])
    assert next(stream)["item"]["number"] == 0
    stream.close()  # type: ignore[attr-defined]
    assert toys.cancelled.wait(60)


def test_a_stream_waits_for_a_caller_who_does_not_read(frame: Path, toys: Toys) -> None:
    with contextlib.closing(connect(frame)) as channel:
        channel.sendall(json.dumps(request("flood")).encode() + b"\n")
        eventually(lambda: len(toys.given) > 10, "it has begun")
        assert last(frame, "echo", "x")["result"] == {"said": "x"}
        seen = -1
        while seen != len(toys.given):
            seen = len(toys.given)
            last(frame, "echo", "x")
        assert seen < 1000, "ten megabytes wait for nobody"


def test_half_closing_the_connection_cancels_and_still_gets_an_answer(frame: Path, toys: Toys) -> None:
    with contextlib.closing(connect(frame)) as channel:
        channel.sendall(json.dumps(request("hang")).encode() + b"\n")
        assert toys.started.wait(60)
        channel.shutdown(socket.SHUT_WR)
        assert json.loads(channel.makefile("rb").readline())["error"]["exit_code"] == 130
    assert toys.cancelled.wait(60)
