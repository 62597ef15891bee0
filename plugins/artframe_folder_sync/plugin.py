"""Folder sync: folders and Immich in step, in both directions, for one or more people."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from artframe.immich_plugin import connected
from artframe.plugin import (
    ArtframeError,
    AuthFailed,
    Choice,
    ConfigError,
    Destination,
    Finding,
    NotReady,
    Photo,
    PhotoSource,
    Selection,
    Task,
    job,
)
from artframe_folder_sync import sayings
from artframe_folder_sync.asking import run_job
from artframe_folder_sync.choosing import choices_for
from artframe_folder_sync.claims import Claim
from artframe_folder_sync.commands import SyncCommands
from artframe_folder_sync.files.watching import FolderWatch
from artframe_folder_sync.following import Following
from artframe_folder_sync.inspection import inspect
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.keeper import Keeper
from artframe_folder_sync.opening import Opening, Rivalry
from artframe_folder_sync.pairing import digest_of
from artframe_folder_sync.people import OPTIONAL_PERMISSIONS, PERMISSIONS
from artframe_folder_sync.run.counting import COUNTS
from artframe_folder_sync.runs import Runs
from artframe_folder_sync.settings import FolderSyncSettings
from artframe_folder_sync.showing import fetch, owner_and_path, pictures, put_away
from artframe_folder_sync.telling import Telling


class FolderSync(SyncCommands, PhotoSource):
    """One server, one or more people, each with a folder.

    ``start`` asks whose each key is. One that cannot be used is a problem, and the others go on; only when none can be
    used does the plugin not start.
    """

    Settings = FolderSyncSettings
    permissions = PERMISSIONS
    optional_permissions = OPTIONAL_PERMISSIONS
    settings: FolderSyncSettings
    read_timeout = 60.0
    """Seconds without an answer, or without a byte of it, after which a request counts as failed."""
    watch_factory = FolderWatch

    def __init__(self) -> None:
        self.closed = {}
        self._keepers: list[Keeper] = []
        self._changing = threading.Lock()
        self._stopping = threading.Event()
        self._following: Following | None = None
        self._claim: Claim | None = None
        self._opening: Opening | None = None
        self._telling: Telling | None = None
        self._runs: Runs | None = None

    def start(self) -> None:
        self._stopping.clear()
        self.closed = {}
        self.journal = Journal(self.frame.data_dir / "journal.jsonl", self.frame.clock)
        self._claim = Claim(self.frame.data_dir)
        self._telling = Telling(self.frame, several=len(self.settings.api_keys) > 1)
        self._runs = Runs(self._telling, self.log, self.settings, pictures_changed=self._show, request=self.request)
        self._following = Following(
            lambda: self.keepers,
            clock=self.frame.clock,
            poll_seconds=self.settings.remote_poll_seconds,
            watching=self.settings.watch,
            told=self._told.watch,
            start=self._start_run,
            reopen=self._reopen,
        )
        self._opening = Opening(
            self.settings,
            self.frame,
            self.journal,
            self._claim,
            wake=self._following.wake,
            sleep=self._pause,
            read_timeout=self.read_timeout,
        )
        try:
            failures = self._open(range(len(self.settings.api_keys)))
            if failures and not self._keepers and not all(isinstance(one, Rivalry) for one in failures):
                # What passes by itself before what waits for a person.
                raise next((one for one in failures if isinstance(one, NotReady)), failures[0])
        except BaseException:
            self.stop()
            raise
        if self.settings.sync_enabled:
            self.frame.spawn(self._follow, "following")

    def stop(self) -> None:
        self._stopping.set()
        if self._following is not None:
            self._following.stop()
        if self._runs is not None:
            self._runs.cancel()
        with self._changing:
            keepers, self._keepers = self._keepers, []
        for keeper in keepers:
            keeper.close()
        if self._claim is not None:
            self._claim.release()
        if hasattr(self, "journal"):
            self.journal.close()

    def check(self) -> list[Finding]:
        """Version, keys, whose they are, permissions by name, folders; changes nothing and needs no start."""
        return inspect(self.settings, read_timeout=self.read_timeout)

    def choices(self, setting: str) -> list[Choice]:
        """Albums and people of everybody who has a key here."""
        found: dict[str, Choice] = {}
        for key in self.settings.api_keys:
            with connected(self.settings, key, connections=1, read_timeout=self.read_timeout) as client:
                found.update((choice.value, choice) for choice in choices_for(client, setting))
        return list(found.values())

    # -- the runs ------------------------------------------------------------------------------------------------------

    @job(
        "folder",
        every=lambda self: timedelta(hours=self.settings.scan_interval_hours),
        jitter=lambda self: self.settings.scan_jitter_minutes * 60,
        counts=COUNTS,
    )
    def folder(self, task: Task) -> None:
        """Compare folders and Immich completely, and bring them in step."""
        for keeper in self.keepers:
            if keeper.watch is not None:
                keeper.watch.audit()
                self._told.watch(keeper)
        self._running.full(self.keepers, task)

    @job("changes", counts=COUNTS)
    def changes(self, task: Task) -> None:
        """Look at what changed since the last run, on both sides."""
        self._running.quick(self.keepers, task)

    @property
    def keepers(self) -> Sequence[Keeper]:
        with self._changing:
            return tuple(self._keepers)

    @property
    def current(self) -> Task | None:
        return self._running.current

    # -- the source ----------------------------------------------------------------------------------------------------

    @property
    def selection(self) -> Selection:
        return self.settings.selection_mode

    @property
    def scope(self) -> str:
        """Whose folders are shown: another choice is a decision, not a loss of photos."""
        settings = self.settings
        if not settings.show_on_frame:
            return "nothing"
        keys = sorted(digest_of(key)[:16] for key in settings.api_keys)
        return " ".join([settings.immich_url.rstrip("/"), *keys, *sorted(settings.folders)])

    def photos(self) -> Iterator[Photo]:
        if not self.settings.show_on_frame:
            return
        if self.closed:
            raise NotReady(f"not all folders are open ({'; '.join(self.closed.values())})")
        for keeper in self._open_keepers():
            yield from pictures(keeper.config, keeper.disk, keeper.media_types, self._state_of(keeper))

    def fetch(self, photo: Photo, destination: Destination) -> None:
        user_id, path = owner_and_path(photo)
        for keeper in self._open_keepers():
            if keeper.owns(user_id):
                fetch(keeper.disk, photo, path, destination)
                return
        raise NotReady("the folder of this picture is not open at the moment")

    def withdrawn(self, photos: Sequence[Photo]) -> set[str]:
        """What was deleted, in the folder or in Immich, and went past the brakes: nobody has to confirm it again."""
        found: set[str] = set()
        for keeper in self._open_keepers():
            theirs = {path: photo.id for photo in photos for user, path in [owner_and_path(photo)] if keeper.owns(user)}
            found.update(theirs[path] for path in put_away(theirs, keeper.disk, self._state_of(keeper)))
        return found

    def diagnostics(self) -> Mapping[str, Any]:
        settings = self.settings
        return {
            "server": settings.immich_url,
            "mode": settings.mode,
            "sync_enabled": settings.sync_enabled,
            "closed": list(self.closed.values()),
            **self.status(),
        }

    # -- inside --------------------------------------------------------------------------------------------------------

    @property
    def _running(self) -> Runs:
        if self._runs is None:
            raise NotReady("the plugin is not started")
        return self._runs

    @property
    def _told(self) -> Telling:
        assert self._telling is not None
        return self._telling

    def _state_of(self, keeper: Keeper) -> Path:
        return self.frame.data_dir / f"{keeper.person.user_id.lower()}.db"

    def _open_keepers(self) -> Sequence[Keeper]:
        if self._stopping.is_set():
            raise NotReady("the plugin was stopped; what is here stays and is shown")
        return self.keepers

    def _open(self, indexes: Collection[int]) -> list[ArtframeError]:
        """Open these keys; the errors of those that cannot be."""
        assert self._opening is not None
        failures: list[ArtframeError] = []
        for index in indexes:
            try:
                keeper = self._opening.open(index, self.keepers)
            except (NotReady, AuthFailed, ConfigError) as error:
                failures.append(error)
                several = len(self.settings.api_keys) > 1
                told = sayings.closed(index + 1, error.said) if several else error.said
                self.closed[index] = told.english
                self._told.closed(index, told, error.advice)
                continue
            self.closed.pop(index, None)
            self._told.closed(index, "")
            self._told.permissions(keeper)
            with self._changing:
                if self._stopping.is_set():
                    keeper.close()
                    break
                self._keepers.append(keeper)
        return failures

    def _reopen(self) -> None:
        """Some of the keys could not be opened: perhaps now."""
        before = tuple(self.closed)
        if before and not self._stopping.is_set():
            self._open(before)
            self._watch_all()
            if len(self.closed) < len(before):
                self._start_run(True)

    def _follow(self) -> None:
        # Not in ``start``: where there are many folders, this takes its time.
        self._watch_all()
        if self._following is not None:
            self._following.follow()

    def _watch_all(self) -> None:
        if not self.settings.watch:
            return
        for keeper in self.keepers:
            if keeper.watch is None and not self._stopping.is_set():
                keeper.begin_watch(self.watch_factory)
                self._told.watch(keeper)

    def _start_run(self, full: bool) -> bool:
        """Run the job now, wait for its end; whether it went well."""
        return run_job(self.frame, "folder" if full else "changes", self._stopping, wait=True)

    def request(self, job: str) -> None:
        self.frame.spawn(lambda: run_job(self.frame, job, self._stopping, wait=False), f"request {job}")

    def _show(self) -> None:
        if self.settings.show_on_frame:
            self.request("sync")

    def _pause(self, seconds: float) -> None:
        """Between two tries of a request; stopping ends it."""
        self.frame.clock.wait(self._stopping, seconds)
