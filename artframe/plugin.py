"""The contract between artframe and its plugins: all that a plugin imports, besides what talks to Immich."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from artframe.config.schema import PluginSettings, Secret, SourceSettings, setting
from artframe.core.clock import Clock
from artframe.core.commands import Effect, command
from artframe.core.events import Release
from artframe.core.exchange import AtLeast, Attachment, Hidden, Short, Suggests, Upload
from artframe.core.schedule import job
from artframe.core.sentence import Phrase, Sentence, Text, read_sentence, said
from artframe.core.task import Progress, Task
from artframe.errors import ArtframeError, AuthFailed, Cancelled, CommandError, ConfigError, NotReady
from artframe.library.photo import (
    Destination,
    Face,
    LibraryChanged,
    LibraryView,
    LocalPhoto,
    Photo,
    PhotoShown,
)

__all__ = [
    "ArtframeError",
    "AtLeast",
    "Attachment",
    "AuthFailed",
    "Cancelled",
    "Choice",
    "Clock",
    "CommandError",
    "ConfigError",
    "Destination",
    "Effect",
    "Face",
    "Finding",
    "Frame",
    "Hidden",
    "LibraryChanged",
    "LibraryView",
    "LocalPhoto",
    "MirrorRecord",
    "NotReady",
    "Photo",
    "PhotoShown",
    "PhotoSource",
    "Phrase",
    "Plugin",
    "PluginSettings",
    "Progress",
    "Release",
    "Secret",
    "Selection",
    "Sentence",
    "Short",
    "SourceSettings",
    "Suggests",
    "SyncSummary",
    "Task",
    "Text",
    "Thumbnail",
    "Upload",
    "command",
    "job",
    "read_sentence",
    "said",
    "setting",
]

E = TypeVar("E")
Selection = Literal["random", "sequential", "newest", "oldest"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of what ``check`` found: fine or not, what it is, and what to do about it."""

    ok: bool
    text: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A value that a setting may take, as people see it.

    ``label`` is its name, ``detail`` a few words more (``128 photos``), ``picture`` what ``Plugin.thumbnail`` is asked
    for; empty: it has none.
    """

    value: str
    label: str
    detail: str = ""
    picture: str = ""


@dataclass(frozen=True, kw_only=True)
class Thumbnail:
    """A small picture as the web page shows it: its bytes in a form that browsers know (``image/jpeg``)."""

    content: bytes
    media_type: str


@dataclass(frozen=True, kw_only=True)
class MirrorRecord:
    """One photo that the host keeps for a source: its file name in the photos folder and when it was fetched (UTC)."""

    photo: Photo
    file_name: str
    sha1: str
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True)
class SyncSummary:
    """What the host tells a source after a sync, and now and then during a long one (``finished`` False).

    ``records`` are the photos that are here, read lazily. ``last_sync`` is the last complete one (aware UTC) or None.
    """

    finished: bool
    last_sync: datetime | None
    sync_count: int
    added: int
    removed: int
    kept: int
    records: Iterable[MirrorRecord]


class Frame(Protocol):
    """The host, as one configured plugin sees it. Whatever it hands out, the host takes back when the plugin stops."""

    instance: str
    kind: str
    clock: Clock
    library: LibraryView

    @property
    def data_dir(self) -> Path:
        """The instance's own folder, kept for ever: ``plugins/<kind>/<instance>/``."""
        ...

    @property
    def cache_dir(self) -> Path:
        """A folder of the instance's own that may be emptied at any time."""
        ...

    @property
    def panel_size(self) -> tuple[int, int]:
        """Pixels (width, height) of the picture on the panel, rotation included."""
        ...

    def listen(self, kind: type[E], callback: Callable[[E], Any]) -> Release:
        """Call back for each such event: ``def`` in a worker thread, ``async def`` on the loop."""
        ...

    def publish(self, event: object) -> None:
        """Tell everybody who listens; any thread."""
        ...

    def problem(
        self, key: str, message: Text, hint: Text = "", *, command: str = "", arguments: Mapping[str, Any] | None = None
    ) -> None:
        """Show a problem to the person until it is cleared; the same key replaces the text and keeps the time.

        ``command``: the plugin's own command that answers it, with ``arguments``: the web page makes it a button that
        asks first.
        """
        ...

    def clear_problem(self, key: str) -> None:
        """The problem is gone; harmless when there was none."""
        ...

    def spawn(self, work: Callable[[], Any], name: str) -> Release:
        """Run ``def`` in a thread of its own or ``async def`` on the loop until it ends or the plugin stops.

        An exception in it is the plugin's failure, classified like one from ``start``.
        """
        ...

    def run(self, command: str, **arguments: Any) -> Coroutine[Any, Any, Any]:
        """Run a command of the frame, by name."""
        ...


