"""What forms send: the token that only our own pages know, fields and files."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from artframe.core.calling import Caller
from artframe.interfaces.web.multipart import MultipartReader, UploadFolder
from tests.frame.running import PATIENCE, eventually
from tests.interfaces.serving import Toys
from tests.interfaces.web.door import FORM, MULTIPART, multipart, uploads_of
from tests.interfaces.web.site import Site

pytestmark = pytest.mark.usefixtures("small_pages")


def test_a_form_needs_its_token(site: Site) -> None:
    visitor = site.sign_in()
    for body in (b"a=1", b"a=1&csrf=", b"a=1&csrf=wrong", b"a=1&csrf=%C3%A4"):
        assert visitor.ask("POST", "/form", body, Content_Type=FORM).status == 403
    right = visitor.ask("POST", "/form", f"a=1&csrf={visitor.session.csrf}".encode(), Content_Type=FORM)
    assert right.body == b"({'a': ('1',)}, {})"
    assert visitor.ask("POST", "/form", b"a=1", Content_Type=FORM, X_CSRF_Token=visitor.session.csrf).status == 200
    assert visitor.ask("POST", "/form", b"a=1", Content_Type=FORM, X_CSRF_Token="wrong").status == 403


def test_another_sessions_token_is_none(site: Site) -> None:
    ada, grace = site.sign_in(), site.sign_in("grace")
    assert ada.ask("POST", "/form", b"", X_CSRF_Token=grace.session.csrf).status == 403


def test_what_is_no_form_needs_the_token_in_its_header(site: Site) -> None:
    visitor = site.sign_in()
    body = b'{"text": "x"}'
    assert visitor.ask("POST", "/api/commands/echo", body, Content_Type="application/json").status == 403
    assert visitor.ask("DELETE", "/api/runs/1").status == 403
    token = visitor.session.csrf
    assert (
        visitor.ask("POST", "/api/commands/echo", body, Content_Type="application/json", X_CSRF_Token=token).status
        == 200
    )


def test_a_form_with_a_file_is_taken_where_files_are(site: Site) -> None:
    visitor = site.sign_in()
    body = multipart(csrf=visitor.session.csrf, note="zwölf", file=('../../etc/pass"wd', b"content" * 300_000))
    taken = visitor.ask("POST", "/upload", body, Content_Type=MULTIPART)
    assert taken.status == 200
    assert taken.body.decode().startswith("({'note': ('zwölf',)}, {'file': 'contentcontent")
    eventually(lambda: not uploads_of(site), "it is deleted after the answer")
    refused = visitor.ask("POST", "/form", body, Content_Type=MULTIPART)
    assert refused.status == 413


def test_a_file_sent_anywhere_else_never_reaches_the_disk(site: Site) -> None:
    """Least of all by somebody who is not signed in: memory cards wear out."""
    body = multipart(name="ada", password="x", file=("a", b"content"))
    visitor = site.sign_in()
    for path in ("/login", "/pair"):
        assert site.ask("POST", path, body, {"Content-Type": MULTIPART}).status == 400
    refused = visitor.ask("POST", "/form", body, Content_Type=MULTIPART, X_CSRF_Token=visitor.session.csrf)
    assert (refused.status, b"no file is taken here" in refused.body) == (400, True)
    assert not (site.home / "state" / "uploads").exists()


def test_a_file_without_the_form_token_is_deleted_and_refused(site: Site) -> None:
    visitor = site.sign_in()
    body = multipart(csrf="wrong", file=("a", b"content"))
    assert visitor.ask("POST", "/upload", body, Content_Type=MULTIPART).status == 403
    eventually(lambda: not uploads_of(site), "it is deleted")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n\r\nnothing\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nnever ends',
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--x--\r\n',
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\ncut off in a file',
        b"--x\r\n" + b"A" * 50_000 + b": b\r\n\r\n\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 1001 + b"--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n1\r\n' * 9 + b"--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"y" * (2 << 20) + b"\r\n--x--\r\n",
    ],
)
def test_a_broken_form_is_refused_and_leaves_no_file(site: Site, body: bytes) -> None:
    visitor = site.sign_in()
    refused = visitor.ask(
        "POST", "/upload", body, Content_Type="multipart/form-data; boundary=x", X_CSRF_Token=visitor.session.csrf
    )
    assert refused.status in (400, 413)
    eventually(lambda: not uploads_of(site), "its files are deleted")


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 5000],
)
def test_a_form_without_a_usable_boundary_is_refused(site: Site, content_type: str) -> None:
    visitor = site.sign_in()
    assert (
        visitor.ask("POST", "/upload", b"x", Content_Type=content_type, X_CSRF_Token=visitor.session.csrf).status == 400
    )


@pytest.mark.parametrize("body", [b"a=%ff", b"a=%00", b"\xff\xff", b"&".join(b"a=1" for _ in range(1001))])
def test_a_form_that_holds_no_text_is_refused(site: Site, body: bytes) -> None:
    visitor = site.sign_in()
    assert visitor.ask("POST", "/form", body, Content_Type=FORM, X_CSRF_Token=visitor.session.csrf).status == 400


def test_what_a_crash_left_of_an_upload_is_cleared_away(tmp_path: Path, toys: Toys) -> None:
    left = tmp_path / "home" / "state" / "uploads" / "tmp123"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a backup")
    with Site(tmp_path / "home", toys):
        assert not left.exists()


def test_who_leaves_while_the_disk_is_slow_closes_no_file_under_its_writer(tmp_path: Path) -> None:
    begun, on_it_goes = threading.Event(), threading.Event()

    class SlowDisk(UploadFolder):
        def create(self) -> tuple[int, Path]:
            begun.set()
            assert on_it_goes.wait(PATIENCE)
            return super().create()

    async def sent() -> AsyncIterator[bytes]:
        yield multipart(file=("a", b"content" * 100_000))

    async def leave_in_the_middle() -> None:
        caller = Caller(asyncio.get_running_loop())
        reader = MultipartReader(MULTIPART, SlowDisk(tmp_path), caller)
        reading = asyncio.ensure_future(reader.read(sent()))
        await asyncio.to_thread(begun.wait, PATIENCE)
        reading.cancel()
        for _ in range(3):
            await asyncio.sleep(0)
        assert not reading.done(), "it waits for the thread that writes"
        on_it_goes.set()
        with pytest.raises(asyncio.CancelledError):
            await reading
        caller.close()
        assert list(reader.files) == ["file"], "whoever asked knows what is to be deleted"
        still_open = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        assert str(reader.files["file"].path) not in still_open

    asyncio.run(leave_in_the_middle())
