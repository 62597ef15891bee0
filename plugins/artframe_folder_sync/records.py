"""What passes between the parts of folder sync: files seen, assets seen, actions planned, what a run did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from artframe.plugin import Sentence

Side = Literal["local", "remote"]
"""Where a deletion takes place: ``local`` moves a file into the local trash, ``remote`` an asset into Immich's."""
HeldSide = Literal["local", "remote", "download"]
"""What waits for a person: deletions on one of the sides, or the first downloads."""


class Mode(StrEnum):
    """Which sides may be changed."""

    TWO_WAY = "two_way"
    UPLOAD = "upload"
    MIRROR_DOWN = "mirror_down"


class RemoteDeletions(StrEnum):
    """When a deletion in Immich reaches the folder."""

    ON_TRASH = "on_trash"
    ON_PURGE = "on_purge"


class AgeClock(StrEnum):
    """What the age of a photo is counted from, for the delete threshold."""

    IN_IMMICH = "in_immich"
    TAKEN = "taken"
    FILE_AGE = "file_age"


class EditedPhotos(StrEnum):
    """What becomes of the old version in Immich once the new one is confirmed."""

    TRASH = "trash"
    STACK = "stack"
    KEEP = "keep"


class Reappeared(StrEnum):
    """What becomes of a file that is back although its photo was deleted in Immich."""

    ASK = "ask"
    ACCEPT = "accept"
    REMOVE = "remove"


@dataclass(frozen=True, kw_only=True)
class DownloadRule:
    """Which new photos of Immich come into the folder. No albums and no people: all; names or UUIDs."""

    enabled: bool = False
    albums: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    since: datetime | None = None
    folder: str = "Immich"
    reserve_bytes: int = 2 << 30
    """Free space that a download leaves alone."""


@dataclass(frozen=True, kw_only=True)
class PairConfig:
    """One pair: what the person chose. ``folder`` is absolute."""

    folder: Path
    server: str
    user_id: str
    key_digest: str
    """SHA-256 of the API key, so that another key is noticed without keeping the key."""
    mode: Mode = Mode.TWO_WAY
    delete_threshold_days: int | None = 30
    """A local deletion of a photo older than this stays local. 0: none is propagated; None: all are."""
    age_clock: AgeClock = AgeClock.IN_IMMICH
    keep_favourites: bool = False
    remote_deletions: RemoteDeletions = RemoteDeletions.ON_TRASH
    edited_photos: EditedPhotos = EditedPhotos.TRASH
    reappeared: Reappeared = Reappeared.ASK
    settle_seconds: float = 10.0
    delete_grace_seconds: float = 60.0
    max_deletions: int = 50
    max_deletions_percent: float = 10.0
    trash_days: int = 30
    ignore: tuple[str, ...] = ()
    """Patterns in the manner of .gitignore, before those of the folder's own ``.artframe-ignore``."""
    albums_by_folder: bool = False
    download: DownloadRule = field(default_factory=DownloadRule)
    connections: int = 4
    hash_threads: int = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFact:
    """A regular file as the scan saw it, without its content."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A path that is not synced, and why, for ``why`` and the troubles. It speaks of all that is below the path, too.

    ``untouched``: not out of scope but left alone (a link, twins, a conflict copy): what the state knows of it stays as
    it is, nothing of it counts as missing, and a person should hear of it. Otherwise it is out of scope: forgotten.
    """

    path: str
    reason: str
    untouched: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """A file or folder that could not be read: neither it nor anything below it counts as missing. "" is the root."""

    path: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hashed:
    """A file's content: SHA-1 in lower-case hex of exactly what ``fact`` speaks of."""

    fact: FileFact
    sha1: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unstable:
    """A file that could not be hashed now (it changed, vanished, could not be read): nothing is known of it."""

    path: str
    reason: str


