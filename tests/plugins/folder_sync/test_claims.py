"""Who has which folder is known as long as somebody has it, and not longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from artframe_folder_sync.claims import FILE, Claim


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for instance in ("one", "two"):
        (tmp_path / instance).mkdir()
    return tmp_path


@pytest.mark.parametrize("folder", ["/srv/anna", "/srv", "/srv/anna/phone"])
def test_the_same_folder_one_above_and_one_inside_are_taken(data: Path, folder: str) -> None:
    one, two = Claim(data / "one"), Claim(data / "two")
    one.take(["/srv/ben", "/srv/anna"])
    assert two.rival(folder) == "one"
    assert two.rival("/srv/annabel" if folder != "/srv" else "/home") is None
    assert one.rival(folder) is None, "nobody is a rival of their own"
    one.release()


def test_what_was_released_or_left_by_a_crash_is_free(data: Path) -> None:
    one, two = Claim(data / "one"), Claim(data / "two")
    one.take(["/srv/anna"])
    one.release()
    one.release()
    assert (data / "one" / FILE).exists(), "as a crash leaves it"
    assert two.rival("/srv/anna") is None


def test_a_later_claim_replaces_the_earlier_one(data: Path) -> None:
    one, two = Claim(data / "one"), Claim(data / "two")
    one.take(["/srv/a/long/name/of/a/folder"])
    one.take(["/srv/ben"])
    assert two.rival("/srv/a/long/name/of/a/folder") is None
    assert two.rival("/srv/ben") == "one"
    one.release()


def test_a_file_that_is_no_claim_claims_nothing(data: Path) -> None:
    one = Claim(data / "one")
    one.take([])
    (data / "one" / FILE).write_bytes(b"\xff{")
    assert Claim(data / "two").rival("/srv/anna") is None
    one.release()


def test_two_lives_of_one_instance_do_not_both_have_it(data: Path) -> None:
    old, new = Claim(data / "one"), Claim(data / "one")
    old.take(["/srv/anna"])
    with pytest.raises(OSError, match="earlier life"):
        new.take(["/srv/anna"])
    old.release()
    new.take(["/srv/anna"])
    new.release()
