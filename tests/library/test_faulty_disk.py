"""A disk that is full, torn away, unreadable in places or unlike others costs time, never a photo."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from artframe.errors import NotReady
from artframe.library.disk import Disk
from artframe.library.space import Limits
from tests.library.shelf import Home, Shelf


def eio(*_: Any, **__: Any) -> Any:
    raise OSError(errno.EIO, "Input/output error")


def unreadable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A sector under this file is bad."""
    original = Disk.sha1
    monkeypatch.setattr(Disk, "sha1", lambda disk, path: eio() if path.name == name else original(disk, path))


def rendition(shelf: Shelf, photo_id: str, content: bytes = b"a rendition") -> None:
    """A photo of which nobody knows the checksum beforehand."""
    picture = shelf.put(photo_id, content=content)
    picture.honest, picture.version = False, "1"


def test_touched_file_of_a_replaced_original_leaves_no_double(home: Home, shelf: Shelf) -> None:
    shelf.put("a", content=b"old")
    home.sync(shelf)
    os.utime(home.folder() / "a.jpg", (1, 1))
    shelf.put("a", content=b"newer")
    home.sync(shelf)
    assert home.files() == {"a.jpg": b"newer"}


def test_bad_sector_in_a_file_that_is_verified_costs_that_file_only(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put_many(3)
    home.sync(shelf)
    unreadable(monkeypatch, "p00001.jpg")
    shelf.forget = True
    shelf.fetched.clear()
    assert home.sync(shelf).replaced == 1
    assert shelf.fetched == ["p00001"]
    assert len(home.files()) == 3


def test_bad_sector_in_a_file_that_is_to_be_deleted_stops_no_later_sync(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put_many(3)
    home.sync(shelf)
    os.utime(home.folder() / "p00001.jpg", (1, 1))
    unreadable(monkeypatch, "p00001.jpg")
    del shelf.pictures["p00001"]
    for photo_id in ("later", "last"):
        shelf.put(photo_id)
        home.sync(shelf)
        assert f"{photo_id}.jpg" in home.files()
    monkeypatch.undo()
    home.sync(shelf)
    assert "p00001.jpg" not in home.files(), "readable again, it proves to be ours"


def test_bad_sector_in_what_a_crash_left_open_stops_no_later_sync(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put_many(3)
    home.sync(shelf)
    home.database.change(lambda connection: connection.execute("UPDATE photos SET local_version = 'other'"))
    os.utime(home.folder() / "p00001.jpg", (1, 1))
    unreadable(monkeypatch, "p00001.jpg")
    shelf.put("later")
    home.sync(shelf)
    assert "later.jpg" in home.files()
    assert home.library.count() == 4


@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES, errno.ESTALE])
def test_file_that_cannot_be_looked_at_is_not_taken_for_gone(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    shelf.put_many(3)
    home.sync(shelf)
    lstat = os.lstat

    def failing(path: Any, **options: Any) -> os.stat_result:
        if Path(os.fspath(path)).parent == home.folder():
            raise OSError(code, os.strerror(code))
        return lstat(path, **options)

    monkeypatch.setattr(os, "lstat", failing)
    with pytest.raises(NotReady):
        home.sync(shelf)
    assert home.library.count() == 3
    monkeypatch.undo()
    shelf.fetched.clear()
    assert home.sync(shelf).kept == 3
    assert shelf.fetched == []


def test_bytes_that_could_not_be_made_durable_are_fetched_anew(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put("a")
    monkeypatch.setattr(Disk, "finish", eio)
    with pytest.raises(NotReady):
        home.sync(shelf)
    monkeypatch.undo()
    assert home.parts() == [], "the kernel reports a failed write once, then takes the pages for written"
    home.sync(shelf)
    assert shelf.offsets == [0, 0]
    assert home.files() == {"a.jpg": b"the bytes of a"}


@pytest.mark.parametrize("code", [errno.EINVAL, errno.EILSEQ, errno.ENAMETOOLONG])
def test_name_that_the_file_system_refuses_becomes_a_plain_one(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    link = os.link

    def old_fashioned(source: Any, target: Any, **options: Any) -> None:
        if not Path(target).name.isascii() or len(Path(target).name) > 100:
            raise OSError(code, os.strerror(code))
        link(source, target, **options)

    monkeypatch.setattr(os, "link", old_fashioned)
    shelf.put("a", "🏔️ שלום.jpg", b"mountain")
    shelf.put("b", "x" * 200 + ".jpg", b"long")
    shelf.put("c", "plain.jpg", b"plain")
    assert home.sync(shelf).added == 3
    assert home.files() == {"photo_a.jpg": b"mountain", "photo_b.jpg": b"long", "plain.jpg": b"plain"}
    shelf.fetched.clear()
    assert home.sync(shelf).kept == 3
    assert shelf.fetched == []
    shelf.pictures.clear()
    home.sync(shelf)
    assert home.files() == {}


def test_folder_that_was_away_is_shown_again_without_a_server_and_doubles_nothing(home: Home, shelf: Shelf) -> None:
    shelf.put("original")
    rendition(shelf, "rendition")
    home.sync(shelf)
    away = home.folder().with_name("elsewhere")
    home.folder().rename(away)
    shelf.fetch_fails = dict.fromkeys(shelf.pictures, NotReady("server away"))
    home.sync(shelf)
    assert home.library.count() == 0
    home.folder().rmdir()
    away.rename(home.folder())
    shelf.listing_fails, shelf.listing_fails_after = NotReady("server away"), 0
    with pytest.raises(NotReady):
        home.sync(shelf)
    assert home.library.count() == 2
    shelf.listing_fails = None
    shelf.fetch_fails.clear()
    home.sync(shelf)
    assert sorted(home.files()) == ["original.jpg", "rendition.jpg"]


def test_photo_whose_eviction_was_interrupted_is_no_orphan(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.limits = Limits(downloads=1, quota_bytes=25)
    for photo_id in ("a", "b"):
        rendition(shelf, photo_id, b"0123456789")
    home.sync(shelf)
    home.shown("a")
    rendition(shelf, "c", b"0123456789")
    monkeypatch.setattr(Disk, "remove", eio)
    with pytest.raises(NotReady):
        home.sync(shelf)
    monkeypatch.undo()
    home.limits = Limits(downloads=1)
    home.restart()
    home.sync(shelf)
    home.sync(shelf)
    assert sorted(home.files()) == ["a.jpg", "b.jpg", "c.jpg"]


def test_half_a_photo_that_nothing_can_verify_is_not_continued_after_a_restart(home: Home, shelf: Shelf) -> None:
    rendition(shelf, "a", b"0123456789abcdef")
    shelf.fetch_fails["a"] = NotReady("cut")
    home.sync(shelf)
    home.restart()
    shelf.fetch_fails.clear()
    shelf.offsets.clear()
    home.sync(shelf)
    assert shelf.offsets == [0], "after a power cut its bytes may be anything"


def test_room_that_a_person_made_is_used_at_once(home: Home, shelf: Shelf) -> None:
    home.limits = Limits(downloads=1, quota_bytes=40)
    for number in range(4):
        shelf.put(f"p{number}", content=b"0123456789")
    home.sync(shelf)
    for number in range(4):
        home.shown(f"p{number}")
    for number in range(2):
        (home.folder() / f"p{number}.jpg").unlink()
    report = home.sync(shelf)
    assert (report.evicted, report.added) == (0, 2)


def test_link_that_could_not_be_cut_never_shares_bytes_with_an_unfinished_photo(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put("a")
    unlink = Path.unlink

    def failing(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".part":
            eio()
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", failing)
    with pytest.raises(NotReady):
        home.sync(shelf)
    monkeypatch.undo()
    home.mirror()
    assert home.parts() == []
    assert home.library.count() == 1


def test_power_that_fails_while_a_part_is_written_is_like_a_full_disk(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put_many(3)
    home.sync(shelf)
    shelf.put_many(3, first=3)
    append = Disk.append

    def failing(disk: Disk, file: BinaryIO, data: bytes) -> None:
        append(disk, file, data[:1])
        eio()

    monkeypatch.setattr(Disk, "append", failing)
    with pytest.raises(NotReady):
        home.sync(shelf)
    monkeypatch.undo()
    assert len(home.files()) == 3
    home.sync(shelf)
    assert home.files() == {picture.name: picture.content for picture in shelf.pictures.values()}
