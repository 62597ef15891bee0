"""Is there room for one more photo, and which one makes room for it?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from artframe.errors import NotReady
from artframe.library.disk import Disk
from artframe.library.entry import Entry
from artframe.library.ledger import Ledger

_FIRST_GUESS = 2_000_000
"""Bytes to expect of a photo of unknown size while nothing is here to learn from."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many photos are fetched at a time, and how much of the disk a source may fill (None: all but the floor)."""

    downloads: int = 4
    min_free_bytes: int = 0
    quota_bytes: int | None = None


class NoRoom(NotReady):
    """Nothing may be given up for this photo now; it waits for its turn."""


class TooLarge(NoRoom):
    """The photo alone is larger than the whole quota."""


class Space:
    """Accounts for the bytes of one source during one sync. Thread-safe.

    Hidden photos go first, then the oldest seen, and only what was shown since it was fetched: a photo that nobody has
    seen yet is never given up for another one. ``give_up`` deletes a photo's file.
    """

    def __init__(self, ledger: Ledger, disk: Disk, limits: Limits, give_up: Callable[[Entry], None]) -> None:
        self._ledger = ledger
        self._disk = disk
        self._limits = limits
        self._give_up = give_up
        self._lock = threading.RLock()
        self._used = ledger.bytes_here()
        self._count = ledger.count_here()
        self._reservations: dict[int, Reservation] = {}
        self._hopeless: int | None = None
        self.evicted = 0
        self.may_go: list[int] | None = None
        """Photos that may be given up whether seen or not: the old choice of albums, when a new one came."""

    def reserve(self, entry: Entry) -> Reservation:
        """Make room for the photo; raises NoRoom or TooLarge. Close the reservation when the photo is in place."""
        size = entry.size if entry.size is not None else self._guess()
        quota = self._limits.quota_bytes
        if quota is not None and entry.size is not None and entry.size > quota:
            raise TooLarge(
                f"it has {entry.size:,} bytes, more than the whole quota of {quota:,}", "raise quota_mb to see it"
            )
        with self._lock:
            self._make_room(size, entry)
            reservation = Reservation(self, entry, size)
            self._reservations[entry.key] = reservation
            return reservation

    def freed(self, count: int) -> None:
        """Bytes of removed photos are free again."""
        with self._lock:
            self._used -= count
            self._hopeless = None

    def new_chance(self) -> None:
        """What found no room may try again."""
        with self._lock:
            self._hopeless = None

    def enforce(self) -> None:
        """Give up photos until the quota is kept, for a quota that was lowered."""
        quota = self._limits.quota_bytes
        with self._lock:
            while quota is not None and self._used > quota:
                victim = self._ledger.least_wanted(beside=self._reservations)
                if victim is None:
                    return
                self._evict(victim)

    def _guess(self) -> int:
        if self._count:
            return self._used // self._count
        quota = self._limits.quota_bytes
        return _FIRST_GUESS if quota is None else min(_FIRST_GUESS, quota // 10)

    def _shortage(self, need: int) -> int:
        """How many bytes are missing for ``need`` more."""
        reserved = sum(one.size for one in self._reservations.values())
        unwritten = sum(max(one.size - one.written, 0) for one in self._reservations.values())
        short = need + unwritten + self._limits.min_free_bytes - self._disk.free()
        if self._limits.quota_bytes is not None:
            short = max(short, self._used + reserved + need - self._limits.quota_bytes)
        return short

    def _make_room(self, need: int, entry: Entry) -> None:
        short = self._shortage(need)
        if short <= 0:
            return
        if self._hopeless is not None and need >= self._hopeless:
            raise NoRoom("there is no room for it now; it comes when its turn is")
        beside = [*self._reservations, entry.key]
        # Giving up photos that do not make enough room would lose them for nothing.
        victims: list[Entry] = []
        while sum(victim.bytes or 0 for victim in victims) < short:
            exempt = beside + [victim.key for victim in victims]
            if self.may_go is not None:
                victim = self._ledger.least_wanted(beside=exempt, among=self.may_go)
            else:
                victim = self._ledger.oldest_seen(beside=exempt)
                # An evicted photo is due only when somebody else was seen later than itself.
                if victim is not None and entry.evicted and not victim.hidden:
                    victim = victim if (entry.last_shown or 0) < (victim.last_shown or 0) else None
            if victim is None:
                self._hopeless = need
                raise NoRoom("there is no room for it now; it comes when its turn is")
            victims.append(victim)
        for victim in victims:
            self._evict(victim)
        if self._shortage(need) > 0:
            raise NoRoom("there is no room for it now; it comes when its turn is")

    def _evict(self, victim: Entry) -> None:
        self._give_up(victim)
        self._used -= victim.bytes or 0
        self._count -= 1
        self.evicted += 1

    # -- called by reservations --------------------------------------------------------------------------------------

    def grow(self, reservation: Reservation, count: int) -> None:
        with self._lock:
            beyond = reservation.written + count - reservation.size
            if beyond > 0:
                quota = self._limits.quota_bytes
                if quota is not None and reservation.written + count > quota:
                    raise TooLarge(f"it is larger than the whole quota of {quota:,} bytes", "raise quota_mb to see it")
                self._make_room(beyond, reservation.entry)
                reservation.size += beyond
            reservation.written += count

    def close(self, reservation: Reservation, arrived: int | None) -> None:
        with self._lock:
            self._reservations.pop(reservation.entry.key, None)
            if arrived is not None:
                self._used += arrived - (reservation.entry.bytes or 0)
                self._count += 0 if reservation.entry.here else 1


class Reservation:
    """Room for one photo that is being fetched."""

    def __init__(self, space: Space, entry: Entry, size: int) -> None:
        self._space = space
        self.entry = entry
        self.size = size
        self.written = 0
        self._arrived: int | None = None

    def grow(self, count: int) -> None:
        """So many bytes are about to be written; raises NoRoom when more come than there is room for."""
        self._space.grow(self, count)

    def rewind(self) -> None:
        """The bytes written so far are thrown away."""
        self.written = 0

    def arrived(self, count: int) -> None:
        """The photo is in place with so many bytes."""
        self._arrived = count

    def __enter__(self) -> Reservation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._space.close(self, self._arrived)
