"""Programs follow what goes on: streams, progress, and what runs."""

from __future__ import annotations

import contextlib
import json

from tests.frame.running import eventually
from tests.interfaces.serving import Toys
from tests.interfaces.web.api import Api
from tests.interfaces.web.site import everything, lines


def test_a_streaming_command_comes_line_by_line(api: Api) -> None:
    sent = api.get("commands/watch?count=2")
    assert sent.headers["Content-Type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in sent.body.splitlines()] == [
        {"number": 0, "level": "low"},
        {"number": 1, "level": "low"},
    ]


def test_a_streaming_command_comes_at_once_to_who_accepts_json_only(api: Api) -> None:
    assert api.get("commands/watch?count=2", Accept="application/json").json["result"][1]["number"] == 1


def test_what_never_ends_is_no_answer_at_once(api: Api) -> None:
    endless = api.get("commands/tell", Accept="application/json")
    assert endless.status == 422
    assert "more than 10,000" in endless.error["message"]
    assert api.get("commands/add", Accept="application/json").status == 405


def test_who_waits_for_the_end_of_a_stream_follows_it_like_all_others(api: Api) -> None:
    """The limit holds, and the end of the token is the end of it."""
    reader, limits = Api(api.site, "read"), api.site.face._limits
    head = reader.head("GET", "commands/watch?follow=true", "Accept: application/json")
    with contextlib.ExitStack() as opened:
        waiting = [opened.enter_context(api.site.open()) for _ in range(limits.streams_of_one)]
        for channel in waiting:
            channel.sendall(head)
        eventually(lambda: len(api.site.face._web.streams) == limits.streams_of_one, "all of them follow")
        assert reader.get("commands/watch", Accept="application/json").status == 429
        api.site.access.tokens.remove("my read")
        for channel in waiting:
            channel.settimeout(30)
            assert channel.recv(65536).startswith(b"HTTP/1.1 409")


def test_a_streaming_command_comes_as_events_to_a_browser(api: Api) -> None:
    sent = api.get("commands/watch?count=1", Accept="text/event-stream")
    assert sent.body == b'event: item\ndata: {"number":0,"level":"low"}\n\n'


def test_a_failure_in_the_middle_of_a_stream_is_its_last_line(api: Api) -> None:
    *_, last = api.get("commands/watch?level=high").body.splitlines()
    assert json.loads(last)["error"]["message"] == "too high"


def test_a_stream_that_cannot_begin_has_a_status_of_its_own(api: Api) -> None:
    reader = Api(api.site, "read")
    assert reader.post("commands/wipe", {"what": "it", "yes": True}, Accept="application/x-ndjson").status == 403
    assert api.get("commands/watch?count=x").status == 400


def test_a_stream_ends_when_its_reader_goes(api: Api, toys: Toys) -> None:
    with api.site.open() as channel:
        channel.sendall(api.head("GET", "commands/watch?follow=true"))
        next(line for line in lines(channel) if b'"number":2' in line)
        assert toys.started.wait(60)
        assert not toys.cancelled.is_set()
    assert toys.cancelled.wait(60)


def test_a_stream_that_says_nothing_yet_begins_all_the_same(api: Api, toys: Toys) -> None:
    with api.site.open() as channel:
        channel.sendall(api.head("GET", "commands/watch?count=0&follow=true"))
        assert next(lines(channel)).startswith(b"HTTP/1.1 200")
    assert toys.cancelled.wait(60)


def test_a_reader_who_is_slower_than_a_flood_holds_up_nobody(api: Api, toys: Toys) -> None:
    with api.site.open() as channel:
        channel.sendall(api.head("GET", "commands/flood"))
        eventually(lambda: len(toys.given) > 5, "the flood has begun")
        count = -1
        while count != len(toys.given):
            count = len(toys.given)
            assert api.get("commands/echo?text=x").status == 200
    assert len(toys.given) < 10_000, "it went on although nobody read it"


def test_progress_can_be_followed_to_the_result(api: Api) -> None:
    sent = api.post("commands/count/to", {"number": 3}, Accept="application/x-ndjson")
    *progress, last = [json.loads(line) for line in sent.body.splitlines()]
    assert last == {"result": 3}
    assert all(one["progress"]["total"] == 3 for one in progress)


def test_a_caller_that_goes_away_cancels_its_command(api: Api, toys: Toys) -> None:
    for accept in ("*/*", "application/x-ndjson"):
        toys.started.clear()
        toys.cancelled.clear()
        with api.site.open() as channel:
            channel.sendall(api.head("POST", "commands/hang", "Content-Length: 0", f"Accept: {accept}"))
            assert toys.started.wait(60)
        assert toys.cancelled.wait(60)


def test_what_runs_is_listed_and_can_be_cancelled(api: Api, toys: Toys) -> None:
    with api.site.open() as channel:
        channel.sendall(api.head("POST", "commands/hang", "Content-Length: 0", "Connection: close"))
        assert toys.started.wait(60)
        (run,) = api.get("runs").json["runs"]
        assert (run["command"], run["actor"]) == ("hang", "token: my full")
        reader = Api(api.site, "read").token
        assert api.site.ask("DELETE", f"/api/runs/{run['id']}", None, reader).status == 403
        assert api.site.ask("DELETE", f"/api/runs/{run['id']}", None, api.token).status == 204
        assert b"409 Conflict" in everything(channel)
    assert toys.cancelled.wait(60)
    assert api.site.ask("DELETE", f"/api/runs/{run['id']}", None, api.token).status == 404
    assert api.get("runs").json == {"runs": []}


def test_nobody_cancels_what_they_may_not_begin(api: Api) -> None:
    body = b'{"yes": true}'
    with api.site.open() as channel:
        more = f"Content-Length: {len(body)}", "Content-Type: application/json", "Connection: close"
        channel.sendall(api.head("POST", "commands/restore", *more) + body)
        (run,) = eventually(lambda: api.get("runs").json["runs"], "it runs")
        automation = Api(api.site, "change")
        refused = api.site.ask("DELETE", f"/api/runs/{run['id']}", None, automation.token)
        assert (refused.status, refused.error["kind"]) == (403, "NotPermitted")
        assert api.get("runs").json["runs"] == [run]
        assert api.site.ask("DELETE", f"/api/runs/{run['id']}", None, api.token).status == 204
        assert b"409 Conflict" in everything(channel)


def test_streams_are_limited_for_one_and_for_all(api: Api) -> None:
    limits = api.site._limits
    with contextlib.ExitStack() as stack:
        for number in range(limits.streams_of_one):
            channel = stack.enter_context(api.site.open(f"127.0.5.{number + 1}"))
            channel.sendall(api.head("GET", "events"))
            next(lines(channel))
        refused = api.get("events")
        assert refused.status == 429
        assert int(refused.headers["Retry-After"]) > 0
        other = Api(api.site, "read")
        with api.site.open() as channel:
            channel.sendall(other.head("GET", "events"))
            assert b"200 OK" in next(lines(channel))
    eventually(lambda: api.site.face._web.streams.__len__() == 0, "closed streams count no more")
    assert api.get("commands/watch").status == 200
