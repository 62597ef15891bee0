"""What do all handlers share?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.jobs import Jobs
from artframe.immich.simulator.paging import Listings
from artframe.immich.simulator.store import Store


@dataclass(frozen=True, kw_only=True)
class Site:
    """One embedded Immich: its rows, its files and its background work."""

    generation: Generation
    folder: Path
    store: Store
    jobs: Jobs
    trash_days: int | None = 30
    listings: Listings = field(default_factory=Listings)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def media(self) -> Path:
        """Where uploaded originals live; the API calls it ``/data``."""
        return self.folder / "media"

    @property
    def incoming(self) -> Path:
        """Where an upload grows before it is an asset."""
        return self.folder / "incoming"

    @property
    def renditions(self) -> Path:
        """Where previews and thumbnails are kept once somebody asked for them."""
        return self.folder / "renditions"

    def original(self, file: str) -> Path:
        """The file of an asset: below the media folder, or anywhere on the disk for external libraries."""
        return self.media / file  # an absolute path stays itself


def new_id() -> str:
    """A fresh version 4 UUID in lower case."""
    return str(uuid.uuid4())
