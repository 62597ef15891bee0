"""What waits for a person's word, and what may go past the brakes?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from artframe.plugin import Sentence, said
from artframe_folder_sync.records import Action, Held, HeldSide
from artframe_folder_sync.run.brakes import allowance, brake
from artframe_folder_sync.run.downloads import ASKED
from artframe_folder_sync.run.downloads import SIDE as DOWNLOAD
from artframe_folder_sync.run.downloads import Waiting as WaitingDownloads
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.sayings import restored, stored
from artframe_folder_sync.state.database import text
from artframe_folder_sync.state.gone import Digest, Waiting

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
        self, side: HeldSide, deletions: list[Action], *, stopped: Sentence | None = None, complete: bool = True
    ) -> list[Action]:
        """Those that may be done now. ``complete``: these are all there are, so what else was held is forgotten."""
        bench = self._bench
        approved = bench.waiting.approved(side)
        result = brake(
            deletions,
            approved=approved,
            allowed=allowance(bench.config, self._tracked),
            spent=bench.waiting.spent(side, bench.now),
            stopped=stopped,
        )
        if complete:
            self._hold(side, result.held, _digest(sorted({one.key for one in result.held})), result.why)
            # What was allowed and then taken back is not allowed when it happens again.
            bench.waiting.done(side, approved.difference((one.key for one in deletions), [EMPTY_IMMICH]))
        else:
            bench.waiting.hold(side, result.held, stored(result.why), replace=False)
            if result.held:
                self._tell(side, result.held, result.why)
        return result.go

    def empty_immich(self) -> None:
        """Nothing is known to be deleted: a person must say first that this is the right Immich."""
        bench = self._bench
        why = said(
            "folder_sync.empty_immich",
            "Immich has no photos of this person at all, although files of this folder came to it: {count}",
            count=self._tracked,
        )
        bench.note(f"nothing is deleted: {why}")
        with bench.state.writing() as db:
            db.execute("DELETE FROM held WHERE side = 'local'")
            db.execute("INSERT INTO held VALUES ('local', ?, ?, ?, ?)", (EMPTY_IMMICH, b"", self._tracked, stored(why)))
        self.held.append(Held(side="local", why=why, count=self._tracked, sample=(), digest=EMPTY_IMMICH))

    def downloads(self, waiting: WaitingDownloads | None) -> None:
        """The first downloads, or none any more."""
        if waiting is None:
            self._bench.waiting.hold(DOWNLOAD, (), "")
            return
        self._hold(DOWNLOAD, waiting.actions, waiting.digest, waiting.why, size=waiting.size)
        # Only now: should it end before, what a person says is about another choice, and is asked again.
        self._bench.state.set_meta(ASKED, waiting.rule)

    def _hold(
        self, side: HeldSide, actions: Iterable[Action], digest: str, why: Sentence, *, size: int | None = None
    ) -> None:
        """These wait, and no others of this side. Not written anew where it is known already: it may be very many."""
        waiting = self._bench.waiting
        known = held_on(waiting, side)
        if known is None or known.digest != digest:
            waiting.hold(side, actions, stored(why))
            known = held_on(waiting, side)
        else:
            waiting.reword(side, stored(why))
        if known is not None:
            self.held.append(replace(known, why=why, size=known.size if size is None else size))

    def _tell(self, side: HeldSide, actions: Sequence[Action], why: Sentence) -> None:
        self.held.append(
            Held(
                side=side,
                why=why,
                count=len(actions),
                sample=tuple(sorted(one.path for one in actions)[:_SAMPLE]),
                digest=_digest(sorted(one.key for one in actions)),
                size=sum(one.size for one in actions),
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
        return Held(side=side, why=restored(first[0]["reason"]), count=first[0]["size"], sample=(), digest=EMPTY_IMMICH)
    count, size = waiting.totals(side)
    return Held(
        side=side,
        why=restored(first[0]["reason"]),
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
