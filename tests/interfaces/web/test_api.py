"""Programs that use the frame: every command, files both ways, progress, streams, what runs, and errors by status."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import pytest

from artframe.config.problem import ConfigProblem, ConfigRefused, ConflictError, UnknownFile
from artframe.core.commands import Effect, command, describe
from artframe.core.exchange import Upload
from artframe.errors import AuthFailed, Cancelled, CommandError, ConfigError, NotReady, NotThere
from tests.frame.running import eventually
from tests.interfaces.serving import Toys
from tests.interfaces.web.door import uploads_of
from tests.interfaces.web.site import Reply, Site, everything, lines

SECRET = "hunter2-never-shown"


class More:
    """Commands that the toys have not."""

    @command("add", effect=Effect.CHANGES)
    def add(self, one: int, other: float = 0.5, *, times: int = 1) -> float:
        """Add."""
        return (one + other) * times

    @command("replace", effect=Effect.DANGEROUS)
    def replace(self, file: Annotated[Upload, "what is to come"]) -> int:
        """Replace everything."""
        return file.path.stat().st_size

    @command("restore", effect=Effect.DANGEROUS)
    async def restore(self) -> None:
        """Take a long time for what not everybody may do."""
        await asyncio.Event().wait()

    @command("tell")
    async def tell(self) -> AsyncIterator[int]:
        """Tell for ever."""
        while True:
            for number in range(100):
                yield number
            await asyncio.sleep(0)

    @command("raise")
    def fail(self, how: str) -> None:
        """Fail in a certain way."""
        problem = ConfigProblem(file="frame.json", what="is wrong", line=3, path="web.port")
        raise {
            "setting": ConfigRefused("frame.json", [problem]),
            "conflict": ConflictError("frame.json", ours=SECRET, theirs=SECRET),
            "file": UnknownFile("there is no such file"),
            "later": NotReady("the server is busy", retry_after=7.2),
            "cannot": CommandError("there is no photo"),
            "config": ConfigError("bad"),
            "key": AuthFailed("the server refuses the key"),
            "cancelled": Cancelled(),
            "usage": CommandError("that is no command", exit_code=64),
            "photo": NotThere("there is no such photo"),
        }.get(how, ZeroDivisionError())


@pytest.fixture
def api(site: Site) -> Api:
    site.registry.add_all(More())
    return Api(site)


class Api:
    def __init__(self, site: Site, scope: str = "full") -> None:
        self.site = site
        self.token = {"Authorization": f"Bearer {site.token(scope)}"}

    def get(self, path: str, **headers: str) -> Reply:
        return self.site.ask("GET", f"/api/{path}", None, {**self.token, **headers})

    def post(self, path: str, arguments: Any = None, **headers: str) -> Reply:
        body = (
            arguments
            if isinstance(arguments, bytes)
            else json.dumps(arguments).encode()
            if arguments is not None
            else b""
        )
        sent = {"Content-Type": "application/json", **self.token, **headers}
        return self.site.ask("POST", f"/api/{path}", body, sent)

    def head(self, method: str, path: str, *more: str) -> bytes:
        words = [f"{method} /api/{path} HTTP/1.1", "Host: localhost", f"Authorization: {self.token['Authorization']}"]
        return "\r\n".join([*words, *more, "", ""]).encode()


# ---- commands and their arguments


def test_a_command_is_called_by_its_words(api: Api) -> None:
    assert api.post("commands/echo", {"text": "hi", "loud": True}).json == {"result": {"said": "HI"}}
    assert api.post("commands/count/to", {"number": 3}).json == {"result": 3}
    assert api.get("commands/echo?text=hi&loud=true").json == {"result": {"said": "hi".upper()}}
    assert api.get("commands/label?thing=attic&words=a&words=b").json == {"result": ["attic", "a", "b"]}


def test_a_plugins_command_is_there_while_the_plugin_is(api: Api) -> None:
    release = api.site.registry.add(describe(More().add, prefix="living-room"))
    assert api.post("commands/living-room/add", {"one": 1, "other": 2}).json == {"result": 3.0}
    release()
    assert api.post("commands/living-room/add", {"one": 1}).status == 404


def test_what_only_reads_may_be_got_and_nothing_else(api: Api, toys: Toys) -> None:
    for path in ("commands/add?one=1", "commands/wipe?what=it&yes=true", "commands/take"):
        refused = api.get(path)
        assert (refused.status, refused.headers["Allow"]) == (405, "POST")
    assert toys.wiped == []


def test_what_is_dangerous_waits_for_a_yes(api: Api, toys: Toys) -> None:
    for arguments in ({"what": "it"}, {"what": "it", "yes": False}):
        refused = api.post("commands/wipe", arguments)
        assert refused.status == 409
        assert "not easily undone" in refused.error["message"]
        assert '"yes": true' in refused.error["hint"], "as a program says it"
    assert api.post("commands/wipe", {"what": "it", "yes": "true"}).status == 400
    assert toys.wiped == []
    assert api.post("commands/wipe", {"what": "it", "yes": True}).json == {"result": "it"}


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"one": "1"},
        {"one": 1.5},
        {"one": True},
        {"one": None},
        {"one": [1]},
        {"one": {"a": 1}},
        {"one": 10**20},
        {"one": 1, "other": "x"},
        {"one": 1, "other": True},
        {"one": 1, "nonsense": 1},
        {"one": 1, "yes": True},
        [],
        "one",
        3,
        b"{",
        b'{"one": NaN}',
        b'{"one": Infinity}',
        b'{"one": 1e999}',
        b'{"one": 1' + b"0" * 5000 + b"}",
        b"[" * 100_000,
        b'{"one": "\xff"}',
        b"one=1",
    ],
)
def test_arguments_of_the_wrong_kind_are_refused(api: Api, arguments: Any) -> None:
    refused = api.post("commands/add", arguments)
    assert refused.status == 400
    assert refused.error["exit_code"] == 64


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_a_text_that_is_none_is_refused(api: Api, text: str) -> None:
    assert api.post("commands/echo", {"text": text}).status == 400


@pytest.mark.parametrize(
    "query",
    ["", "text=a&text=b", "text=a&loud=yes", "text=a&loud=1", "text=%00", "text=a&nonsense=1", "nonsense"],
)
def test_a_query_of_the_wrong_kind_is_refused(api: Api, query: str) -> None:
    assert api.get(f"commands/echo?{query}").status == 400


@pytest.mark.parametrize("number", ["1.5", "x", "", "%201", "1_0", "%D9%A3", "1e3", "99999999999999999999"])
def test_a_number_in_a_query_is_written_as_usual(api: Api, number: str) -> None:
    assert api.get(f"commands/watch?count={number}").status == 400


def test_what_may_be_left_out_may_be_null(api: Api) -> None:
    assert api.post("commands/echo", {"text": "a", "loud": None}).json == {"result": {"said": "a"}}


def test_a_choice_is_one_of_those_that_there_are(api: Api) -> None:
    refused = api.get("commands/watch?level=middling")
    assert refused.status == 400
    assert "low, high" in refused.error["message"]


def test_a_secret_goes_by_post_only_and_is_never_told(api: Api) -> None:
    assert api.post("commands/login", {"user": "ada", "password": SECRET}).json["result"]["letters"] == len(SECRET)
    for refused in (
        api.get(f"commands/login?user=ada&password={SECRET}"),
        api.post("commands/login", {"user": "ada", "password": [SECRET]}),
        api.post("commands/pin", {"number": SECRET}),
    ):
        assert refused.status == 400
        assert SECRET not in refused.body.decode()


def test_only_json_and_forms_are_read(api: Api) -> None:
    assert api.post("commands/echo", b"text=hi", **{"Content-Type": "text/plain"}).status == 415
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert api.post("commands/echo", b"text=hi&loud=true", **form).json == {"result": {"said": "HI"}}
    assert api.post("commands/add", b"one=1&other=2.5", **form).json == {"result": 3.5}


# ---- errors


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("setting", 422),
        ("conflict", 409),
        ("file", 404),
        ("photo", 404),
        ("later", 503),
        ("cannot", 422),
        ("config", 422),
        ("key", 422),
        ("cancelled", 409),
        ("usage", 400),
        ("bug", 500),
    ],
)
def test_the_status_says_what_kind_of_failure_it_is(api: Api, how: str, status: int) -> None:
    failed = api.post("commands/raise", {"how": how})
    assert failed.status == status
    assert set(failed.error) >= {"message", "hint", "exit_code"}
    assert SECRET not in failed.body.decode()
    assert "ZeroDivision" not in failed.body.decode()


def test_a_failure_that_passes_says_when_to_try_again(api: Api) -> None:
    assert api.post("commands/raise", {"how": "later"}).headers["Retry-After"] == "7"


def test_a_setting_that_is_refused_is_named(api: Api) -> None:
    (problem,) = api.post("commands/raise", {"how": "setting"}).error["problems"]
    assert (problem["file"], problem["line"], problem["path"]) == ("frame.json", 3, "web.port")


def test_what_is_not_there_is_a_404_in_json(api: Api) -> None:
    for path in ("", "commands/", "commands/nonsense", "commands/echo/more", "commands/ECHO", "nonsense", "runs/x"):
        missing = api.get(path)
        assert missing.status == 404, path
        assert missing.error["message"]


def test_a_method_that_an_address_does_not_know_is_told_those_it_knows(api: Api) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        refused = api.site.ask(method, "/api/commands/echo", None, api.token)
        assert refused.status == 405
        assert "POST" in refused.headers["Allow"]
    asked = api.site.ask("OPTIONS", "/api/commands/echo", None, api.token)
    assert (asked.status, asked.body) == (204, b"")
    assert "POST" in asked.headers["Allow"]
    head = api.site.ask("HEAD", "/api/commands/echo?text=x", None, api.token)
    assert (head.status, head.body) == (200, b"")


# ---- files


def test_a_file_comes_as_a_file_that_no_browser_runs(api: Api) -> None:
    sent = api.get("commands/picture?name=x%22%0d%0aSet-Cookie:%20a%2f..%2fzw%C3%B6lf.jpg")
    assert sent.body == b"\xff\xd8 not quite\n"
    assert sent.headers["Content-Type"] == "image/jpeg"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in sent.headers
    disposition = sent.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''zw%C3%B6lf.jpg" in disposition


def test_a_large_file_is_sent_whole_and_a_temporary_one_deleted(api: Api, toys: Toys) -> None:
    sent = api.get("commands/backup?megabytes=3")
    assert len(sent.body) == 3 << 20
    assert sent.headers["Content-Length"] == str(3 << 20)
    eventually(lambda: not list(toys.folder.glob("*.tar")), "the temporary file is deleted")


def test_a_temporary_file_that_nobody_wants_any_more_is_deleted(api: Api, toys: Toys) -> None:
    with api.site.open() as channel:
        channel.sendall(api.head("GET", "commands/slow/backup"))
        assert toys.started.wait(60)
    toys.go_on.set()
    eventually(lambda: not list(toys.folder.glob("*.tar")), "the temporary file is deleted")
    assert api.get("commands/echo?text=x").status == 200


def test_a_file_that_is_gone_is_an_error(api: Api) -> None:
    lost = api.get("commands/lost")
    assert lost.status == 503
    assert "cannot be read" in lost.error["message"]


def test_a_file_is_taken_in_privately_and_deleted_afterwards(api: Api, toys: Toys) -> None:
    content = b"x" * (3 << 20)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="/etc/a.tar"\r\n\r\n'
        + content
        + b"\r\n--x--\r\n"
    )
    taken = api.post("commands/take", body, **{"Content-Type": "multipart/form-data; boundary=x"})
    assert taken.json["result"]["size"] == len(content)
    assert taken.json["result"]["name"] == "a.tar"
    (path,) = toys.given
    eventually(lambda: not path.exists(), "the uploaded file is deleted")
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_is_not_taken_as_json_nor_by_a_command_that_wants_none(api: Api) -> None:
    assert api.post("commands/take", {"file": "/etc/passwd"}).status == 400
    body = b'--x\r\nContent-Disposition: form-data; name="text"; filename="a"\r\n\r\nhi\r\n--x--\r\n'
    assert api.post("commands/echo", body, **{"Content-Type": "multipart/form-data; boundary=x"}).status == 400


@pytest.mark.parametrize("scope", ["read", "change"])
def test_a_file_from_who_may_not_give_one_never_reaches_the_disk(api: Api, scope: str) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"y" * 300_000 + b"\r\n--x--\r\n"
    )
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert Api(api.site, scope).post("commands/replace", body, **form).status == 403
    assert not (api.site.home / "state" / "uploads").exists()
    assert api.post("commands/replace", body, **form).status == 409, "it takes more than the right to do it"
    eventually(lambda: not uploads_of(api.site), "the file is deleted")


# ---- what goes on


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


def test_the_list_of_commands_says_how_each_is_called(api: Api) -> None:
    listed = {one["name"]: one for one in api.get("commands").json["commands"]}
    assert listed["count to"]["path"] == "/api/commands/count/to"
    assert listed["wipe"]["effect"] == "dangerous"
    assert listed["watch"]["streams"] is True
    (file,) = listed["take"]["parameters"]
    assert file["type"] == "file"
    password = listed["login"]["parameters"][1]
    assert (password["name"], password["secret"]) == ("password", True)
    assert listed["watch"]["parameters"][2]["choices"] == ["low", "high"]


def test_nothing_of_this_machines_files_is_named(api: Api, tmp_path: Path) -> None:
    for path in ("commands", "openapi.json", "runs", "commands/nonsense"):
        assert str(tmp_path) not in api.get(path).body.decode()
