"""The configuration over SFTP: what does not validate is refused, however it is brought, and the old file stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import asyncssh
import pytest

from tests.interfaces.ssh.serving import Frame, Key
from tests.interfaces.ssh.test_editor import put_album
from tests.interfaces.ssh.test_files import names, talk

FILE = "/config/plugins/family.json"


@pytest.fixture
def album(frame: Frame) -> Path:
    path = put_album(frame, max_photos=5, immich_api_key="kEy-never-shown")
    frame.store.reload()
    return path


def limit(frame: Frame) -> Any:
    return frame.store.config.plugins["family"].settings.max_photos  # type: ignore[attr-defined]


def edited(frame: Frame, album: Path, **settings: Any) -> Path:
    """What a person would upload: the file as they read it, with other settings."""
    read = frame.folder / "read.json"
    assert frame.sftp(f"get {FILE} {read}").returncode == 0
    data = json.loads(read.read_text())
    data["settings"].update(settings)
    new = frame.folder / "family.json"
    new.write_text(json.dumps(data, indent=2))
    return new


def test_a_file_is_read_without_its_secrets_and_written_with_them(frame: Frame, album: Path) -> None:
    new = edited(frame, album, max_photos=7)
    assert "never-shown" not in new.read_text()
    done = frame.sftp(f"put {new} {FILE}")
    assert done.returncode == 0, done.stderr
    assert limit(frame) == 7
    assert json.loads(album.read_text())["settings"]["immich_api_key"] == "kEy-never-shown"


def test_a_write_that_does_not_validate_is_refused_with_the_problem(frame: Frame, album: Path) -> None:
    before = album.read_bytes()
    done = frame.sftp(f"put {edited(frame, album, max_photos=-1)} {FILE}")
    assert done.returncode != 0
    assert "plugins/family.json:" in done.stderr
    assert "settings.max_photos" in done.stderr
    assert album.read_bytes() == before
    assert limit(frame) == 5

    async def put(sftp: asyncssh.SFTPClient) -> None:
        file = await sftp.open(FILE, "wb")
        await file.write(b'{"plugin": "album", "settings": {"max_photos": "many"}}')
        with pytest.raises(asyncssh.SFTPError, match=r"settings\.max_photos"):
            await file.close()

    talk(frame, put)
    assert album.read_bytes() == before


def test_nor_by_a_temporary_file_that_is_renamed(frame: Frame, album: Path) -> None:
    before = album.read_bytes()
    bad = edited(frame, album, max_photos=-1)

    async def like_winscp(sftp: asyncssh.SFTPClient) -> None:
        await sftp.put(str(bad), f"{FILE}.filepart")
        assert "family.json.filepart" in await sftp.listdir("/config/plugins")
        await sftp.remove(FILE)  # it makes room before it renames
        with pytest.raises(asyncssh.SFTPError, match=r"settings\.max_photos"):
            await sftp.rename(f"{FILE}.filepart", FILE)

    async def like_rclone(sftp: asyncssh.SFTPClient) -> None:
        await sftp.put(str(bad), "/config/plugins/family.json.x1y2.partial")
        with pytest.raises(asyncssh.SFTPError, match=r"settings\.max_photos"):
            await sftp.posix_rename("/config/plugins/family.json.x1y2.partial", FILE)

    async def like_vim(sftp: asyncssh.SFTPClient) -> None:
        await sftp.rename(FILE, f"{FILE}~")
        file = await sftp.open(FILE, "wb")
        await file.write(bad.read_bytes())
        with pytest.raises(asyncssh.SFTPError, match=r"settings\.max_photos"):
            await file.close()

    for client in (like_winscp, like_rclone, like_vim):
        talk(frame, client)
        assert album.read_bytes() == before
        assert "family" in frame.store.config.plugins
    assert names(frame, "/config/plugins") == [FILE], "temporary files are gone with their session"
    assert [one.name for one in album.parent.iterdir()] == ["family.json"]


def test_a_good_file_that_is_renamed_is_in_force(frame: Frame, album: Path) -> None:
    good = edited(frame, album, max_photos=8)

    async def rename(sftp: asyncssh.SFTPClient) -> None:
        await sftp.put(str(good), f"{FILE}.filepart", preserve=True)
        await sftp.remove(FILE)
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await sftp.stat(FILE)
        await sftp.rename(f"{FILE}.filepart", FILE)
        assert (await sftp.stat(FILE)).mtime == int(good.stat().st_mtime)

    talk(frame, rename)
    assert limit(frame) == 8
    assert json.loads(album.read_text())["settings"]["immich_api_key"] == "kEy-never-shown"


def test_rclone_is_refused_what_is_wrong_and_deletes_nothing(frame: Frame, album: Path) -> None:
    before = album.read_bytes()
    bad = edited(frame, album, max_photos=-111)
    done = frame.rclone("copyto", str(bad), f"frame:{FILE}", "--retries", "3", "-v")
    assert done.returncode != 0
    assert "settings.max_photos" in done.stderr
    assert album.read_bytes() == before
    assert limit(frame) == 5


def test_rclone_writes_what_is_right_and_finds_it_as_it_wrote_it(frame: Frame, album: Path) -> None:
    good = edited(frame, album, max_photos=9, immich_api_key="another-key")
    done = frame.rclone("copyto", str(good), f"frame:{FILE}", "-v")
    assert done.returncode == 0, done.stderr
    assert limit(frame) == 9
    new = frame.folder / "new.json"
    new.write_text('{"version": 1, "plugin": "folder", "settings": {"folder": "/photos"}}')
    done = frame.rclone("copyto", str(new), "frame:/config/plugins/usb.json", "-v")
    assert done.returncode == 0, done.stderr
    assert frame.store.config.plugins["usb"].kind == "folder"
    assert frame.rclone("deletefile", "frame:/config/plugins/usb.json").returncode == 0
    assert "usb" not in frame.store.config.plugins


def test_a_plugin_is_added_by_its_file_and_removed_with_it(frame: Frame, album: Path) -> None:
    new = frame.folder / "kids.json"
    new.write_text(album.read_text())
    assert frame.sftp(f"put {new} /config/plugins/kids.json").returncode == 0
    assert set(frame.store.config.plugins) == {"family", "kids"}
    assert frame.sftp("rm /config/plugins/kids.json").returncode == 0
    assert set(frame.store.config.plugins) == {"family"}
    assert not (album.parent / "kids.json").exists()
    assert frame.store.history("kids"), "a copy is kept"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(frame: Frame, album: Path) -> None:
    async def edit(sftp: asyncssh.SFTPClient) -> None:
        async with sftp.open(FILE, "rb") as file:
            text = cast("bytes", await file.read())
        frame.store.modify("family", lambda data: data["settings"].update(max_photos=77), reason="web page")
        new = await sftp.open(FILE, "wb")
        await new.write(text.replace(b'"max_photos": 5', b'"max_photos": 6'))
        with pytest.raises(asyncssh.SFTPError, match="changed by somebody else"):
            await new.close()
        async with sftp.open(FILE, "rb") as file:
            text = cast("bytes", await file.read())
        async with sftp.open(FILE, "wb") as new:
            await new.write(text.replace(b'"max_photos": 77', b'"max_photos": 6'))

    talk(frame, edit)
    assert limit(frame) == 6


def test_the_frames_own_settings_are_edited_like_any(frame: Frame) -> None:
    read = frame.folder / "frame.json"
    assert frame.sftp(f"get /config/frame.json {read}").returncode == 0
    read.write_text(read.read_text().replace('"name": "Artframe"', '"name": "Hall"'))
    assert frame.sftp(f"put {read} /config/frame.json").returncode == 0
    assert frame.store.config.frame.name == "Hall"
    assert frame.sftp("rm /config/frame.json").returncode != 0
    assert (frame.home / "config" / "frame.json").exists()


def test_keys_are_edited_but_never_so_that_nobody_comes_in(frame: Frame) -> None:
    bob = Key(frame.folder / "keys", "bob")
    new = frame.folder / "authorized_keys"
    before = frame.keys.path.read_text()
    for bad in ("", "# nobody\n", f"{before}ssh-ed25519 AAAA broken\n"):
        new.write_text(bad)
        done = frame.sftp(f"put {new} /config/authorized_keys")
        assert done.returncode != 0
        assert "authorized_keys" in done.stderr
        assert frame.keys.path.read_text() == before
    assert frame.sftp("rm /config/authorized_keys").returncode != 0
    new.write_text(f"{before}{bob.line}\n")
    assert frame.sftp(f"put {new} /config/authorized_keys").returncode == 0
    assert frame.ssh("echo", "hello", key=bob).returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        "notes.json",
        "plugins/Bad Name.json",
        "plugins/deep/er.json",
        "more/x",
        "secrets.json.part",
        "plugins/x.JSON.json",
    ],
)
def test_nothing_else_can_be_put_there(frame: Frame, name: str) -> None:
    new = frame.folder / "x.json"
    new.write_text("{}")
    assert frame.sftp(f'put {new} "/config/{name}"').returncode != 0


def test_temporary_files_are_few_and_small(frame: Frame) -> None:
    async def fill(sftp: asyncssh.SFTPClient) -> None:
        async with sftp.open("/config/huge.part", "wb") as file:
            with pytest.raises(asyncssh.SFTPError):
                await file.write(b"x" * 2_000_000)
        with pytest.raises(asyncssh.SFTPError, match="too many temporary files"):
            for number in range(50):
                async with sftp.open(f"/config/{number}.part", "wb") as file:
                    await file.write(b"x")

    talk(frame, fill)


def test_a_file_that_is_broken_is_read_and_mended(frame: Frame, album: Path) -> None:
    text = album.read_text()
    album.write_text(text.replace('"album",', '"album"'))
    frame.store.reload()
    read = frame.folder / "read.json"
    assert frame.sftp(f"get {FILE} {read}").returncode == 0
    assert "never-shown" not in read.read_text()
    assert '"max_photos": 5' in read.read_text()
    read.write_text(read.read_text().replace('"album"', '"album",').replace('"max_photos": 5', '"max_photos": 6'))
    assert frame.sftp(f"put {read} {FILE}").returncode == 0
    assert limit(frame) == 6
    assert "kEy-never-shown" in album.read_text()


def test_a_client_that_dies_while_it_writes_changes_nothing(frame: Frame, album: Path) -> None:
    async def half(sftp: asyncssh.SFTPClient) -> None:
        file = await sftp.open(FILE, "wb")
        await file.write(b"{}")

    before = album.read_bytes()
    talk(frame, half)  # and the connection ends, with the file open
    assert frame.sftp("ls /config").returncode == 0
    assert album.read_bytes() == before


def test_a_folder_of_the_configuration_stays_as_it_is(frame: Frame) -> None:
    for order in (
        "mkdir /config/more",
        "rmdir /config/plugins",
        "rm /config/plugins",
        "rename /config/plugins /config/x",
    ):
        assert frame.sftp(order).returncode != 0, order
    assert (frame.home / "config" / "plugins").is_dir()


def test_an_instance_is_not_renamed_by_its_file(frame: Frame, album: Path) -> None:
    done = frame.sftp(f"rename {FILE} /config/plugins/other.json")
    assert done.returncode != 0
    assert "plugin duplicate" in done.stderr
    assert album.exists()
