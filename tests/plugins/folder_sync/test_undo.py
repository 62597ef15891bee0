"""What the last run deleted comes back, on both sides; what cannot come back is said, and nothing is overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from artframe.errors import CommandError
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import Hosted, Somebody
from tests.plugins.folder_sync.world import PERMISSIONS


@pytest.fixture
def anna(hosted: Hosted) -> Somebody:
    """Six photos on both sides."""
    anna = hosted.somebody()
    for number in range(6):
        hosted.put(anna, f"Summer/{number}.jpg", photo(number))
    hosted.run(anna, watch=False)
    assert len(hosted.names(anna)) == 6
    return anna


def undo(hosted: Hosted, **arguments: Any) -> dict[str, Any]:
    (result,) = hosted.host.command("one undo", **arguments)["pairs"]
    hosted.host.on_loop(hosted.host.jobs.idle(60))
    return dict(result)


def in_folder(anna: Somebody) -> set[str]:
    return {path.name for path in (anna.folder / "Summer").glob("*.jpg")}


def trash_in_immich(hosted: Hosted, anna: Somebody, *numbers: int) -> None:
    hosted.server.trash([hosted.asset(anna, photo(number)) for number in numbers])


def delete_in_folder(hosted: Hosted, anna: Somebody, *numbers: int) -> None:
    for number in numbers:
        (anna.folder / "Summer" / f"{number}.jpg").unlink()
    hosted.deleted()


def test_photos_that_went_to_immichs_trash_are_restored_and_their_files_come_back(
    hosted: Hosted, anna: Somebody
) -> None:
    delete_in_folder(hosted, anna, 1, 2)
    assert hosted.names(anna, trashed=True) == ["1.jpg", "2.jpg"]
    result = undo(hosted)
    assert sorted(result["photos"]) == ["Summer/1.jpg", "Summer/2.jpg"]
    assert (result["files"], result["failed"]) == ([], [])
    assert hosted.names(anna, trashed=True) == []
    hosted.deleted()
    assert in_folder(anna) == {f"{number}.jpg" for number in range(6)}
    assert (anna.folder / "Summer" / "1.jpg").read_bytes() == photo(1)


def test_a_file_is_not_taken_back_under_nearly_the_name_of_another_one(hosted: Hosted, anna: Somebody) -> None:
    trash_in_immich(hosted, anna, 3)
    asset = hosted.asset(anna, photo(3))
    hosted.full()
    hosted.put(anna, "Summer/3.JPG", photo(7))
    result = undo(hosted)
    assert (result["files"], result["failed"]) == ([f"Summer/3~{asset[:8]}.jpg"], [])
    assert (anna.folder / "Summer" / "3.JPG").read_bytes() == photo(7)


def test_files_that_went_to_the_folders_trash_are_back_and_stay(hosted: Hosted, anna: Somebody) -> None:
    trash_in_immich(hosted, anna, 3, 4)
    hosted.full()
    assert in_folder(anna) == {"0.jpg", "1.jpg", "2.jpg", "5.jpg"}
    result = undo(hosted)
    assert sorted(result["files"]) == ["Summer/3.jpg", "Summer/4.jpg"]
    assert result["failed"] == []
    hosted.deleted()
    assert len(in_folder(anna)) == 6
    assert len(hosted.names(anna)) == 6
    assert not list((anna.folder / ".artframe-trash").rglob("*.jpg"))


def test_a_run_is_taken_back_once_and_an_earlier_one_only_by_its_name(hosted: Hosted, anna: Somebody) -> None:
    delete_in_folder(hosted, anna, 1)
    first = hosted.plugin().journal.newest(1)[0].run
    delete_in_folder(hosted, anna, 2)
    undo(hosted)
    with pytest.raises(CommandError, match="taken back already"):
        hosted.host.command("one undo")
    assert hosted.names(anna, trashed=True) == ["1.jpg"]
    assert undo(hosted, run=first)["photos"] == ["Summer/1.jpg"]
    assert hosted.names(anna, trashed=True) == []


def test_nothing_is_overwritten_by_what_comes_back(hosted: Hosted, anna: Somebody) -> None:
    trash_in_immich(hosted, anna, 3)
    hosted.full()
    hosted.put(anna, "Summer/3.jpg", photo(30))
    (failed,) = undo(hosted)["failed"]
    assert failed["path"] == "Summer/3.jpg"
    assert "another file of that name" in failed["reason"]
    assert (anna.folder / "Summer" / "3.jpg").read_bytes() == photo(30)
    hosted.full()
    everywhere = {path.read_bytes() for path in anna.folder.rglob("*.jpg")}
    assert {photo(3), photo(30)} <= everywhere


def test_what_is_in_no_trash_any_more_is_named(hosted: Hosted, anna: Somebody) -> None:
    delete_in_folder(hosted, anna, 1, 2)
    hosted.server.purge([hosted.asset(anna, photo(1))])
    result = undo(hosted)
    assert result["photos"] == ["Summer/2.jpg"]
    (failed,) = result["failed"]
    assert "trash was emptied" in failed["reason"]


def test_a_trash_of_the_folder_that_was_emptied_is_no_harm_if_immich_has_the_photo(
    hosted: Hosted, anna: Somebody
) -> None:
    trash_in_immich(hosted, anna, 3)
    hosted.full()
    shutil.rmtree(anna.folder / ".artframe-trash")
    (failed,) = undo(hosted)["failed"]
    assert "comes back from there" in failed["reason"]
    hosted.deleted()
    assert (anna.folder / "Summer" / "3.jpg").read_bytes() == photo(3)


def test_files_come_back_although_the_key_may_restore_nothing(hosted: Hosted, anna: Somebody) -> None:
    trash_in_immich(hosted, anna, 3)
    hosted.full()
    weaker = hosted.server.create_key(anna.user_id, tuple(one for one in PERMISSIONS if one != "asset.delete"))
    hosted.run(anna, watch=False, api_keys=[weaker])
    assert undo(hosted)["files"] == ["Summer/3.jpg"]


def test_without_a_deletion_there_is_nothing_to_take_back(hosted: Hosted, anna: Somebody) -> None:
    with pytest.raises(CommandError, match="no run has deleted anything"):
        hosted.host.command("one undo")
    with pytest.raises(CommandError, match="deleted nothing here"):
        hosted.host.command("one undo", run="never")


def test_what_was_taken_back_stands_in_the_journal(hosted: Hosted, anna: Somebody) -> None:
    delete_in_folder(hosted, anna, 1)
    undo(hosted)
    lines = hosted.host.command("one journal", path="Summer/1.jpg")
    assert "undo" in [line["action"] for line in lines]
    text = hosted.host.commands.get("one journal").render
    assert text is not None
    assert "taken back: Summer/1.jpg" in text(lines)


def test_each_persons_last_deletion_is_their_own(hosted: Hosted, anna: Somebody, tmp_path: Path) -> None:
    ben = hosted.somebody("Ben")
    hosted.put(ben, "b.jpg", photo(50))
    hosted.put(ben, "c.jpg", photo(51))
    hosted.run(anna, ben, watch=False)
    delete_in_folder(hosted, anna, 1)
    (ben.folder / "b.jpg").unlink()
    hosted.deleted()
    with pytest.raises(CommandError, match=r"Anna's 1 of .*, Ben's 1 of ") as asked:
        hosted.host.command("one undo")
    assert "--person" in asked.value.hint and hosted.names(ben, trashed=True) == ["b.jpg"]
    (result,) = hosted.host.command("one undo", person="Anna")["pairs"]
    assert result["photos"] == ["Summer/1.jpg"]
    assert hosted.names(ben, trashed=True) == ["b.jpg"]
    (result,) = hosted.host.command("one undo")["pairs"]
    assert (result["person"], result["photos"]) == ("Ben", ["b.jpg"])
