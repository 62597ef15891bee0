"""What a person does in the folder of a mirror: their files stay theirs, and photos come back."""

from __future__ import annotations

import os

from tests.library.shelf import Home, Shelf


def test_photo_deleted_by_hand_comes_back_with_the_next_sync(home: Home, shelf: Shelf) -> None:
    shelf.put_many(3)
    home.sync(shelf)
    (home.folder() / "p00001.jpg").unlink()
    report = home.sync(shelf)
    assert report.added == 1
    assert len(home.files()) == 3


def test_file_that_a_person_put_there_is_never_touched(home: Home, shelf: Shelf) -> None:
    home.mirror()
    (home.folder() / "IMG_1.jpg").write_bytes(b"mine")
    (home.folder() / "notes.txt").write_bytes(b"mine too")
    shelf.put("a", "IMG_1.jpg", b"theirs")
    home.sync(shelf)
    assert home.files() == {"IMG_1.jpg": b"mine", "IMG_1_1.jpg": b"theirs", "notes.txt": b"mine too"}
    shelf.pictures.clear()
    home.sync(shelf)
    assert home.files() == {"IMG_1.jpg": b"mine", "notes.txt": b"mine too"}


def test_file_that_a_person_puts_there_during_the_download_is_never_overwritten(home: Home, shelf: Shelf) -> None:
    shelf.put("a", "IMG_1.jpg", b"theirs")

    def meanwhile(_: str) -> None:
        (home.folder() / "IMG_1.jpg").write_bytes(b"mine")

    shelf.before_fetch = meanwhile
    home.sync(shelf)
    assert home.files() == {"IMG_1.jpg": b"mine", "IMG_1_1.jpg": b"theirs"}
    shelf.pictures.clear()
    home.sync(shelf)
    assert home.files() == {"IMG_1.jpg": b"mine"}


def test_file_that_a_person_changed_is_theirs_and_the_photo_comes_again(home: Home, shelf: Shelf) -> None:
    shelf.put("a", "IMG_1.jpg", b"original")
    home.sync(shelf)
    (home.folder() / "IMG_1.jpg").write_bytes(b"painted over")
    report = home.sync(shelf)
    assert report.foreign == 1
    assert home.files() == {"IMG_1.jpg": b"painted over", "IMG_1_1.jpg": b"original"}
    shelf.pictures.clear()
    home.sync(shelf)
    assert home.files() == {"IMG_1.jpg": b"painted over"}


def test_file_that_was_only_touched_is_kept(home: Home, shelf: Shelf) -> None:
    shelf.put("a")
    home.sync(shelf)
    os.utime(home.folder() / "a.jpg", (1, 1))
    shelf.fetched.clear()
    assert home.sync(shelf).kept == 1
    assert shelf.fetched == []


def test_emptied_file_is_replaced(home: Home, shelf: Shelf) -> None:
    shelf.put("a")
    home.sync(shelf)
    (home.folder() / "a.jpg").write_bytes(b"")
    home.sync(shelf)
    assert home.files() == {"a.jpg": b"the bytes of a"}
