"""One file's state is explained, by whatever name it is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from artframe.errors import CommandError
from artframe_folder_sync.renderings import localized
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import Hosted, Somebody


@pytest.fixture
def anna(hosted: Hosted) -> Somebody:
    anna = hosted.somebody()
    hosted.put(anna, "Summer/a.jpg", photo(1))
    hosted.put(anna, "notes.txt", b"milk, bread")
    hosted.run(anna, watch=False)
    return anna


def why(hosted: Hosted, path: str) -> list[dict[str, Any]]:
    found = hosted.host.command("one why", path=path)
    render = hosted.host.commands.get("one why").render
    assert render is not None
    text = render(found)
    assert all(localized(fact) in text for one in found for fact in one["facts"])
    return list(found)


def test_a_synced_file_is_told_with_its_asset_and_what_was_done(hosted: Hosted, anna: Somebody) -> None:
    (found,) = why(hosted, "Summer/a.jpg")
    assert found["person"] == "Anna"
    assert hosted.asset(anna, photo(1)) in " ".join(found["facts"])
    assert [line["action"] for line in found["journal"]] == ["upload"]


@pytest.mark.parametrize("form", ["{folder}/Summer/a.jpg", "./Summer/a.jpg", "Summer/a.jpg/"])
def test_a_file_may_be_named_as_people_do(hosted: Hosted, anna: Somebody, form: str) -> None:
    (found,) = why(hosted, form.format(folder=anna.folder))
    assert found["path"] == "Summer/a.jpg"
    assert found["journal"]


def test_a_file_that_is_not_synced_is_told_why(hosted: Hosted, anna: Somebody) -> None:
    (anna.folder / "link.jpg").symlink_to("/etc/passwd")
    (anna.folder / ".stversions").mkdir()
    hosted.put(anna, ".stversions/old.jpg", photo(9))
    for path, reason in (
        ("notes.txt", "does not take .txt"),
        ("link.jpg", "links are never followed"),
        (".stversions/old.jpg", "belongs to Syncthing"),
        (".stversions", "belongs to Syncthing"),
    ):
        (found,) = why(hosted, path)
        assert reason in " ".join(found["facts"]), path


def test_a_deleted_file_is_told_where_it_is(hosted: Hosted, anna: Somebody) -> None:
    hosted.put(anna, "b.jpg", photo(2))
    hosted.full()
    (anna.folder / "b.jpg").unlink()
    hosted.deleted()
    (found,) = why(hosted, "b.jpg")
    assert found["journal"][0]["action"] == "trash_remote"
    facts = " ".join(found["facts"])
    assert "taken away at" in facts
    assert "not known" not in facts  # it is: it was deleted


def test_a_name_alone_is_found_in_any_folder_also_when_its_file_is_gone(hosted: Hosted, anna: Somebody) -> None:
    hosted.put(anna, "b.jpg", photo(2))
    hosted.full()
    assert [one["path"] for one in why(hosted, "a.jpg")] == ["Summer/a.jpg"]
    (anna.folder / "Summer/a.jpg").unlink()
    hosted.deleted()
    (found,) = why(hosted, "a.jpg")
    assert (found["path"], found["journal"][0]["action"]) == ("Summer/a.jpg", "trash_remote")


def test_a_file_that_is_left_alone_for_another_that_looks_the_same_is_told_so(hosted: Hosted, anna: Somebody) -> None:
    hosted.put(anna, "Summer/caf\u00e9.jpg", photo(4))
    hosted.put(anna, "Summer/cafe\u0301.jpg", photo(5))
    hosted.full()
    (found,) = why(hosted, "Summer/cafe\u0301.jpg")
    assert "the very same name" in " ".join(found["facts"])


def test_a_file_that_nobody_knows_is_no_riddle(hosted: Hosted, anna: Somebody) -> None:
    (found,) = why(hosted, "Winter/x.jpg")
    assert found["facts"]
    assert found["journal"] == []


def test_a_path_outside_of_all_folders_is_refused_with_the_folders(hosted: Hosted, anna: Somebody) -> None:
    with pytest.raises(CommandError, match="lies in no folder") as refused:
        hosted.host.command("one why", path="/etc/passwd")
    assert str(anna.folder) in refused.value.hint


def test_of_several_people_those_are_told_who_have_the_file(hosted: Hosted, anna: Somebody) -> None:
    ben = hosted.somebody("Ben")
    hosted.put(ben, "Summer/b.jpg", photo(2))
    hosted.run(anna, ben, watch=False)
    assert [one["person"] for one in why(hosted, "Summer/b.jpg")] == ["Ben"]
    assert [one["person"] for one in why(hosted, "Summer")] == ["Anna", "Ben"]


def test_names_that_are_no_text_can_be_asked_for_and_told(hosted: Hosted, anna: Somebody) -> None:
    hosted.put(anna, "kein \udcff Text.jpg", photo(3))
    hosted.full()
    (found,) = why(hosted, "kein \udcff Text.jpg")
    found["path"].encode("utf-8")
    assert found["journal"]
