"""When is a pair run? When its folder came to rest after a change, when Immich has news, when a run asked for it."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence

from artframe.plugin import ArtframeError, Clock
from artframe_folder_sync.keeper import Keeper

WITHOUT_EVENTS = 600.0
"""Seconds: so often everything is looked through where the system does not tell of changes."""
GLANCE = 5.0
"""Seconds: so soon it is noticed that a folder went or came back."""
CLOSELY = 60.0
"""Seconds: so soon, that one went and came back between two such looks."""
AFTER_A_FAILURE = 60.0
"""Seconds of rest: the job itself is tried again with growing pauses."""
REOPEN = 300.0
"""Seconds: so often a pair that could not be opened is tried again."""


class Following:
    """A thread's work. ``start(full)`` begins a run of all that is due and returns, when it is over, how it went.

    ``told`` is called when another folder is watched than before, or none any more.
    """

    def __init__(
        self,
        keepers: Callable[[], Sequence[Keeper]],
        *,
        clock: Clock,
        poll_seconds: float,
        watching: bool,
        told: Callable[[Keeper], None],
        start: Callable[[bool], bool],
        reopen: Callable[[], None],
    ) -> None:
        self._all = keepers
        self._clock = clock
        self._poll = poll_seconds
        self._watching = watching
        self._told = told
        self._start = start
        self._reopen = reopen
        self._awake = threading.Event()
        self._ended = threading.Event()

    def _keepers(self) -> Sequence[Keeper]:
        """Those that are run: nothing is due for one that waits for a person."""
        return [keeper for keeper in self._all() if not keeper.off]

    def wake(self) -> None:
        """Something changed."""
        self._awake.set()

    def stop(self) -> None:
        """End soon."""
        self._ended.set()
        self._awake.set()

    def follow(self) -> None:
        """Until ``stop``. The first thing is a full run: for what happened while nobody watched."""
        self._start(True)
        now = self._clock.monotonic()
        poll, scan, reopen, rested = now + self._poll, now + WITHOUT_EVENTS, now + REOPEN, now
        glance, closely = now + GLANCE if self._watching else math.inf, now + CLOSELY
        while not self._ended.is_set():
            now = self._clock.monotonic()
            if now >= reopen:
                reopen = now + REOPEN
                self._reopen()
            went_well, moved = True, False
            if now >= glance:
                glance = now + GLANCE
                moved = self._glance(closely=now >= closely)
                closely = now + CLOSELY if now >= closely else closely
            if moved:
                rested = now
                went_well = self._start(False)
            elif now < rested:
                pass
            elif now >= scan and self._is_blind():
                went_well = self._start(True)
                scan = self._clock.monotonic() + WITHOUT_EVENTS
            elif self._next_change(now) <= now:
                went_well = self._start(False)
            elif now >= poll:
                poll = now + self._poll
                if self._has_news():
                    went_well = self._start(False)
            now = self._clock.monotonic()
            if not went_well:
                rested = now + AFTER_A_FAILURE
            due = min(poll, self._next_change(now), scan if self._is_blind() else poll)
            self._clock.wait(self._awake, max(min(max(due, rested), reopen, glance) - now, 0.0))
            self._awake.clear()

    def _glance(self, *, closely: bool) -> bool:
        """Whether a folder went or came back: that is told now, not with the next news."""
        moved = [keeper for keeper in self._keepers() if keeper.glance(closely=closely)]
        for keeper in moved:
            self._told(keeper)
        return bool(moved)

    def _is_blind(self) -> bool:
        """Whether changes in some folder are not told."""
        return self._watching and any(one.watch is None or one.watch.trouble for one in self._keepers())

    def _next_change(self, now: float) -> float:
        """When the next folder will have come to rest, or a run wants another look."""
        moments = [math.inf]
        for keeper in self._keepers():
            if (rests := keeper.unrest.due_at()) is not None:
                moments.append(rests)
            if keeper.owes:
                moments.append(now)
            if keeper.look_again is not None:
                moments.append(now + (keeper.look_again - self._clock.now()).total_seconds())
        return min(moments)

    def _has_news(self) -> bool:
        for keeper in self._keepers():
            try:
                keeper.has_news = keeper.news()
            except ArtframeError:
                keeper.has_news = True  # the run will meet the same, and say so
        return any(keeper.has_news for keeper in self._keepers())
