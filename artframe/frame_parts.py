"""What is a running frame made of, as far as its commands reach?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from artframe.access.access import Access
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.events import EventBus
from artframe.core.log_store import LogStore
from artframe.doctor.panel import PanelFacts
from artframe.faces import Faces
from artframe.host.discovery import PluginKinds
from artframe.host.entries import Entries
from artframe.host.problems import Problems
from artframe.jobs.jobs import Jobs
from artframe.library.hidden import HiddenPhotos
from artframe.library.library import Library
from artframe.picture import Picture
from artframe.reaching import Reaching


@dataclass(frozen=True, kw_only=True)
class FrameParts:
    """The parts of one frame. ``recent``: its log; ``panel`` tells how the panel is at that moment, on any thread."""

    caller: Caller
    clock: Clock
    events: EventBus
    store: ConfigStore
    kinds: PluginKinds
    entries: Entries
    jobs: Jobs
    problems: Problems
    library: Library
    hidden: HiddenPhotos
    picture: Picture
    faces: Faces
    access: Access
    reaching: Reaching
    recent: LogStore
    panel: Callable[[], PanelFacts]

    @property
    def home(self) -> Path:
        """The frame's folder."""
        return self.store.layout.home
