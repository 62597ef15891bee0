"""How is a password kept so that nobody can read it, and checked without the machine running out of memory?

scrypt with 16 MB, as long as OWASP asks for with so little memory: a seventh of a second of a server's core, several
times that on a Pi. The cost is kept with each hash: when ``COST`` is raised, old hashes go on working and are replaced
as their owners sign in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from artframe.access.limits import TooManyAttempts

SHORTEST, LONGEST = 8, 1024
"""Characters of a password."""
_WAITING = 2
"""How many may wait while one is hashed: they hold worker threads, of which the frame has four."""
_LENGTH = 32
_MOST_MEMORY = 256 << 20
"""A file that asks for more than that is damaged."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """scrypt's parameters: memory is ``128 * n * r`` bytes, time grows with ``n * r * p``."""

    n: int = 1 << 14
    r: int = 8
    p: int = 5

    @property
    def memory(self) -> int:
        """Bytes, a little more than needed: OpenSSL refuses to take more than it is told."""
        return 128 * self.r * (self.n + self.p + 2) + (1 << 16)


COST = Cost()


@dataclass(frozen=True, kw_only=True)
class PasswordHash:
    """A password as it is kept."""

    cost: Cost
    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        cost = {"n": self.cost.n, "r": self.cost.r, "p": self.cost.p}
        return {"scrypt": cost, "salt": self.salt.hex(), "hash": self.digest.hex()}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> PasswordHash:
        """Raises ValueError, KeyError or TypeError for what cannot be a hash of ours."""
        cost = Cost(**{name: int(row["scrypt"][name]) for name in ("n", "r", "p")})
        sound = cost.n > 1 and cost.n & (cost.n - 1) == 0 and cost.r > 0 and 0 < cost.p <= 64
        kept = cls(cost=cost, salt=bytes.fromhex(row["salt"]), digest=bytes.fromhex(row["hash"]))
        if not sound or cost.memory > _MOST_MEMORY or len(kept.digest) != _LENGTH or not kept.salt:
            raise ValueError("not a password's hash")
        return kept


class Hasher:
    """Hashes passwords, one at a time; a few callers wait, more are sent away. Every call blocks."""

    def __init__(self, cost: Cost = COST) -> None:
        self.cost = cost
        self._places = threading.BoundedSemaphore(1 + _WAITING)
        self._turn = threading.Lock()

    def make(self, password: str) -> PasswordHash:
        """The hash to keep. Raises TooManyAttempts."""
        salt = secrets.token_bytes(16)
        with self._place():
            return PasswordHash(cost=self.cost, salt=salt, digest=_hashed(password, salt, self.cost))

    def matches(self, password: str, kept: PasswordHash | None) -> bool:
        """Whether this is the password; None takes as long and is never it. Raises TooManyAttempts."""
        cost, salt = (kept.cost, kept.salt) if kept is not None else (self.cost, b"nobody's salt...")
        with self._place():
            found = _hashed(password, salt, cost)
        return hmac.compare_digest(found, kept.digest if kept is not None else bytes(_LENGTH)) and kept is not None

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooManyAttempts("several passwords are being checked already, so this one was not", 2)
        try:
            with self._turn:
                yield
        finally:
            self._places.release()


def length(password: str) -> int:
    """Characters, as they are counted for the limits."""
    return max(len(password), len(unicodedata.normalize("NFKC", password[: LONGEST + 1])))


def _hashed(password: str, salt: bytes, cost: Cost) -> bytes:
    # NFKC: the same letters, typed on another keyboard, are the same password. What is longer than any password can be
    # is not read to its end.
    text = unicodedata.normalize("NFKC", password[: LONGEST + 1]).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=cost.memory, dklen=_LENGTH)
