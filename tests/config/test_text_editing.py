"""Editing a whole file as a text without its secrets: by hand, on the web page, over SSH."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from artframe.config.files import basis_of
from artframe.config.masking import MASK
from artframe.config.problem import ConfigRefused, ConflictError, UnknownFile
from artframe.config.text_editing import TextEditor

if TYPE_CHECKING:
    from tests.config.conftest import Home

HAND_MADE = """{
    "_note": "by hand",   "plugin": "album",

    "settings": {"immich_url": "http://ada:kEy-pw@nas", "immich_api_key": "kEy",
        "albums": [ "Hall","Attic" ] }
}
"""


def text(home: Home, file: str = "family") -> str:
    return TextEditor(home.store).text(file).text


def write(home: Home, content: str, file: str = "family", **more: Any) -> dict[str, Any]:
    """Write as a command does; the JSON that faces get."""
    return TextEditor(home.store).write(file, content.encode(), reason="test", **more).as_json()


def on_disk(home: Home, file: str = "plugins/family.json") -> str:
    return home.file(file).read_bytes().decode()


@pytest.fixture
def family(home: Home) -> Home:
    home.put("plugins/family.json", HAND_MADE)
    home.store.load()
    return home


def test_the_text_is_the_file_with_its_secrets_masked(family: Home) -> None:
    shown = TextEditor(family.store).text("family")
    assert shown.text == HAND_MADE.replace("ada:kEy-pw", MASK).replace('"kEy"', f'"{MASK}"')
    assert (shown.file, shown.basis, shown.problems) == (
        "plugins/family.json", basis_of(HAND_MADE.encode()), (),
    )  # fmt: skip


def test_what_comes_back_unchanged_changes_nothing(family: Home) -> None:
    assert write(family, text(family))["changes"] == []
    assert on_disk(family) == HAND_MADE
    assert family.changes == []


def test_an_edited_text_keeps_its_formatting_and_its_secrets(family: Home) -> None:
    edited = text(family).replace('"Attic" ]', '"Attic" , "Garden"]')
    result = write(family, edited)
    assert on_disk(family) == HAND_MADE.replace('"Attic" ]', '"Attic" , "Garden"]')
    assert result["changes"] == [
        {"path": "settings.albums", "before": ["Hall", "Attic"], "after": ["Hall", "Attic", "Garden"]}
    ]
    assert "kEy" not in json.dumps(result)


def test_a_secret_typed_into_the_text_stays_where_it_was_typed(family: Home) -> None:
    result = write(family, text(family).replace(f'"{MASK}"', '"kEy-typed"'))
    assert on_disk(family) == HAND_MADE.replace('"kEy"', '"kEy-typed"')
    assert result["changes"] == [{"path": "settings.immich_api_key", "before": MASK, "after": f"{MASK} (changed)"}]


def test_line_ends_of_a_web_form_do_not_change_the_file(family: Home) -> None:
    write(family, text(family).replace("\n", "\r\n").replace("Hall", "Barn"))
    assert on_disk(family) == HAND_MADE.replace("Hall", "Barn")
    crlf = HAND_MADE.replace("\n", "\r\n")
    family.file("plugins/family.json").write_bytes(crlf.encode())
    family.store.reload()
    write(family, text(family).replace("Hall", "Barn"))
    assert on_disk(family) == crlf.replace("Hall", "Barn")


def test_a_mask_where_there_was_no_secret_is_a_problem_on_its_line(family: Home) -> None:
    edited = text(family).replace('"Attic" ]', '"Attic"],\n"_old_key": "********" ')
    with pytest.raises(ConfigRefused) as refused:
        write(family, edited)
    [problem] = refused.value.problems
    assert (problem.path, problem.what) == ("settings._old_key", "this is the mask, not a secret")
    assert edited.splitlines()[(problem.line or 0) - 1].startswith('"_old_key"')
    assert on_disk(family) == HAND_MADE


def test_problems_stand_on_the_lines_of_the_text_that_was_edited(home: Home) -> None:
    home.put(
        "plugins/family.json",
        '{"plugin": "album", "_old": {\n"a": 1,\n"b": 2},\n"settings": {"immich_url": "http://nas",\n'
        '"immich_api_key": "kEy", "max_photos":\n0}}',
    )
    home.store.load()
    edited = text(home).replace("0}}", "-1}}").replace('"plugin"', '"zzz": 5, "plugin"')
    for problems in (
        TextEditor(home.store).preview("family", edited.encode()).problems,
        refusal(home, edited).problems,
    ):
        places = {problem.path: edited.splitlines()[(problem.line or 0) - 1] for problem in problems}
        assert places == {"zzz": edited.splitlines()[0], "settings.max_photos": "-1}}"}
        assert [
            edited.splitlines()[0][problem.column - 1 :][:5]
            for problem in problems
            if problem.column and problem.path == "zzz"
        ] == ['"zzz"']


def refusal(home: Home, edited: str) -> ConfigRefused:
    with pytest.raises(ConfigRefused) as refused:
        write(home, edited)
    return refused.value


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", "\ufeff{}", '{"plugin": "album"}', '{"a": 1, "a": 2}', "x" * 2_000_000, '{"a": "\\ud800"}',
     "\0", '{"plugin": "album", "settings": ' + "[" * 500],
)  # fmt: skip
def test_a_text_that_cannot_be_used_is_refused_and_the_file_stays(family: Home, content: str) -> None:
    assert refusal(family, content).problems
    assert TextEditor(family.store).preview("family", content.encode()).problems
    assert on_disk(family) == HAND_MADE


def test_bytes_that_are_no_text_are_refused(family: Home) -> None:
    with pytest.raises(ConfigRefused, match="UTF-8"):
        TextEditor(family.store).write("family", b'{"a": "\xff"}', reason="test")
    assert on_disk(family) == HAND_MADE


def test_a_preview_says_what_would_change_and_changes_nothing(family: Home) -> None:
    shown = TextEditor(family.store).text("family")
    preview = TextEditor(family.store).preview("family", shown.text.replace("Hall", "Barn").encode(), basis=shown.basis)
    assert (preview.problems, preview.stale, preview.basis) == ((), False, shown.basis)
    assert '-      "Hall",\n+      "Barn",' in preview.difference
    assert "kEy" not in preview.difference
    assert TextEditor(family.store).preview("family", b"{}", basis="0" * 64).stale
    assert on_disk(family) == HAND_MADE


def test_of_two_editors_the_second_gets_both_versions_and_nothing_is_overwritten(family: Home) -> None:
    shown = TextEditor(family.store).text("family")
    write(family, shown.text.replace("Hall", "Barn"), basis=shown.basis)
    with pytest.raises(ConflictError) as conflict:
        write(family, shown.text.replace("Hall", "Cellar"), basis=shown.basis)
    assert on_disk(family) == HAND_MADE.replace("Hall", "Barn")
    both = conflict.value.shown
    assert both is not None
    assert (both.ours, both.theirs) == (shown.text.replace("Hall", "Cellar"), shown.text.replace("Hall", "Barn"))
    write(family, both.ours, basis=conflict.value.basis)
    assert on_disk(family) == HAND_MADE.replace("Hall", "Cellar")


def test_an_editor_that_is_quicker_than_the_save_wins(family: Home) -> None:
    shown = TextEditor(family.store).text("family")

    def slow_guard(old: Any, new: Any) -> None:
        family.put("plugins/family.json", HAND_MADE.replace("Hall", "Barn"))

    family.store.guard(slow_guard)
    with pytest.raises(ConflictError) as conflict:
        write(family, shown.text.replace("Hall", "Cellar"), basis=shown.basis)
    assert on_disk(family) == HAND_MADE.replace("Hall", "Barn")
    assert conflict.value.shown is not None
    assert "kEy" not in conflict.value.shown.ours + conflict.value.shown.theirs


# -- broken files

BROKEN = HAND_MADE.replace('"Hall","Attic" ]', '"Hall","Attic" ],')


@pytest.fixture
def broken(family: Home) -> Home:
    family.put("plugins/family.json", BROKEN)
    family.store.reload()
    return family


def test_a_broken_file_is_shown_without_its_secrets_and_with_what_is_wrong(broken: Home) -> None:
    shown = TextEditor(broken.store).text("family")
    assert shown.text == BROKEN.replace("ada:kEy-pw", MASK).replace('"kEy"', f'"{MASK}"')
    assert [problem.line for problem in shown.problems] == [5]


def test_a_broken_file_is_mended_and_has_the_secrets_that_stood_in_it(broken: Home) -> None:
    broken.put("plugins/family.json", BROKEN.replace('"kEy"', '"kEy-by-hand"'))
    broken.store.reload()
    write(broken, text(broken).replace('"Attic" ],', '"Attic" ]'))
    assert on_disk(broken) == HAND_MADE.replace('"kEy"', '"kEy-by-hand"')
    assert broken.store.problems == ()


def test_where_a_broken_file_does_not_tell_the_secret_it_is_asked_for(broken: Home) -> None:
    broken.put("plugins/family.json", BROKEN.replace('"kEy"', '"kEy'))
    broken.store.reload()
    shown = text(broken)
    assert "kEy" not in shown
    mended = shown.replace(f'"{MASK}', f'"{MASK}",').replace('"Attic" ],', '"Attic" ]')
    refused = refusal(broken, mended)
    assert [problem.path for problem in refused.problems] == ["settings.immich_api_key"]


def test_a_file_that_is_no_text_at_all_is_shown_somehow_and_may_be_replaced(home: Home) -> None:
    home.put_album()
    home.store.load()
    home.file("plugins/family.json").write_bytes(b'\xff\xfe{"immich_api_key": "kEy"}\0')
    home.store.reload()
    shown = TextEditor(home.store).text("family")
    assert "kEy" not in shown.text
    assert shown.problems
    write(home, HAND_MADE, basis=shown.basis)
    assert on_disk(home) == HAND_MADE


# -- other files


def test_secrets_json_is_edited_without_a_secret_being_seen(home: Home) -> None:
    text_before = '{\n  "_note": "mine",\n  "nas": "kEy-one", "cam":  "kEy-two"\n}\n'
    home.put("secrets.json", text_before)
    home.put_album(immich_api_key={"$secret": "nas"})
    home.store.load()
    shown = text(home, "secrets")
    assert "kEy" not in shown
    write(home, shown.replace('"cam":  "********"', '"new": "kEy-three"'), "secrets")
    assert on_disk(home, "secrets.json") == text_before.replace('"cam":  "kEy-two"', '"new": "kEy-three"')
    assert refusal_of_secrets(home, shown.replace("cam", "other")) == ["other"]


def refusal_of_secrets(home: Home, edited: str) -> list[str]:
    with pytest.raises(ConfigRefused) as refused:
        write(home, edited, "secrets")
    return [problem.path for problem in refused.value.problems]


def test_a_new_plugins_file_may_be_written_whole_and_a_missing_one_is_not_shown(home: Home) -> None:
    home.store.load()
    write(home, HAND_MADE, "garden")
    assert home.store.config.plugins.keys() == {"garden"}
    with pytest.raises(UnknownFile, match=r"plugins/gardn\.json"):
        text(home, "gardn")
    home.file("frame.json").unlink()
    home.store.reload()
    shown = TextEditor(home.store).text("frame")
    assert (shown.text, shown.basis, shown.problems) == ("", basis_of(None), ())
    write(home, "{}", "frame", basis=shown.basis)
    assert on_disk(home, "frame.json") == "{}"


def test_without_a_running_frame_the_same_is_shown(family: Home) -> None:
    family.put("secrets.json", {"nas": "kEy"})
    family.put_album("second", immich_api_key={"$secret": "nas"})
    fresh = family.new_store()  # nothing was loaded: only looked at
    assert TextEditor(fresh).text("second").problems == ()
    assert "kEy" not in TextEditor(fresh).text("family").text
