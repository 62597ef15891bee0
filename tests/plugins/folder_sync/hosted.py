"""Folder sync as people have it: an instance on a real host, with one or more people's folders and accounts."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from artframe.host.states import State
from artframe.immich.simulator import Simulator
from artframe.jobs.run import JobRun
from artframe.testing import ManualClock, PluginHost
from artframe_folder_sync import FolderSync
from artframe_folder_sync.keeper import Keeper
from tests.plugins.folder_sync.contents import sha1_of
from tests.plugins.folder_sync.world import PATIENT, PERMISSIONS

KIND = "folders"
"""Not folder_sync: that is the installed one, whose pauses are real."""
_numbers = itertools.count(1)


class Hasty(FolderSync):
    """Pauses between two questions to the server are over at once, and time has passed."""

    read_timeout = PATIENT

    def _pause(self, seconds: float) -> None:
        assert isinstance(self.frame.clock, ManualClock)
        self.frame.clock.advance(seconds)


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """An account and a folder."""

    user_id: str
    key: str
    folder: Path


class Hosted:
    """Instances are written and removed like files of a person's. Time stands still until the test moves it."""

    def __init__(self, host: PluginHost, server: Simulator, clock: ManualClock, base: Path) -> None:
        self.host, self.server, self.clock, self.base = host, server, clock, base
        host.install(KIND, Hasty)

    def somebody(self, name: str = "Anna", permissions: tuple[str, ...] = PERMISSIONS) -> Somebody:
        """A new user with an empty folder."""
        number = next(_numbers)
        user = self.server.add_user(name, f"{name.lower()}{number}@hosted.example", "password")
        folder = self.base / f"{name.lower()}{number}"
        folder.mkdir()
        return Somebody(user_id=user, key=self.server.create_key(user, permissions), folder=folder)

    def configure(self, *people: Somebody, instance: str = "one", **settings: Any) -> None:
        """Write the instance's file."""
        given = {
            "immich_url": self.server.url,
            "api_keys": [one.key for one in people],
            "folders": [str(one.folder) for one in people],
            **settings,
        }
        self.host.configure(instance, KIND, given)

    def run(self, *people: Somebody, instance: str = "one", **settings: Any) -> FolderSync:
        """Write the file, and wait until its first full run is over."""
        before = len(self.runs("folder", instance))
        self.configure(*people, instance=instance, **settings)
        self.host.wait_for(instance, State.RUNNING)
        self.wait_for_runs("folder", before + 1, instance)
        return self.plugin(instance)

    def plugin(self, instance: str = "one") -> FolderSync:
        """The object that lives now."""
        plugin = self.host.entry(instance).plugin
        assert isinstance(plugin, FolderSync)
        return plugin

    def keeper(self, index: int = 0, instance: str = "one") -> Keeper:
        """One person's folder as the plugin holds it."""
        return self.plugin(instance).keepers[index]

    def put(self, somebody: Somebody, path: str, content: bytes, *, age: float = 60.0) -> Path:
        """A file as if written ``age`` seconds ago."""
        file = somebody.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = somebody.folder / f".syncthing.{file.name}.tmp"
        temporary.write_bytes(content)
        moment = (self.clock.now() - timedelta(seconds=age)).timestamp()
        os.utime(temporary, (moment, moment))
        temporary.rename(file)
        return file

    def runs(self, job: str, instance: str = "one") -> list[JobRun]:
        """The runs of a job that are over."""
        return list(self.host.jobs.history.runs(f"{instance}/{job}"))

    def wait_for_runs(self, job: str, count: int, instance: str = "one") -> JobRun:
        """Until the job was over so many times; the last run."""
        self.host.witness.wait_until(lambda: len(self.runs(job, instance)) >= count, f"{count} runs of {job}")
        return self.runs(job, instance)[-1]

    def full(self, instance: str = "one") -> JobRun:
        """A full run now."""
        self.host.command("job run", job=f"{instance}/folder")
        return self.runs("folder", instance)[-1]

    def settle(self) -> None:
        """Let so much time pass that files count as finished and deletions as meant."""
        self.clock.advance(75)

    def deleted(self, instance: str = "one") -> None:
        """Two full runs, with the grace between them: what is missing counts as deleted."""
        for _ in range(2):
            self.settle()
            self.full(instance)

    def problems(self, instance: str = "one") -> dict[str, str]:
        """What people see, by key, without ``plugin/``."""
        return {
            one.key.removeprefix("plugin/"): f"{one.message} | {one.hint}" for one in self.host.problems.of(instance)
        }

    def asset(self, somebody: Somebody, content: bytes) -> str:
        """The id of the account's asset with this content."""
        with self.server.site.store.reading() as database:
            sql = "SELECT id FROM asset WHERE owner_id = ? AND checksum = ?"
            row = database.execute(sql, (somebody.user_id, bytes.fromhex(sha1_of(content)))).fetchone()
        return str(row["id"])

    def names(self, somebody: Somebody, *, trashed: bool = False) -> list[str]:
        """The file names of the account's assets (in the trash), sorted."""
        status = "trashed" if trashed else "active"
        with self.server.site.store.reading() as database:
            sql = "SELECT name FROM asset WHERE owner_id = ? AND status = ? ORDER BY name"
            return [row["name"] for row in database.execute(sql, (somebody.user_id, status)).fetchall()]
