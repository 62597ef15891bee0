"""SFTP with the real clients: what is there, what may be read, and what never leaves the machine."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from artframe.interfaces.ssh.files.entry import CREATE, WRITE
from artframe.interfaces.ssh.files.inbox import Inbox
from artframe.interfaces.ssh.files.server import MOST_OPEN
from tests.frame.running import eventually
from tests.interfaces.ssh.serving import PATIENCE, Frame
from tests.interfaces.ssh.test_editor import put_album

Talk = Callable[[asyncssh.SFTPClient], Awaitable[Any]]


def talk(frame: Frame, what: Talk) -> Any:
    """Say something to the frame that no program says."""

    async def connect() -> Any:
        async with await frame.client() as connection, connection.start_sftp_client() as sftp:
            return await asyncio.wait_for(what(sftp), PATIENCE)

    return asyncio.run(connect())


@pytest.fixture
def photos(frame: Frame) -> Path:
    put_album(frame)
    frame.store.reload()
    folder = frame.home / "plugins" / "album" / "family" / "photos"
    folder.mkdir(parents=True)
    (folder / "one.jpg").write_bytes(b"a photo")
    return folder


def names(frame: Frame, folder: str) -> list[str]:
    return sorted(line for line in frame.sftp(f"ls -1 {folder}").stdout.splitlines() if not line.startswith("sftp>"))


# ---- what is there


def test_the_root_has_four_folders_and_nothing_else(frame: Frame) -> None:
    assert names(frame, "/") == ["/config", "/inbox", "/logs", "/photos"]


def test_secrets_are_neither_listed_nor_opened_under_any_name(frame: Frame) -> None:
    secrets = frame.home / "config" / "secrets.json"
    secrets.write_text('{"immich": "s3cret"}')
    assert names(frame, "/config") == ["/config/authorized_keys", "/config/frame.json", "/config/plugins"]
    for name in ("secrets.json", "plugins/../secrets.json", "./secrets.json", "//secrets.json", "SECRETS.JSON"):
        got = frame.sftp(f"get /config/{name} {frame.folder}/got")
        assert got.returncode != 0
        put = frame.sftp(f"put {frame.key.path}.pub /config/{name}")
        assert put.returncode != 0
    assert frame.sftp("rename /config/frame.json /config/secrets.json").returncode != 0
    assert frame.sftp("rm /config/secrets.json").returncode != 0
    assert secrets.read_text() == '{"immich": "s3cret"}'
    assert not (frame.folder / "got").exists()


def test_photos_and_logs_can_be_read_and_in_no_way_changed(frame: Frame, photos: Path) -> None:
    (frame.home / "logs").mkdir(exist_ok=True)
    (frame.home / "logs" / "artframe.log").write_text("a line\n")
    assert names(frame, "/photos") == ["/photos/family"]
    assert names(frame, "/photos/family") == ["/photos/family/one.jpg"]
    assert frame.sftp(f"get /photos/family/one.jpg {frame.folder}/got").returncode == 0
    assert (frame.folder / "got").read_bytes() == b"a photo"
    assert frame.sftp(f"get /logs/artframe.log {frame.folder}/log").returncode == 0
    for order in (
        f"put {frame.key.path}.pub /photos/family/two.jpg",
        f"put {frame.key.path}.pub /photos/family/one.jpg",
        "rm /photos/family/one.jpg",
        "rename /photos/family/one.jpg /photos/family/two.jpg",
        "mkdir /photos/family/more",
        "rmdir /photos/family",
        "rm /logs/artframe.log",
        "mkdir /photos/other",
        "rename /photos/family/one.jpg /inbox/one.jpg",
        "mkdir /elsewhere",
        f"put {frame.key.path}.pub /elsewhere",
        "ln -s /config/frame.json /inbox/link",
        "ln /photos/family/one.jpg /inbox/one.jpg",
    ):
        assert frame.sftp(order).returncode != 0, order
    assert [one.name for one in photos.iterdir()] == ["one.jpg"]
    assert (photos / "one.jpg").read_bytes() == b"a photo"


def test_nobody_gets_out_along_dots_or_links(frame: Frame, photos: Path) -> None:
    (frame.folder / "outside").mkdir()
    (frame.folder / "outside" / "private.txt").write_text("private")
    (photos / "link.jpg").symlink_to(frame.folder / "outside" / "private.txt")
    (photos / "folder").symlink_to(frame.folder / "outside")
    os.mkfifo(photos / "pipe.jpg")
    (frame.home / "inbox").mkdir()
    (frame.home / "inbox" / "out").symlink_to(frame.folder / "outside")
    assert names(frame, "/photos/family") == ["/photos/family/one.jpg"]
    for path in (
        "/photos/family/link.jpg",
        "/photos/family/folder/private.txt",
        "/photos/family/pipe.jpg",
        "/photos/family/../../outside/private.txt",
        "/../../../../etc/hostname",
        "/config/../../outside/private.txt",
        "/inbox/out/private.txt",
        "/photos/../photos/family/./folder/private.txt",
        "/logs/../../home/config/secrets.json",
    ):
        assert frame.sftp(f"get {path} {frame.folder}/got").returncode != 0, path
    assert frame.sftp(f"put {frame.key.path}.pub /inbox/out/new.txt").returncode != 0
    assert frame.sftp("rm /inbox/out/private.txt").returncode != 0

    async def without_looking_first(sftp: asyncssh.SFTPClient) -> None:
        for path in ("/photos/family/link.jpg", "/photos/family/pipe.jpg", "/photos/family/folder/private.txt"):
            with pytest.raises(asyncssh.SFTPError):
                await sftp.open(path, "rb")

    talk(frame, without_looking_first)
    assert frame.sftp("mkdir /inbox/out/more").returncode != 0
    assert [one.name for one in (frame.folder / "outside").iterdir()] == ["private.txt"]
    assert not (frame.folder / "got").exists()


@pytest.mark.parametrize(
    "path",
    [
        b"/inbox/a\0b",
        b"/inbox/" + b"n" * 256,
        b"/inbox/" + b"d/" * 3000,
        b"/inbox/\xff\xfe",
        b"/inbox/a\nb",
        b"/inbox/\x1b[2Jx",
        b"",
        b"/",
        b"..",
    ],
)
def test_what_is_no_name_of_a_file_is_refused(frame: Frame, path: bytes) -> None:
    async def create(sftp: asyncssh.SFTPClient) -> None:
        with pytest.raises(asyncssh.SFTPError):
            await sftp.open(path, asyncssh.FXF_WRITE | asyncssh.FXF_CREAT)
        await sftp.stat("/inbox")

    talk(frame, create)
    assert not any((frame.home / "inbox").glob("*"))


# ---- what is brought


def test_files_are_brought_to_the_inbox_and_taken_away(frame: Frame) -> None:
    photo = frame.folder / "photo.jpg"
    photo.write_bytes(os.urandom(300_000))
    os.utime(photo, (1_700_000_000, 1_700_000_000))
    done = frame.sftp(
        "mkdir /inbox/summer",
        f"put -p {photo} /inbox/summer/one.jpg",
        "rename /inbox/summer/one.jpg /inbox/summer/two.jpg",
        "ls -l /inbox/summer",
        "df /inbox",
    )
    assert done.returncode == 0, done.stderr
    arrived = frame.home / "inbox" / "summer" / "two.jpg"
    assert arrived.read_bytes() == photo.read_bytes()
    assert arrived.stat().st_mtime == 1_700_000_000
    assert frame.sftp("rm /inbox/summer/two.jpg", "rmdir /inbox/summer").returncode == 0
    assert not (frame.home / "inbox" / "summer").exists()


def test_an_upload_appears_under_its_name_only_when_it_is_complete(frame: Frame) -> None:
    async def upload(sftp: asyncssh.SFTPClient) -> None:
        async with sftp.open("/inbox/slow.jpg", "wb") as file:
            await file.write(b"half")
            assert not (frame.home / "inbox" / "slow.jpg").exists()
            assert await sftp.listdir("/inbox") == ["."]
            assert (await sftp.stat("/inbox/slow.jpg")).size == 4, "who brings it may ask how far it is"
            await file.write(b" and half")
        assert (frame.home / "inbox" / "slow.jpg").read_bytes() == b"half and half"

    talk(frame, upload)
    assert not any((frame.home / "inbox" / ".incoming").iterdir())


def test_a_file_that_is_there_stays_whole_until_the_new_one_is(frame: Frame) -> None:
    (frame.home / "inbox").mkdir()
    there = frame.home / "inbox" / "a.txt"
    there.write_text("old content")

    async def change(sftp: asyncssh.SFTPClient) -> None:
        async with sftp.open("/inbox/a.txt", "r+b") as file:
            await file.seek(0)
            await file.write(b"new")
            assert there.read_text() == "old content"
        assert there.read_text() == "new content"
        async with sftp.open("/inbox/a.txt", "ab") as file:
            await file.write(b", more")
        assert there.read_text() == "new content, more"
        await sftp.truncate("/inbox/a.txt", 3)
        assert there.read_text() == "new"
        with pytest.raises(asyncssh.SFTPError):
            await sftp.rename("/inbox/a.txt", "/inbox/a.txt")
        with pytest.raises(asyncssh.SFTPError):
            await sftp.open("/inbox/a.txt", "xb")

    talk(frame, change)


def test_a_client_that_dies_in_the_middle_of_an_upload_leaves_nothing(frame: Frame) -> None:
    big = frame.folder / "big.jpg"
    with big.open("wb") as file:
        file.truncate(3 << 30)
    command = ["sftp", *frame.options(), "-P", str(frame.port), "-b", "-", "keeper@127.0.0.1"]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert client.stdin is not None
    client.stdin.write(f"put {big} /inbox/big.jpg\n".encode())
    client.stdin.flush()
    incoming = frame.home / "inbox" / ".incoming"
    eventually(lambda: any(one.stat().st_size > 1 << 20 for one in incoming.glob("*")), "it is on its way")
    client.send_signal(signal.SIGKILL)
    client.wait(PATIENCE)
    client.stdin.close()
    eventually(lambda: not any(incoming.iterdir()), "what came is thrown away")
    assert names(frame, "/inbox") == []


def test_a_full_disk_refuses_what_is_brought_and_says_why(frame: Frame) -> None:
    frame.store.modify("frame", lambda data: data.update(storage={"min_free_mb": 10**9}), reason="test")

    async def upload(sftp: asyncssh.SFTPClient) -> None:
        with pytest.raises(asyncssh.SFTPError, match=r"keeps .* MB of its disk free"):
            await sftp.open("/inbox/a.jpg", "wb")

    talk(frame, upload)


def test_a_piece_far_beyond_the_end_is_no_way_to_fill_the_disk(frame: Frame) -> None:
    async def upload(sftp: asyncssh.SFTPClient) -> None:
        async with sftp.open("/inbox/a.jpg", "wb") as file:
            with pytest.raises(asyncssh.SFTPError):
                await file.write(b"x", 1 << 50)

    talk(frame, upload)


def test_rclone_brings_a_folder_and_finds_nothing_to_do_afterwards(frame: Frame) -> None:
    source = frame.folder / "source"
    (source / "deep" / "er").mkdir(parents=True)
    for number in range(12):
        (source / "deep" / f"{number}.jpg").write_bytes(os.urandom(50_000))
    (source / "deep" / "er" / "ümläut ü.jpg").write_bytes(b"x")
    done = frame.rclone("copy", str(source), "frame:/inbox/phone", "-v")
    assert done.returncode == 0, done.stderr
    arrived = frame.home / "inbox" / "phone" / "deep"
    assert len(list(arrived.glob("*.jpg"))) == 12
    assert (arrived / "er" / "ümläut ü.jpg").read_bytes() == b"x"
    again = frame.rclone("copy", str(source), "frame:/inbox/phone", "-v", "--stats-one-line")
    assert "Copied" not in again.stderr, again.stderr
    assert frame.rclone("check", str(source), "frame:/inbox/phone", "--download").returncode == 0
    assert frame.rclone("moveto", "frame:/inbox/phone/deep/0.jpg", "frame:/inbox/phone/0.jpg").returncode == 0
    assert frame.rclone("purge", "frame:/inbox/phone").returncode == 0
    assert not (frame.home / "inbox" / "phone").exists()


def test_many_clients_at_once_are_served(frame: Frame) -> None:
    async def many() -> None:
        async with await frame.client() as connection:

            async def bring(number: int) -> None:
                async with connection.start_sftp_client() as sftp, sftp.open(f"/inbox/{number}.jpg", "wb") as file:
                    await file.write(bytes([number]) * 200_000)

            await asyncio.wait_for(asyncio.gather(*(bring(number) for number in range(8))), PATIENCE)

    asyncio.run(many())
    assert {one.read_bytes()[0] for one in (frame.home / "inbox").glob("*.jpg")} == set(range(8))


def test_several_files_may_be_the_first_one(tmp_path: Path) -> None:
    for number in range(20):
        home = tmp_path / str(number)
        home.mkdir()
        inbox, together = Inbox(home, lambda: 0), threading.Barrier(6)

        def bring(name: str, inbox: Inbox = inbox, together: threading.Barrier = together) -> None:
            together.wait(PATIENCE)
            inbox.open((name,), WRITE | CREATE).finish()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(bring, "abcdef"))
        assert sorted(one.name for one in (home / "inbox").glob("?")) == list("abcdef")


def test_files_that_are_never_closed_leave_the_frame_its_descriptors(frame: Frame, photos: Path) -> None:
    async def hoard(sftp: asyncssh.SFTPClient) -> None:
        kept = [await sftp.open("/photos/family/one.jpg", "rb") for _ in range(MOST_OPEN)]
        with pytest.raises(asyncssh.SFTPFailure, match="open already"):
            await sftp.open("/photos/family/one.jpg", "rb")
        await kept.pop().close()
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await sftp.open("/photos/family/none.jpg", "rb")
        async with sftp.open("/photos/family/one.jpg", "rb") as file:
            assert await file.read() == b"a photo"

    for _ in range(2):  # the end of a session gives all of them back
        talk(frame, hoard)
