"""Which photo comes next?"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from artframe.core.clock import Clock
from artframe.core.sentence import Sentence, said
from artframe.display.selections import SELECTIONS, Candidate, Selecting
from artframe.display.showings import Showing, Showings
from artframe.errors import NotReady
from artframe.library.database import Database
from artframe.library.hidden import HiddenPhotos
from artframe.library.photo import LocalPhoto
from artframe.plugin import Selection

_MOST_OWED = 500
"""So many showings wait to be written down while the disk is full."""


@dataclass(frozen=True, kw_only=True)
class Slide:
    """A photo to show, and one sentence for people on why it was chosen. ``again``: it comes from ``previous``."""

    local: LocalPhoto
    reason: Sentence
    again: bool = False

    @property
    def photo(self) -> LocalPhoto:
        """The same as ``local``: what the slideshow calls it."""
        return self.local


class Playlist:
    """Chooses among all photos that are here. Blocking, for any thread; each call costs well under a millisecond.

    ``next`` reserves what it returns, so that the pictures prepared ahead differ. Whoever takes a slide ends it with
    ``shown`` (it is on the screen), ``failed`` (it cannot be decoded) or ``release`` (it was not needed after all).
    Sources take turns in proportion to how many photos they have here; within a source its selection decides. What was
    shown survives a restart; a power cut loses at most the last few. While it cannot be written down (the disk is full)
    it is remembered here. What is ``hidden`` is never chosen.
    """

    def __init__(self, database: Database, clock: Clock, hidden: HiddenPhotos | None = None) -> None:
        self._showings = Showings(database)
        self._clock = clock
        self._hidden = hidden
        self._lock = threading.Lock()
        self._sources: dict[str, Selecting] = {}
        self._turns: dict[str, float] = {}
        self._reserved: dict[tuple[str, str], int] = {}
        self._last: dict[str, str] = {}
        self._away: dict[str, Path] = {}
        self._unread: set[tuple[str, str]] = set()
        self._owed: dict[tuple[str, str], tuple[Slide, datetime]] = {}
        # Slides of this run are remembered by the slideshow; the past begins before them.
        self._at = self._showings.newest() + 1

    def set_sources(self, sources: Mapping[str, Selection]) -> None:
        """Show these sources (instance: in which order), and no others."""
        with self._lock:
            self._sources = {name: SELECTIONS[selection](self._showings, name) for name, selection in sources.items()}
            self._turns = {name: self._turns.get(name, 0.0) for name in sources}

    def next(self) -> Slide | None:
        """Choose and reserve a photo, or None if none is here."""
        with self._lock:
            self._away = {name: folder for name, folder in self._away.items() if not folder.is_dir()}
            counts = {name: self._showings.count(name) for name in self._sources if name not in self._away}
            # A source whose photos are all reserved already lets the others go first.
            for sparing in (True, False):
                open_ones = {name: count for name, count in counts.items() if count}
                while open_ones:
                    name = self._turn(open_ones)
                    candidate = self._choose(name, counts[name], sparing=sparing)
                    if candidate is not None:
                        self._take_turn(name, counts)
                        return self._reserve(candidate)
                    del open_ones[name]
            self._unread.clear()
            return None

    def previous(self) -> Slide | None:
        """What was shown before this run of the frame (called again: the one before that), if it is still here."""
        with self._lock:
            found = self._showings.before(self._at)
            while found is not None:
                self._at = found.seq
                if found.local is not None:
                    key = found.local.key
                    self._reserved[key] = self._reserved.get(key, 0) + 1
                    return Slide(local=found.local, reason=said("reason.before", "shown before"), again=True)
                found = self._showings.before(found.seq)
            return None

    def shown(self, slide: Slide) -> None:
        """The slide is on the screen now: one small commit. NotReady when that has to wait: it is made up for later."""
        with self._lock:
            self._free(slide)
            self._owed.pop(slide.local.key, None)
            self._owed[slide.local.key] = slide, self._clock.now()
            if len(self._owed) > _MOST_OWED:
                del self._owed[next(iter(self._owed))]
            while self._owed:
                self._write_down(next(iter(self._owed)))

    def failed(self, slide: Slide, problem: str) -> None:
        """The photo could not be decoded: it is left out until its source has another version of it.

        When not the photo but its whole folder is gone (a disk that was unplugged), nothing is held against the photo:
        its source is passed over until the folder is back. Neither when the disk fails to read it, or when this cannot
        be written down (raises NotReady): then it is passed over until all others had their turn.
        """
        with self._lock:
            self._free(slide)
            folder = slide.local.path.parent
            if not folder.is_dir():
                self._away[slide.local.source] = folder
            elif _disk_fails(slide.local.path):
                self._unread.add(slide.local.key)
            else:
                self._unread.add(slide.local.key)  # until it is written down, which a full disk may refuse
                self._showings.unshowable(slide.local, problem)
                self._unread.discard(slide.local.key)

    def release(self, slide: Slide) -> None:
        """The slide was not shown; it is due as before."""
        with self._lock:
            self._free(slide)

    def is_hidden(self, slide: Slide) -> bool:
        """Whether a person hid this photo since it was chosen; costs nothing."""
        return self._hidden is not None and slide.local.key in self._hidden

    def history(self, count: int) -> list[Showing]:
        """What was on the screen, newest first, over restarts; at most the last 200."""
        return self._showings.history(count)

    # -- choosing ----------------------------------------------------------------------------------------------------

    def _choose(self, name: str, count: int, *, sparing: bool) -> Candidate | None:
        taken = {photo_id for source, photo_id in self._unread if source == name}
        if self._hidden is not None:
            taken |= self._hidden.unmarked(name)
        reserved = {photo_id for source, photo_id in self._reserved if source == name}
        if sparing:
            taken |= reserved
        # The database still calls these due: those shown last are passed over, all but one of the others.
        owed = [photo_id for source, photo_id in self._owed if source == name and photo_id not in reserved]
        left = max(0, count - len(taken | reserved) - 1)
        taken |= set(owed[max(0, len(owed) - left) :])
        last = self._last.get(name) or self._showings.last_shown(name)
        return self._sources[name].choose(taken, last)

    def _write_down(self, key: tuple[str, str]) -> None:
        slide, at = self._owed[key]
        try:
            if slide.again:
                self._showings.seen_again(slide.local, at)
            else:
                self._showings.seen(slide.local, slide.reason, at, self._sources.get(slide.local.source))
        except NotReady:
            raise
        except Exception:
            del self._owed[key]
            raise
        del self._owed[key]

    def _turn(self, counts: Mapping[str, int]) -> str:
        return max(counts, key=lambda name: (self._turns[name] + counts[name], name))

    def _take_turn(self, chosen: str, counts: Mapping[str, int]) -> None:
        """Smooth weighted round robin: everybody gains by his weight, the chosen one pays for all."""
        for name, count in counts.items():
            self._turns[name] += count
        self._turns[chosen] -= sum(counts.values())

    def _reserve(self, candidate: Candidate) -> Slide:
        key = candidate.local.key
        self._reserved[key] = self._reserved.get(key, 0) + 1
        self._last[key[0]] = key[1]
        return Slide(local=candidate.local, reason=candidate.reason)

    def _free(self, slide: Slide) -> None:
        left = self._reserved.get(slide.local.key, 0) - 1
        if left > 0:
            self._reserved[slide.local.key] = left
        else:
            self._reserved.pop(slide.local.key, None)


def _disk_fails(path: Path) -> bool:
    """Whether the file is there and cannot be read, which says nothing about the photo in it."""
    try:
        with path.open("rb") as file:
            while file.read(1 << 20):
                pass
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
