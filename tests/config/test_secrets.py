"""Secrets: where they may come from, and that none ever shows."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from artframe.config.problem import ConfigRefused, ConflictError, Severity

if TYPE_CHECKING:
    from tests.config.conftest import Home


def key_in_force(home: Home) -> str:
    settings: Any = home.store.config.plugins["family"].settings
    return str(settings.immich_api_key.reveal())


def test_a_plain_secret_works_as_it_stands(home: Home, key: str) -> None:
    home.put_album()
    home.store.load()
    assert key_in_force(home) == key


def test_a_reference_leads_to_secrets_json(home: Home) -> None:
    home.put("secrets.json", {"_note": "mine", "nas": "from-the-file"})
    home.put_album(immich_api_key={"$secret": "nas"})
    home.store.load()
    assert home.store.problems == ()
    assert key_in_force(home) == "from-the-file"


def test_a_reference_leads_to_the_environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTFRAME_TEST_KEY", "from-outside")
    home.put_album(immich_api_key={"$env": "ARTFRAME_TEST_KEY"})
    home.store.load()
    assert key_in_force(home) == "from-outside"


@pytest.mark.parametrize("absolute", [False, True])
def test_a_reference_leads_to_a_file_beside_the_configuration_or_anywhere(home: Home, absolute: bool) -> None:
    home.file("key.txt").write_text("from-a-file\n")
    home.put_album(immich_api_key={"$file": str(home.file("key.txt")) if absolute else "key.txt"})
    home.store.load()
    assert key_in_force(home) == "from-a-file"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        pytest.param(
            {"$secret": "nass"}, 'no secret "nass" in secrets.json (did you mean "nas"?)', id="no such secret"
        ),
        pytest.param({"$env": "ARTFRAME_NOT_SET"}, "ARTFRAME_NOT_SET is not set", id="no such variable"),
        pytest.param({"$env": "it-is-hush!"}, "wants the name of an environment variable", id="a secret as a name"),
        pytest.param({"$file": "gone.txt"}, "the file gone.txt is not there", id="no such file"),
        pytest.param({"$file": "."}, "cannot be read: it is a folder", id="a folder"),
        pytest.param({"$file": "/dev/zero"}, "cannot be read: it is not an ordinary file", id="a device"),
        pytest.param({"$file": "empty.txt"}, "the file empty.txt is empty", id="an empty file"),
        pytest.param({"$file": "large.txt"}, "too large", id="a huge file"),
        pytest.param({"$file": "binary"}, "not a readable text", id="no text"),
        pytest.param({"$file": "a\0b"}, "not a readable text", id="no file name"),
        pytest.param({"$sercet": "hush"}, 'did you mean "$secret"?', id="misspelled"),
        pytest.param({"$secret": "nas", "x": 1}, "one name and nothing else", id="more than a name"),
        pytest.param({"$secret": 3}, "wants a text in quotes", id="a number as a name"),
        pytest.param({}, "cannot be an object", id="an empty object"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named_with_its_line(home: Home, reference: Any, words: str) -> None:
    home.put("secrets.json", {"nas": "hush-nas"})
    home.file("empty.txt").write_text("\n")
    home.file("large.txt").write_text("x" * 70_000)
    home.file("binary").write_bytes(b"\xff\xfe\x00")
    home.put_album(immich_api_key=reference)
    home.store.load()
    problem = home.problem()
    assert words in str(problem)
    assert "hush" not in str(problem)
    assert problem.path.startswith("settings.immich_api_key")
    assert problem.line == 6 or problem.path.endswith("sercet")
    assert "does not run" in problem.effect
    assert "family" not in home.store.config.plugins


def test_everything_else_is_checked_although_a_secret_is_missing(home: Home) -> None:
    home.put_album(immich_api_key={"$secret": "gone"}, selection_mode="newst")
    home.store.load()
    assert [problem.path for problem in home.store.problems] == ["settings.immich_api_key", "settings.selection_mode"]


def test_a_reference_where_nothing_is_secret_is_refused(home: Home) -> None:
    home.put("secrets.json", {"nas": "hush"})
    home.put_album(immich_url={"$secret": "nas"})
    home.store.load()
    assert "not kept secret" in home.problem().what
    assert "hush" not in str(home.store.problems)


def test_another_secret_reaches_the_plugins_that_use_it_and_no_other(home: Home) -> None:
    home.put("secrets.json", {"nas": "one", "other": "two"})
    home.put_album(immich_api_key={"$secret": "nas"})
    home.put_album("second", immich_api_key={"$secret": "other"})
    home.store.load()
    home.put("secrets.json", {"nas": "changed", "other": "two"})
    home.store.reload()
    [change] = home.changes
    assert (change.changed, change.added, change.removed, change.frame) == (
        frozenset({"family"}),
        frozenset(),
        frozenset(),
        False,
    )
    assert key_in_force(home) == "changed"


def test_secrets_that_others_could_read_are_locked_up_and_that_is_said(home: Home) -> None:
    path = home.put("secrets.json", {"nas": "hush"})
    path.chmod(0o644)
    assert "takes that right away" in home.store.check()[0].what
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    home.store.load()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert home.problem().severity is Severity.NOTICE
    assert "only its owner can now" in home.problem().what
    home.store.reload()
    assert home.store.problems == ()


def test_a_secret_saved_through_artframe_is_for_its_owner_alone(home: Home) -> None:
    home.store.load()
    home.file("secrets.json").unlink()
    home.new_store().load()
    home.store.modify("secrets", lambda data: {**data, "nas": "hush"}, reason="web page")
    assert stat.S_IMODE(home.file("secrets.json").stat().st_mode) == 0o600
    home.store.modify("family", lambda data: album(), reason="web page")
    assert stat.S_IMODE(home.file("plugins/family.json").stat().st_mode) == 0o600


def album() -> dict[str, Any]:
    settings = {"immich_url": "http://nas", "immich_api_key": {"$secret": "nas"}}
    return {"version": 1, "plugin": "album", "settings": settings}


def test_broken_secrets_keep_the_last_good_ones_also_after_a_restart(home: Home) -> None:
    home.put("secrets.json", {"nas": "one"})
    home.put_album(immich_api_key={"$secret": "nas"})
    home.store.load()
    broken = home.put("secrets.json", '{"nas": "two",}')
    home.store.reload()
    assert key_in_force(home) == "one"
    home.new_store().load()
    assert key_in_force(home) == "one"
    assert home.problem().effect == "the last good settings stay in force"
    assert broken.read_text() == '{"nas": "two",}'
    broken.unlink()
    home.new_store().load()
    assert key_in_force(home) == "one"
    assert "missing" in home.problem().what


def test_a_secret_that_a_plugin_needs_cannot_be_taken_away_through_artframe(home: Home) -> None:
    home.put("secrets.json", {"nas": "one"})
    home.put_album(immich_api_key={"$secret": "nas"})
    home.store.load()
    with pytest.raises(ConfigRefused, match='no secret "nas"'):
        home.store.modify("secrets", lambda data: {}, reason="web page")
    assert key_in_force(home) == "one"


def test_a_secret_that_was_removed_by_hand_serves_the_plugin_on_also_after_a_restart(home: Home) -> None:
    home.put("secrets.json", {"nas": "one", "other": "x"})
    home.put_album(immich_api_key={"$secret": "nas"})
    home.store.load()
    home.put("secrets.json", {"other": "x"})
    home.store.reload()
    assert key_in_force(home) == "one"
    home.new_store().load()
    assert key_in_force(home) == "one"
    assert 'no secret "nas"' in home.problem().what
    assert home.problem().effect == "the last good settings stay in force"


def test_a_secret_is_a_text(home: Home) -> None:
    home.put("secrets.json", {"a": 3, "b": "", "c": "fine", "_d": 5})
    home.store.load()
    assert [problem.path for problem in home.store.problems] == ["a", "b"]
    assert all("no secret is known" in problem.effect for problem in home.store.problems)


def test_no_secret_shows_anywhere(home: Home, key: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[object] = []
    home.put("secrets.json", {"nas": "kEy-stored"})
    home.put_album("stored", immich_api_key={"$secret": "nas"})
    home.put("plugins/misspelled.json", {"version": 1, "plugin": "album", "settings": {"immich_api_kye": key}})
    home.put("plugins/typo.json", '{"version": 1, "plugin": "album", "settings": {"immich_api_key": "' + key + '" x}}')
    home.put("plugins/other.json", {"version": 1, "plugin": "unknown", "settings": {"token": key}})
    home.put_album(immich_url=key.split("-"), _immich_api_key=key)
    home.store.load()
    said += [str(home.store.problems), repr(home.store.config), str(home.store.check()), repr(home.changes)]
    home.put_album(_immich_api_key="old " + key, _old_token=key)
    home.store.reload()
    home.put_album(immich_api_key=key + "2", immich_api_kee=key)
    home.store.reload()
    home.put_album(immich_api_key=key + "3", albums=["x"])
    home.store.reload()
    versions = home.store.history("family")
    said += [repr(versions), home.store.diff("family", "1"), home.store.shown("family"), home.store.shown("other")]
    said += [home.store.shown("misspelled"), home.store.shown("secrets"), repr(home.store.config.plugins["family"])]
    home.put("secrets.json", {"nas": "kEy-other"})
    home.store.reload()
    said.append(home.store.diff("secrets", "1"))
    attempts: list[Callable[[], object]] = [
        lambda: home.store.write("family", '{"immich_api_key": "' + key, reason="x"),
        lambda: home.store.write("family", "{}", reason="x", basis=key),
        lambda: home.store.modify("stored", lambda data: {**data, "settings": {"immich_api_key": [key]}}, reason="x"),
    ]
    for attempt in attempts:
        with pytest.raises((ConfigRefused, ConflictError)) as caught:
            attempt()
        said += [str(caught.value), repr(caught.value), repr(caught.value.__dict__)]
    said += [record.getMessage() for record in caplog.records] + [caplog.text]
    assert "kEy" not in "\n".join(str(text) for text in said).replace("immich_api_key", "")


def test_copies_of_files_are_for_their_owner_alone(home: Home) -> None:
    home.put_album()
    home.store.load()
    assert stat.S_IMODE((home.path / "state").stat().st_mode) == 0o700
    for folder, _, names in os.walk(home.path / "state" / "config-history"):
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
        assert all(stat.S_IMODE((Path(folder) / name).stat().st_mode) == 0o600 for name in names)
