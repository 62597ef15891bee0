"""Programs that use the frame: every command, its arguments, and errors by status."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from artframe.core.commands import describe
from tests.interfaces.serving import Toys
from tests.interfaces.web.api import SECRET, Api, More

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
