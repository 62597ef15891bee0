"""History: what was in force is kept, can be compared and brought back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from artframe.config.problem import UnknownFile

if TYPE_CHECKING:
    from tests.config.conftest import Home


def test_every_save_and_every_good_hand_edit_is_kept_and_the_last_ten_stay(home: Home) -> None:
    home.put_album(max_photos=0)
    home.store.load()
    for number in range(1, 8):
        home.clock.advance(60)
        home.put_album(max_photos=number)
        home.store.reload()
        home.clock.advance(60)
        home.store.modify(
            "family", lambda data: data["settings"].update(quota_mb=data["settings"]["max_photos"]), reason="web page"
        )
    versions = home.store.history("family")
    assert [int(version.id) for version in versions] == list(range(15, 5, -1))
    assert {version.reason for version in versions} == {"web page", "hand edit"}
    assert versions[0].saved_at == datetime(2026, 5, 1, 12, 14, tzinfo=UTC)
    assert versions[0].path.read_bytes() == home.file("plugins/family.json").read_bytes()


def test_a_broken_edit_is_no_version(home: Home) -> None:
    home.put_album()
    home.store.load()
    home.put("plugins/family.json", "{")
    home.store.reload()
    home.put_album()
    home.store.reload()
    assert len(home.store.history("family")) == 1


def test_a_version_comes_back_to_the_letter_and_can_be_taken_back_itself(home: Home) -> None:
    path = home.put("plugins/family.json", '{"plugin":"folder",  "settings":{"folder":"one"}}')
    first = path.read_text()
    home.store.load()
    home.store.modify("family", lambda data: data["settings"].update(folder="two"), reason="web page")
    home.store.rollback("family", "1")
    assert path.read_text() == first
    assert [version.reason for version in home.store.history("family")] == [
        "rollback to 1",
        "web page",
        "found at start",
    ]
    home.store.rollback("family", "2")
    assert "two" in path.read_text()
    assert [change.changed for change in home.changes] == [{"family"}] * 3


def test_a_rollback_mends_a_broken_file_and_keeps_what_stood_there(home: Home) -> None:
    path = home.put_album()
    good = path.read_text()
    home.store.load()
    path.write_text("{ half a thou")
    home.store.reload()
    home.store.rollback("family", "1")
    assert path.read_text() == good
    assert home.store.problems == ()
    [replaced] = [version for version in home.store.history("family") if version.kind.word == "replaced"]
    assert replaced.path.read_text() == "{ half a thou"
    assert replaced.reason == "before rollback to 1"


def test_a_version_that_is_not_there_is_named_with_those_that_are(home: Home) -> None:
    home.put_album()
    home.store.load()
    for ask in (lambda: home.store.rollback("family", "7"), lambda: home.store.diff("family", "7")):
        with pytest.raises(UnknownFile, match="there are: 1"):
            ask()
    with pytest.raises(UnknownFile, match="none was saved"):
        home.store.rollback("nobody", "1")
    assert home.store.history("nobody") == []


def test_the_difference_of_two_versions_shows_settings_and_masks_secrets(home: Home) -> None:
    home.put_album(albums=["a"])
    home.store.load()
    home.put_album(albums=["a", "b"], immich_api_key="other-key")
    home.store.reload()
    diff = home.store.diff("family", "1", "2").splitlines()
    assert diff[:2] == ["--- plugins/family.json 1", "+++ plugins/family.json 2"]
    assert '-    "immich_api_key": "********",' in diff
    assert '+    "immich_api_key": "******** (changed)",' in diff
    assert '+      "b"' in diff
    assert home.store.diff("family", "2") == ""


def test_references_show_in_a_difference_since_they_are_no_secrets(home: Home) -> None:
    home.put("secrets.json", {"nas": "hush"})
    home.put_album(immich_api_key="hush")
    home.store.load()
    home.put_album(immich_api_key={"$secret": "nas"})
    home.store.reload()
    assert '+      "$secret": "nas"' in home.store.diff("family", "1").splitlines()


def test_files_that_are_none_of_ours_in_the_history_are_left_alone(home: Home) -> None:
    home.put_album()
    home.store.load()
    folder = home.path / "state" / "config-history" / "plugins" / "family"
    (folder / "notes.txt").write_text("mine")
    assert len(home.store.history("family")) == 1
    assert (folder / "notes.txt").exists()
