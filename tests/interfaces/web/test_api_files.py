"""Programs give files to commands and get them from commands."""

from __future__ import annotations

import pytest

from tests.frame.running import eventually
from tests.interfaces.serving import Toys
from tests.interfaces.web.api import Api
from tests.interfaces.web.door import uploads_of


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
