"""Which plugins' photos does this frame show, and who keeps them?"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from artframe.config.snapshot import Config, PluginConfig
from artframe.core.clock import Clock
from artframe.core.events import EventBus
from artframe.core.sentence import Sentence, said
from artframe.core.task import Task
from artframe.display.playlist import Playlist
from artframe.errors import Cancelled, CommandError, NotReady
from artframe.host.discovery import PluginKinds
from artframe.host.problems import Problems, Severity
from artframe.library.database import Database
from artframe.library.library import Library
from artframe.library.mirror import Mirror
from artframe.library.photo import LibraryChanged
from artframe.library.report import SyncReport
from artframe.library.space import Limits
from artframe.plugin import PhotoSource, Selection, SourceSettings

log = logging.getLogger(__name__)

_MB = 1 << 20


class Keeper:
    """Keeps the photos of one source, and tells people what stands in the way. Blocking."""

    def __init__(self, mirror: Mirror, problems: Problems, sync_soon: Callable[[str], None]) -> None:
        self.mirror = mirror
        self._problems = problems
        self._sync_soon = sync_soon

    def sync(self, plugin: PhotoSource, task: Task) -> SyncReport:
        """Bring the folder in step with the source; raises what the plugin or the disk raises."""
        report = self.mirror.sync(plugin, task)
        with contextlib.suppress(Cancelled):
            task.say(report.summary)  # the last word of the job, for its history
        self._show("held", report.held.told if report.held else None, self._confirm_hint)
        if report.waiting:
            # New photos of which the server has not made the wanted rendition yet: minutes, not hours.
            self._sync_soon(self.mirror.instance)
        self._show("photos", _photo_troubles(report), said("sync.see_stats", "'artframe library stats' lists them"))
        return report

    def due(self, plugin: PhotoSource) -> bool:
        """Whether to sync now, by what is in the folder: never done, another choice, too old, or photos are gone."""
        return self.mirror.due(plugin)

    def confirm(self) -> dict[str, Any]:
        """Agree to the loss that was held back; the next sync that finds exactly the same one carries it out."""
        count = self.mirror.confirm()
        self._problems.clear(self.mirror.instance, "sync/held")
        return {"instance": self.mirror.instance, "photos": count}

    @property
    def _confirm_hint(self) -> Sentence:
        command = f"artframe plugin confirm {self.mirror.instance}"
        return said("sync.confirm", "if that is right: {command}", command=command)

    def _show(self, key: str, message: Sentence | None, hint: Sentence) -> None:
        if message:
            self._problems.problem(self.mirror.instance, f"sync/{key}", message, hint, Severity.WARNING)
        else:
            self._problems.clear(self.mirror.instance, f"sync/{key}")


class Sources:
    """The photo sources among the configured plugins; follows the configuration. Any thread; ``follow`` blocks."""

    def __init__(
        self,
        *,
        home: Path,
        database: Database,
        library: Library,
        playlist: Playlist,
        kinds: PluginKinds,
        problems: Problems,
        clock: Clock,
        events: EventBus,
        config: Callable[[], Config],
        sync_soon: Callable[[str], None],
        keeps: bool = True,
    ) -> None:
        self._home = home
        self._database = database
        self._library = library
        self._playlist = playlist
        self._kinds = kinds
        self._problems = problems
        self._clock = clock
        self._events = events
        self._config = config
        self._sync_soon = sync_soon
        # False while the library is a copy that will be forgotten: a file that only the copy knows of would be fetched
        # a second time by the next start.
        self._keeps = keeps
        self._lock = threading.Lock()
        self._keepers: dict[str, Keeper] = {}
        self.names: tuple[str, ...] = ()

    def keeper(self, instance: str) -> Keeper:
        """Who keeps this source's photos. Blocks; raises CommandError for an instance that is no source, NotReady for
        one whose disk is not ready."""
        if instance not in self._keepers:
            # A plugin that was just added may ask before the news of its file came round here.
            self.follow(self._config())
        if instance not in self._keepers and instance in self.names:
            raise NotReady(f"the folder of '{instance}' cannot be used now", "look at its problems: artframe status")
        if instance not in self._keepers:
            raise CommandError(f"'{instance}' brings no photos", "only photo sources are synced")
        return self._keepers[instance]

    def follow(self, config: Config) -> None:
        """Show and keep what the configuration says from now on."""
        with self._lock:
            selections: dict[str, Selection] = {}
            for instance, plugin in config.plugins.items():
                probe = self._probe(plugin)
                if probe is None:
                    continue
                if plugin.enabled:
                    selections[instance] = _selection(probe)
                if not self._keeps:
                    continue
                try:
                    self._keep(plugin, config)
                except NotReady as error:
                    # Its disk is away or read-only: what is here is shown, and the other sources are kept all the same.
                    self._problems.problem(instance, "sync/folder", error.said, error.advice, Severity.WARNING)
                else:
                    self._problems.clear(instance, "sync/folder")
            for instance in self._library.sources():
                if instance in config.plugins:
                    continue
                if self._file(instance).exists():
                    # Its file cannot be used at the moment, or its plugin is not installed: its photos are here.
                    selections[instance] = "random"
                else:
                    self._forget(instance)
            self.names = tuple(selections)
            self._playlist.set_sources(selections)
        self._events.publish(LibraryChanged(source=""))

    def _keep(self, plugin: PluginConfig, config: Config) -> None:
        limits = _limits(plugin, config)
        folder = self._home / "plugins" / plugin.kind / plugin.instance / "photos"
        known = self._keepers.get(plugin.instance)
        if known is not None and known.mirror.folder == folder:
            known.mirror.limits = limits
            return
        if known is not None:
            self._forget(plugin.instance)
        mirror = Mirror(
            instance=plugin.instance,
            folder=folder,
            database=self._database,
            clock=self._clock,
            publish=self._events.publish,
            limits=limits,
        )
        self._keepers[plugin.instance] = Keeper(mirror, self._problems, self._sync_soon)

    def _forget(self, instance: str) -> None:
        """The instance is gone, or another kind of plugin now; its files stay where they are."""
        keeper = self._keepers.pop(instance, None)
        if keeper is not None:
            keeper.mirror.close()
        self._library.forget(instance)

    def _probe(self, plugin: PluginConfig) -> PhotoSource | None:
        """An object that is never started, only asked what kind of source it would be."""
        try:
            kind = self._kinds.load(plugin.kind)
            if not issubclass(kind, PhotoSource):
                return None
            probe = kind()
        except Exception:
            log.debug("the plugin of %s cannot be asked for its photos", plugin.instance, exc_info=True)
            return None
        probe.settings = plugin.settings
        return probe

    def _file(self, instance: str) -> Path:
        return self._home / "config" / "plugins" / f"{instance}.json"


def _selection(probe: PhotoSource) -> Selection:
    try:
        return probe.selection
    except Exception:
        log.exception("a plugin cannot say in which order to show its photos; they are shuffled")
        return "random"


def _limits(plugin: PluginConfig, config: Config) -> Limits:
    storage = config.frame.storage
    quota = plugin.settings.quota_mb if isinstance(plugin.settings, SourceSettings) else 0
    return Limits(
        downloads=storage.downloads,
        min_free_bytes=storage.min_free_mb * _MB,
        quota_bytes=quota * _MB or None,
    )


def _photo_troubles(report: SyncReport) -> Sentence | None:
    if not report.failed:
        return None
    example = report.problems[0] if report.problems else "?"
    if report.failed == 1:
        return said(
            "sync.photo_failed",
            "1 photo could not be brought here ({example}); all others are here, and each sync tries again",
            example=example,
        )
    return said(
        "sync.photos_failed",
        "{count} photos could not be brought here (one of them: {example}); all others are here, and each sync tries"
        " again",
        count=report.failed,
        example=example,
    )
