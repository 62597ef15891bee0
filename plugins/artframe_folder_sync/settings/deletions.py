"""What is deleted where, when, and how much at most?"""

from __future__ import annotations

from typing import Literal, TypeAlias

from artframe.plugin import setting
from artframe_folder_sync.settings.sides import SidesSettings

ClockName: TypeAlias = Literal["in_immich", "taken", "file_age"]
RemoteName: TypeAlias = Literal["on_trash", "on_purge"]
ReappearedName: TypeAlias = Literal["ask", "accept", "remove"]


class DeletionSettings(SidesSettings):
    """The sides, and what a deletion on one of them means for the other."""

    delete_threshold_days: int | None = setting(
        30,
        section="Deletions",
        title="Delete threshold",
        help=(
            "What is deleted in the folder is deleted in Immich only if it is younger than this; older photos stay in"
            " Immich. 0: nothing is deleted there; null: everything is, whatever its age."
        ),
        unit="days",
        labels={"null": "Everything, whatever its age"},
        ge=0,
        le=36500,
    )
    delete_clock: ClockName = setting(
        "in_immich",
        title="Age counts from",
        help="in_immich: when the photo came to Immich; taken: when it was taken; file_age: when the file was changed.",
        labels={"in_immich": "Its arrival in Immich", "taken": "The day it was taken", "file_age": "The file's date"},
    )
    keep_favourites: bool = setting(
        False,
        title="Keep favourites",
        help="true: a favourite in Immich stays there when its file is deleted.",
    )
    remote_deletions: RemoteName = setting(
        "on_trash",
        title="Deleted in Immich",
        help=(
            "When the file goes to the folder's own trash. on_trash: as soon as the photo is in Immich's trash;"
            " on_purge: when it is gone from there too."
        ),
        labels={"on_trash": "When it is in Immich's trash", "on_purge": "When Immich's trash is emptied"},
    )
    reappeared: ReappearedName = setting(
        "ask",
        title="Files that come back",
        help=(
            "What becomes of a file that is back in the folder although its photo was deleted in Immich. ask: it is"
            " left alone and named; accept: its photo comes back, too; remove: it goes to the trash again."
        ),
        labels={"ask": "Ask", "accept": "Accept", "remove": "Remove again"},
    )
    delete_grace_seconds: float = setting(
        60.0,
        title="Grace period",
        help="A file must be missing for so long, in two complete looks, before its photo is deleted in Immich.",
        unit="seconds",
        ge=5,
        le=86400,
    )
    max_deletions: int = setting(
        50,
        title="Most deletions",
        help=(
            "So many deletions are done at once and within 24 hours, on each side, or as many as the share below, if"
            " that is more. What is beyond waits for you."
        ),
        ge=0,
    )
    max_deletions_percent: float = setting(
        10.0,
        title="Most deletions, as a share",
        help="See above; of the files that are kept in step.",
        unit="%",
        ge=0,
        le=100,
    )
    trash_days: int = setting(
        30,
        title="Folder's trash",
        help="How long .artframe-trash in the folder keeps what was deleted in Immich.",
        unit="days",
        ge=1,
        le=3650,
    )
