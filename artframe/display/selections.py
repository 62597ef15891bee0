"""In which order are the photos of one source shown: shuffled, one after the other, newest or oldest first?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import ClassVar, Protocol

from artframe.core.sentence import Sentence, said
from artframe.display.dates import is_believable
from artframe.display.showings import Cursor, Found, Showings
from artframe.library.entry import order
from artframe.library.photo import LocalPhoto
from artframe.plugin import Selection


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A chosen photo and the reason, one sentence for people."""

    local: LocalPhoto
    reason: Sentence


class Selecting(Protocol):
    """One way to choose among the photos of one source."""

    @property
    def name(self) -> str: ...

    def choose(self, taken: Set[str], last: str | None) -> Candidate | None:
        """The next photo beside the ``taken`` ids, not ``last`` if there is another; None if all are taken."""
        ...

    def moved(self, local: LocalPhoto) -> Cursor | None:
        """Where the walk stands once this photo is shown."""
        ...


class Shuffled:
    """Random without repetition: no photo comes twice before all came once. New photos join the present round."""

    name = "random"

    def __init__(self, showings: Showings, source: str) -> None:
        self._showings = showings
        self._source = source

    def choose(self, taken: Set[str], last: str | None) -> Candidate | None:
        due = self._showings.due(self._source, len(taken) + 2)
        found = [one for one in due if one.local.photo.id not in taken]
        if not found:
            return None
        # Where one round ends and the next begins, the same photo must not stand on both sides.
        chosen = next((one for one in found if one.local.photo.id != last), found[0])
        total = self._showings.count(self._source)
        ahead = sum(1 for one in due if one.round == chosen.round and one.local.photo.id in taken)
        shown = total - self._showings.round_left(self._source, chosen.round) + ahead
        number = min(max(shown, 0) + 1, total)
        return Candidate(local=chosen.local, reason=_with_day(chosen, self._reason(chosen, number, total)))

    def moved(self, local: LocalPhoto) -> Cursor | None:
        return None

    def _reason(self, found: Found, number: int, total: int) -> Sentence:
        album = found.local.photo.group
        if not album:
            return said("reason.shuffled", "shuffled: {number} of {total} of this round", number=number, total=total)
        return said(
            "reason.shuffled_from",
            "shuffled from '{album}': {number} of {total} of this round",
            album=album,
            number=number,
            total=total,
        )


class _Walk:
    """By date taken; the place is kept over restarts."""

    name: ClassVar[str]
    newest_first: ClassVar[bool]

    def __init__(self, showings: Showings, source: str) -> None:
        self._showings = showings
        self._source = source

    def choose(self, taken: Set[str], last: str | None) -> Candidate | None:
        cursor = self._showings.cursor(self._source, self.name)
        place = self._place(cursor, taken)
        chosen = self._beside(taken, place) or (self._beside(taken, None) if place is not None else None)
        if chosen is None:
            return None
        return Candidate(local=chosen.local, reason=_with_day(chosen, self._reason(chosen.local.photo.group)))

    def moved(self, local: LocalPhoto) -> Cursor | None:
        at = (order(local.photo), local.photo.id)
        cursor = self._showings.cursor(self._source, self.name)
        return Cursor(moment=at[0], id=at[1], top=self._top(cursor, at))

    def _reason(self, album: str) -> Sentence:
        raise NotImplementedError

    def _place(self, cursor: Cursor | None, taken: Set[str]) -> tuple[int, str] | None:
        return (cursor.moment, cursor.id) if cursor is not None else None

    def _top(self, cursor: Cursor | None, at: tuple[int, str]) -> tuple[int, str]:
        return at

    def _beside(self, taken: Set[str], place: tuple[int, str] | None) -> Found | None:
        found = self._showings.by_date(self._source, place, len(taken) + 1, newest_first=self.newest_first)
        return next((one for one in found if one.local.photo.id not in taken), None)


class Sequential(_Walk):
    """From the oldest to the newest, then from the start."""

    name = "sequential"
    newest_first = False

    def _reason(self, album: str) -> Sentence:
        if not album:
            return said("reason.in_order", "in order")
        return said("reason.in_order_from", "in order from '{album}'", album=album)


class _Extreme(_Walk):
    """From one end of time on; back to the start when a photo beyond that end arrives."""

    def _place(self, cursor: Cursor | None, taken: Set[str]) -> tuple[int, str] | None:
        ends = self._showings.by_date(self._source, None, 1, newest_first=self.newest_first)
        if cursor is None or not ends:
            return None
        end = (ends[0].moment, ends[0].local.photo.id)
        beyond = end > cursor.top if self.newest_first else end < cursor.top
        return None if beyond else (cursor.moment, cursor.id)

    def _top(self, cursor: Cursor | None, at: tuple[int, str]) -> tuple[int, str]:
        if cursor is None:
            return at
        return max(cursor.top, at) if self.newest_first else min(cursor.top, at)


class Newest(_Extreme):
    """The newest first, then on to older ones; a newer photo that arrives is next."""

    name = "newest"
    newest_first = True

    def _reason(self, album: str) -> Sentence:
        if not album:
            return said("reason.newest", "newest first")
        return said("reason.newest_from", "newest first from '{album}'", album=album)


class Oldest(_Extreme):
    """The oldest first, then on to newer ones; an older photo that arrives is next."""

    name = "oldest"
    newest_first = False

    def _reason(self, album: str) -> Sentence:
        if not album:
            return said("reason.oldest", "oldest first")
        return said("reason.oldest_from", "oldest first from '{album}'", album=album)


SELECTIONS: Mapping[Selection, Callable[[Showings, str], Selecting]] = {
    "random": Shuffled,
    "sequential": Sequential,
    "newest": Newest,
    "oldest": Oldest,
}


def _with_day(found: Found, reason: Sentence) -> Sentence:
    taken = found.local.photo.local_taken_at or found.local.photo.taken_at
    return reason + said("reason.taken", "taken {day}", day=taken.date()) if is_believable(taken) else reason
