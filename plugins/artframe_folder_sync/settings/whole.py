"""All settings of a folder sync, in the order in which people see them."""

from __future__ import annotations

from datetime import date

from pydantic import field_validator

from artframe.immich_plugin import Names
from artframe.plugin import Selection, setting
from artframe_folder_sync.settings.deletions import DeletionSettings


class FolderSyncSettings(DeletionSettings):
    """The settings of one folder sync: one server, one or more people, each with a folder."""

    download: bool = setting(
        False,
        section="New photos from Immich",
        title="Download",
        help="Bring photos into the folder that came to Immich in another way.",
    )
    download_albums: Names = setting(
        (),
        picker=True,
        title="Albums",
        help="Only photos of these albums, by name or by UUID. Empty: of any album or none.",
    )
    download_people: Names = setting(
        (),
        picker=True,
        title="People",
        help="Only photos that show at least one of these people, by name or by UUID. Empty: of anybody.",
    )
    download_since: str = setting(
        "",
        title="Taken since",
        help="Only photos that were taken on this day or later. Empty: of any day.",
        allowed="a day such as 2026-05-01, or nothing",
    )
    download_folder: str = setting(
        "Immich",
        title="Into the folder",
        help="Where they go inside the synced folder, in a folder for each year and month.",
        allowed="a relative path without ..",
    )
    download_reserve_mb: int = setting(
        2048,
        title="Reserve",
        help="So much of the disk stays free.",
        unit="MB",
        ge=0,
    )
    watch: bool = setting(
        True,
        section="When",
        title="Watch the folders",
        help="Changes are noticed at once, where the file system tells of them.",
    )
    settle_seconds: float = setting(
        10.0,
        title="Settle time",
        help="A file must have stayed the same for so long before it is uploaded.",
        unit="seconds",
        ge=1,
        le=3600,
    )
    remote_poll_seconds: int = setting(
        60,
        title="Ask Immich",
        help="How often Immich is asked whether anything changed.",
        unit="seconds",
        ge=10,
        le=86400,
    )
    scan_interval_hours: float = setting(
        6.0,
        title="Full scan",
        help="How often both sides are compared completely, in case something was missed.",
        unit="hours",
        ge=1,
        le=168,
    )
    scan_jitter_minutes: float = setting(
        15.0,
        title="Random delay",
        help="The full scan begins by up to so much later, so that not all machines ask the server at once.",
        unit="minutes",
        ge=0,
        le=720,
    )
    connections: int = setting(
        4,
        title="Connections",
        help="At most so many requests to Immich at once, for each person.",
        ge=1,
        le=16,
    )
    hash_threads: int = setting(
        2,
        title="Files read at once",
        help="So many files are read at once to learn what is in them.",
        ge=1,
        le=8,
    )
    show_on_frame: bool = setting(
        False,
        section="On the frame",
        title="Show on the frame",
        help="Show the pictures of the folders on this frame; it keeps copies of what it shows.",
    )
    selection_mode: Selection = setting(
        "random",
        title="Selection mode",
        help="random: shuffled, no repeat before all were shown; sequential: by date; newest or oldest first.",
        labels={"random": "Shuffled", "sequential": "By date", "newest": "Newest first", "oldest": "Oldest first"},
    )

    @field_validator("download_folder")
    @classmethod
    def _is_inside(cls, value: str) -> str:
        parts = value.strip().strip("/").split("/")
        if value.strip().startswith("/") or any(part in ("", ".", "..") or part.startswith(".") for part in parts):
            raise ValueError("must be a folder inside the synced one, none that begins with a dot")
        return "/".join(parts)

    @field_validator("download_since")
    @classmethod
    def _is_a_day(cls, value: str) -> str:
        if value.strip():
            try:
                date.fromisoformat(value.strip())
            except ValueError:
                raise ValueError("must be a day such as 2026-05-01, or nothing") from None
        return value.strip()
