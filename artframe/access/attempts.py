"""May this address try a password now? Guessing gets slower and slower, and nobody can lock the owner out by guessing.

Three limits, each for another kind of guesser:

- An address: pauses of 1 s from the fifth wrong password on, doubling; the tenth shuts it out for five minutes, each
  further one for twice as long, an hour at most. Two hours without one, or the right one, and it starts anew.
- A name: twenty wrong passwords at once and one a minute after them, from however many addresses. A single guesser is
  shut out by his address before he uses that up: its owner gets in from another address.
- All together: a hundred at once and one every twenty seconds, for guessers with many addresses and many names.

An address from which somebody has signed in before is not held up by the last two for that name. All of this is
forgotten at a restart, which a guesser cannot cause.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from artframe.access.limits import Bucket, Lockout, TooManyAttempts
from artframe.access.records import name_key
from artframe.core.clock import Clock
from artframe.core.ip import one_spelling

FREE = 5
"""The so manieth wrong password of an address is the first that costs a pause."""
LOCKED = 10
LOCK_SECONDS = 300.0
LONGEST_SECONDS = 3600.0
FORGET_SECONDS = 7200.0
NAME_TRIES, NAME_SECONDS = 20, 60.0
ALL_TRIES, ALL_SECONDS = 100, 20.0
_MOST = 256
"""Of names and of known addresses."""


class Attempts:
    """Slows down whoever guesses passwords. Thread-safe, quick, bounded."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._addresses = Lockout(clock, pause, forget=FORGET_SECONDS)
        self._all = Bucket(clock, size=ALL_TRIES, seconds=ALL_SECONDS)
        self._names: OrderedDict[str, Bucket] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def begin(self, *, address: str, name: str) -> None:
        """Count a try as a wrong one, in advance: so that many at the same time count, too. Raises TooManyAttempts."""
        address, name = one_spelling(address), _short(name)
        with self._lock:
            shared = self._shared(address, name)
            wait = max(self._addresses.left(address), *(bucket.left for bucket in shared), 0.0)
            if wait > 0:
                raise TooManyAttempts("there were too many wrong passwords; this one was not looked at", wait)
            self._addresses.wrong(address)
            for bucket in shared:
                bucket.take()
            self._remember(name, shared)

    def passed(self, *, address: str, name: str) -> None:
        """It was the right password."""
        address, name = one_spelling(address), _short(name)
        with self._lock:
            self._give_back(address, name)
            self._addresses.forgive(address)
            self._known[address, name] = None
            self._known.move_to_end((address, name))
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def withdrawn(self, *, address: str, name: str) -> None:
        """The password was not looked at after all."""
        address, name = one_spelling(address), _short(name)
        with self._lock:
            self._give_back(address, name)
            self._addresses.take_back(address)

    def __len__(self) -> int:
        """How much is remembered: for tests that it stays bounded."""
        return len(self._addresses) + len(self._names) + len(self._known)

    def _shared(self, address: str, name: str) -> tuple[Bucket, ...]:
        """The limits that this try shares with other addresses."""
        if (address, name) in self._known:
            return ()
        bucket = self._names.get(name) or Bucket(self._clock, size=NAME_TRIES, seconds=NAME_SECONDS)
        return bucket, self._all

    def _remember(self, name: str, shared: tuple[Bucket, ...]) -> None:
        """Only tries that were let through are worth a place: refused ones must not push out what is known."""
        for bucket in shared[:1]:
            self._names[name] = bucket
            self._names.move_to_end(name)
        while len(self._names) > _MOST:
            self._names.popitem(last=False)

    def _give_back(self, address: str, name: str) -> None:
        for bucket in self._shared(address, name):
            bucket.give_back()


def pause(wrong: int) -> float:
    """Seconds for which an address is shut out after so many wrong passwords."""
    if wrong < FREE:
        return 0.0
    if wrong < LOCKED:
        return float(1 << (wrong - FREE))
    return min(LOCK_SECONDS * (1 << min(wrong - LOCKED, 10)), LONGEST_SECONDS)


def _short(name: str) -> str:
    return name_key(name[:200])
