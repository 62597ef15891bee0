"""What file names of all kinds do (scenarios 34 to 36)."""

from __future__ import annotations

import os
import unicodedata

import pytest

from artframe_folder_sync.records import DownloadRule
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World

COMPOSED = unicodedata.normalize("NFC", "Müller.jpg")
DECOMPOSED = unicodedata.normalize("NFD", "Müller.jpg")


def test_s34_a_name_that_only_changes_its_case_is_a_move(world: World) -> None:
    world.put("IMG.JPG", photo(), age=1000)
    world.sync()
    world.rename("IMG.JPG", "img.jpg")

    for _ in range(3):
        world.run()
        assert world.writes() == []
        world.settle()

    assert world.immich() == [("IMG.JPG", photo())]
    world.assert_quiet()


def test_s34_two_names_that_differ_only_in_case_are_two_photos(world: World) -> None:
    world.put("UP.JPG", photo(1), age=1000)
    world.sync()
    world.put("up.jpg", photo(2), age=1000)
    world.sync()
    assert world.immich() == [("UP.JPG", photo(1)), ("up.jpg", photo(2))]
    world.assert_quiet()
    world.edit("UP.JPG", photo(3), age=500)
    world.sync()
    assert world.immich() == [("UP.JPG", photo(3)), ("up.jpg", photo(2))]
    world.remove("up.jpg")
    world.sync()
    assert world.immich() == [("UP.JPG", photo(3))]
    assert world.folder() == {"UP.JPG": photo(3)}
    world.assert_quiet()


def test_s34_of_two_names_that_differ_only_in_case_only_the_one_deleted_in_immich_leaves(world: World) -> None:
    world.put("UP.JPG", photo(1), age=1000)
    world.put("up.jpg", photo(2), age=1000)
    world.put("stays.jpg", photo(3), age=1000)
    world.sync()
    world.immich_trash(photo(1))

    world.sync()

    assert world.folder() == {"up.jpg": photo(2), "stays.jpg": photo(3)}
    assert world.local_trash() == {"UP.JPG": photo(1)}
    world.assert_quiet()


@pytest.mark.parametrize("trash_is_emptied", [False, True])
def test_s34_what_comes_back_never_gets_nearly_the_name_of_another_file(world: World, trash_is_emptied: bool) -> None:
    """On a phone's card that carries the same folder, one of the two would be lost."""
    world.put("Trip/IMG.JPG", photo(1), age=1000)
    world.put("stays.jpg", photo(3), age=1000)
    world.sync()
    asset = world.asset(photo(1)).id
    world.immich_trash(photo(1))
    world.sync()
    if trash_is_emptied:
        for file in (world.root / ".artframe-trash").rglob("IMG.JPG"):
            file.unlink()
    (world.root / "Trip").rmdir()
    world.put("trip/img.jpg", photo(2), age=1000)
    world.sync()
    world.immich_restore(photo(1))

    world.sync()

    assert world.folder() == {f"trip/IMG~{asset[:8]}.JPG": photo(1), "trip/img.jpg": photo(2), "stays.jpg": photo(3)}
    world.assert_quiet()


def test_s34_a_download_never_gets_nearly_the_name_of_a_file_that_is_not_synced(world: World) -> None:
    world.configure(ignore=("img.jpg",), download=DownloadRule(enabled=True, reserve_bytes=0))
    world.put("IMMICH/2024/img.jpg", photo(2), age=1000)
    asset = world.immich_upload("IMG.JPG", photo(1))
    world.run()
    world.pair.confirm("download")

    world.sync()

    assert world.folder() == {"IMMICH/2024/img.jpg": photo(2), f"IMMICH/2024/IMG~{asset[:8]}.JPG": photo(1)}


@pytest.mark.parametrize(("first", "second"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_s35_another_form_of_the_same_letters_is_the_same_name(world: World, first: str, second: str) -> None:
    world.put(first, photo(), age=1000)
    world.sync()
    world.rename(first, second)

    for _ in range(3):
        world.run()
        assert world.writes() == []
        world.settle()

    assert len(world.immich()) == 1
    world.assert_quiet()


def test_s35_both_forms_of_the_same_letters_beside_each_other_are_reported_and_left_alone(world: World) -> None:
    world.put(COMPOSED, photo(1), age=1000)
    world.put("other.jpg", photo(3), age=1000)
    world.sync()
    world.put(DECOMPOSED, photo(2), age=1000)
    world.immich_trash(photo(1))

    for _ in range(3):
        report = world.sync()

    assert world.folder() == {COMPOSED: photo(1), DECOMPOSED: photo(2), "other.jpg": photo(3)}
    assert [content for _, content in world.immich_trashed()] == [photo(1)]
    assert photo(2) not in [content for _, content in world.immich()]
    assert report.troubles


NAMES = {
    "emoji": "🏖️ beach 👨‍👩‍👧.jpg",
    "newline": "two\nlines.jpg",
    "tab": "a\ttab.jpg",
    "spaces around": " spaces .jpg",
    "space before the ending": "space .jpg",
    "quotes": "\"quoted\" 'twice'.jpg",
    "percent": "100%20 %s %n.jpg",
    "backslash": "back\\slash.jpg",
    "semicolon": "a; filename=b.jpg",
    "255 bytes": "x" * 251 + ".jpg",
    "255 bytes of umlauts": "ü" * 125 + "x.jpg",
    "not UTF-8": os.fsdecode(b"caf\xe9 \xff.jpg"),
    "dash": "-rf.jpg",
    "dots": "a...jpg.jpg",
    "upper case": "IMG.JPEG",
    "control": "bell\x07\x1b[31m.jpg",
    "right to left": "\u202egpj.exe.jpg",
}


def test_s36_files_of_any_name_go_there_and_back(world: World) -> None:
    files = {
        f"folder {name[:20].strip()}/{name}": photo(number) for number, name in enumerate(NAMES.values(), start=10)
    }
    for path, content in files.items():
        world.put(path, content, age=1000)
    world.put("plain.jpg", photo(2), age=1000)

    report = world.run()

    assert report.troubles == ()
    there = {content: shown for shown, content in world.immich()}
    for path, content in files.items():
        name = path.rpartition("/")[2]
        assert content in there, repr(name)
        if not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
            assert there[content] == name
    world.assert_quiet()
    world.immich_trash(*files.values())
    world.sync()
    assert world.folder() == {"plain.jpg": photo(2)}
    world.immich_restore(*files.values())
    world.sync()
    assert world.folder() == {"plain.jpg": photo(2), **files}
    world.assert_quiet()


def test_s36_a_space_after_the_ending_makes_it_none_that_immich_takes(world: World) -> None:
    world.put("space.jpg ", photo(1), age=1000)

    world.sync()

    assert world.immich() == []
    assert world.folder() == {"space.jpg ": photo(1)}


def test_s36_a_name_that_is_no_text_is_shown_escaped_in_the_journal_and_in_texts(world: World) -> None:
    world.put(os.fsdecode(b"caf\xe9\n.jpg"), photo(), age=1000)
    world.run()

    lines = (world.data_dir / "journal.jsonl").read_bytes().splitlines()

    assert lines
    assert all(line.decode("utf-8") for line in lines)
    assert not any(b"\xe9" in line for line in lines)
