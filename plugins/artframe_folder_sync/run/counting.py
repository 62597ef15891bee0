"""What does a run count for the history of the job, and what is that called?"""

from __future__ import annotations

from artframe_folder_sync.records import ActionKind

BYTES_UP, BYTES_DOWN = "bytes_up", "bytes_down"
COUNTS = {
    "photos_up": "photos sent to Immich",
    "photos_down": "photos brought into the folder",
    "trashed_here": "files moved to the folder's trash",
    "trashed_there": "photos moved to Immich's trash",
    BYTES_UP: "sent to Immich",
    BYTES_DOWN: "fetched from Immich",
}
"""Words that follow a number."""
COUNTED = {
    ActionKind.UPLOAD: "photos_up",
    ActionKind.REPLACE_REMOTE: "photos_up",
    ActionKind.DOWNLOAD: "photos_down",
    ActionKind.BRING_BACK: "photos_down",
    ActionKind.REPLACE_LOCAL: "photos_down",
    ActionKind.TRASH_LOCAL: "trashed_here",
    ActionKind.TRASH_REMOTE: "trashed_there",
}
"""Under which name an action counts; what is missing counts for nothing."""
