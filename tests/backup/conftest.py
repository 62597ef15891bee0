"""Two homes with plugins, secrets, users and all else that a backup holds; no running frame."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from artframe.access import Access
from artframe.access.passwords import Cost
from artframe.backup.archive import Backup, packed
from artframe.backup.backup_commands import BackupCommands
from artframe.config.home import init_home
from artframe.config.schema import PluginSettings, Secret, setting
from artframe.config.store import ConfigStore
from artframe.core.events import EventBus
from artframe.core.exchange import Upload
from artframe.core.task import Task
from artframe.testing import ManualClock

CONFIG = {
    "config/frame.json",
    "config/secrets.json",
    "config/authorized_keys",
    "config/plugins/family.json",
    "config/plugins/attic.json",
}
STATE = {"state/access.json", "state/ssh_host_ed25519_key", "state/hidden.json", "state/jobs.json"}
"""What a backup holds of the homes here."""

KEY = "kEy-0123456789-never-shown"
HOST_KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n"
NUMBERS = itertools.count(1)
QUICK = Cost(n=2, r=1, p=1)


class AlbumSettings(PluginSettings):
    """Like those of the album plugin."""

    url: str = setting(title="Server", help="Where the server is.")
    key: Secret = setting(title="Key", help="What opens it.")


class Home:
    """An ARTFRAME_HOME and the store on it."""

    def __init__(self, path: Path, clock: ManualClock) -> None:
        self.path = path
        self.clock = clock
        self.kinds: dict[str, type[PluginSettings]] = {"album": AlbumSettings}
        init_home(path)
        self.open()

    def open(self) -> Home:
        """As a new process does."""
        self.events = EventBus()
        self.store = ConfigStore(
            self.path, events=self.events, clock=self.clock, kinds=self.kinds.get, known_kinds=lambda: self.kinds
        )
        self.store.load()
        self.commands = BackupCommands(self.store, self.clock)
        return self

    def put(self, name: str, content: Any) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))
        file.chmod(0o600)

    def put_album(self, instance: str, key: Any = None) -> None:
        settings = {"url": "https://nas", "key": key or {"$secret": "immich"}}
        self.put(f"config/plugins/{instance}.json", {"version": 1, "plugin": "album", "settings": settings})

    def furnish(self) -> Home:
        """Settings, two albums, a secret, a user, keys, a hidden photo, runs of jobs, photos, a library."""
        self.put("config/frame.json", {"_note": "of the hall", "name": "Großmutters Rahmen", "time_zone": "Asia/Tokyo"})
        self.put("config/secrets.json", {"immich": KEY})
        self.put_album("family")
        self.put_album("attic", "a-key-in-the-file")
        self.put("config/authorized_keys", "ssh-ed25519 AAAA keeper@laptop\n")
        self.put("state/ssh_host_ed25519_key", HOST_KEY)
        self.put("state/hidden.json", {"version": 1, "hidden": [{"source": "family", "id": "1"}]})
        self.put("state/jobs.json", {"version": 1, "jobs": {"family/sync": jobs_record("2026-04-30T10:00:00+00:00")}})
        self.put("state/library.db", "a database")
        self.put("plugins/album/family/photos/a.jpg", "a photo")
        access = Access(self.path / "state", self.clock, cost=QUICK)
        user = access.accounts.add("ada", "correct horse battery")
        access.sessions.create(user)
        self.store.load()
        return self

    def files(self) -> dict[str, str]:
        """What a restore may touch, and the photos."""
        return {
            str(path.relative_to(self.path)): path.read_text()
            for path in sorted(self.path.rglob("*"))
            if path.is_file() and "config-history" not in path.parts and "backups" not in path.parts
        }

    def create(self) -> Path:
        path = self.path.with_name(f"{self.path.name}-{next(NUMBERS)}.zip")
        path.write_bytes(self.commands.create().content)
        return path

    def restore(self, path: Path, **more: Any) -> dict[str, Any]:
        return self.commands.restore(Upload(path=path), task=Task(), **more)


def jobs_record(started: str, **more: Any) -> dict[str, Any]:
    run = {
        "job": "family/sync",
        "owner": "family",
        "outcome": "good",
        "started": started,
        "seconds": 3.5,
        "message": "",
        "hint": "",
        "done": 7,
        "failing_since": None,
    }
    return {"known_since": started, "last_good": started, "fingerprint": "abc", "runs": [run], **more}


def backup(files: dict[str, bytes], **more: Any) -> Backup:
    facts: dict[str, Any] = {
        "artframe": "0.1",
        "frame": "Frame",
        "created": datetime(2026, 5, 1, tzinfo=UTC),
        "files": files,
    }
    return Backup(**{**facts, **more})


def pack(path: Path, made: Backup) -> Path:
    path.write_bytes(packed(made))
    return path


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def old(tmp_path: Path, clock: ManualClock) -> Home:
    """The frame that is saved."""
    return Home(tmp_path / "old", clock).furnish()


@pytest.fixture
def new(tmp_path: Path, clock: ManualClock) -> Home:
    """A frame fresh from its box."""
    return Home(tmp_path / "new", clock)
