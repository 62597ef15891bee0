"""A backup holds what a person made and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from artframe.backup.archive import read
from artframe.core.commands import describe
from tests.backup.conftest import CONFIG, STATE, Home


class TestCreate:
    def test_everything_but_photos_and_library_is_in_it(self, old: Home) -> None:
        assert set(read(old.create()).files) == CONFIG | STATE

    def test_it_is_named_after_the_frame(self, old: Home) -> None:
        made = old.commands.create()
        assert made.name == "artframe-grossmutters-rahmen-2026-05-01.zip"
        assert made.media_type == "application/zip"

    def test_its_secrets_leave_no_trace_on_the_disk(
        self, old: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = tmp_path / "temporary"
        place.mkdir(mode=0o500)
        monkeypatch.setattr("tempfile.tempdir", str(place))
        before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
        made = old.commands.create()
        assert made.path is None and made.content.startswith(b"PK")
        assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before

    def test_nobody_without_full_rights_gets_one(self, old: Home) -> None:
        for name in ("create", "restore", "undo", "list"):
            assert describe(getattr(old.commands, name)).owner_only

    def test_who_is_signed_in_is_not_saved(self, old: Home) -> None:
        access = json.loads(read(old.create()).files["state/access.json"])
        assert access["sessions"] == [] and len(access["users"]) == 1

    def test_of_a_file_that_was_broken_by_hand_the_version_in_force_is_saved(self, old: Home) -> None:
        good = (old.path / "config/plugins/family.json").read_bytes()
        old.put("config/plugins/family.json", '{"version": 1, "plugin": ')
        old.store.reload()
        found = read(old.create())
        assert found.files["config/plugins/family.json"] == good
        assert found.unusable == ()

    def test_a_file_that_never_could_be_used_is_saved_as_it_is(self, old: Home) -> None:
        old.put("config/plugins/odd.json", {"version": 1, "plugin": "not-installed"})
        old.store.reload()
        found = read(old.create())
        assert found.unusable == ("config/plugins/odd.json",)
        assert json.loads(found.files["config/plugins/odd.json"])["plugin"] == "not-installed"

    def test_a_damaged_file_of_the_machines_own_does_not_spoil_the_backup(
        self, old: Home, caplog: pytest.LogCaptureFixture
    ) -> None:
        old.put("state/access.json", "{ damaged")
        old.put("state/jobs.json", "[]")
        assert set(read(old.create()).files) == CONFIG | STATE - {"state/access.json", "state/jobs.json"}
        assert "state/access.json is left out" in caplog.text
