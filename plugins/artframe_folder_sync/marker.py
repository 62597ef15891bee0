"""Is this the folder it should be, and is it there? A marker file tells a mounted folder from an empty mount point."""

from __future__ import annotations

from dataclasses import dataclass

from artframe_folder_sync.disk import Disk

MARKER = ".artframe-sync"
SYNCTHING_MARKER = ".stfolder"


@dataclass(frozen=True, kw_only=True)
class MarkerState:
    """``missing``: no marker at all (the very first run plants one). Else not ``ok`` is a foreign or unreadable one."""

    ok: bool
    text: str
    hint: str = ""
    missing: bool = False


class Marker:
    """The marker of one pair. ``pair_id`` is any text that is the pair's own."""

    def __init__(self, disk: Disk, pair_id: str) -> None:
        raise NotImplementedError

    def look(self) -> MarkerState:
        """Never raises for what is wrong with the folder: that is its answer."""
        raise NotImplementedError

    def plant(self) -> None:
        """At the very first run of a pair: nothing if any marker is there; OSError as it comes."""
        raise NotImplementedError
