"""The names of secrets, who uses them, and what may become of them; never a secret itself."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from artframe.config.masking import MASK
from artframe.config.problem import ConfigRefused, ConflictError
from artframe.config.stored_secrets import StoredSecrets
from artframe.errors import CommandError, ConfigError

if TYPE_CHECKING:
    from tests.config.conftest import Home


def stored(home: Home) -> Any:
    return json.loads(home.file("secrets.json").read_text())


@pytest.fixture
def secrets(home: Home) -> StoredSecrets:
    home.put("secrets.json", {"_note": "mine", "nas": "hush", "old": "hush-hush"})
    home.put_album(immich_api_key={"$secret": "nas"})
    home.put_album("off", immich_api_key={"$secret": "nas"})
    home.store.load()
    return StoredSecrets(home.store)


def test_names_are_told_with_who_uses_them(secrets: StoredSecrets, home: Home) -> None:
    home.put("plugins/broken.json", '{"key": {"$secret": "old"},}')
    home.put("plugins/noted.json", {"plugin": "folder", "_was": {"$secret": "old"}, "settings": {"folder": "x"}})
    home.store.reload()
    assert secrets.names() == ["nas", "old"]
    assert secrets.users() == {"nas": ["family", "off"], "old": ["broken"]}


def test_a_secret_is_stored_for_its_owner_alone_and_reaches_who_uses_it(secrets: StoredSecrets, home: Home) -> None:
    assert secrets.set("nas", "other", reason="test") is False
    assert secrets.set("new.one", "value", reason="test") is True
    assert stored(home) == {"_note": "mine", "nas": "other", "old": "hush-hush", "new.one": "value"}
    assert stat.S_IMODE(home.file("secrets.json").stat().st_mode) == 0o600
    assert [set(change.changed) for change in home.changes] == [{"family", "off"}]
    settings: Any = home.store.config.plugins["family"].settings
    assert settings.immich_api_key.reveal() == "other"


def test_a_file_that_others_could_read_is_closed_by_storing(secrets: StoredSecrets, home: Home) -> None:
    home.file("secrets.json").chmod(0o666)
    secrets.set("new", "value", reason="test")
    assert stat.S_IMODE(home.file("secrets.json").stat().st_mode) == 0o600


def test_the_first_secret_makes_the_file(home: Home) -> None:
    home.file("secrets.json").unlink()
    home.store.load()
    StoredSecrets(home.store).set("first", "value", reason="test")
    assert stored(home) == {"first": "value"}
    assert stat.S_IMODE(home.file("secrets.json").stat().st_mode) == 0o600


def test_a_secret_in_use_is_not_deleted_and_who_uses_it_is_named(secrets: StoredSecrets, home: Home) -> None:
    with pytest.raises(CommandError, match="used by family, off; it was not deleted"):
        secrets.delete("nas", reason="test")
    secrets.delete("old", reason="test")
    assert stored(home) == {"_note": "mine", "nas": "hush"}
    home.store.rollback("secrets", "1")
    assert stored(home)["old"] == "hush-hush"


def test_a_secret_that_only_the_last_good_settings_use_is_not_deleted(secrets: StoredSecrets, home: Home) -> None:
    for instance in ("family", "off"):
        home.put(f"plugins/{instance}.json", "no json any more")
    home.store.reload()
    with pytest.raises(CommandError, match="used by family, off"):
        secrets.delete("nas", reason="test")


def test_a_secret_that_there_is_not_is_not_deleted(secrets: StoredSecrets) -> None:
    with pytest.raises(CommandError) as refused:
        secrets.delete("olt", reason="test")
    assert (refused.value.hint, refused.value.exit_code) == ("did you mean 'old'?", 66)
    with pytest.raises(CommandError):
        secrets.delete("_note", reason="test")


@pytest.mark.parametrize(
    ("name", "value"),
    [("", "v"), ("_note", "v"), ("a b", "v"), ("-x", "v"), ("ä", "v"), ("n" * 65, "v"), ("../x", "v"), ("a\n", "v"),
     ("ok", ""), ("ok", MASK), ("ok", "x" * 70_000), ("ok", "\ud800")],
)  # fmt: skip
def test_what_cannot_be_a_secret_is_refused_without_being_shown(
    secrets: StoredSecrets, home: Home, name: str, value: str
) -> None:
    before = home.file("secrets.json").read_bytes()
    with pytest.raises((CommandError, ConfigError)) as refused:
        secrets.set(name, value, reason="test")
    assert "xxxxx" not in str(refused.value).replace(name, "")
    assert home.file("secrets.json").read_bytes() == before


def test_a_name_that_a_person_gave_by_hand_stays_usable(secrets: StoredSecrets, home: Home) -> None:
    home.put("secrets.json", {"my nas key": "hush", "nas": "n"})
    home.store.reload()
    assert secrets.set("my nas key", "other", reason="test") is False
    secrets.delete("my nas key", reason="test")
    assert stored(home) == {"nas": "n"}


def test_secrets_that_cannot_be_read_are_not_replaced(secrets: StoredSecrets, home: Home) -> None:
    home.put("secrets.json", '{"nas": "hush"')
    with pytest.raises(ConfigRefused) as refused:
        secrets.set("new", "value", reason="test")
    assert "hush" not in str(refused.value)
    home.put("secrets.json", {"nas": "by hand"})
    with pytest.raises(ConflictError):
        secrets.set("new", "value", reason="test")
    home.store.reload()
    secrets.set("new", "value", reason="test")
    assert stored(home) == {"nas": "by hand", "new": "value"}
