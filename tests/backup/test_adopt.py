"""What a restore brings is taken over by the running frame, without a restart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from artframe.access import Access, AccessChanged
from artframe.backup.archive import read
from artframe.core.events import EventBus
from artframe.errors import NotReady
from artframe.library.database import Database
from artframe.library.hidden import HiddenPhotos
from artframe.library.photo import LibraryChanged
from artframe.testing import ManualClock
from tests.backup.conftest import QUICK, Home


def test_the_users_of_the_backup_count_at_once_and_everybody_else_is_signed_out(
    old: Home, tmp_path: Path, clock: ManualClock
) -> None:
    events = EventBus()
    changes: list[AccessChanged] = []
    events.listen(AccessChanged, changes.append)
    access = Access(tmp_path / "state", clock, events, cost=QUICK)
    secret, _ = access.sessions.create(access.accounts.add("eve", "a password of this frame"))
    told = len(changes)
    access.adopt(read(old.create()).files["state/access.json"])
    assert len(changes) == told + 1
    assert access.sessions.find(secret) is None
    assert [user.name for user in access.accounts.list()] == ["ada"]
    assert access.accounts.verify("ada", "correct horse battery") is not None
    again = Access(tmp_path / "state", clock, cost=QUICK)
    assert [user.name for user in again.accounts.list()] == ["ada"]


def test_nobody_is_locked_out_by_a_file_that_does_not_hold(tmp_path: Path, clock: ManualClock) -> None:
    access = Access(tmp_path / "state", clock, cost=QUICK)
    access.accounts.add("eve", "a password of this frame")
    with pytest.raises((ValueError, KeyError)):
        access.adopt(b"{}")
    assert [user.name for user in access.accounts.list()] == ["eve"]


def test_hidden_photos_are_hidden_at_once_and_others_are_shown(tmp_path: Path, clock: ManualClock) -> None:
    def listed(*ids: str) -> bytes:
        rows = [
            {
                "source": "family",
                "id": id,
                "name": f"{id}.jpg",
                "file_name": None,
                "hidden_at": "2026-05-01T00:00:00+00:00",
            }
            for id in ids
        ]
        return json.dumps({"version": 1, "hidden": rows}).encode()

    (tmp_path / "hidden.json").write_bytes(listed("1"))
    told: list[object] = []
    database = Database(tmp_path / "library.db")
    try:
        hidden = HiddenPhotos(tmp_path / "hidden.json", database, clock, told.append)
        hidden.adopt(listed("2", "3"))
        assert ("family", "1") not in hidden and ("family", "2") in hidden and ("family", "3") in hidden
        assert any(isinstance(event, LibraryChanged) for event in told)
        assert {row["id"] for row in database.rows("SELECT id FROM hidden")} == {"2", "3"}
        again = HiddenPhotos(tmp_path / "hidden.json", database, clock)
        assert {photo.id for photo in again.photos()} == {"2", "3"}
    finally:
        database.close()


def test_a_disk_that_refuses_leaves_the_users_as_they_were(
    tmp_path: Path, clock: ManualClock, old: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = read(old.create()).files["state/access.json"]
    access = Access(tmp_path / "state", clock, cost=QUICK)
    access.accounts.add("eve", "a password of this frame")

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("artframe.access.ledger.write_atomic", full)
    with pytest.raises(NotReady):
        access.adopt(content)
    assert [user.name for user in access.accounts.list()] == ["eve"]
