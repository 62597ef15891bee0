"""What does the host need of the rest of the frame, to let plugins live in it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.commands import CommandRegistry
from artframe.core.events import EventBus
from artframe.core.task import Task
from artframe.host.discovery import PluginKinds
from artframe.host.problems import Problems
from artframe.host.safemode import BootWatch
from artframe.jobs.jobs import Jobs
from artframe.library.photo import LibraryView
from artframe.plugin import PhotoSource


class SyncsPhotos(Protocol):
    """What keeps the photos of one source (``artframe.library.mirror.Mirror``)."""

    def sync(self, plugin: PhotoSource, task: Task) -> object:
        """Bring the folder in step with the source; blocks, raises what the plugin or the disk raises."""
        ...

    def due(self, plugin: PhotoSource) -> bool:
        """Whether to sync now, by what is in the folder."""
        ...


@dataclass(frozen=True, kw_only=True)
class HostParts:
    """The parts that all plugins share, seen from the host only.

    ``mirrors`` gives what keeps an instance's photos (called in the sync job's thread); ``confirm`` lets a held-back
    deletion of an instance happen and returns JSON; ``panel_size`` is the picture's size in pixels.
    """

    home: Path
    caller: Caller
    clock: Clock
    events: EventBus
    commands: CommandRegistry
    jobs: Jobs
    problems: Problems
    kinds: PluginKinds
    boot: BootWatch
    library: LibraryView
    panel_size: Callable[[], tuple[int, int]]
    mirrors: Callable[[str], SyncsPhotos]
    confirm: Callable[[str], Any]
