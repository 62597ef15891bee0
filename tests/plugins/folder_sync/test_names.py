"""Every name from Immich gets a safe place in any folder, and every name here can be said on one line."""

from __future__ import annotations

import os
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.immich import MediaTypes
from artframe_folder_sync.files.ignoring import Rules
from artframe_folder_sync.files.names import clash_name, conflict_name, folded, local_name, numbered_name, printable

ASSET = "1a2b3c4d-0000-4000-8000-00000000abcd"
DAY = date(2026, 11, 20)
RULES = Rules([], MediaTypes(images=frozenset({".jpg"}), videos=frozenset(), sidecars=frozenset()))


@pytest.mark.parametrize(
    "name", ["IMG_1.jpg", "Oma & Opa (2).JPG", "\U0001f469\u200d\U0001f4f7.jpg", "a.b.c.heic", "%41.jpg", "no ending"]
)
def test_a_name_that_is_fine_everywhere_stays(name: str) -> None:
    assert local_name(name, ASSET) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b.jpg", "a_b~1a2b3c4d.jpg"),
        ("../../etc/passwd", "_._.._etc_passwd~1a2b3c4d"),
        ("..", "photo~1a2b3c4d"),
        (".", "photo~1a2b3c4d"),
        ("", "photo~1a2b3c4d"),
        ("   ", "photo~1a2b3c4d"),
        ("nul\0.jpg", "nul_~1a2b3c4d.jpg"),
        ("line\nend.jpg", "line_end~1a2b3c4d.jpg"),
        ("CON", "_CON~1a2b3c4d"),
        ("con.jpg", "_con~1a2b3c4d.jpg"),
        ("com1.tar.jpg", "_com1.tar~1a2b3c4d.jpg"),
        ("trailing.jpg.", "trailing~1a2b3c4d.jpg"),
        ("trailing.jpg ", "trailing~1a2b3c4d.jpg"),
        (" leading.jpg", "leading~1a2b3c4d.jpg"),
        (".hidden.jpg", "_hidden~1a2b3c4d.jpg"),
        ("~syncthing~1.jpg", "_syncthing~1~1a2b3c4d.jpg"),
        ("a\\b:c?.jpg", "a_b_c_~1a2b3c4d.jpg"),
        ("gpj.\u202eIMG.jpg", "gpj.IMG~1a2b3c4d.jpg"),
        ("\ud800.jpg", "_~1a2b3c4d.jpg"),
    ],
)
def test_a_name_that_would_do_harm_is_made_safe_and_told_apart(name: str, safe: str) -> None:
    assert local_name(name, ASSET) == safe


def test_a_name_that_is_too_long_keeps_its_ending_and_whole_characters() -> None:
    name = local_name("ä" * 300 + ".jpeg", ASSET)
    assert len(name.encode()) in (254, 255)
    assert name.startswith("äää")
    assert name.endswith("ä~1a2b3c4d.jpeg")


def test_two_bad_names_that_become_one_are_told_apart_by_their_photos() -> None:
    other = "ffffffff" + ASSET[8:]
    assert local_name("a/b.jpg", ASSET) != local_name("a:b.jpg", other)


def test_a_name_in_separate_accents_is_written_in_one_form() -> None:
    assert local_name("cafe\u0301.jpg", ASSET).startswith("caf\u00e9")


@given(name=st.text(max_size=300), ending=st.sampled_from(["", ".jpg", ".JPG", ".", ".x" * 9]))
def test_every_name_of_immich_becomes_one_that_every_disk_takes(name: str, ending: str) -> None:
    safe = local_name(name + ending, ASSET)
    raw = os.fsencode(safe)
    assert 0 < len(raw) <= 255
    assert not set(safe) & set('/\0\\:*?"<>|')
    assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in safe)
    assert safe[0] not in ".~ "
    assert safe[-1] not in ". "
    assert safe == local_name(name + ending, ASSET)
    assert local_name(safe, ASSET) == safe, "what comes up again goes down under the same name"


@given(name=st.text(max_size=300))
def test_a_downloaded_photo_is_never_out_of_scope_by_its_name(name: str) -> None:
    safe = local_name(name + ".jpg", ASSET)
    if not safe.endswith(".jpg"):
        return
    assert RULES.file(safe) is None or ".sync-conflict-" in safe


def test_conflict_names_say_when_and_from_where() -> None:
    assert conflict_name("a/IMG_1.jpg", DAY, "immich") == "a/IMG_1 (conflict 2026-11-20 immich).jpg"
    assert conflict_name("a/IMG_1.jpg", DAY, "immich", 2) == "a/IMG_1 (conflict 2026-11-20 immich 2).jpg"


def test_clash_names_carry_the_photos_id_and_then_the_whole_of_it() -> None:
    once = clash_name("a/IMG_1.jpg", ASSET)
    assert once == "a/IMG_1~1a2b3c4d.jpg"
    assert clash_name(once, ASSET) == "a/IMG_1~1a2b3c4d00004000800000000000abcd.jpg"
    assert clash_name("IMG_1~1a2b3c4d", ASSET) == "IMG_1~1a2b3c4d00004000800000000000abcd"


PATHS = st.builds(
    lambda folder, raw, ending: folder + os.fsdecode(raw.replace(b"/", b"_").replace(b"\0", b"_")[:251]) + ending,
    st.sampled_from(["", "a/", "a/ä/"]),
    st.binary(min_size=1, max_size=260),
    st.sampled_from(["", ".jpg"]),
)


@given(path=PATHS)
def test_derived_names_stay_in_the_folder_fit_and_are_other_names(path: str) -> None:
    derived = [
        conflict_name(path, DAY, "immich"),
        conflict_name(path, DAY, "immich", 2),
        clash_name(path, ASSET),
        clash_name(clash_name(path, ASSET), ASSET),
        numbered_name(path, 2),
    ]
    assert len({path, *derived}) == 6
    for one in derived:
        assert one.rpartition("/")[0] == path.rpartition("/")[0]
        assert len(os.fsencode(one.rpartition("/")[2])) <= 255
        assert not path.endswith(".jpg") or one.endswith(".jpg") or path.rpartition("/")[2] == ".jpg"


def test_folded_names_are_equal_where_a_phone_or_a_mac_takes_them_for_one() -> None:
    assert folded("a/IMG.JPG") == folded("A/img.jpg")
    assert folded("CAFE\u0301.jpg") == folded("caf\u00e9.JPG")
    assert folded("Straße.jpg") != folded("Strasse.jpg")


@given(path=st.text())
def test_folding_twice_is_folding_once(path: str) -> None:
    assert folded(folded(path)) == folded(path)
    assert folded(unicodedata.normalize("NFD", path)) == folded(unicodedata.normalize("NFC", path))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("Süd/Ümläut 😀.jpg", "Süd/Ümläut 😀.jpg"),
        ("👨\u200d👩\u200d👧.jpg", "👨\u200d👩\u200d👧.jpg"),
        ("a\nb\t.jpg", "a\\nb\\t.jpg"),
        (os.fsdecode(b"caf\xe9.jpg"), "caf\\xe9.jpg"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable_names_are_one_line_that_can_be_written_anywhere(path: str, said: str) -> None:
    assert printable(path) == said


@given(path=st.one_of(st.text(), st.binary().map(os.fsdecode)))
def test_anything_is_printable(path: str) -> None:
    said = printable(path)
    said.encode()
    assert said.replace("\u200c", "").replace("\u200d", "").isprintable()
