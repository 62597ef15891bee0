"""What waits for a person's word, and what may go past the brakes?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from artframe_folder_sync.brakes import allowance, brake
from artframe_folder_sync.downloads import SIDE as DOWNLOAD
from artframe_folder_sync.downloads import Waiting as WaitingDownloads
from artframe_folder_sync.records import Action, Held, HeldSide
from artframe_folder_sync.state import text
from artframe_folder_sync.state_gone import Digest, Waiting
from artframe_folder_sync.texts import counted
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
        files = counted(self._tracked, "file")
        reason = f"Immich has no photos of this person at all, although {files} of this folder came to it"
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
        known = held_on(self._bench.waiting, DOWNLOAD)
        if known is None or known.digest != waiting.digest:
            self._bench.waiting.hold(DOWNLOAD, waiting.actions, waiting.reason)
        else:
            self._bench.waiting.reword(DOWNLOAD, waiting.reason)
        told = held_on(self._bench.waiting, DOWNLOAD)
        if told is not None:
            self.held.append(replace(told, size=waiting.size))

    def _tell(self, side: HeldSide, actions: Sequence[Action], reason: str, size: int) -> None:
        self.held.append(
            Held(
                side=side,
                reason=reason,
                count=len(actions),
                sample=tuple(sorted(one.path for one in actions)[:_SAMPLE]),
                digest=_digest(sorted(one.key for one in actions)),
                size=size,
            )
        )


def all_held(waiting: Waiting) -> tuple[Held, ...]:
    """What waits, by the state alone."""
    return tuple(filter(None, (held_on(waiting, side) for side in SIDES)))


def held_on(waiting: Waiting, side: HeldSide) -> Held | None:
    """What waits on one side, however much that is; None: nothing does."""
    first = waiting.first(side, _SAMPLE)
    if not first:
        return None
    if first[0]["key"] == EMPTY_IMMICH:
        return Held(side=side, reason=first[0]["reason"], count=first[0]["size"], sample=(), digest=EMPTY_IMMICH)
    count, size = waiting.totals(side)
    return Held(
        side=side,
        reason=first[0]["reason"],
        count=count,
        sample=tuple(text(row["path"]) for row in first),
        digest=_digest(waiting.keys(side)),
        size=size,
    )


def _digest(keys: Iterable[str]) -> str:
    """Of sorted keys."""
    digest = Digest()
    for key in keys:
        digest.add(key)
    return str(digest)
