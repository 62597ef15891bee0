"""A typed-in secret takes two writes: whatever happens between them, the settings in force stay whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from artframe.config import saving
from artframe.config.editing import SettingsEditor
from artframe.config.problem import ConfigRefused, ConflictError, SaveFailed
from artframe.config.store import Config
from artframe.config.typed_change import parse_change
from artframe.errors import ConfigError
from tests.config.test_disk_faults import full_disk

if TYPE_CHECKING:
    from tests.config.conftest import Home

TYPED = ("immich_api_key=typed", "immich_url=http://new")

DIE_AT_A_SAVE = """
import os, signal, sys
from pathlib import Path
from artframe.config import history, store, saving
from artframe.config.editing import SettingsEditor
from artframe.config.typed_change import parse_change
from tests.config.conftest import Home

home = Home(Path(sys.argv[1]))
home.store.load()
left = int(sys.argv[2])

def dying(save):
    def counted(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        save(*args, **kwargs)
    return counted

store.save = history.save = dying(saving.save)
changes = [parse_change(one) for one in sys.argv[3:]]
SettingsEditor(home.store).change("family", changes, reason="test")
print("done")
"""


def change(home: Home, *changes: str) -> Any:
    return SettingsEditor(home.store).change("family", [parse_change(one) for one in changes], reason="test")


def in_force(home: Home) -> tuple[str, str]:
    settings: Any = home.store.config.plugins["family"].settings
    return settings.immich_api_key.reveal(), settings.immich_url


def stored(home: Home) -> dict[str, str]:
    found: dict[str, str] = json.loads(home.file("secrets.json").read_text())
    return found


@pytest.fixture
def family(home: Home) -> Home:
    home.put("secrets.json", {"nas": "before"})
    home.put_album(immich_api_key={"$secret": "nas"})
    home.store.load()
    return home


@pytest.mark.parametrize("changes", [TYPED, TYPED[:1]], ids=["key and address", "key alone"])
def test_a_process_killed_between_the_writes_leaves_the_old_settings_or_the_new_ones(
    family: Home, changes: tuple[str, ...]
) -> None:
    old, new = ("before", "http://nas:2283"), ("typed", "http://new" if len(changes) > 1 else "http://nas:2283")
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    seen = set()
    for saves in range(20):
        command = [sys.executable, "-c", DIE_AT_A_SAVE, str(family.path), str(saves), *changes]
        ended = subprocess.run(command, env=environment, cwd=root, capture_output=True, timeout=60, check=False)
        family.new_store().load()
        assert family.store.problems == (), saves
        assert in_force(family) in (old, new), saves
        seen.add(in_force(family))
        if ended.stdout:
            break
        assert ended.returncode == -9, ended.stderr
        family.put("secrets.json", {"nas": "before"})
        family.put_album(immich_api_key={"$secret": "nas"})
        family.new_store().load()
    assert ended.stdout == b"done\n"
    assert saves >= 2
    assert seen == {old, new}


def test_a_full_disk_at_the_second_write_takes_the_new_secret_back(family: Home) -> None:
    before = family.file("plugins/family.json").read_bytes()
    with full_disk(1000), pytest.raises(SaveFailed, match="the file is as it was"):
        change(family, "immich_api_key=typed", "albums=" + json.dumps(["x" * 100] * 20))
    assert family.file("plugins/family.json").read_bytes() == before
    assert stored(family) == {"nas": "before"}
    assert in_force(family)[0] == "before"
    change(family, *TYPED)
    assert in_force(family) == ("typed", "http://new")


def test_a_full_disk_at_the_first_write_changes_nothing(family: Home) -> None:
    before = family.file("plugins/family.json").read_bytes(), family.file("secrets.json").read_bytes()
    for changes in (TYPED, TYPED[:1]):
        with full_disk(10), pytest.raises(SaveFailed):
            change(family, *changes)
    assert before == (family.file("plugins/family.json").read_bytes(), family.file("secrets.json").read_bytes())
    assert in_force(family) == ("before", "http://nas:2283")
    assert family.changes == []


def test_where_even_taking_back_fails_an_unused_secret_is_all_that_stays(
    family: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = 0

    def second_fails(*args: Any, **kwargs: Any) -> None:
        nonlocal saves
        saves += 1
        if saves > 1:
            raise OSError(30, "Read-only file system")
        saving.save(*args, **kwargs)

    monkeypatch.setattr("artframe.config.store.save", second_fails)
    with pytest.raises(SaveFailed, match="Read-only"):
        change(family, *TYPED)
    monkeypatch.undo()
    assert stored(family) == {"nas": "before", "family-immich-api-key": "typed"}
    family.new_store().load()
    assert (family.store.problems, in_force(family)) == ((), ("before", "http://nas:2283"))


def test_an_editor_that_saves_between_the_writes_wins(family: Home) -> None:
    def quick(old: Config, new: Config) -> None:
        if "family-immich-api-key" in stored(family):
            family.put_album(immich_api_key={"$secret": "nas"}, max_photos=9)

    family.store.guard(quick)
    with pytest.raises(ConflictError) as conflict:
        change(family, *TYPED)
    assert "typed" not in str(conflict.value.details)
    assert json.loads(family.file("plugins/family.json").read_text())["settings"]["max_photos"] == 9
    assert stored(family) == {"nas": "before"}


def test_a_veto_of_the_new_settings_leaves_no_new_secret(family: Home) -> None:
    def veto(old: Config, new: Config) -> None:
        settings: Any = new.plugins["family"].settings
        if settings.immich_url != "http://nas:2283":
            raise ConfigError("not there")

    family.store.guard(veto)
    with pytest.raises(ConfigRefused, match="not there"):
        change(family, *TYPED)
    assert stored(family) == {"nas": "before"}
    assert len(family.store.history("secrets")) == 1