class Plugin:
    """Base of all plugins. One object is one configured instance; nothing is shared between two.

    Every hook may be ``def`` (runs in a worker thread) or ``async def`` (runs on the loop). ``settings``, ``frame`` and
    ``log`` are there before ``start``. Methods marked ``@job`` and ``@command`` are added at start and removed at stop.
    """

    Settings: ClassVar[type[PluginSettings]] = PluginSettings
    permissions: ClassVar[tuple[str, ...]] = ()
    """What an Immich API key needs for this plugin, by Immich's names; empty: it uses no Immich."""
    optional_permissions: ClassVar[tuple[str, ...]] = ()
    """What the key may have besides: for settings that not everybody uses, and for picking instead of typing."""
    settings: Any
    frame: Frame
    log: logging.LoggerAdapter[logging.Logger]

    def check(self) -> Any:
        """Try to connect, change nothing, at any time; returns findings or raises what ``start`` would raise."""
        return [Finding(ok=True, text="nothing to check")]

    def start(self) -> Any:
        """Succeed, or raise NotReady (tried again), AuthFailed or ConfigError (wait for a person)."""

    def stop(self) -> Any:
        """Close what you opened yourself; everything taken from ``frame`` is released by the host."""

    def choices(self, setting: str) -> Any:
        """The values (``Choice``) to pick from for a setting declared with ``picker=True``; asked at any time.

        May raise what ``start`` may raise; changes nothing.
        """
        return ()

    def thumbnail(self, picture: str) -> Any:
        """The ``Thumbnail`` of a choice, by its ``picture``; None if there is none. Asked at any time."""
        return None

    def diagnostics(self) -> Mapping[str, Any]:
        """Facts for a bug report; secrets are masked by type."""
        return {}

    @classmethod
    def migrate(cls, version: int, settings: dict[str, Any]) -> dict[str, Any]:
        """Bring settings written for an older ``version`` of the file to the present one."""
        return settings


class PhotoSource(Plugin):
    """A plugin that lists photos and fetches their bytes; the host mirrors them: verifies, resumes, evicts."""

    Settings: ClassVar[type[PluginSettings]] = SourceSettings

    def photos(self) -> Iterable[Photo]:
        """List all photos, lazily. Only when it ends without an exception may the host take photos for gone."""
        raise NotImplementedError

    def fetch(self, photo: Photo, destination: Destination) -> None:
        """Write the photo's bytes, from ``destination.offset`` on where possible. Called from several threads."""
        raise NotImplementedError

    def withdrawn(self, photos: Sequence[Photo]) -> Collection[str]:
        """Of photos that are suddenly missing from the listing in great number: the ids that were put away on purpose.

        Those go at once, without a person's confirmation, because they must no longer be shown. In doubt, leave a photo
        out of the answer; an exception counts as doubt about all.
        """
        return ()

    @property
    def selection(self) -> Selection:
        """In which order this source's photos are shown."""
        return "random"

    @property
    def scope(self) -> str:
        """What is listed (server, albums, filters). When it changes: sync now, and the old scope's photos may go."""
        return ""

    @property
    def sync_interval(self) -> timedelta:
        """How old the last complete sync may be."""
        return timedelta(hours=self.settings.sync_interval_hours)

    def forget_requested(self) -> bool:
        """Whether the person asked to start anew (asked before each sync): files are verified again, not trusted."""
        return False

    def synced(self, summary: SyncSummary) -> None:
        """Told after each sync, and about once a minute during one."""
