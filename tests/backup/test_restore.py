"""A frame becomes what a backup says: all of it or nothing, and photos are nobody's business here."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from artframe.access import Access
from artframe.backup.backup_commands import BackupCommands
from artframe.backup.contents import State
from artframe.config.problem import ConfigRefused
from artframe.config.snapshot import ConfigChanged
from artframe.core.commands import describe
from artframe.core.exchange import Upload
from artframe.core.task import Progress, Task
from artframe.errors import Cancelled, CommandError
from artframe.jobs.history import History
from artframe.testing import ManualClock
from tests.backup.conftest import CONFIG, HOST_KEY, KEY, QUICK, STATE, Home, backup, jobs_record, pack


class TestRestore:
    def test_a_new_frame_becomes_the_old_one(self, old: Home, new: Home) -> None:
        result = new.restore(old.create())
        there, here = old.files(), new.files()
        for name in CONFIG:
            assert here[name] == there[name], name
        assert here["state/ssh_host_ed25519_key"] == HOST_KEY
        assert json.loads(here["state/hidden.json"]) == json.loads(there["state/hidden.json"])
        assert set(result["restored"]) == CONFIG | STATE
        assert result["backup"]["frame"] == "Großmutters Rahmen"
        assert new.store.config == old.store.config, "in force at once"
        assert new.store.config.plugins["family"].settings.key.reveal() == KEY
        assert new.store.problems == ()

    def test_the_users_of_the_old_frame_can_sign_in(self, old: Home, new: Home, clock: ManualClock) -> None:
        new.restore(old.create())
        access = Access(new.path / "state", clock, cost=QUICK)
        assert access.accounts.verify("ada", "correct horse battery") is not None

    def test_secret_files_are_for_their_owner_only(self, old: Home, new: Home) -> None:
        (new.path / "config" / "secrets.json").chmod(0o644)
        new.restore(old.create())
        for name in CONFIG | STATE:
            mode = stat.S_IMODE((new.path / name).stat().st_mode)
            assert mode == (0o644 if name == "config/frame.json" else 0o600), name

    def test_it_is_told_to_the_running_frame_as_one_change(self, old: Home, new: Home) -> None:
        changes: list[ConfigChanged] = []
        new.events.listen(ConfigChanged, changes.append)
        new.restore(old.create())
        [change] = changes
        assert change.frame and change.added == {"family", "attic"}

    def test_plugins_of_which_the_backup_knows_nothing_go_and_their_photos_stay(self, old: Home, new: Home) -> None:
        made = old.create()
        new.furnish()
        new.put_album("mine", "my key")
        new.put("plugins/album/mine/photos/b.jpg", "a photo of mine")
        new.store.reload()
        result = new.restore(made)
        assert result["removed"] == ["config/plugins/mine.json"]
        assert "mine" not in new.store.config.plugins
        assert new.files()["plugins/album/mine/photos/b.jpg"] == "a photo of mine"
        assert new.files()["state/library.db"] == "a database"

    def test_what_was_replaced_is_in_the_history_broken_files_too(self, old: Home, new: Home) -> None:
        new.put_album("family", "key of before")
        new.store.reload()
        new.put("config/plugins/family.json", '{"broken": ')
        new.restore(old.create())
        kept = [version.path.read_text() for version in new.store.history("family")]
        assert any("key of before" in text for text in kept)
        assert '{"broken": ' in kept
        assert new.store.history("family")[0].reason == "restore of a backup"

    def test_undo_goes_back_and_forward_again(self, old: Home, new: Home) -> None:
        new.put("config/frame.json", {"name": "Mine"})
        new.put("config/secrets.json", {"other": "my-own-secret"})
        new.put_album("mine", {"$secret": "other"})
        new.store.reload()
        mine = new.store.config
        new.restore(old.create())
        theirs = new.store.config
        new.clock.advance(60)
        new.commands.undo(Task())
        assert new.store.config == mine
        new.clock.advance(60)
        new.commands.undo(Task())
        assert new.store.config == theirs

    def test_undo_takes_away_whom_the_restore_let_in(self, old: Home, new: Home, clock: ManualClock) -> None:
        new.restore(old.create())
        new.clock.advance(60)
        undone = new.commands.undo(Task())
        here = new.files()
        assert here["config/authorized_keys"] == ""
        assert json.loads(here["state/hidden.json"])["hidden"] == []
        access = Access(new.path / "state", clock, cost=QUICK)
        assert (access.trouble, access.accounts.list()) == (None, ())
        assert {"config/authorized_keys", "state/access.json", "state/hidden.json"} <= set(undone["restored"])

    def test_what_neither_frame_has_is_no_change(self, new: Home) -> None:
        result = new.restore(new.create())
        assert (result["restored"], result["removed"]) == ([], [])
        assert not (new.path / "config" / "authorized_keys").exists()

    def test_without_a_restore_there_is_nothing_to_undo(self, new: Home) -> None:
        with pytest.raises(CommandError, match="nothing to go back to"):
            new.commands.undo(Task())

    def test_the_last_three_states_are_kept_for_their_owner_only(self, old: Home, new: Home) -> None:
        made = old.create()
        for _ in range(5):
            new.clock.advance(1)
            result = new.restore(made)
        rows = new.commands.list()
        assert len(rows) == 3 and rows[0]["name"] == result["kept"]
        folder = new.path / "state" / "backups"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}

    def test_the_history_of_jobs_is_shown_and_no_sync_counts_as_done_here(
        self, old: Home, new: Home, clock: ManualClock
    ) -> None:
        ran_here = jobs_record("2026-05-01T09:00:00+00:00")
        new.put("state/jobs.json", {"version": 1, "jobs": {"mine/sync": ran_here}})
        new.restore(old.create())
        history = History(new.path / "state" / "jobs.json", clock)
        assert [run.done for run in history.runs("family/sync")] == [7]
        assert history.last_good("family/sync") is None, "its photos are not here yet: it is due at once"
        assert history.last_good("mine/sync") == datetime.fromisoformat("2026-05-01T09:00:00+00:00")

    def test_a_running_frame_takes_over_what_it_can_and_says_what_waits(self, old: Home, new: Home) -> None:
        taken: dict[State, bytes] = {}

        def broken(content: bytes) -> None:
            raise RuntimeError("a bug")

        adopt: dict[State, Callable[[bytes], None]] = {
            State.HIDDEN: lambda content: taken.update({State.HIDDEN: content}),
            State.ACCESS: broken,
        }
        commands = BackupCommands(new.store, new.clock, adopt)
        result = commands.restore(Upload(path=old.create()), task=Task())
        assert taken[State.HIDDEN] == (new.path / "state/hidden.json").read_bytes()
        notes = "\n".join(result["notes"])
        assert "restart artframe" in notes and "users of the backup" in notes and "signs in" in notes
        assert "hidden" not in notes

    def test_progress_is_told_and_people_read_what_happened(self, old: Home, new: Home) -> None:
        seen: list[Progress] = []
        result = new.commands.restore(Upload(path=old.create()), task=Task(seen.append))
        assert (seen[-1].done, seen[-1].total) == (4, 4)
        known = describe(new.commands.restore)
        assert known.render is not None
        text = known.render(result)
        assert "Großmutters Rahmen" in text and "'artframe backup undo'" in text
        assert KEY not in text

    def test_what_is_the_same_is_not_touched(self, old: Home) -> None:
        made = old.create()
        before = {name: (old.path / name).stat().st_mtime_ns for name in CONFIG}
        result = old.restore(made)
        assert {name: (old.path / name).stat().st_mtime_ns for name in CONFIG} == before
        assert set(result["unchanged"]) >= CONFIG


class TestRefusal:
    """Whatever is wrong with a backup is found before anything is changed."""

    def refused(self, home: Home, path: Path, **more: Any) -> ConfigRefused | CommandError:
        before = home.files()
        with pytest.raises((ConfigRefused, CommandError)) as error:
            home.restore(path, **more)
        assert home.files() == before
        assert not (home.path / "state" / "backups").exists()
        assert isinstance(error.value, ConfigRefused | CommandError)
        return error.value

    def test_all_problems_of_its_settings_are_told_at_once(self, new: Home, tmp_path: Path) -> None:
        files = {
            "config/frame.json": b'{"display": {"fitt": "cover"}}',
            "config/secrets.json": b'{"immich": "secret-of-the-backup"}',
            "config/plugins/good.json": json.dumps(
                {"plugin": "album", "settings": {"url": "u", "key": {"$secret": "immich"}}}
            ).encode(),
            "config/plugins/bad.json": json.dumps(
                {"plugin": "album", "settings": {"key": {"$secret": "immitch"}, "urll": "u"}}
            ).encode(),
            "config/plugins/odd.json": b'{"plugin": "not-installed"}',
        }
        error = self.refused(new, pack(tmp_path / "backup.zip", backup(files)))
        assert isinstance(error, ConfigRefused)
        places = {(problem.file, problem.path) for problem in error.problems}
        assert ("frame.json", "display.fitt") in places
        assert ("plugins/bad.json", "settings.key") in places
        assert any(problem.file == "plugins/odd.json" for problem in error.problems)
        assert not any(problem.file == "plugins/good.json" for problem in error.problems)
        assert "nothing was changed" in str(error) and "--anyway" in error.hint
        assert "secret-of-the-backup" not in str(error)

    def test_the_secrets_of_this_frame_do_not_help(self, new: Home, tmp_path: Path) -> None:
        new.put("config/secrets.json", {"immich": "here"})
        new.store.reload()
        files = {
            "config/secrets.json": b"{}",
            "config/plugins/a.json": json.dumps(
                {"plugin": "album", "settings": {"url": "u", "key": {"$secret": "immich"}}}
            ).encode(),
        }
        assert isinstance(self.refused(new, pack(tmp_path / "backup.zip", backup(files))), ConfigRefused)

    def test_anyway_takes_the_rest_and_what_is_missing_waits(self, new: Home, tmp_path: Path) -> None:
        files = {
            "config/frame.json": b'{"name": "Hall"}',
            "config/plugins/odd.json": b'{"plugin": "not-installed"}',
        }
        path = pack(tmp_path / "backup.zip", backup(files))
        self.refused(new, path)
        new.restore(path, anyway=True)
        assert new.store.config.frame.name == "Hall"
        [problem] = new.store.problems
        assert problem.file == "plugins/odd.json"

    def test_what_its_own_frame_could_not_use_either_stops_nobody(self, new: Home, tmp_path: Path) -> None:
        files = {"config/frame.json": b'{"name": "Hall"}', "config/plugins/odd.json": b'{"plugin": "not-installed"}'}
        made = backup(files, unusable=("config/plugins/odd.json",))
        result = new.restore(pack(tmp_path / "backup.zip", made))
        assert new.store.config.frame.name == "Hall"
        assert any("odd.json" in note for note in result["notes"])

    @pytest.mark.parametrize(
        ("name", "content", "told"),
        [
            ("state/access.json", b"{}", "damaged"),
            ("state/access.json", b'{"version": 99, "users": []}', "newer artframe"),
            ("state/hidden.json", b'{"hidden": {}}', "damaged"),
            ("state/jobs.json", b"nonsense", "damaged"),
            ("state/jobs.json", b"[" * 100_000, "damaged"),
            ("state/ssh_host_ed25519_key", b"#!/bin/sh", "no OpenSSH key"),
        ],
    )
    def test_state_that_cannot_be_used(self, new: Home, tmp_path: Path, name: str, content: bytes, told: str) -> None:
        error = self.refused(new, pack(tmp_path / "backup.zip", backup({name: content})))
        assert name in str(error) and told in str(error)

    def test_a_backup_that_is_cancelled_in_time_changes_nothing(self, old: Home, new: Home) -> None:
        before = new.files()
        task = Task()
        task.cancel()
        with pytest.raises(Cancelled):
            new.commands.restore(Upload(path=old.create()), task=task)
        assert new.files() == before
