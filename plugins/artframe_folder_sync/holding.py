"""What waits for a person's word, and what may go past the brakes?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from artframe_folder_sync.brakes import allowance, brake
from artframe_folder_sync.downloads import SIDE as DOWNLOAD
from artframe_folder_sync.downloads import Waiting as WaitingDownloads
from artframe_folder_sync.records import Action, Held, HeldSide
from artframe_folder_sync.state import text
from artframe_folder_sync.state_gone import Waiting
from artframe_folder_sync.workbench import Workbench

SIDES: tuple[HeldSide, ...] = ("local", "remote", "download")
EMPTY_IMMICH = "empty-immich"
"""The key of what a person approves who says that an empty Immich is right."""
_SAMPLE = 10


class Holding:
    """Keeps what waits, of one run. ``held`` is what to tell people."""

    def __init__(self, bench: Workbench, tracked: int) -> None:
        self._bench = bench
        self._tracked = tracked
        self.held: list[Held] = []

    def past_brake(
        self, side: HeldSide, deletions: list[Action], *, stopped: str | None = None, complete: bool = True
    ) -> list[Action]:
        """Those that may be done now. ``complete``: these are all there are, so what else was held is forgotten."""
        bench = self._bench
        result = brake(
            deletions,
            approved=bench.waiting.approved(side),
            allowed=allowance(bench.config, self._tracked),
            spent=bench.waiting.spent(side, bench.now),
            stopped=stopped,
        )
        bench.waiting.hold(side, result.held, result.reason, replace=complete)
        if result.held:
            self._tell(side, result.held, result.reason, sum(one.size for one in result.held))
        if complete:
            # What was allowed and then taken back is not allowed when it happens again.
            present = {one.key for one in deletions} | {EMPTY_IMMICH}
            bench.waiting.done(side, bench.waiting.approved(side) - present)
        return result.go

    def empty_immich(self) -> None:
        """Nothing is known to be deleted: a person must say first that this is the right Immich."""
        bench = self._bench
        reason = f"Immich has no photos of this user at all, although {self._tracked} files here were in it"
        bench.note(f"nothing is deleted: {reason}")
        with bench.state.writing() as db:
            db.execute("DELETE FROM held WHERE side = 'local'")
            db.execute("INSERT INTO held VALUES ('local', ?, ?, ?, ?)", (EMPTY_IMMICH, b"", self._tracked, reason))
        self.held.append(Held(side="local", reason=reason, count=self._tracked, sample=(), digest=EMPTY_IMMICH))

    def downloads(self, waiting: WaitingDownloads | None) -> None:
        """The first downloads, or none any more."""
        if waiting is None:
            self._bench.waiting.hold(DOWNLOAD, (), "")
            return
        self._bench.waiting.hold(DOWNLOAD, waiting.actions, waiting.reason)
        self._tell("download", waiting.actions, waiting.reason, waiting.size)

    def _tell(self, side: HeldSide, actions: Sequence[Action], reason: str, size: int) -> None:
        self.held.append(
            Held(
                side=side,
                reason=reason,
                count=len(actions),
                sample=tuple(sorted(one.path for one in actions)[:_SAMPLE]),
                digest=_digest(one.key for one in actions),
                size=size,
            )
        )


def all_held(waiting: Waiting) -> tuple[Held, ...]:
    """What waits, by the state alone."""
    found: list[Held] = []
    for side in SIDES:
        rows = waiting.held(side)
        if not rows:
            continue
        is_empty = rows[0]["key"] == EMPTY_IMMICH
        found.append(
            Held(
                side=side,
                reason=rows[0]["reason"],
                count=rows[0]["size"] if is_empty else len(rows),
                sample=() if is_empty else tuple(text(row["path"]) for row in rows[:_SAMPLE]),
                digest=EMPTY_IMMICH if is_empty else _digest(row["key"] for row in rows),
                size=0 if is_empty else sum(row["size"] for row in rows),
            )
        )
    return tuple(found)


def _digest(keys: Iterable[str]) -> str:
    joined = "\n".join(sorted(keys))
    return hashlib.sha256(joined.encode("utf-8", "surrogateescape")).hexdigest()[:16]
