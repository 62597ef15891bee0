"""A disk that is full in the middle of a restore leaves the old frame, whole."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from artframe.backup import journal
from artframe.backup.journal import Journal
from artframe.core.exchange import Upload
from artframe.core.task import Progress, Task
from artframe.errors import CommandError, NotReady
from tests.backup.conftest import Home

LATER = {"config/plugins/mine.json": None}
"""It is gone already."""


def full(*args: Any, **kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class TestFullDisk:
    def restore(self, home: Home, path: Path) -> NotReady:
        with pytest.raises(NotReady) as error:
            home.restore(path)
        return error.value

    def test_no_room_to_keep_what_is_here(self, old: Home, new: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        before, made = new.files(), old.create()
        monkeypatch.setattr("artframe.backup.restoration.write_atomic", full)
        assert "could not be kept first" in self.restore(new, made).message
        assert new.files() == before

    def test_no_room_beside(self, old: Home, new: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        before, config, made = new.files(), new.store.config, old.create()
        monkeypatch.setattr("artframe.backup.journal.save", full)
        assert "nothing was changed" in self.restore(new, made).message
        assert new.store.config == config
        monkeypatch.undo()
        new.restore(made)
        assert "restore.new" not in {path.name for path in (new.path / "state").iterdir()}
        assert new.files() != before

    @pytest.mark.parametrize("after", range(9))
    def test_a_disk_that_fails_in_the_middle_puts_everything_back(
        self, old: Home, new: Home, monkeypatch: pytest.MonkeyPatch, after: int
    ) -> None:
        new.put("config/frame.json", {"name": "Mine"})
        new.put_album("mine", "my key")
        new.store.reload()
        before, config, made = new.files(), new.store.config, old.create()
        count = iter(range(100))

        def failing(home: Path, name: str, content: bytes) -> None:
            if next(count) >= after and content is not None and name not in before:
                full()
            real(home, name, content)

        real = journal.put
        monkeypatch.setattr("artframe.backup.journal.put", failing)
        told = self.restore(new, made)
        assert "everything is as it was" in told.message and "No space left" in told.message
        assert new.files() == before
        assert new.store.config == config
        assert not Journal(new.path).pending

    def test_one_that_cannot_even_go_back_is_finished_by_the_next_start(
        self, old: Home, new: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = old.create()
        count = iter(range(100))

        def failing(home: Path, name: str, content: bytes) -> None:
            if next(count) >= 3:
                full()
            real(home, name, content)

        real = journal.put
        monkeypatch.setattr("artframe.backup.journal.put", failing)
        monkeypatch.setattr("artframe.backup.restoration._put_back", full)
        assert "next start" in self.restore(new, made).message
        monkeypatch.undo()
        journal.finish_at_start(new.path)
        assert new.open().store.config == old.store.config

    def test_what_somebody_changed_since_is_not_overwritten_by_the_next_start(self, new: Home) -> None:
        new.put("state/hidden.json", "of before")
        Journal(new.path).decide({"config/frame.json": b'{"name": "New"}', "state/hidden.json": b"new", **LATER})
        new.put("config/frame.json", {"name": "By hand"})
        journal.finish_at_start(new.path)
        assert new.open().store.config.frame.name == "By hand"
        assert new.files()["state/hidden.json"] == "new"
        assert not Journal(new.path).pending

    def test_only_one_restore_at_a_time(self, old: Home, new: Home) -> None:
        made = old.create()
        told: list[str] = []

        def meanwhile(progress: Progress) -> None:
            if not told:
                told.append("")
                with pytest.raises(CommandError, match="another backup"):
                    new.restore(made)

        new.commands.restore(Upload(path=made), task=Task(meanwhile))
        assert told
