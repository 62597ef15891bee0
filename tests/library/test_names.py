"""Names from elsewhere become safe, stable and unique."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.library.names import LONGEST, folded, numbered, safe_name
from tests.library.shelf import Home, Shelf


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_1234.jpg", "IMG_1234.jpg"),
        ("../../etc/evil.jpg", "photo_.._.._etc_evil.jpg"),
        ("a\0b\nc.jpg", "a_b_c.jpg"),
        (".hidden.jpg", "photo_.hidden.jpg"),
        ("CON.jpg", "photo_CON.jpg"),
        ("trailing. . ", "trailing"),
        ("", "photo_id-1"),
        ("...", "photo_id-1"),
        ('what?*<>|":\\.jpg', "what________.jpg"),
        ("evil\u202egpj.exe", "evil_gpj.exe"),
    ],
)
def test_safe_names(name: str, expected: str) -> None:
    assert safe_name(name, "id-1") == expected


def test_long_name_is_cut_at_a_character_and_keeps_its_extension() -> None:
    cut = safe_name("ä" * 300 + ".jpeg", "id")
    assert cut.endswith("ä.jpeg")
    assert LONGEST - 1 <= len(cut.encode()) <= LONGEST
    assert len(numbered(cut, 12345).encode()) <= LONGEST
    assert numbered(cut, 7).endswith("_7.jpeg")


@given(st.text(), st.integers(min_value=1, max_value=10**6))
def test_any_name_is_safe(name: str, number: int) -> None:
    for safe in (safe_name(name, "id"), numbered(safe_name(name, "id"), number)):
        assert 0 < len(safe.encode()) <= LONGEST
        assert "/" not in safe and "\0" not in safe and not safe.startswith(".")
        assert not any(unicodedata.category(letter) == "Cc" for letter in safe)
        assert unicodedata.normalize("NFC", safe) == safe
        assert safe == safe.rstrip(". ")


@given(st.text())
def test_safe_name_stays_as_it_is(name: str) -> None:
    assert safe_name(safe_name(name, "id"), "id") == safe_name(name, "id")


def test_duplicates_and_case_twins_get_numbers_and_keep_them(home: Home, shelf: Shelf) -> None:
    shelf.put("1", "IMG.jpg", b"one")
    shelf.put("2", "IMG.jpg", b"two")
    shelf.put("3", "img.JPG", b"three")
    shelf.put("4", unicodedata.normalize("NFD", "Ä.jpg"), b"four")
    shelf.put("5", unicodedata.normalize("NFC", "Ä.jpg"), b"five")
    home.sync(shelf)
    first = home.files()
    assert len({folded(name) for name in first}) == 5
    assert {name: content for name, content in first.items() if content in (b"one", b"two", b"three")} == {
        "IMG.jpg": b"one",
        "IMG_1.jpg": b"two",
        "img_2.JPG": b"three",
    }
    del shelf.pictures["1"]
    home.sync(shelf)
    del first["IMG.jpg"]
    assert home.files() == first, "the others keep their names"


def test_many_photos_of_one_name(home: Home, shelf: Shelf) -> None:
    for number in range(120):
        shelf.put(str(number), "IMG_0001.JPG", f"picture {number}".encode())
    home.sync(shelf)
    assert len(home.files()) == 120
    assert sorted(home.files().values()) == sorted(picture.content for picture in shelf.pictures.values())