class ActionKind(StrEnum):
    """All that a run may do. The order here is the order in which a run does it."""

    LINK = "link"
    """The content is on the server already: remember the asset."""
    MOVE = "move"
    """The file has another name or place: remember that."""
    FORGET = "forget"
    """Out of scope, or gone on both sides."""
    RESTORE_REMOTE = "restore_remote"
    UPLOAD = "upload"
    REPLACE_REMOTE = "replace_remote"
    """The file was edited: a new asset, which takes over albums and favourite; then the old one by policy."""
    BRING_BACK = "bring_back"
    """Restored in Immich: the file comes back, from the local trash or by download."""
    REPLACE_LOCAL = "replace_local"
    """Replaced in Immich: the new original comes down, the old file goes to the local trash."""
    DOWNLOAD = "download"
    KEEP_REMOTE = "keep_remote"
    """Deleted in the folder, and older than the threshold: stays in Immich, is not downloaded again."""
    TRASH_LOCAL = "trash_local"
    TRASH_REMOTE = "trash_remote"


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One step of a plan, with its reason in words for people."""

    kind: ActionKind
    path: str
    reason: str
    sha1: str | None = None
    asset_id: str | None = None
    size: int = 0
    other_path: str | None = None
    """MOVE: where it was; a live photo: its video; BRING_BACK: the file in the local trash."""
    known_as: str | None = None
    """REPLACE_REMOTE: the asset that has the new content already."""

    @property
    def key(self) -> str:
        """What a held deletion is known by: side, path and content."""
        # Names need not be text, and what is kept of them must be.
        path = self.path.encode("utf-8", "surrogateescape").decode("latin-1")
        return f"{self.kind}:{self.asset_id or ''}:{self.sha1 or ''}:{path}"


@dataclass(frozen=True, kw_only=True)
class Held:
    """Deletions (or first downloads) that wait for a person."""

    side: HeldSide
    why: Sentence
    count: int
    sample: tuple[str, ...]
    digest: str
    size: int = 0

    @property
    def reason(self) -> str:
        return self.why.english


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One file that could not be handled now; it is tried again when it changed or at ``retry_at``."""

    path: str
    reason: str
    hint: str = ""
    retry_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What a run found and did (``dry``: would do)."""

    pair: str
    """The user's UUID."""
    dry: bool
    full: bool
    done: dict[ActionKind, int]
    actions: tuple[Action, ...]
    """Dry: what would be done, of each kind at most 10,000. Otherwise at most the first 1000 that were done."""
    held: tuple[Held, ...]
    troubles: tuple[Trouble, ...]
    notes: tuple[str, ...]
    """What else people should know: brakes that hold, directions switched off."""
    tracked: int
    bytes_up: int
    bytes_down: int
    settling: int = 0
    """Files that changed a moment ago: they wait until they have rested."""
    settled_at: datetime | None = None
    """When the first of these may go."""
    look_again: datetime | None = None
    """When the next run makes sense: a deletion waits for its second look, a file until it is whole."""
    again_in_full: bool = False
    """Whether that must be a full run: only those delete anything in Immich."""

    def as_json(self) -> dict[str, Any]:
        """As commands hand it on."""
        return {
            "user_id": self.pair,
            "dry": self.dry,
            "full": self.full,
            "done": {kind.value: count for kind, count in self.done.items() if count},
            "actions": [
                {"action": one.kind.value, "path": one.path, "reason": one.reason, "asset_id": one.asset_id}
                for one in self.actions
            ],
            "held": [
                {
                    "side": one.side,
                    "count": one.count,
                    "reason": one.reason,
                    "sample": list(one.sample),
                    "digest": one.digest,
                    "size": one.size,
                }
                for one in self.held
            ],
            "troubles": [
                {
                    "path": one.path,
                    "reason": one.reason,
                    "hint": one.hint,
                    "retry_at": one.retry_at.isoformat() if one.retry_at is not None else None,
                }
                for one in self.troubles
            ],
            "notes": list(self.notes),
            "tracked": self.tracked,
            "bytes_up": self.bytes_up,
            "bytes_down": self.bytes_down,
            "settling": {
                "files": self.settling,
                "next": self.settled_at.isoformat() if self.settled_at is not None else None,
            },
        }
