"""How does somebody get in who has no password yet? With six digits that only the frame's own screen or owner shows."""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from artframe.access.limits import Lockout, TooManyAttempts
from artframe.core.clock import Clock
from artframe.core.ip import one_spelling

log = logging.getLogger(__name__)

VALID_SECONDS = 1800.0
WRONG_TRIES = 10
"""So many wrong tries end a code, whoever made them, and shut out an address that made them all."""
WRONG_TRIES_IN_ALL = 30
"""So many wrong tries, from however many addresses, shut out everybody."""
LOCK_SECONDS = 900.0


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Pairing is open: the code, and until when (aware UTC) it is good."""

    code: str = field(repr=False)
    expires_at: datetime


class Pairing:
    """The pairing code. Thread-safe and quick; forgotten at a restart.

    While ``nobody()`` is a user there always is a code, renewed when it ran out or was guessed at too often. Otherwise
    there is one only after ``open``. ``changed`` is called when the code became another one (not when time ends it).
    """

    def __init__(self, clock: Clock, *, nobody: Callable[[], bool], changed: Callable[[], None]) -> None:
        self._clock = clock
        self._nobody = nobody
        self._changed = changed
        self._lock = threading.RLock()
        self._code = ""
        self._until = 0.0
        self._asked = False
        self._claimed = ""
        self._wrong = 0
        self._addresses = Lockout(clock, _lock_after(WRONG_TRIES), forget=LOCK_SECONDS)
        self._all = Lockout(clock, _lock_after(WRONG_TRIES_IN_ALL), forget=LOCK_SECONDS)

    @property
    def is_open(self) -> bool:
        """Whether there is a code that lets somebody in."""
        return bool(self.code)

    @property
    def code(self) -> str:
        """The six digits; empty while pairing is shut."""
        with self._lock:
            return self._current()

    @property
    def expires_at(self) -> datetime | None:
        """When the code ends (aware UTC); None while pairing is shut."""
        with self._lock:
            if not self._current():
                return None
            return self._clock.now() + timedelta(seconds=self._until - self._clock.monotonic())

    def open(self) -> Opened:
        """Make a new code and let everybody try again: the frame's owner asks for it."""
        with self._lock:
            self._addresses.forgive_all()
            self._all.forgive_all()
            self._renew()
            self._asked = not self._nobody()
            opened = Opened(code=self._code, expires_at=self._clock.now() + timedelta(seconds=VALID_SECONDS))
        self._changed()
        return opened

    def shut(self) -> None:
        """End the code; while nobody is a user there is a new one at once."""
        with self._lock:
            self._end()
        self._changed()

    def check(self, code: str, *, address: str) -> bool:
        """Whether this is the code, without using it up; a wrong one counts. Raises TooManyAttempts."""
        with self._lock:
            right = self._try(code, one_spelling(address))
            renewed = self._wrong >= WRONG_TRIES
            if renewed:
                log.warning("the pairing code was guessed at %d times, so it is good no more", self._wrong)
                self._end()
        if renewed:
            self._changed()
        return right

    def redeem(self, code: str, *, address: str) -> bool:
        """Whether this is the code, and use it up: only one caller gets True for it. Raises TooManyAttempts."""
        with self.redeeming(code, address=address) as right:
            return right

    @contextmanager
    def redeeming(self, code: str, *, address: str) -> Iterator[bool]:
        """Whether this is the code. It is used up if the block ends well; if it raises, the code is good again.

        Meanwhile nobody else can use it. Raises TooManyAttempts.
        """
        with self._lock:
            right = not self._is_claimed and self.check(code, address=address)
            claimed = self._code if right else ""
            self._claimed = claimed or self._claimed
        try:
            yield right
        except BaseException:
            with self._lock:
                if self._claimed == claimed:
                    self._claimed = ""
            raise
        if right:
            with self._lock:
                self._addresses.forgive(one_spelling(address))
                if self._code == claimed:  # else its owner has made a new one meanwhile
                    self._end()
            self._changed()

    @property
    def _is_claimed(self) -> bool:
        return bool(self._code) and self._claimed == self._code

    def _try(self, given: str, address: str) -> bool:
        wait = max(self._addresses.left(address), self._all.left(""))
        if wait > 0:
            raise TooManyAttempts("there were too many wrong pairing codes; this one was not looked at", wait)
        code = self._current()
        if not code:
            return False
        if hmac.compare_digest(_digits(given), code.encode()):
            return True
        self._wrong += 1
        self._addresses.wrong(address)
        self._all.wrong("")
        return False

    def _current(self) -> str:
        if self._is_claimed:
            return self._code
        if self._code and self._clock.monotonic() >= self._until:
            self._end()
        if self._code and not self._asked and not self._nobody():
            self._end()
        if not self._code and self._nobody():
            self._renew()
        return self._code

    def _renew(self) -> None:
        old = self._code
        while self._code == old:
            self._code = f"{secrets.randbelow(1_000_000):06}"
        self._until = self._clock.monotonic() + VALID_SECONDS
        self._wrong = 0

    def _end(self) -> None:
        self._code, self._claimed, self._asked, self._wrong = "", "", False, 0


def _lock_after(tries: int) -> Callable[[int], float]:
    return lambda wrong: LOCK_SECONDS if wrong >= tries else 0.0


def _digits(given: str) -> bytes:
    """What was typed, without the gaps that people type and with the digits of any keyboard."""
    text = unicodedata.normalize("NFKC", given[:40])
    return "".join(char for char in text if not char.isspace() and char not in "-.").encode("utf-8", "surrogatepass")
